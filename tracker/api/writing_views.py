"""Records written by programs."""

from __future__ import annotations

from flask import Response

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.accounts.token_guard import by_token
from tracker.api import idempotency, parameters, writing
from tracker.api.blueprint import blueprint
from tracker.api.bodies import JSON, MERGE_PATCH, sent_object
from tracker.api.view_context import current_call
from tracker.api.views import record_or_404
from tracker.database.session import transactional
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader


@blueprint.post("/<record_type:record_type>")
@require(Permission.RECORD_WRITE)
@by_token
@transactional
def create_record(record_type: RecordType) -> Response:
    call, reader = current_call(), current_reader()
    parameters.require_known(call, parameters.writing_parameters())
    given = sent_object(call)
    return writing.created(call, reader, record_type, given, idempotency.begin(call, reader.session, reader.user.id))


@blueprint.put("/<record_type:record_type>/<ref>")
@require(Permission.RECORD_WRITE)
@by_token
@transactional
def replace_record(record_type: RecordType, ref: str) -> Response:
    return _changed(record_type, ref, (JSON,))


@blueprint.patch("/<record_type:record_type>/<ref>")
@require(Permission.RECORD_WRITE)
@by_token
@transactional
def change_record(record_type: RecordType, ref: str) -> Response:
    return _changed(record_type, ref, (MERGE_PATCH, JSON))


def _changed(record_type: RecordType, ref: str, media: tuple[str, ...]) -> Response:
    call, reader = current_call(), current_reader()
    record = record_or_404(reader, record_type, ref)
    parameters.require_known(call, parameters.writing_parameters())
    given = sent_object(call, media)
    return writing.changed(call, reader, record, record_type, given, idempotency.begin(call, reader.session, reader.user.id))

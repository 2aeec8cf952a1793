"""Sources read, made and corrected by programs."""

from __future__ import annotations

from flask import Response, abort

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.accounts.token_guard import by_token
from tracker.api import idempotency, parameters, sources
from tracker.api.blueprint import blueprint
from tracker.api.bodies import JSON, MERGE_PATCH, sent_object
from tracker.api.resources import answer, record_answer
from tracker.api.view_context import current_call
from tracker.database.session import transactional
from tracker.records.export_trail import note_export_of_sources
from tracker.records.view_context import current_reader


@blueprint.get("/sources")
@require(Permission.RECORD_READ)
@by_token
def list_sources() -> Response:
    call = current_call()
    parameters.require_known(call, parameters.source_parameters())
    reader = current_reader()
    found = sources.piece(call, reader, int(call.args.get("limit", parameters.PAGE)))
    if not call.args.get("cursor"):
        note_export_of_sources(reader, call.args.get("q", ""), found["total"], "api")
    return answer(found)


@blueprint.get("/sources/<ref>")
@require(Permission.RECORD_READ)
@by_token
def read_source(ref: str) -> Response:
    parameters.require_known(current_call(), [])
    return record_answer(current_call(), sources.whole(sources.find(current_reader(), ref) or abort(404)))


@blueprint.post("/sources")
@require(Permission.SOURCE_WRITE)
@by_token
@transactional
def create_source() -> Response:
    call, reader = current_call(), current_reader()
    parameters.require_known(call, [])
    given = sent_object(call)
    return sources.created(call, reader, given, idempotency.begin(call, reader.session, reader.user.id))


@blueprint.put("/sources/<ref>")
@require(Permission.SOURCE_WRITE)
@by_token
@transactional
def replace_source(ref: str) -> Response:
    return _changed(ref, (JSON,))


@blueprint.patch("/sources/<ref>")
@require(Permission.SOURCE_WRITE)
@by_token
@transactional
def change_source(ref: str) -> Response:
    return _changed(ref, (MERGE_PATCH, JSON))


def _changed(ref: str, media: tuple[str, ...]) -> Response:
    call, reader = current_call(), current_reader()
    source = sources.find(reader, ref, to_change=True) or abort(404)
    parameters.require_known(call, [])
    given = sent_object(call, media)
    return sources.changed(call, reader, source, given, idempotency.begin(call, reader.session, reader.user.id))

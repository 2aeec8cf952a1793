"""Sources read and made by programs."""

from __future__ import annotations

from flask import Response, abort

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.accounts.token_guard import by_token
from tracker.api import idempotency, parameters, sources
from tracker.api.blueprint import blueprint
from tracker.api.bodies import sent_object
from tracker.api.resources import answer
from tracker.api.view_context import current_call
from tracker.database.session import transactional
from tracker.records.view_context import current_reader


@blueprint.get("/sources/<ref>")
@require(Permission.RECORD_READ)
@by_token
def read_source(ref: str) -> Response:
    parameters.require_known(current_call(), [])
    return answer(sources.whole(sources.find(current_reader(), ref) or abort(404)))


@blueprint.post("/sources")
@require(Permission.SOURCE_WRITE)
@by_token
@transactional
def create_source() -> Response:
    call, reader = current_call(), current_reader()
    parameters.require_known(call, [])
    given = sent_object(call)
    return sources.created(reader, given, idempotency.begin(call, reader.session, reader.user.id))

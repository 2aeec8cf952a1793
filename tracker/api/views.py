"""Records for programs: lists by the filter of the pages, and one record whole. Writing is in `writing_views.py`."""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, request
from flask_babel import gettext

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.accounts.token_guard import by_token
from tracker.api import figures, openapi, parameters
from tracker.api.blueprint import blueprint
from tracker.api.figure_parameters import figure_parameters
from tracker.api.index import index as index_of
from tracker.api.resources import answer, list_of, record_answer, whole
from tracker.api.view_context import current_call
from tracker.records.export_trail import note_export
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.paging import CursorError, piece_of_records
from tracker.records.queries import get
from tracker.records.reading import log_read
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader, now_here
from tracker.summaries import asked as asking
from tracker.web.problems import Problem, asked_by_program


@blueprint.get("", strict_slashes=False)
@require(Permission.RECORD_READ)
@by_token
def index() -> Response:
    parameters.require_known(current_call(), [])
    return answer(index_of(current_reader()))


@blueprint.get("/openapi.json")
@require(Permission.RECORD_READ)
@by_token
def description() -> Response:
    return answer(openapi.document(current_reader()))


@blueprint.get("/records")
@require(Permission.RECORD_READ)
@by_token
def list_all() -> Response:
    return _list(None)


@blueprint.get("/measures")
@require(Permission.FIGURES_READ)
@by_token
def list_measures() -> Response:
    parameters.require_known(current_call(), [])
    return answer(figures.measures())


@blueprint.get("/figures")
@require(Permission.FIGURES_READ)
@by_token
def get_figures() -> Response:
    reader = current_reader()
    parameters.require_known(current_call(), figure_parameters(reader))
    wanted = asking.read(reader, request.args)
    if wanted.problems:
        errors = [(f"?{name}", str(said)) for name, said in wanted.problems.items()]
        raise Problem(409, gettext("This cannot be counted so."), errors)
    found = figures.table(reader, wanted, now_here())
    note_export(reader, "figures", wanted.chosen, len(found["rows"]), "api")
    return answer(found)


@blueprint.get("/<record_type:record_type>")
@require(Permission.RECORD_READ)
@by_token
def list_records(record_type: RecordType) -> Response:
    return _list(record_type)


def _list(record_type: RecordType | None) -> Response:
    reader = current_reader()
    parameters.require_known(current_call(), [*parameters.filter_parameters(reader, record_type), *parameters.paging_parameters()])
    chosen = parameters.filter_asked(current_call(), reader, record_type)
    cursor, size = request.args.get("cursor", ""), int(request.args.get("limit", parameters.PAGE))
    try:
        piece = piece_of_records(reader, chosen, request.args.get("sort", "-date"), cursor, size)
    except CursorError as error:
        raise Problem(400, gettext("The address cannot be read."), [("?cursor", gettext("No answer of this list gave this."))]) from error
    if not cursor:
        note_export(reader, f"list:{record_type.slug if record_type else 'records'}", chosen, piece.total, "api")
    endpoint, values = ("api.list_records", {"record_type": record_type}) if record_type else ("api.list_all", {})
    return answer(list_of(current_call(), chosen, piece, endpoint, values))


@blueprint.get("/<record_type:record_type>/<ref>")
@require(Permission.RECORD_READ)
@by_token
def read_record(record_type: RecordType, ref: str) -> Response:
    reader = current_reader()
    parameters.require_known(current_call(), [])
    record = record_or_404(reader, record_type, ref)
    log_read(reader, record, record_type, "api")
    return record_answer(current_call(), whole(reader, record, record_type))


def record_or_404(reader: Reader, record_type: RecordType, ref: str) -> Record:
    """The record, when it exists, is of this type and the reader may see it."""
    return get(reader.session, reader, ref, record_type.kind) or abort(404)


def tell_methods(response: Response) -> Response:
    """Only the methods that this very address takes: the router thinks of every word as of a type of records."""
    if "Allow" in response.headers and asked_by_program():
        adapter = current_app.create_url_adapter(request)
        told = [one for one in response.headers["Allow"].split(", ") if one == "OPTIONS" or (adapter and adapter.test(method=one))]
        response.headers["Allow"] = ", ".join(sorted(told))
    return response


def register(app: Flask) -> None:
    app.after_request(tell_methods)
    from tracker.api import source_views, writing_views  # noqa: F401  add theirs to the blueprint

    app.register_blueprint(blueprint)

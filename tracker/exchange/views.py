"""The list on the screen as a file: the same filter, the same rows, the columns of the declaration.

A file that says something of single persons is asked for with its purpose and its recipient.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts.guards import require, require_fresh
from tracker.accounts.permissions import Permission
from tracker.counting.filters import FilterError
from tracker.database.session import set_request_mode
from tracker.exchange import exchange_files
from tracker.exchange.files import FORMATS, ListFile
from tracker.exchange.forms import ExportForm
from tracker.extensions import db
from tracker.personal_data.books import finder_of
from tracker.personal_data.finding import Finder
from tracker.records.enums import ReviewState
from tracker.records.export_trail import note_export, note_export_of_persons
from tracker.records.filter_names import filter_names
from tracker.records.filtering import filter_of
from tracker.records.list_order import sorts_of
from tracker.records.queries import ids_in_order, of_drafts, selected_ids
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader, now_here
from tracker.web.errors import AddressError, require_parameters

blueprint = Blueprint("exchange", __name__)
_FORMAT = f"<any({', '.join(FORMATS)}):file_format>"
Page = Response | BaseResponse | str | tuple[str, int]


@blueprint.get(f"/records.{_FORMAT}")
@require(Permission.RECORD_READ)
def list_file_all(file_format: str) -> Page:
    """Of all types: in words no row says something of a single person, in the exchange form it may."""
    return _file(_asked(None, file_format))


@blueprint.get(f"/<record_type:record_type>.{_FORMAT}")
@require(Permission.RECORD_READ)
def list_file(record_type: RecordType, file_format: str) -> Page:
    return _file(_asked(record_type, file_format))


@blueprint.get("/records/export")
@require(Permission.RECORD_READ)
@require_fresh
def ask_export_all() -> Page:
    return _ask(_asked(None, _format()))


@blueprint.get("/<record_type:record_type>/export")
@require(Permission.RECORD_READ)
@require_fresh
def ask_export(record_type: RecordType) -> Page:
    """Ask for what a file with personal data is, and who gets it; asking leaves no event."""
    return _ask(_asked(record_type, _format()))


@blueprint.post("/records/export")
@require(Permission.RECORD_READ)
@require_fresh
def give_export_all() -> Page:
    return _give(None)


@blueprint.post("/<record_type:record_type>/export")
@require(Permission.RECORD_READ)
@require_fresh
def give_export(record_type: RecordType) -> Page:
    """The file, when purpose and recipient are written down."""
    return _give(record_type)


def _file(asked: ListFile) -> Page:
    if next(asked.refs_with_persons(), None):
        return redirect(asked.question_url)
    return _too_long(asked) or _noted(asked)


def _ask(asked: ListFile) -> Page:
    if next(asked.refs_with_persons(), None) is None:
        return _unasked(asked)
    return _question(asked, _form(asked, formdata=None))


def _give(record_type: RecordType | None) -> Page:
    """In a transaction of its own, so that nobody who writes waits for the rest."""
    set_request_mode(writes=False)
    db.session.rollback()  # what began may write
    asked = _asked(record_type, _format())
    refs = list(asked.refs_with_persons())
    if not refs:
        return _unasked(asked)
    form = _form(asked)
    if not form.validate():
        return _question(asked, form), 422
    said = form.purpose.data or "", form.recipient.data or ""
    impossible = _too_long(asked)
    if impossible is None:
        note_export_of_persons(asked.reader, asked.target, asked.chosen, len(asked.ids), refs, *said, asked.file_format)
    return impossible or asked.response(now_here())


def _too_long(asked: ListFile) -> BaseResponse | None:
    """Back to the list, with a word about it, where a workbook cannot hold what its records say."""
    found = exchange_files.misfit(asked)
    if found is None:
        return None
    said = gettext("%(column)s of %(ref)s is longer than a cell of a workbook can be: take another format.", ref=found[0], column=found[1])
    flash(said, "error")
    return redirect(asked.list_url, code=303)


def _asked(record_type: RecordType | None, file_format: str) -> ListFile:
    reader = current_reader()
    require_parameters({*filter_names(), "sort", "format"} - ({"kind"} if record_type else set()))
    try:
        chosen = filter_of(reader, request.args)
    except FilterError as error:
        raise AddressError(error.by_parameter) from error
    if record_type:
        chosen = chosen.narrowed(kind=(record_type.kind,))
    if chosen.review == (ReviewState.DRAFT,):
        chosen = of_drafts(chosen)  # as on the page: the file says no filter that is not in force
    sort = request.args.get("sort", "-date")
    sort = sort if sort.lstrip("-") in sorts_of(reader, chosen) else "-date"
    return ListFile(reader, record_type, chosen, ids_in_order(reader, chosen, sort), sort, file_format)


def _format() -> str:
    """Which file the question is about."""
    asked = request.args.get("format", "")
    return asked if asked in FORMATS else FORMATS[0]


def _unasked(asked: ListFile) -> BaseResponse:
    """The file itself: there is nothing to ask."""
    return redirect(asked.url, code=303)


def _noted(asked: ListFile) -> Response:
    note_export(asked.reader, asked.target, asked.chosen, len(asked.ids), asked.file_format)
    return asked.response(now_here())


def _form(asked: ListFile, **kwargs: object) -> ExportForm:
    made: list[Finder] = []

    def names_somebody(text: str) -> bool:
        made[:] = made or [finder_of(asked.reader.session, selected_ids(asked.reader, asked.chosen))]
        return bool(made[0].find(text))

    return ExportForm(names_somebody, **kwargs)


def _question(asked: ListFile, form: ExportForm) -> str:
    return render_template("exchange/purpose.html", form=form, asked=asked, count=len(asked.ids))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

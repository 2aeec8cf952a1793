"""The list on the screen as a file: the same filter, the same rows, the columns of the declaration.

A file that says something of single persons is asked for with its purpose and its recipient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts.guards import require, require_fresh
from tracker.accounts.permissions import Permission
from tracker.counting.filters import FilterError, RecordFilter
from tracker.database.session import set_request_mode
from tracker.exchange.forms import ExportForm
from tracker.exchange.list_rows import list_rows
from tracker.exchange.persons import refs_with_persons
from tracker.extensions import db
from tracker.personal_data.books import finder_of
from tracker.personal_data.finding import Finder
from tracker.records.csv_text import csv_response
from tracker.records.export_trail import note_export, note_export_of_persons
from tracker.records.filtering import Reader, filter_of, in_words
from tracker.records.queries import SORTS, ids_in_order, selected_ids
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader

blueprint = Blueprint("exchange", __name__)
Page = Response | BaseResponse | str | tuple[str, int]


@dataclass(frozen=True)
class _Asked:
    """One file: for whom, with which filter, of which records."""

    reader: Reader
    record_type: RecordType | None
    chosen: RecordFilter
    ids: Sequence[int]
    sort: str

    @property
    def target(self) -> str:
        return f"list:{self.record_type.slug if self.record_type else 'records'}"

    def address(self, endpoint: str) -> str:
        """The same filter and order at another address."""
        args: dict[str, Any] = self.chosen.to_args()
        args.pop("kind", None)
        return url_for(endpoint, record_type=self.record_type, **args, sort=self.sort)

    def refs_with_persons(self) -> Iterator[str]:
        return refs_with_persons(self.reader, self.chosen, self.record_type, self.ids) if self.record_type else iter(())

    def file(self) -> Response:
        rows = list_rows(self.reader, self.chosen, self.record_type, self.ids)
        return csv_response(f"{self.target.removeprefix('list:')}.csv", _closing(self.reader, rows))


@blueprint.get("/records.csv")
@require(Permission.RECORD_READ)
def list_csv_all() -> Response:
    """Of all types: no row says something of a single person."""
    return _noted(_asked(None))


@blueprint.get("/<record_type:record_type>.csv")
@require(Permission.RECORD_READ)
def list_csv(record_type: RecordType) -> Page:
    asked = _asked(record_type)
    if next(asked.refs_with_persons(), None):
        return redirect(asked.address("exchange.ask_export"))
    return _noted(asked)


@blueprint.get("/<record_type:record_type>/export")
@require(Permission.RECORD_READ)
@require_fresh
def ask_export(record_type: RecordType) -> Page:
    """Ask for what a file with personal data is, and who gets it; asking leaves no event."""
    asked = _asked(record_type)
    if next(asked.refs_with_persons(), None) is None:
        return redirect(asked.address("exchange.list_csv"), code=303)  # there is nothing to ask
    return _question(asked, _form(asked, formdata=None))


@blueprint.post("/<record_type:record_type>/export")
@require(Permission.RECORD_READ)
@require_fresh
def give_export(record_type: RecordType) -> Page:
    """The file, when purpose and recipient are written down: in a transaction of its own, so that nobody who writes waits for the rest."""
    set_request_mode(writes=False)
    db.session.rollback()  # what began may write
    asked = _asked(record_type)
    refs = list(asked.refs_with_persons())
    if not refs:
        return redirect(asked.address("exchange.list_csv"), code=303)  # there is nothing to ask
    form = _form(asked)
    if not form.validate():
        return _question(asked, form), 422
    said = form.purpose.data or "", form.recipient.data or ""
    note_export_of_persons(asked.reader, asked.target, asked.chosen, len(asked.ids), refs, *said)
    return asked.file()


def _asked(record_type: RecordType | None) -> _Asked:
    reader = current_reader()
    try:
        chosen = filter_of(reader, request.args)
    except FilterError as error:
        raise BadRequest(str(error)) from error
    if record_type:
        chosen = chosen.narrowed(kind=(record_type.kind,))
    sort = request.args.get("sort", "-date")
    sort = sort if sort.lstrip("-") in SORTS else "-date"
    return _Asked(reader, record_type, chosen, ids_in_order(reader, chosen, sort), sort)


def _noted(asked: _Asked) -> Response:
    note_export(asked.reader, asked.target, asked.chosen, len(asked.ids))
    return asked.file()


def _form(asked: _Asked, **kwargs: object) -> ExportForm:
    made: list[Finder] = []

    def names_somebody(text: str) -> bool:
        made[:] = made or [finder_of(asked.reader.session, selected_ids(asked.reader, asked.chosen))]
        return bool(made[0].find(text))

    return ExportForm(names_somebody, **kwargs)


def _question(asked: _Asked, form: ExportForm) -> str:
    said = "; ".join(words for _, words, _ in in_words(asked.reader, asked.chosen))
    return render_template(
        "exchange/purpose.html", form=form, record_type=asked.record_type, count=len(asked.ids), filter_words=said, address=asked.address
    )


def _closing(reader: Reader, rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The file is written after the request has ended and its session was closed: what it opens again is closed here."""
    try:
        yield from rows
    finally:
        reader.session.close()


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

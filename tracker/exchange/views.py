"""The list on the screen as a file: the same filter, the same rows, the columns of the declaration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import BadRequest

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.counting.filters import FilterError
from tracker.exchange.list_rows import list_rows
from tracker.records.csv_text import csv_response
from tracker.records.export_trail import note_export
from tracker.records.filtering import Reader, filter_of
from tracker.records.queries import SORTS, ids_in_order
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader

blueprint = Blueprint("exchange", __name__)


@blueprint.get("/records.csv")
@require(Permission.RECORD_READ)
def list_csv_all() -> Response:
    return csv_response("records.csv", _rows(None))


@blueprint.get("/<record_type:record_type>.csv")
@require(Permission.RECORD_READ)
def list_csv(record_type: RecordType) -> Response:
    return csv_response(f"{record_type.slug}.csv", _rows(record_type))


def _rows(record_type: RecordType | None) -> Iterator[Sequence[object]]:
    reader = current_reader()
    try:
        chosen = filter_of(reader, request.args)
    except FilterError as error:
        raise BadRequest(str(error)) from error
    if record_type:
        chosen = chosen.narrowed(kind=(record_type.kind,))
    sort = request.args.get("sort", "-date")
    ids = ids_in_order(reader, chosen, sort if sort.lstrip("-") in SORTS else "-date")
    note_export(reader, f"list:{record_type.slug if record_type else 'records'}", chosen, len(ids))
    return _closing(reader, list_rows(reader, chosen, record_type, ids))


def _closing(reader: Reader, rows: Iterator[Sequence[object]]) -> Iterator[Sequence[object]]:
    """The file is written after the request has ended and its session was closed: what it opens again is closed here."""
    try:
        yield from rows
    finally:
        reader.session.close()


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

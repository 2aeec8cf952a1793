"""The codebook of the exchange form: as a page, and for programs and spreadsheets. It holds no record, so that no event is left."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, render_template

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.accounts.token_guard import also_by_token
from tracker.exchange.codebook import codebook
from tracker.records.csv_text import csv_lines
from tracker.records.record_type import RecordType
from tracker.records.registry import every_type
from tracker.records.view_context import current_reader

blueprint = Blueprint("codebook", __name__, url_prefix="/codebook")


@blueprint.get("/<record_type:record_type>")
@require(Permission.RECORD_READ)
def show(record_type: RecordType) -> str:
    book = codebook(current_reader(), [record_type])
    return render_template("exchange/codebook.html", book=book, record_type=record_type, types=every_type())


@blueprint.get("/<record_type:record_type>.<any(csv, json):file_format>")
@require(Permission.RECORD_READ)
@also_by_token
def show_file(record_type: RecordType, file_format: str) -> Response:
    """The columns, and behind them the codes: a table for each in JSON, one below the other in CSV."""
    book = codebook(current_reader(), [record_type])
    if file_format == "json":
        return jsonify(book.plain | {"type": record_type.kind})
    columns, codes = book.sheets
    lines = csv_lines([columns.head, *columns.rows, (), codes.head, *codes.rows])
    answer = Response(lines, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'inline; filename="codebook-{record_type.slug}.csv"'
    return answer


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

"""The files of the exchange form: CSV, a workbook, JSON lines. Written as they come, so that a long list needs no memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Response, stream_with_context, url_for

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.records.csv_text import csv_response, safe_cell
from tracker.records.differences import plain
from tracker.records.documents import Document, references_in
from tracker.records.exchange_rows import Exchanged, Values, cells_of, compact, head, values_of, without
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.models import RecordVersion
from tracker.records.queries import WholeRecord, whole_records
from tracker.records.record_type import RecordType
from tracker.records.registry import by_kind
from tracker.records.visibility import visible_refs
from tracker.records.workbooks import LONGEST_TEXT, Sheet, fits_a_cell, workbook_response

if TYPE_CHECKING:
    from tracker.exchange.files import ListFile

JSON_LINES = "application/x-ndjson"
_LINES = 200


def response(asked: ListFile, now: datetime) -> Response:
    """The answer that downloads the file."""
    names = head(asked.types)
    rows = asked.closing(exchange_rows(asked.reader, asked.chosen, asked.ids))
    filename = f"{asked.name}.{asked.file_format}"
    if asked.file_format == "exchange.csv":
        return csv_response(filename, _csv_rows(names, rows))
    if asked.file_format == "exchange.xlsx":
        return workbook_response(filename, [Sheet(asked.title, names, _sheet_rows(names, rows))], asked.notes(now))
    made = Response(stream_with_context(_json_lines(rows)), mimetype=JSON_LINES)
    made.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return made


def misfit(asked: ListFile) -> tuple[str, str] | None:
    """The first record of which a cell of a workbook could not hold a column, with the name of that; None where all fits.

    The exchange form leaves nothing out. Looked for before there is a file; no cell is longer than all that its record says.
    """
    if asked.file_format != "exchange.xlsx":
        return None
    names, whole = head(asked.types), sa.func.length(sa.cast(RecordVersion.payload, sa.Text)) > LONGEST_TEXT
    long_ones = set(asked.reader.session.scalars(sa.select(RecordVersion.record_id).where(whole).distinct()))
    for values in exchange_rows(asked.reader, asked.chosen, [key for key in asked.ids if key in long_ones]):
        for name, cell in zip(names, cells_of(values, names), strict=True):
            if not fits_a_cell(safe_cell(cell)):
                return values["reference"], name
    return None


def exchange_rows(reader: Reader, chosen: RecordFilter, ids: Sequence[int]) -> Iterator[Values]:
    """A row for each of the records `ids`, in their order: as verified in official lists, else as they are now."""
    for batch in whole_records(reader, chosen, ids):
        said = [(one, by_kind(one.record.kind)) for one in batch]
        documents = [plain(one.payload, record_type) for one, record_type in said]
        named = {ref for document, (_, record_type) in zip(documents, said, strict=True) for ref in references_in(document, record_type)}
        hidden = named - visible_refs(reader.session, reader.user, named)
        for (one, record_type), document in zip(said, documents, strict=True):
            yield values_of(_exchanged(one, record_type, without(document, record_type, hidden), chosen), record_type)


def _exchanged(one: WholeRecord, record_type: RecordType, document: Document, chosen: RecordFilter) -> Exchanged:
    record = one.record
    verified = record.verified_version if chosen.basis is Basis.OFFICIAL else None
    return Exchanged(
        record.ref,
        verified or record.version,
        from_outside(url_for("records.show", record_type=record_type, ref=record.ref)),
        "verified" if verified else record.review_state.value,
        record.restricted_at is not None,
        f"TLP:{record.effective_marking}",
        document,
    )


def _csv_rows(names: Sequence[str], rows: Iterator[Values]) -> Iterator[Sequence[object]]:
    yield names
    for values in rows:
        yield cells_of(values, names)


def _sheet_rows(names: Sequence[str], rows: Iterator[Values]) -> Iterator[Sequence[object]]:
    """Text in every cell, as in the CSV, so that no spreadsheet makes a day of a month or takes zeros off."""
    for values in rows:
        yield [safe_cell(cell) for cell in cells_of(values, names)]


def _json_lines(rows: Iterator[Values]) -> Iterator[str]:
    piece: list[str] = []
    for values in rows:
        piece.append(compact(values) + "\n")
        if len(piece) == _LINES:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)

"""The files of the exchange form: CSV, a workbook, JSON lines, Parquet. Written as they come, so that a long list needs no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Response, stream_with_context, url_for

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.exchange.codebook import codebook
from tracker.exchange.parquet_files import PARQUET, kinds_of, write_parquet
from tracker.records.csv_text import csv_response, safe_cell
from tracker.records.differences import plain
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewState
from tracker.records.exchange_rows import REFERENCE, Exchanged, Values, cells_of, compact, head, values_of, without
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import RecordType
from tracker.records.registry import by_kind, every_type
from tracker.records.visibility import visible_refs
from tracker.records.workbooks import LONGEST_TEXT, Link, Sheet, fits_a_cell, workbook_response
from tracker.web.written_files import written_response

if TYPE_CHECKING:
    from tracker.exchange.files import ListFile

JSON_LINES = "application/x-ndjson"
_LINES = 200
_BATCH = 500
_PLACE = "X"
_ADDRESS = "address"


def response(asked: ListFile, now: datetime) -> Response:
    """The answer that downloads the file."""
    names = head(asked.types)
    rows = asked.closing(exchange_rows(asked.reader, asked.chosen, asked.ids))
    filename = f"{asked.name}.{asked.file_format}"
    if asked.file_format == "exchange.csv":
        return csv_response(filename, _csv_rows(names, rows))
    if asked.file_format == "jsonl":
        made = Response(stream_with_context(json_lines(rows)), mimetype=JSON_LINES)
        made.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
        return made
    notes, book = asked.notes(now), codebook(asked.reader, asked.types)
    if asked.file_format == "exchange.xlsx":
        return workbook_response(filename, [Sheet(asked.title, names, _sheet_rows(names, rows)), *book.sheets], notes)
    about = {"about": notes.plain, "codebook": book.plain}
    labels = {entry.column: entry.label for entry in book.entries}
    return written_response(filename, PARQUET, lambda file: write_parquet(file, names, rows, kinds_of(asked.types), labels, about))


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


def exchange_rows(
    reader: Reader, chosen: RecordFilter, ids: Sequence[int], seen: Callable[[set[str]], set[str]] | None = None
) -> Iterator[Values]:
    """A row for each of the records `ids`, in their order: as verified in official lists, else as they are now.

    `seen` says which references may be named; without it those that the reader may see.
    """
    known = seen or (lambda refs: visible_refs(reader.session, reader.user, refs))
    pages = {record_type.kind: _page_of(record_type) for record_type in every_type()}
    for start in range(0, len(ids), _BATCH):
        said = [(row, by_kind(row.kind)) for row in _stored(reader, chosen, ids[start : start + _BATCH])]
        documents = [plain(row.payload, record_type) for row, record_type in said]
        named = {ref for document, (_, record_type) in zip(documents, said, strict=True) for ref in references_in(document, record_type)}
        hidden = named - known(named)
        for (row, record_type), document in zip(said, documents, strict=True):
            shown = without(document, record_type, hidden)
            yield values_of(_exchanged(row, pages[row.kind], shown, chosen), record_type)


def _stored(reader: Reader, chosen: RecordFilter, ids: Sequence[int]) -> list[Any]:
    """What the exchange form needs of these records, in their order: no more, since a file may be of all of them."""
    said: Any = Record.version
    if chosen.basis is Basis.OFFICIAL:
        said = sa.func.coalesce(Record.verified_version, Record.version)
    columns = (Record.id, Record.ref, Record.kind, Record.review_state, Record.verified_version, Record.restricted_at)
    statement = sa.select(*columns, Record.effective_marking, RecordVersion.version, RecordVersion.payload)
    joined = statement.join(RecordVersion, sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == said))
    found = {row.id: row for row in reader.session.execute(joined.where(Record.id.in_(ids)))}
    return [found[key] for key in ids]


def _page_of(record_type: RecordType) -> str:
    """What the addresses of its records begin with: made once, not for each row of a long file."""
    address = from_outside(url_for("records.show", record_type=record_type, ref=_PLACE))
    return address.removesuffix(_PLACE)


def _exchanged(row: Any, page: str, document: Document, chosen: RecordFilter) -> Exchanged:
    is_verified = chosen.basis is Basis.OFFICIAL and row.verified_version is not None
    return Exchanged(
        row.ref,
        row.version,
        f"{page}{row.ref}",
        ReviewState.VERIFIED.value if is_verified else row.review_state.value,
        row.restricted_at is not None,
        f"TLP:{row.effective_marking}",
        document,
    )


def _csv_rows(names: Sequence[str], rows: Iterator[Values]) -> Iterator[Sequence[object]]:
    yield names
    for values in rows:
        yield cells_of(values, names)


def _sheet_rows(names: Sequence[str], rows: Iterator[Values]) -> Iterator[Sequence[object]]:
    """Text in every cell, as in the CSV, so that no spreadsheet makes a day of a month or takes zeros off; two of them open the record."""
    for values in rows:
        cells = dict(zip(names, map(safe_cell, cells_of(values, names)), strict=True))
        yield [Link(values[_ADDRESS], cell) if name in (REFERENCE, _ADDRESS) else cell for name, cell in cells.items()]


def json_lines(rows: Iterable[Values]) -> Iterator[str]:
    """The text of the file in pieces."""
    piece: list[str] = []
    for values in rows:
        piece.append(compact(values) + "\n")
        if len(piece) == _LINES:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece)

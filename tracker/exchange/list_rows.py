"""A list of records as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.partial_dates import parse_edtf
from tracker.records.differences import plain
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader, in_words, measure_of
from tracker.records.models import Record
from tracker.records.numbers import decimal_text
from tracker.records.queries import ListRow, every_row, official_payloads
from tracker.records.record_type import REVIEW_WORDS, ChildList, Column, RecordType
from tracker.records.registry import by_kind
from tracker.records.words import Wording

_BATCH = 200


def list_rows(reader: Reader, chosen: RecordFilter, record_type: RecordType | None, ids: Sequence[int]) -> Iterator[Sequence[object]]:
    """The header, then one row for each of the records `ids`: columns in words, lists joined by `; `, bounds apart.

    Dates stand twice: as EDTF, which loses nothing, and as first and last possible day, which sort.
    """
    measure = measure_of(chosen)
    quantity = (
        [gettext("%(measure)s, lower bound", measure=measure.label), gettext("%(measure)s, upper bound", measure=measure.label)]
        if measure and measure.is_quantity
        else []
    )
    yield _header(record_type, quantity)
    rows: list[ListRow] = []
    for row in every_row(reader, chosen, ids):
        rows.append(row)
        if len(rows) == _BATCH:
            yield from _lines(reader, rows, record_type is not None, bool(quantity), chosen.basis is Basis.OFFICIAL)
            rows = []
    yield from _lines(reader, rows, record_type is not None, bool(quantity), chosen.basis is Basis.OFFICIAL)
    words = "; ".join(words for _, words, _ in in_words(reader, chosen))
    if words:
        yield ()
        yield (gettext("Filter"), words)


def _header(record_type: RecordType | None, quantity: list[str]) -> list[object]:
    head = [gettext("Reference"), gettext("Type"), gettext("Title"), gettext("Partners"), gettext("Roles"), gettext("Further partners")]
    head += [
        gettext("Date (EDTF)"),
        gettext("Earliest day"),
        gettext("Latest day"),
        gettext("Status"),
        gettext("Review"),
        gettext("Handling"),
    ]
    if record_type:
        head += [str(column.label) for column in _own(record_type)] + [str(child.label) for child in _lists(record_type)]
    return [*head, *quantity, gettext("Address")]


def _review(record: Record, is_official: bool) -> str:
    """The state of review; a restricted record says so in every file (LED art. 16)."""
    state = str(REVIEW_WORDS[ReviewState.VERIFIED if is_official else record.review_state])
    return "; ".join((state, gettext("restricted"))) if record.restricted_at else state


def _own(record_type: RecordType) -> list[Column]:
    return [
        column
        for column in record_type.all_columns
        if column.name not in ("title", "start", "status", "parties_basis", "parties_complete", "marking")
    ]


def _lists(record_type: RecordType) -> list[ChildList]:
    return [child for child in record_type.all_lists if child.name != "parties"]


def _lines(reader: Reader, rows: list[ListRow], with_columns: bool, with_quantity: bool, is_official: bool) -> Iterator[Sequence[object]]:
    ids = [row.id for row in rows]
    whole = sa.select(Record).options(joinedload(Record.newest))
    records = {record.id: record for record in reader.session.scalars(whole.where(Record.id.in_(ids)))}
    verified = official_payloads(reader.session, ids) if is_official else {}
    types = {kind: by_kind(kind) for kind in {record.kind for record in records.values()}}
    said = {key: plain(verified.get(key, record.newest.payload), types[record.kind]) for key, record in records.items()}
    wordings = {kind: Wording(reader, record_type) for kind, record_type in types.items()}
    for kind, wording in wordings.items() if with_columns else ():
        of_kind = (said[key] for key, record in records.items() if record.kind == kind)
        wording.look_up({ref for document in of_kind for ref in references_in(document, types[kind])})
    for row in rows:
        record = records[row.id]
        yield _line(wordings[record.kind], record, said[row.id], row, with_columns, with_quantity, is_official)


def _line(
    wording: Wording,
    record: Record,
    document: Document,
    row: ListRow,
    with_columns: bool,
    with_quantity: bool,
    is_official: bool,
) -> list[object]:
    record_type = wording.record_type
    start = parse_edtf(document["start"])
    partners = [wording.word("party", entry["party"]) for entry in document["parties"]]
    roles = [wording.word("role", entry["role"]) for entry in document["parties"]]
    line: list[object] = [record.ref, str(record_type.label), document["title"], "; ".join(partners), "; ".join(roles)]
    line += ["" if document["parties_complete"] else "+", document["start"], start.lower, start.upper]
    columns = {column.name: column for column in record_type.all_columns}
    line += [
        wording.value(columns["status"], document["status"]),
        _review(record, is_official),
        f"TLP:{record.effective_marking}",
    ]
    if with_columns:
        line += [
            document[column.name] if column.kind == "date" else wording.value(column, document[column.name]) for column in _own(record_type)
        ]
        line += ["; ".join(wording.row(child.name, entry) for entry in document[child.name]) for child in _lists(record_type)]
    if with_quantity:
        line += [decimal_text(row.lower), decimal_text(row.upper)]
    return [*line, url_for("records.show", record_type=record_type, ref=record.ref, _external=True)]

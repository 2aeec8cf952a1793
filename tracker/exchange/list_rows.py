"""A list of records as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.partial_dates import parse_edtf
from tracker.records.differences import plain
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewState
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader, measure_of
from tracker.records.models import Record
from tracker.records.numbers import decimal_text
from tracker.records.queries import WholeRecord, whole_records
from tracker.records.record_type import REVIEW_WORDS, ChildList, Column, ColumnKind, RecordType
from tracker.records.registry import by_kind
from tracker.records.words import Wording

Value = object  # a text, a day, a number, a list of texts, or None


@dataclass(frozen=True)
class ListRows:
    """The rows of a list with their columns: each has a name for programs, which stays, and one for people. Rows are read once."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    rows: Iterator[Sequence[Value]]


@dataclass(frozen=True)
class _Shape:
    """What the rows of one file hold."""

    with_columns: bool  # of their one type
    with_quantity: bool
    is_official: bool


def list_rows(reader: Reader, chosen: RecordFilter, record_type: RecordType | None, ids: Sequence[int]) -> ListRows:
    """One row for each of the records `ids`: columns in words, bounds apart.

    Dates stand twice: as EDTF, which loses nothing, and as first and last possible day, which sort.
    """
    measure = measure_of(chosen)
    shape = _Shape(record_type is not None, bool(measure and measure.is_quantity), chosen.basis is Basis.OFFICIAL)
    head = list(_head(record_type))
    if measure and measure.is_quantity:
        head += [
            ("lower", gettext("%(measure)s, lower bound", measure=measure.label)),
            ("upper", gettext("%(measure)s, upper bound", measure=measure.label)),
        ]
    head += [("version", gettext("Version")), ("address", gettext("Address"))]
    names, labels = zip(*head, strict=True)
    return ListRows(names, labels, _rows(reader, chosen, ids, shape))


def flat(value: Value) -> Value:
    """One value where a file has no lists and takes every number for text: lists are joined by `; `."""
    if isinstance(value, list):
        return "; ".join(value)
    return decimal_text(value) if isinstance(value, Decimal) else value


def _head(record_type: RecordType | None) -> Iterator[tuple[str, str]]:
    yield from (
        ("reference", gettext("Reference")),
        ("type", gettext("Type")),
        ("title", gettext("Title")),
        ("partners", gettext("Partners")),
        ("roles", gettext("Roles")),
        ("further_partners", gettext("Further partners")),
        ("date", gettext("Date (EDTF)")),
        ("earliest", gettext("Earliest day")),
        ("latest", gettext("Latest day")),
        ("status", gettext("Status")),
        ("review", gettext("Review")),
        ("handling", gettext("Handling")),
    )
    if record_type:
        yield from ((column.name, str(column.label)) for column in _own(record_type))
        yield from ((child.name, str(child.label)) for child in _lists(record_type))


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


def _rows(reader: Reader, chosen: RecordFilter, ids: Sequence[int], shape: _Shape) -> Iterator[Sequence[Value]]:
    for batch in whole_records(reader, chosen, ids):
        yield from _lines(reader, batch, shape)


def _lines(reader: Reader, batch: list[WholeRecord], shape: _Shape) -> Iterator[Sequence[Value]]:
    wordings = {kind: Wording(reader, by_kind(kind)) for kind in {one.record.kind for one in batch}}
    said = [plain(one.payload, wordings[one.record.kind].record_type) for one in batch]
    if shape.with_columns:
        for wording in wordings.values():  # what its records refer to is looked up at once
            wording.look_up({ref for document in said for ref in references_in(document, wording.record_type)})
    for one, document in zip(batch, said, strict=True):
        yield _line(wordings[one.record.kind], one, document, shape)


def _line(wording: Wording, one: WholeRecord, document: Document, shape: _Shape) -> list[Value]:
    record, record_type = one.record, wording.record_type
    start = parse_edtf(document["start"])
    partners = [wording.word("party", entry["party"]) for entry in document["parties"]]
    roles = [wording.word("role", entry["role"]) for entry in document["parties"]]
    line: list[Value] = [record.ref, str(record_type.label), document["title"], partners, roles]
    line += ["" if document["parties_complete"] else "+", document["start"], start.lower, start.upper]
    columns = {column.name: column for column in record_type.all_columns}
    line += [
        wording.value(columns["status"], document["status"]),
        _review(record, shape.is_official),
        f"TLP:{record.effective_marking}",
    ]
    if shape.with_columns:
        line += [_own_value(wording, column, document[column.name]) for column in _own(record_type)]
        line += [[wording.row(child.name, entry) for entry in document[child.name]] for child in _lists(record_type)]
    if shape.with_quantity:
        line += [one.lower, one.upper]
    version = (shape.is_official and record.verified_version) or record.version  # of what the line says
    return [*line, Decimal(version), from_outside(url_for("records.show", record_type=record_type, ref=record.ref))]


def _own_value(wording: Wording, column: Column, value: Value) -> Value:
    if column.kind is ColumnKind.NUMBER:
        return Decimal(str(value)) if value not in (None, "") else None
    return value if column.kind is ColumnKind.DATE else wording.value(column, value)

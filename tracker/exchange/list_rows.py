"""A list of records as rows of a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.partial_dates import parse_edtf
from tracker.records.differences import plain
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader, in_words, measure_of
from tracker.records.models import Record
from tracker.records.numbers import decimal_text
from tracker.records.queries import WholeRecord, whole_records
from tracker.records.record_type import REVIEW_WORDS, ChildList, Column, RecordType
from tracker.records.registry import by_kind
from tracker.records.words import Wording


@dataclass(frozen=True)
class _Shape:
    """What the rows of one file hold."""

    with_columns: bool  # of their one type
    with_quantity: bool
    is_official: bool


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
    shape = _Shape(record_type is not None, bool(quantity), chosen.basis is Basis.OFFICIAL)
    for batch in whole_records(reader, chosen, ids):
        yield from _lines(reader, batch, shape)
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


def _lines(reader: Reader, batch: list[WholeRecord], shape: _Shape) -> Iterator[Sequence[object]]:
    wordings = {kind: Wording(reader, by_kind(kind)) for kind in {one.record.kind for one in batch}}
    said = [plain(one.payload, wordings[one.record.kind].record_type) for one in batch]
    if shape.with_columns:
        for wording in wordings.values():  # what its records refer to is looked up at once
            wording.look_up({ref for document in said for ref in references_in(document, wording.record_type)})
    for one, document in zip(batch, said, strict=True):
        yield _line(wordings[one.record.kind], one, document, shape)


def _line(wording: Wording, one: WholeRecord, document: Document, shape: _Shape) -> list[object]:
    record, record_type = one.record, wording.record_type
    start = parse_edtf(document["start"])
    partners = [wording.word("party", entry["party"]) for entry in document["parties"]]
    roles = [wording.word("role", entry["role"]) for entry in document["parties"]]
    line: list[object] = [record.ref, str(record_type.label), document["title"], "; ".join(partners), "; ".join(roles)]
    line += ["" if document["parties_complete"] else "+", document["start"], start.lower, start.upper]
    columns = {column.name: column for column in record_type.all_columns}
    line += [
        wording.value(columns["status"], document["status"]),
        _review(record, shape.is_official),
        f"TLP:{record.effective_marking}",
    ]
    if shape.with_columns:
        line += [
            document[column.name] if column.kind == "date" else wording.value(column, document[column.name]) for column in _own(record_type)
        ]
        line += ["; ".join(wording.row(child.name, entry) for entry in document[child.name]) for child in _lists(record_type)]
    if shape.with_quantity:
        line += [decimal_text(one.lower), decimal_text(one.upper)]
    return [*line, url_for("records.show", record_type=record_type, ref=record.ref, _external=True)]

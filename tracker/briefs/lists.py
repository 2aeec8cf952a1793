"""The lists of records in a brief: what is in force and when it ends, of other types the newest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from tracker.briefs.content import Entry, Line, Table
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.filtering import Reader
from tracker.records.record_type import STATUS_WORDS
from tracker.web.formatters import number

MOST_IN_FORCE, MOST_NEWEST = 40, 10
_WITHIN_DAYS = 365


@dataclass(frozen=True)
class ListAsked:
    """A table of the records of `chosen`, at most so many; `by_end`: the next to end first, else the newest."""

    title: str
    chosen: RecordFilter
    most: int
    by_end: bool = False


def lists_of_records(reader: Reader, chosen: RecordFilter) -> Iterator[ListAsked]:
    """Of types about persons none: they stand in figures only."""
    for record_type in registry.activity_types():
        if record_type.reads_are_logged:
            continue
        stock = next((one for one in record_type.measures if one.mode is Mode.STOCK), None)
        if stock:
            in_force = chosen.narrowed(measure=stock.code, year=str(reader.today.year))
            yield ListAsked(gettext("%(what)s, the next to end first", what=stock.label), in_force, MOST_IN_FORCE, by_end=True)
        else:
            title = gettext("%(types)s: the newest", types=record_type.label_plural)
            yield ListAsked(title, chosen.narrowed(kind=(record_type.kind,)), MOST_NEWEST)


def table_of(
    asked: ListAsked, ids: Sequence[int], documents: Mapping[int, Document], masked: Mapping[int, str], today: date
) -> Table | None:
    """The table; `masked`: titles without names. None when there is no record."""
    if not ids:
        return None
    ordered = sorted(ids, key=lambda key: (*_order(documents[key], by_end=asked.by_end), documents[key]["ref"]))[: asked.most]
    lines = tuple(_line(documents[key], masked[key], today) for key in ordered)
    more = gettext("%(count)s of %(all)s records.", count=number(len(lines)), all=number(len(ids))) if len(ids) > len(lines) else ""
    return Table(asked.title, (gettext("Record"), gettext("Date"), gettext("Ends"), gettext("Status")), lines, more, is_numbers=False)


def _order(document: Document, *, by_end: bool) -> tuple[bool, int]:
    """Known dates first: the next to end, or the newest."""
    if by_end:
        ends = parse_edtf(_end_of(document)).lower
        return ends is None, ends.toordinal() if ends else 0
    day = parse_edtf(document["start"]).lower
    return day is None, -day.toordinal() if day else 0


def _line(document: Document, title: str, today: date) -> Line:
    words = (
        describe(parse_edtf(document["start"])) if document["start"] else "",
        _end_in_words(_end_of(document), today),
        str(STATUS_WORDS[document["status"]]),
    )
    return Line(f"{title} ({document['ref']})", tuple(Entry(text or gettext("not stated")) for text in words))


def _end_of(document: Document) -> str:
    return document.get("expires_on") or document.get("end") or ""


def _end_in_words(edtf: str, today: date) -> str:
    """The end in words, and whether it is near."""
    if not edtf:
        return ""
    ends = parse_edtf(edtf)
    left = (ends.lower - today).days if ends.lower else -1
    return gettext("%(date)s: within a year", date=describe(ends)) if 0 <= left <= _WITHIN_DAYS else describe(ends)

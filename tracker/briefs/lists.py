"""The lists of records in a brief: what is in force and when it ends, of other types the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext, ngettext

from tracker.briefs.content import Entry, Line, Table
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.documents import Document, whole_figure
from tracker.records.filtering import Reader
from tracker.records.record_type import STATUS_WORDS, RecordType
from tracker.records.words import Wording
from tracker.web.formatters import number

MOST_IN_FORCE, MOST_NEWEST = 40, 10
_WITHIN_DAYS = 365


@dataclass(frozen=True)
class ListAsked:
    """A table of the records of `chosen`, at most so many; `by_end`: the next to end first, else the newest."""

    title: str
    record_type: RecordType
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
            yield ListAsked(gettext("%(what)s, the next to end first", what=stock.label), record_type, in_force, MOST_IN_FORCE, by_end=True)
        else:
            title = gettext("%(types)s: the newest", types=record_type.label_plural)
            yield ListAsked(title, record_type, chosen.narrowed(kind=(record_type.kind,)), MOST_NEWEST)


def table_of(
    asked: ListAsked, ids: Sequence[int], documents: Mapping[int, Document], masked: Callable[[str], str], reader: Reader
) -> Table | None:
    """The table; `masked` blacks out the names in a text. None when there is no record."""
    if not ids:
        return None
    found = sorted((documents[key] for key in ids), key=lambda one: (*_order(one, by_end=asked.by_end), one["ref"]))
    listed, wording = found[: asked.most], Wording(reader, asked.record_type)
    stated = ["; ".join(wording.row("figures", whole_figure(entry)) for entry in one["figures"]) for one in listed]
    heads = [gettext("Record"), gettext("Date"), gettext("Ends"), gettext("Status")]
    lines = [_line(one, masked(one["title"] or gettext("Untitled")), reader.today) for one in listed]
    if any(stated):  # results: arrests, seizures, participants
        heads.append(gettext("Figures, as stated"))
        lines = [replace(one, entries=(*one.entries, Entry(masked(text) or "–"))) for one, text in zip(lines, stated, strict=True)]
    return Table(asked.title, tuple(heads), tuple(lines), _foot(asked, found, reader.today), is_numbers=False)


def _foot(asked: ListAsked, found: Sequence[Document], today: date) -> str:
    """How many end within a year, and how many there are beside those that are listed."""
    said = []
    ending = sum(_ends_within_a_year(_end_of(one), today) for one in found) if asked.by_end else 0
    if ending:
        said.append(ngettext("%(num)d ends within a year.", "%(num)d end within a year.", ending))
    if len(found) > asked.most:
        said.append(gettext("%(count)s of %(all)s records.", count=number(asked.most), all=number(len(found))))
    return " ".join(said)


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
    said = describe(parse_edtf(edtf))
    return gettext("%(date)s: within a year", date=said) if _ends_within_a_year(edtf, today) else said


def _ends_within_a_year(edtf: str, today: date) -> bool:
    ends = parse_edtf(edtf).lower
    return ends is not None and 0 <= (ends - today).days <= _WITHIN_DAYS

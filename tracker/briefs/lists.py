"""The lists of records in a brief: what is in force and when it ends, of other types the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext, ngettext

from tracker.briefs.content import Entry, Line, Table
from tracker.counting.endings import Ending
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.documents import Document, whole_figure
from tracker.records.ends import end_in_words
from tracker.records.filtering import Reader
from tracker.records.record_type import STATUS_WORDS, RecordType
from tracker.records.words import Wording
from tracker.summaries.in_force import endings_of
from tracker.web.formatters import number

MOST_IN_FORCE, MOST_NEWEST = 40, 10


@dataclass(frozen=True)
class ListAsked:
    """A table of the records of `chosen`, at most so many: of a `stock` the next to end first, else the newest."""

    title: str
    record_type: RecordType
    chosen: RecordFilter
    most: int
    stock: Measure | None = None  # whose records are listed by their ends


def lists_of_records(reader: Reader, chosen: RecordFilter) -> Iterator[ListAsked]:
    """Of types about persons none: they stand in figures only."""
    for record_type in registry.activity_types():
        if record_type.reads_are_logged:
            continue
        stock = next((one for one in record_type.measures if one.mode is Mode.STOCK), None)
        if stock:
            in_force = chosen.narrowed(measure=stock.code, year=str(reader.today.year))
            yield ListAsked(gettext("%(what)s, the next to end first", what=stock.label), record_type, in_force, MOST_IN_FORCE, stock)
        else:
            title = gettext("%(types)s: the newest", types=record_type.label_plural)
            yield ListAsked(title, record_type, chosen.narrowed(kind=(record_type.kind,)), MOST_NEWEST)


def table_of(
    asked: ListAsked, ids: Sequence[int], documents: Mapping[int, Document], masked: Callable[[str], str], reader: Reader
) -> Table | None:
    """The table; `masked` blacks out the names in a text. None when there is no record."""
    if not ids:
        return None
    ends = endings_of(reader, asked.chosen, asked.stock) if asked.stock else {}
    places = {key: place for place, key in enumerate(ends)}
    order = sorted(ids, key=lambda key: (places.get(key, 0), *_newest(documents[key]), documents[key]["ref"]))
    listed, wording = [(documents[key], ends.get(key)) for key in order[: asked.most]], Wording(reader, asked.record_type)
    stated = ["; ".join(wording.row("figures", whole_figure(entry)) for entry in one["figures"]) for one, _ in listed]
    heads = [gettext("Record"), gettext("Date"), gettext("Ends"), gettext("Status")]
    lines = [_line(one, masked(one["title"] or gettext("Untitled")), ending) for one, ending in listed]
    if any(stated):  # results: arrests, seizures, participants
        heads.append(gettext("Figures, as stated"))
        lines = [replace(one, entries=(*one.entries, Entry(masked(text) or "–"))) for one, text in zip(lines, stated, strict=True)]
    return Table(asked.title, tuple(heads), tuple(lines), _foot(asked, len(ids), ends), is_numbers=False)


def _foot(asked: ListAsked, count: int, ends: Mapping[int, Ending]) -> str:
    """How many end within a year, and how many there are beside those that are listed."""
    said, ending = [], sum(one.is_near for one in ends.values())
    if ending:
        said.append(ngettext("%(num)d ends within a year.", "%(num)d end within a year.", ending))
    if count > asked.most:
        said.append(gettext("%(count)s of %(all)s records.", count=number(asked.most), all=number(count)))
    return " ".join(said)


def _newest(document: Document) -> tuple[bool, int]:
    """Known dates first, the newest before."""
    day = parse_edtf(document["start"]).lower
    return day is None, -day.toordinal() if day else 0


def _line(document: Document, title: str, ending: Ending | None) -> Line:
    words = (
        describe(parse_edtf(document["start"])) if document["start"] else "",
        _end_in_words(document, ending),
        str(STATUS_WORDS[document["status"]]),
    )
    return Line(f"{title} ({document['ref']})", tuple(Entry(text or gettext("not stated")) for text in words))


def _end_in_words(document: Document, ending: Ending | None) -> str:
    """The end in words, and whether it is near or has gone by."""
    if ending is None:
        return describe(parse_edtf(document["end"])) if document["end"] else ""
    said = end_in_words(ending)
    if ending.is_past:
        return gettext("%(date)s: past, no end recorded", date=said)
    return gettext("%(date)s: within a year", date=said) if ending.is_near else said

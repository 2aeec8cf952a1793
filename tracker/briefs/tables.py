"""Tables of a brief, filled from the same questions that the pages ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext

from tracker.briefs.citations import Citations
from tracker.briefs.content import Entry, Line, Table
from tracker.counting.cells import TOTAL
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import NumberState
from tracker.counting.queries import Question, answers
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.queries import ids_in_order, whole_records
from tracker.records.record_type import STATUS_WORDS, RecordType
from tracker.summaries.by_type import Figures, main_measures
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Matrix, Shown, shown
from tracker.summaries.row_choices import RowChoice, row_labels, row_order
from tracker.summaries.stamp import Stamp
from tracker.web.formatters import number

MOST_LINES = 40
_WITHIN_DAYS = 365


def of_measures(cite: Citations, title: str, found: Sequence[Figures], columns: Sequence[Column], foot: str = "") -> Table:
    """A line for each measure."""
    lines = tuple(Line(str(one.measure.label), tuple(cite.entry(one.shown(column.key)) for column in columns)) for one in found)
    return Table(title, (gettext("Measure"), *(column.label for column in columns)), lines, foot)


def of_properties(reader: Reader, cite: Citations, chosen: RecordFilter, columns: Sequence[Column]) -> Iterator[Table]:
    """How each type falls into its properties: its count, and its persons or the like; none where nothing is recorded."""
    properties = [
        (record_type, RowChoice(column.name, column.label, column.name, is_key=True), measure)
        for record_type in registry.every_type()
        for column in record_type.dimensions
        for measure in _measures(record_type)
    ]
    asked = [Question(measure, chosen.narrowed(measure=measure.code), choice.rows) for _, choice, measure in properties]
    for (_, choice, measure), found in zip(properties, answers(reader.session, asked, reader.today), strict=True):
        links = CellLinks(chosen.narrowed(measure=measure.code), measure, choice)
        labels, places = row_labels(reader, choice, found.rows), {code: place for place, code in enumerate(row_order(reader, choice))}
        rows = sorted(found.rows, key=lambda row: places.get(row, len(places)))
        rows = [row for row in rows if any(not found.cell(row, column.key).is_empty for column in columns)]
        lines = tuple(
            Line(labels[row], tuple(cite.entry(shown(found.cell(row, one.key), measure, links, row, one)) for one in columns))
            for row in rows
        )
        if lines:
            yield Table(f"{measure.label}: {str(choice.label).lower()}", (str(choice.label), *(one.label for one in columns)), lines)


def of_matrix(cite: Citations, title: str, made: Matrix, first: str, foot: str = "") -> Table:
    """A table of the pages. The first number of a row has the note; it counts every record of the row."""
    rows = [row for section in made.sections for row in section.rows]
    lines = [
        Line(row.label, tuple(cite.entry(cell) if place == 0 else Entry(cell.text) for place, cell in enumerate(row.cells)))
        for row in (*rows, made.total)
    ]
    return Table(title, (first, *(column.label for column in made.columns)), tuple(lines), foot)


def of_records(reader: Reader, cite: Citations, chosen: RecordFilter) -> Iterator[Table]:
    """What is in force and when it ends; of other types the newest. Of types about persons no title: they stand in figures only."""
    for record_type in registry.every_type():
        if record_type.reads_are_logged:
            continue
        stock = next((one for one in record_type.measures if one.mode is Mode.STOCK), None)
        if stock:
            narrowed = chosen.narrowed(measure=stock.code, year=str(reader.today.year))
            yield from _listed(reader, cite, narrowed, str(stock.label), MOST_LINES)
        else:
            narrowed = chosen.narrowed(kind=(record_type.kind,))
            title = gettext("%(types)s: the newest", types=record_type.label_plural)
            yield from _listed(reader, cite, narrowed, title, 10)


def _listed(reader: Reader, cite: Citations, chosen: RecordFilter, title: str, most: int) -> Iterator[Table]:
    ids = ids_in_order(reader, chosen, "-date")
    lines = []
    for batch in whole_records(reader, chosen, ids[:most]):
        for one in batch:
            payload = one.payload
            ends = payload.get("expires_on") or payload.get("end") or ""
            entries = (
                payload["start"] and describe(parse_edtf(payload["start"])),
                _end(reader, ends),
                str(STATUS_WORDS[payload["status"]]),
            )
            label = f"{cite.masked(payload['title'] or gettext('Untitled'))} ({one.record.ref})"
            lines.append(Line(label, tuple(Entry(text or gettext("not stated")) for text in entries)))
    more = gettext("%(count)s of %(all)s records.", count=number(len(lines)), all=number(len(ids))) if len(ids) > len(lines) else ""
    if lines:
        yield Table(title, (gettext("Record"), gettext("Date"), gettext("Ends"), gettext("Status")), tuple(lines), more, is_numbers=False)


def _end(reader: Reader, edtf: str) -> str:
    """The end in words, and whether it is near."""
    if not edtf:
        return ""
    ends = parse_edtf(edtf)
    left = (ends.lower - reader.today).days if ends.lower else -1
    return gettext("%(date)s: within a year", date=describe(ends)) if 0 <= left <= _WITHIN_DAYS else describe(ends)


def of_unknowns(reader: Reader, cite: Citations, chosen: RecordFilter, found: Sequence[Figures], made: Stamp, column: str = TOTAL) -> Table:
    """What the desk does not know: undated; in `column` without a number, a property not stated; unverified."""
    lines: list[Line] = []
    mains = [one for one in found if one.measure in main_measures()]
    for one in mains:
        for key, label in ((NOT_STATED, gettext("year not stated")), (UNCERTAIN, gettext("year uncertain"))):
            if not one.cell(key).is_empty:
                lines.append(Line(f"{one.measure.label}: {label}", (cite.entry(one.shown(key)),)))
    for one in found:
        for count, state, label in (
            (one.cell(column).missing, NumberState.MISSING, gettext("number not stated")),
            (one.cell(column).unquantified, NumberState.UNQUANTIFIED, gettext("said in words only")),
        ):
            if count:
                note = cite.entry(Shown(number(count), one.links.without_number(state, TOTAL, column)))
                lines.append(Line(f"{one.measure.label}: {label}", (note,)))
    lines += _not_stated(reader, cite, chosen, column)
    lines.append(Line(gettext("Newest version not verified"), (Entry(number(made.pending)),)))
    lines.append(Line(gettext("Left out, since restricted"), (Entry(number(made.restricted)),)))
    return Table(gettext("What the desk does not know"), (gettext("Not known"), gettext("Records")), tuple(lines))


def _not_stated(reader: Reader, cite: Citations, chosen: RecordFilter, column: str) -> Iterator[Line]:
    asked = [
        (record_type.main_measure, RowChoice(column.name, column.label, column.name, is_key=True))
        for record_type in registry.every_type()
        for column in record_type.dimensions
    ]
    questions = [Question(measure, chosen.narrowed(measure=measure.code), choice.rows) for measure, choice in asked]
    for (measure, choice), found in zip(asked, answers(reader.session, questions, reader.today), strict=True):
        if NOT_STATED in found.rows and found.cell(NOT_STATED, column).records:
            links = CellLinks(chosen.narrowed(measure=measure.code), measure, choice)
            cell = shown(found.cell(NOT_STATED, column), measure, links, NOT_STATED, Column(column, ""))
            yield Line(gettext("%(measure)s: %(property)s not stated", measure=measure.label, property=choice.label), (cite.entry(cell),))


def _measures(record_type: RecordType) -> list[Measure]:
    quantity = next((one for one in record_type.measures if one.is_quantity and one.mode is Mode.FLOW), None)
    return [record_type.main_measure, *([quantity] if quantity else [])]

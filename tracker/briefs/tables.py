"""Tables of a brief, filled from the same questions that the pages ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from flask_babel import gettext

from tracker.briefs.citations import Citations
from tracker.briefs.content import Entry, Line, Table
from tracker.briefs.counted import ByProperty, Counted
from tracker.counting.cells import TOTAL
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter, part_of_year
from tracker.counting.models import NumberState
from tracker.counting.queries import Table as Counts
from tracker.records.filtering import Reader
from tracker.summaries.by_type import Figures, main_measures
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Matrix, Shown, shown
from tracker.summaries.row_choices import REGIONS, RowChoice, row_labels, row_order
from tracker.summaries.stamp import Stamp
from tracker.web.formatters import number


def of_measures(cite: Citations, title: str, found: Sequence[Figures], columns: Sequence[Column], foot: str = "") -> Table:
    """A line for each measure."""
    lines = tuple(Line(str(one.measure.label), tuple(cite.entry(one.shown(column.key)) for column in columns)) for one in found)
    return Table(title, (gettext("Measure"), *(column.label for column in columns)), lines, foot)


def of_properties(reader: Reader, cite: Citations, counted: Counted, columns: Sequence[Column]) -> Iterator[Table]:
    """How each type falls into its properties: its count, beside it its persons or the like; none where nothing is stated."""
    for one in counted.properties:
        rows = _rows(reader, one.choice, one.tables, columns)
        if rows and rows != [NOT_STATED]:  # that stands among what is not known
            yield _of_property(reader, cite, counted.chosen, one, rows, columns)


def _rows(reader: Reader, choice: RowChoice, found: Sequence[Counts], columns: Sequence[Column]) -> list[str]:
    places = {code: place for place, code in enumerate(row_order(reader, choice))}
    rows = {row for table in found for row in table.rows if any(not table.cell(row, column.key).is_empty for column in columns)}
    return sorted(rows, key=lambda row: (places.get(row, len(places)), row))


def _of_property(
    reader: Reader, cite: Citations, chosen: RecordFilter, one: ByProperty, rows: list[str], columns: Sequence[Column]
) -> Table:
    labels = row_labels(reader, one.choice, tuple(rows))
    links = [CellLinks(chosen.narrowed(measure=table.measure.code), table.measure, one.choice) for table in one.tables]
    pairs = [(column, table, link) for column in columns for table, link in zip(one.tables, links, strict=True)]
    lines = tuple(
        Line(
            labels[row],
            tuple(cite.entry(shown(table.cell(row, column.key), table.measure, link, row, column)) for column, table, link in pairs),
        )
        for row in rows
    )
    heads = tuple(
        gettext("%(measure)s, %(period)s", measure=table.measure.label, period=in_a_sentence(column.label)) for column, table, _ in pairs
    )
    title = gettext("%(types)s by %(property)s", types=one.record_type.label_plural, property=in_a_sentence(str(one.choice.label)))
    return Table(title, (str(one.choice.label), *heads), lines)


def of_matrix(cite: Citations, title: str, made: Matrix, first: str, foot: str = "") -> Table:
    """A table of the pages."""
    rows = [row for section in made.sections for row in section.rows]
    lines = tuple(Line(row.label, _with_one_note(cite, row.cells), is_total=row is made.total) for row in (*rows, made.total))
    return Table(title, (first, *(column.label for column in made.columns)), lines, foot)


def of_months(cite: Citations, title: str, made: Matrix, today: date) -> Table:
    """The table of the page, its months downwards; of the running year those that are not over yet only where something is recorded."""
    rows = [row for section in made.sections for row in section.rows]
    lines = []
    for place, column in enumerate(made.columns):
        part = part_of_year(column.key)
        is_to_come = part is not None and (part.year, part.number) > (today.year, today.month)
        is_rest = part is not None and not part.number
        cells = [row.cells[place] for row in rows]
        if any(cell.url for cell in cells) or not (is_to_come or is_rest):
            lines.append(Line(column.label, _with_one_note(cite, cells), is_total=part is None))
    return Table(title, (gettext("Month"), *(row.label for row in rows)), tuple(lines))


def of_regions(reader: Reader, cite: Citations, title: str, counted: Counted, column: Column) -> Iterator[Table]:
    """The measures by region in `column`; none where nothing is recorded."""
    found = counted.regions
    links = [CellLinks(counted.chosen.narrowed(measure=one.measure.code), one.measure, REGIONS) for one in found]
    rows = _rows(reader, REGIONS, found, [column])
    labels = row_labels(reader, REGIONS, tuple(rows))
    lines = tuple(
        Line(
            labels[row],
            _with_one_note(
                cite, [shown(one.cell(row, column.key), one.measure, link, row, column) for one, link in zip(found, links, strict=True)]
            ),
        )
        for row in rows
    )
    if lines:
        heads = (gettext("Region"), *(str(one.measure.label) for one in found))
        yield Table(title, heads, lines, str(REGIONS.note))


def _with_one_note(cite: Citations, cells: Sequence[Shown]) -> tuple[Entry, ...]:
    """The first number has the note, since it counts every record of the row."""
    return tuple(cite.entry(cell) if place == 0 else Entry(cell.text) for place, cell in enumerate(cells))


def of_unknowns(cite: Citations, counted: Counted, made: Stamp, column: str = TOTAL) -> Table:
    """What the desk does not know: undated; in `column` without a number, a property not stated; unverified."""
    lines: list[Line] = []
    for one in counted.figures:
        if one.measure in main_measures():
            for key, said in ((NOT_STATED, gettext("year not stated")), (UNCERTAIN, gettext("year uncertain"))):
                if not one.cell(key).is_empty:
                    lines.append(Line(_unknown(one, said), (cite.entry(_records_of(one, key)),)))
    for one in counted.figures:
        for count, state, said in (
            (one.cell(column).missing, NumberState.MISSING, gettext("number not stated")),
            (one.cell(column).unquantified, NumberState.UNQUANTIFIED, gettext("said in words only")),
        ):
            if count:
                behind = Shown(number(count), one.links.without_number(state, TOTAL, column))
                lines.append(Line(_unknown(one, said), (cite.entry(behind),)))
    lines += _not_stated(cite, counted, column)
    lines.append(Line(gettext("Newest version not verified"), (Entry(number(made.pending)),)))
    lines.append(Line(gettext("Left out, since restricted"), (Entry(number(made.restricted)),)))
    return Table(gettext("What the desk does not know"), (gettext("Not known"), gettext("Records")), tuple(lines))


def _records_of(one: Figures, key: str) -> Shown:
    """How many records: of which only words are known, too."""
    cell, found = one.cell(key), one.shown(key)
    return found if cell.records else replace(found, text=number(cell.unquantified + cell.missing))


def _unknown(one: Figures, said: str) -> str:
    return gettext("%(measure)s: %(unknown)s", measure=one.measure.label, unknown=said)


def _not_stated(cite: Citations, counted: Counted, column: str) -> Iterator[Line]:
    for one in counted.properties:
        measure, cell = one.main.measure, one.main.cell(NOT_STATED, column)
        if cell.records:
            links = CellLinks(counted.chosen.narrowed(measure=measure.code), measure, one.choice)
            entry = cite.entry(shown(cell, measure, links, NOT_STATED, Column(column, "")))
            yield Line(
                gettext("%(measure)s: %(property)s not stated", measure=measure.label, property=in_a_sentence(str(one.choice.label))),
                (entry,),
            )


def in_a_sentence(label: str) -> str:
    """A label in the middle of a sentence: only its first letter changes, and none of an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]

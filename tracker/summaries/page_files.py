"""Which tables of which page of figures go into its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import gettext

from tracker.counting.cells import Cell
from tracker.counting.measures import RUNNING_TOTAL, SEIZURES
from tracker.counting.models import Basis
from tracker.records.figure_words import cell_sentence, cell_text
from tracker.records.filtering import Reader, all_records
from tracker.summaries.breakdowns import Breakdown
from tracker.summaries.files import FigureFile, FileRow, FileTable, in_words, list_of, table_of
from tracker.summaries.links import address
from tracker.summaries.matrix import Shown
from tracker.summaries.matrix_page import MatrixPage
from tracker.summaries.partner import PartnerPage, selection_of
from tracker.summaries.running import RunningPage, RunningTotal
from tracker.summaries.running_values import Given
from tracker.summaries.seizures import SeizuresPage
from tracker.summaries.tiles import Tiles
from tracker.summaries.years import YearPage, YearsPage

_NONE = Shown("")


def matrix_file(page: MatrixPage) -> FigureFile:
    """The table of the matrix, which has no problems; what stands beside it goes to the notes."""
    assert page.matrix is not None
    asked = page.asked
    more = [(gettext("Counted"), f"{asked.measure.label} ({page.unit})"), (gettext("When"), page.when)]
    more += [(gettext("Beside the table"), note.text) for note in (*page.statements, *page.outside)]
    return FigureFile(
        "figures",
        gettext("%(measure)s: %(rows)s", measure=asked.measure.label, rows=page.caption),
        address("summaries.matrix", asked.args()),
        asked.chosen.narrowed(measure=asked.measure.code),
        page.stamp,
        (table_of(str(asked.measure.label), str(asked.choice.label), page.matrix),),
        tuple(more),
    )


def partner_file(reader: Reader, page: PartnerPage) -> FigureFile:
    """The tiles, the years, and each property of each type."""
    measure = gettext("Measure")
    ends = Tiles(gettext("What is in force, and when it ends"), page.ends)
    tables = [*map(_tiles, (*page.lines, ends)), table_of(gettext("By year"), measure, page.table, with_foot=False)]
    tables += [*_of_charts(page), *(_breakdown(one) for one in page.breakdowns)]
    path = url_for("summaries.partner", code=page.code, basis=_said(page.stamp.basis))
    chosen = selection_of(reader, page.code, page.stamp.basis)
    return FigureFile(f"partner:{page.code}", page.name, path, chosen, page.stamp, tuple(tables))


def year_file(reader: Reader, page: YearPage) -> FigureFile:
    """By type, by month, by region, by partner."""
    tables = (
        _by_type(page),
        table_of(gettext("By month"), gettext("Type"), page.months, with_foot=False),
        table_of(gettext("By region, %(year)s", year=page.year), gettext("Region"), page.regions),
        table_of(gettext("By partner, %(year)s", year=page.year), gettext("Partner"), page.partners),
    )
    path = url_for("summaries.year", year=page.year, basis=_said(page.stamp.basis))
    chosen = all_records(reader, page.stamp.basis).narrowed(year=str(page.year))
    return FigureFile(f"year:{page.year}", gettext("Year %(year)s", year=page.year), path, chosen, page.stamp, tables)


def years_file(reader: Reader, page: YearsPage) -> FigureFile:
    table = table_of(gettext("Figures by year"), gettext("Measure"), page.table, with_foot=False)
    path = url_for("summaries.years", basis=_said(page.stamp.basis))
    return FigureFile("years", gettext("Years"), path, all_records(reader, page.stamp.basis), page.stamp, (table, *_of_charts(page)))


def _of_charts(page: PartnerPage | YearsPage) -> Iterator[FileTable]:
    """The tables of the charts that have one of their own."""
    for one in page.stocks:
        yield table_of(one.title, gettext("Measure"), one.table, with_foot=False)
    for pairs in page.sides:
        yield from (table_of(title, pairs.head, table, with_foot=False) for title, table in pairs.tables)


def running_file(page: RunningPage) -> FigureFile:
    """All running totals; or of one the numbers that records give, and how it stood at the end of each year."""
    tables, more = [_running_totals(page.totals)], [(gettext("To be looked at"), said) for said in page.warnings]
    if page.chosen:
        tables += [_given(page.given), *([_by_year_end(page)] if page.years else [])]
    asked = page.asked.narrowed(measure=RUNNING_TOTAL.code)
    title = page.name or gettext("Running totals")
    return FigureFile("running-totals", title, address("summaries.running", page.args), asked, page.stamp, tuple(tables), tuple(more))


def seizures_file(page: SeizuresPage) -> FigureFile:
    """Seizures by item and year; no row adds them up (C35)."""
    table = table_of(gettext("Seizures by item and year"), gettext("Item and unit"), page.matrix, with_foot=False)
    said = gettext("that of each row")
    more = [(gettext("Counted"), f"{SEIZURES.label} ({said})")]
    path = address("summaries.seizures", page.args)
    return FigureFile("seizures", gettext("Seizures"), path, page.asked, page.stamp, (table,), tuple(more))


def _running_totals(totals: Sequence[RunningTotal]) -> FileTable:
    columns = gettext("Latest value"), gettext("Unit"), gettext("As of"), gettext("To be looked at")
    rows = []
    for one in totals:
        said = one.unit, one.as_of, " ".join(one.warnings)
        rows.append(FileRow(one.name, "", (one.number, *map(in_words, said)), one.number.url))
    return FileTable(gettext("Running totals"), gettext("Series"), columns, tuple(rows))


def _given(given: Sequence[Given]) -> FileTable:
    """Each number with its bounds; the address is that of its record."""
    columns = (
        *(gettext("Number"), gettext("Unit"), gettext("What is counted"), gettext("Words of the source"), gettext("Record")),
        *(gettext("Source"), gettext("In the total")),
    )
    rows = []
    for one in given:
        source = "; ".join(title for title, _ in one.sources) or gettext("not stated")
        said = (one.unit_words, one.counts, one.words, one.title, source, one.part)
        rows.append(FileRow(one.day_words, "", (_number_of(one), *map(in_words, said)), one.url))
    return FileTable(gettext("Values of the series"), gettext("As of"), columns, tuple(rows))


def _number_of(one: Given) -> Shown:
    if one.lower is None:
        return in_words(one.number)
    cell = Cell(1, one.lower, one.upper, one.is_about)
    return Shown(cell_text(cell, RUNNING_TOTAL), title=cell_sentence(cell, RUNNING_TOTAL), cell=cell)


def _by_year_end(page: RunningPage) -> FileTable:
    rows = tuple(FileRow(year, "", (shown,), shown.url) for year, shown in page.years)
    return FileTable(gettext("At the end of each year"), gettext("Year"), (str(RUNNING_TOTAL.label),), rows)


def _said(basis: Basis) -> str | None:
    return basis.value if basis is Basis.WORKING else None


def _tiles(line: Tiles) -> FileTable:
    rows = tuple(FileRow(tile.label, "", (tile.number, Shown(tile.note)), tile.number.url) for tile in line.tiles)
    return FileTable(line.title, gettext("Measure"), (gettext("Number"), gettext("Note")), rows)


def _breakdown(one: Breakdown) -> FileTable:
    rows = tuple(FileRow(line.label, "", line.numbers, list_of(line.numbers)) for line in one.lines)
    return FileTable(f"{one.title}: {one.property.lower()}", one.property, one.measures, rows)


def _by_type(page: YearPage) -> FileTable:
    """As on the page; what may belong to the year has a column for each range of years that holds it."""
    ranges = sorted({one.label for line in page.lines for one in line.perhaps if one.number.url})
    rows = []
    for line in page.lines:
        perhaps = {one.label: one.number for one in line.perhaps}
        cells = (*(line.to_day or (line.now,)), line.before, Shown(line.mean), *(perhaps.get(label, _NONE) for label in ranges))
        rows.append(FileRow(line.label, "", cells, list_of(cells)))
    return FileTable(gettext("By type"), gettext("Measure"), (*_columns(page), *ranges), tuple(rows))


def _columns(page: YearPage) -> Iterator[str]:
    if page.is_running:
        for year in (page.year, page.year - 1):
            yield gettext("%(year)s to %(day)s", year=year, day=page.day)
        yield gettext("%(year)s, whole year", year=page.year - 1)
    else:
        yield from (str(page.year), str(page.year - 1))
    yield gettext("Mean of %(first)s to %(last)s", first=page.year - 5, last=page.year - 1)

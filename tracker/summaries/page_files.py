"""Which tables of which page of figures go into its file."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext

from tracker.counting.models import Basis
from tracker.records.filtering import Reader, all_records
from tracker.summaries.breakdowns import Breakdown
from tracker.summaries.files import FigureFile, FileRow, FileTable, list_of, table_of
from tracker.summaries.links import address
from tracker.summaries.matrix import Shown
from tracker.summaries.matrix_page import MatrixPage
from tracker.summaries.partner import PartnerPage, Tiles, selection_of
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
    tables = [*map(_tiles, page.lines), table_of(gettext("By year"), measure, page.table, with_foot=False)]
    tables += [_breakdown(one) for one in page.breakdowns]
    path = url_for("summaries.partner", code=page.code, basis=_said(page.stamp.basis))
    chosen = selection_of(reader, page.code, page.stamp.basis)
    return FigureFile(f"partner:{page.code}", page.name, path, chosen, page.stamp, tuple(tables))


def year_file(reader: Reader, page: YearPage) -> FigureFile:
    """By type, by month, by partner."""
    tables = (
        _by_type(page),
        table_of(gettext("By month"), gettext("Type"), page.months, with_foot=False),
        table_of(gettext("By partner, %(year)s", year=page.year), gettext("Partner"), page.partners),
    )
    path = url_for("summaries.year", year=page.year, basis=_said(page.stamp.basis))
    chosen = all_records(reader, page.stamp.basis).narrowed(year=str(page.year))
    return FigureFile(f"year:{page.year}", gettext("Year %(year)s", year=page.year), path, chosen, page.stamp, tables)


def years_file(reader: Reader, page: YearsPage) -> FigureFile:
    table = table_of(gettext("Figures by year"), gettext("Measure"), page.table, with_foot=False)
    path = url_for("summaries.years", basis=_said(page.stamp.basis))
    return FigureFile("years", gettext("Years"), path, all_records(reader, page.stamp.basis), page.stamp, (table,))


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
        cells = (*(line.to_day or (line.now,)), line.before, *(perhaps.get(label, _NONE) for label in ranges))
        rows.append(FileRow(line.label, "", cells, list_of(cells)))
    return FileTable(gettext("By type"), gettext("Measure"), (*_columns(page), *ranges), tuple(rows))


def _columns(page: YearPage) -> Iterator[str]:
    if not page.is_running:
        yield from (str(page.year), str(page.year - 1))
        return
    for year in (page.year, page.year - 1):
        yield gettext("%(year)s to %(day)s", year=year, day=page.day)
    yield gettext("%(year)s, whole year", year=page.year - 1)

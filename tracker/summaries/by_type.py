"""Figures of all record types side by side: for a partner, a year, or everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter, year_range
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import Question, Table, answers
from tracker.records import registry
from tracker.records.filtering import Reader, year_label
from tracker.summaries.charts import Chart, Series, stacked
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Matrix, Row, Section, Shown, shown
from tracker.summaries.row_choices import type_of_measure

ALL_TYPES = "activities"
_FEWEST_BARS = 8


@dataclass(frozen=True)
class Figures:
    """One measure over one selection, by column, with its lists."""

    measure: Measure
    cells: Mapping[str, Cell]
    links: CellLinks
    column: str = TOTAL  # the one that what stands behind the figures is told of

    def cell(self, column: str = TOTAL) -> Cell:
        return self.cells.get(column, Cell())

    def shown(self, column: str = TOTAL) -> Shown:
        return shown(self.cell(column), self.measure, self.links, TOTAL, Column(column, ""))

    @property
    def years(self) -> list[int]:
        return sorted(int(column) for column in self.cells if column.isdigit())

    def uncertain_in(self, year: int) -> list[str]:
        """The uncertain ranges that hold `year`."""
        bounds = {column: year_range(column) for column in self.cells}
        return sorted(column for column, found in bounds.items() if found and found[0] <= year <= found[1])


def figures_of(reader: Reader, measures: Sequence[Measure], chosen: RecordFilter, *, ranges: bool = False) -> list[Figures]:
    """The figures of `measures` over `chosen`."""
    asked = questions_of(measures, chosen, ranges=ranges)
    return figures_from(asked, answers(reader.session, asked, reader.today))


def questions_of(measures: Sequence[Measure], chosen: RecordFilter, *, ranges: bool = False) -> list[Question]:
    """What `figures_of` asks, for pages that ask more in the same breath."""
    return [Question(measure, chosen.narrowed(measure=measure.code), ranges=ranges) for measure in measures]


def figures_from(asked: Sequence[Question], found: Sequence[Table]) -> list[Figures]:
    """The figures that the answers `found` to `asked` hold."""
    return [
        Figures(one.measure, cells.total_row, CellLinks(one.chosen, one.measure, None)) for one, cells in zip(asked, found, strict=True)
    ]


def flow_measures() -> list[Measure]:
    """What happened: the measures of all types that add up over the years, by their counting date."""
    return [measure for record_type in registry.activity_types() for measure in record_type.measures if measure.mode is Mode.FLOW]


def headline_measures() -> list[Measure]:
    """What a line of figures shows: what is in force, then what happened; not the two other ways of counting what lasts (C11)."""
    measures = [measure for record_type in registry.activity_types() for measure in record_type.measures]
    return [measure for measure in measures if measure.mode in (Mode.FLOW, Mode.STOCK)]


def main_measures() -> list[Measure]:
    """The count of each type's records."""
    return [record_type.main_measure for record_type in registry.activity_types()]


def leading_measures() -> list[Measure]:
    """Few enough for the columns of a table: of each type what is in force, its count, and the first quantity."""
    found = []
    for record_type in registry.activity_types():
        quantities = [measure for measure in record_type.measures if measure.is_quantity and measure.mode is Mode.FLOW]
        found += [measure for measure in record_type.measures if measure.main or measure.mode is Mode.STOCK or measure in quantities[:1]]
    return found


def is_beside_a_stock(measure: Measure) -> bool:
    """C19: what is shown next to a stock, and like it for all years."""
    record_type = type_of_measure(measure)
    stocks = record_type is not None and any(one.mode is Mode.STOCK for one in record_type.measures)
    return stocks and measure.mode is Mode.FLOW and not measure.main and not measure.is_quantity


def all_types() -> Measure:
    return registry.every_measure()[ALL_TYPES]


def by_year(found: Sequence[Figures], *, newest_first: bool = False) -> Matrix:
    """A table with a row for each measure and a column for each year."""
    years = _span([year for one in found for year in one.years])
    keys = {column for one in found for column in one.cells}
    columns = [Column(str(year), str(year)) for year in (reversed(years) if newest_first else years)]
    columns += [Column(key, year_label(key), "uncertain") for key in (UNCERTAIN, NOT_STATED) if key in keys]
    columns.append(Column(TOTAL, gettext("All years"), "total"))
    rows = tuple(
        Row(
            one.measure.code,
            str(one.measure.label),
            tuple(shown(one.cell(column.key), one.measure, one.links, TOTAL, column) for column in columns),
        )
        for one in found
    )
    return Matrix(tuple(columns), (Section("", rows),), rows[0])


def chart_by_year(title: str, found: Sequence[Figures], last: int | None = None, most: int = 25) -> Chart | None:
    """Bars of the counts of all types, stacked: the same numbers as in the table beside it."""
    years = _span([year for one in found for year in one.years])
    years = [year for year in years if last is None or year <= last][-most:]
    if years:  # a lone year keeps the shape of a bar
        years = list(range(min(years[0], years[-1] - _FEWEST_BARS + 1), years[-1] + 1))
    series = [
        Series(
            str(registry_label(one.measure)),
            {year: one.cell(str(year)).records for year in years},
            lambda year, one=one: one.links.to(one.cell(str(year)), TOTAL, str(year)),  # type: ignore[misc]
        )
        for one in found
    ]
    return stacked(title, years, series) if years else None


def registry_label(measure: Measure) -> str:
    """The type that a main measure counts, in the plural."""
    return next((str(one.label_plural) for one in registry.every_type() if one.main_measure == measure), str(measure.label))


def _span(years: Sequence[int]) -> list[int]:
    return list(range(min(years), max(years) + 1)) if years else []

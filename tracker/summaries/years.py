"""One year beside the year before it, and all years together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_date, format_skeleton
from flask_babel import format_decimal, gettext

from tracker.counting.filters import NOT_STATED
from tracker.counting.measures import Mode
from tracker.counting.models import Basis
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader, all_records, year_label
from tracker.summaries.by_type import (
    Figures,
    all_types,
    by_year,
    chart_by_year,
    figures_of,
    flow_measures,
    leading_measures,
    main_measures,
)
from tracker.summaries.charts import Chart
from tracker.summaries.compared import Compared, compared
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.links import CellLinks, file_urls, partner_url, year_url
from tracker.summaries.matrix import Matrix, Shown
from tracker.summaries.months import by_month
from tracker.summaries.partner_grid import partner_grid, tables_by_partner
from tracker.summaries.row_choices import PARTNERS
from tracker.summaries.stamp import Stamp, other_basis, stamp
from tracker.summaries.world_map import WorldMap, world_map

FIRST, LAST = 1900, 2100


@dataclass(frozen=True)
class Perhaps:
    """Records of which nobody knows whether they belong to the year (C12)."""

    label: str
    number: Shown


@dataclass(frozen=True)
class YearLine:
    """One measure in the year, in the year before, and beside it what may belong to the year."""

    label: str
    now: Shown
    before: Shown
    to_day: tuple[Shown, Shown] | None  # of the running year: until today, and the year before until the same day (C15)
    perhaps: tuple[Perhaps, ...]
    mean: str  # of the five years before; - where one of them is not known exactly


@dataclass(frozen=True)
class YearPage:
    """The annual figures."""

    year: int
    is_running: bool
    day: str  # today without its year
    stamp: Stamp
    lines: tuple[YearLine, ...]
    months: Matrix
    partners: Matrix
    chart: Chart | None
    map: WorldMap | None
    is_empty: bool
    details: FigureDetails
    in_review: Shown
    undated: Shown

    @property
    def has_perhaps(self) -> bool:
        """Whether anything may belong to the year: else no column asks that."""
        return any(one.number.url for line in self.lines for one in line.perhaps)

    @property
    def files(self) -> list[tuple[str, str]]:
        return file_urls("figure_files.year", self.stamp.basis, year=self.year)

    def row_url(self, key: str) -> str:
        return partner_url(key, self.stamp.basis)

    def no_url(self, key: str) -> str:
        """Columns are measures here and lead nowhere."""
        return ""


@dataclass(frozen=True)
class YearsPage:
    """All years."""

    stamp: Stamp
    table: Matrix
    chart: Chart | None
    details: FigureDetails

    @property
    def files(self) -> list[tuple[str, str]]:
        return file_urls("figure_files.years", self.stamp.basis)

    def year_url(self, key: str) -> str:
        return year_url(key, self.stamp.basis)


def years_page(reader: Reader, now: datetime, basis: Basis) -> YearsPage:
    """The figures of all types by year."""
    chosen = all_records(reader, basis)
    found = figures_of(reader, [all_types(), *flow_measures()], chosen)
    made = stamp(reader, now, chosen, None, other_basis("summaries.years", basis))
    mains = [one for one in found if one.measure in main_measures()]
    details = figure_details(reader, chosen, found, gettext("all years"))
    return YearsPage(made, by_year(found, newest_first=True), chart_by_year(gettext("Activities by year, stacked by type"), mains), details)


def year_page(reader: Reader, year: int, now: datetime, basis: Basis, *, with_map: bool = True) -> YearPage:
    """The figures of `year`."""
    chosen = all_records(reader, basis)
    found = figures_of(reader, [all_types(), *flow_measures()], chosen, ranges=True)
    mains = [one for one in found if one.measure in main_measures()]
    links = CellLinks(chosen.narrowed(measure=all_types().code), all_types(), PARTNERS)
    is_running = year == reader.today.year
    in_review = all_records(reader, Basis.WORKING).narrowed(review=(ReviewState.SUBMITTED.value,))
    both: Sequence[Compared | None] = compared(reader, [(one.measure, chosen) for one in found]) if is_running else [None] * len(found)
    lines = _lines(found, year, both)
    in_a_year = [measure for measure in leading_measures() if measure.mode is Mode.FLOW]
    by_partner = tables_by_partner(reader, [all_types(), *in_a_year], chosen)
    return YearPage(
        year,
        is_running,
        _day(reader),
        stamp(reader, now, chosen.narrowed(year=str(year)), None, other_basis("summaries.year", basis, year=year)),
        lines,
        by_month(reader, [all_types(), *main_measures()], chosen, year),
        partner_grid(reader, by_partner, chosen, str(year)),
        chart_by_year(gettext("Activities by year, stacked by type"), mains, last=max(year, min(year + 4, reader.today.year)), most=10),
        world_map(reader, by_partner[0], all_types(), links, gettext("Activities by country"), str(year), str(year)) if with_map else None,
        not any(line.now.url or line.perhaps for line in lines),
        figure_details(reader, chosen, found, gettext("%(year)s beside the year before", year=year), to_date=is_running),
        figures_of(reader, [all_types()], in_review)[0].shown(str(year)),
        found[0].shown(NOT_STATED),
    )


def _day(reader: Reader) -> str:
    """`26 Nov`: today in the head of a narrow column, the day first as everywhere in English."""
    if reader.locale.startswith("en"):
        return format_date(reader.today, "d MMM", locale=reader.locale)
    return format_skeleton("MMMd", reader.today, locale=reader.locale)


def _mean(figures: Figures, year: int) -> str:
    """Of the five years before `year`; a quantity with a year that is missing or not exact has none."""
    cells = [figures.cell(str(one)) for one in range(year - 5, year)]
    if any(cell.lower != cell.upper or cell.about or cell.unquantified or cell.missing for cell in cells):
        return "–"
    if figures.measure.is_quantity and not all(cell.records for cell in cells):
        return "–"
    return format_decimal(sum(cell.lower for cell in cells) / 5, format="#,##0.0")


def _lines(found: Sequence[Figures], year: int, to_day: Sequence[Compared | None]) -> tuple[YearLine, ...]:
    return tuple(
        YearLine(
            str(one.measure.label),
            one.shown(str(year)),
            one.shown(str(year - 1)),
            (both.now, both.before) if both else None,
            tuple(Perhaps(year_label(column), one.shown(column)) for column in one.uncertain_in(year)),
            _mean(one, year),
        )
        for one, both in zip(found, to_day, strict=True)
    )

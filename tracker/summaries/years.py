"""One year beside the year before it, and all years together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import NOT_STATED, RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import Basis
from tracker.counting.queries import Table, answers
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader, all_records, year_label
from tracker.summaries.breakdowns import by_sides
from tracker.summaries.by_type import (
    Figures,
    all_types,
    by_year,
    chart_by_year,
    figures_of,
    flow_measures,
    headline_measures,
    leading_measures,
    main_measures,
)
from tracker.summaries.charts import Chart
from tracker.summaries.compared import Compared, compared
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.links import CellLinks, file_urls, partner_url, region_url, year_url
from tracker.summaries.matrix import Matrix, Shown
from tracker.summaries.months import by_month
from tracker.summaries.partner_grid import partner_grid, questions_by
from tracker.summaries.row_choices import PARTNERS, REGIONS
from tracker.summaries.sides import Drawn, SidesChart, sides_charts
from tracker.summaries.stamp import Stamp, other_basis, stamp
from tracker.summaries.stock_charts import StepLine, stock_charts
from tracker.summaries.world_map import WorldMap, world_map
from tracker.summaries.year_partners import NewPartner, TopPartner, new_partners, top_partners
from tracker.web.formatters import number

FIRST, LAST = 1900, 2100
_NEIGHBOURS = 10  # years of a chart on the page of one


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
    regions: Matrix
    partners: Matrix
    top: tuple[TopPartner, ...]
    new: tuple[NewPartner, ...]
    chart: Chart | None
    sides: tuple[SidesChart, ...]
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

    def region_url(self, key: str) -> str:
        return region_url(key, self.stamp.basis)

    def no_url(self, key: str) -> str:
        """Columns are measures here and lead nowhere."""
        return ""


@dataclass(frozen=True)
class YearsPage:
    """All years."""

    stamp: Stamp
    table: Matrix
    chart: Chart | None
    stocks: tuple[StepLine, ...]
    sides: tuple[SidesChart, ...]
    details: FigureDetails

    @property
    def files(self) -> list[tuple[str, str]]:
        return file_urls("figure_files.years", self.stamp.basis)

    def year_url(self, key: str) -> str:
        return year_url(key, self.stamp.basis)


def years_page(reader: Reader, now: datetime, basis: Basis) -> YearsPage:
    """The figures of all types by year."""
    chosen, year = all_records(reader, basis), reader.today.year
    everything = figures_of(reader, [all_types(), *headline_measures()], chosen)
    found = [one for one in everything if one.measure.mode is Mode.FLOW]
    mains = [one for one in found if one.measure in main_measures()]
    return YearsPage(
        stamp(reader, now, chosen, None, other_basis("summaries.years", basis)),
        by_year(found, newest_first=True),
        chart_by_year(gettext("Activities by year, stacked by type"), mains),
        stock_charts(everything, year, newest_first=True),
        sides_charts(reader, by_sides(reader, chosen), chosen, newest_first=True),
        figure_details(reader, chosen, everything, gettext("all years; what is in force, today")),
    )


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
    by_partner, by_region = _tables(reader, chosen)
    last = max(year, min(year + 4, reader.today.year))  # of the charts: the year among its neighbours
    title, table = gettext("Activities by year, stacked by type"), _table_of_years(basis)
    return YearPage(
        year,
        is_running,
        short_day(reader),
        stamp(reader, now, chosen.narrowed(year=str(year)), None, other_basis("summaries.year", basis, year=year)),
        lines,
        by_month(reader, [all_types(), *main_measures()], chosen, year),
        partner_grid(reader, by_region, chosen, str(year), choice=REGIONS),
        partner_grid(reader, by_partner, chosen, str(year)),
        top_partners(reader, by_partner[0], links, year),
        new_partners(reader, by_partner[0], links, year),
        chart_by_year(title, mains, last=last, most=_NEIGHBOURS, table_url=table),
        sides_charts(reader, by_sides(reader, chosen), chosen, Drawn(last, _NEIGHBOURS, year)),
        _map(reader, by_partner[0], links, year) if with_map else None,
        not any(line.now.url or line.perhaps for line in lines),
        figure_details(reader, chosen, found, gettext("%(year)s beside the year before", year=year), to_date=is_running),
        figures_of(reader, [all_types()], in_review)[0].shown(str(year)),
        found[0].shown(NOT_STATED),
    )


def _tables(reader: Reader, chosen: RecordFilter) -> tuple[list[Table], list[Table]]:
    """What is told of the year by partner and by region: all types together, then the leading measure of each."""
    measures = [all_types(), *(measure for measure in leading_measures() if measure.mode is Mode.FLOW)]
    asked = [*questions_by(PARTNERS, measures, chosen, ranges=True), *questions_by(REGIONS, measures, chosen)]
    found = answers(reader.session, asked, reader.today)
    return found[: len(measures)], found[len(measures) :]


def _map(reader: Reader, found: Table, links: CellLinks, year: int) -> WorldMap | None:
    return world_map(reader, found, all_types(), links, gettext("Activities by country"), str(year), str(year), "#by-partner")


def _table_of_years(basis: Basis) -> str:
    """Where the numbers of a chart by year stand, all years in one table."""
    return f"{url_for('summaries.years', basis=basis.value if basis is Basis.WORKING else None)}#by-year"


def short_day(reader: Reader) -> str:
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
    return number((sum((cell.lower for cell in cells), Decimal(0)) / len(cells)).quantize(Decimal("0.1")))


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

"""The course of what is in force, as a line of steps: a stock stays as it is until a day on which something begins or ends (C16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.measures import Mode
from tracker.records.figure_words import cell_text, cell_words
from tracker.summaries.by_type import Figures, years_shown
from tracker.summaries.charts import FOOT, HEIGHT, TOP, Slot, Tick, is_dense, scale, slots
from tracker.summaries.matrix import Column, Matrix, Row, Section, shown

_MOST = 20  # years: the table of more has no room on paper


@dataclass(frozen=True)
class Tread:
    """One year: the stock of its last day, or of today in the running one."""

    year: int
    x: float
    width: float
    middle: float
    lower: float  # where what is certain is drawn
    upper: float  # where what is possible is
    text: str  # '' where it is that of the year before
    label: str
    url: str
    is_minor: bool


@dataclass(frozen=True)
class Riser:
    """What joins the treads of two years that follow each other."""

    x: float
    start: float
    end: float
    is_upper: bool


@dataclass(frozen=True)
class StepLine:
    """The stock of one measure by year, with its table."""

    title: str
    when: str
    treads: tuple[Tread, ...]
    risers: tuple[Riser, ...]
    ticks: tuple[Tick, ...]
    table: Matrix
    height: int = TOP + HEIGHT + FOOT
    top: int = TOP
    base: int = TOP + HEIGHT

    @property
    def has_band(self) -> bool:
        """Whether anywhere the certain and the possible number differ."""
        return any(one.lower != one.upper for one in self.treads)

    @property
    def is_dense(self) -> bool:
        return is_dense(self.treads)


def stock_charts(found: Sequence[Figures], today_year: int, *, newest_first: bool = False) -> tuple[StepLine, ...]:
    """A line for each of `found` that is a stock and was ever more than nothing; the table in the order of the page's others."""
    made = (_step_line(one, today_year, newest_first) for one in found if one.measure.mode is Mode.STOCK)
    return tuple(one for one in made if one)


def _step_line(figures: Figures, today_year: int, newest_first: bool) -> StepLine | None:
    years = years_shown([figures], today_year, _MOST)
    cells = {year: figures.cell(str(year)) for year in years}
    highest = max((_upper(cell) for cell in cells.values()), default=0)
    if not highest:
        return None
    top, values = scale(highest)
    treads = _treads([_tread(figures, slot, cells[slot.year], top, is_today=slot.year == today_year) for slot in slots(years)])
    return StepLine(
        str(figures.measure.label),
        gettext("on the last day of each year; in the running year, today"),
        treads,
        tuple(_risers(treads)),
        tuple(Tick(_height(value, top), value) for value in values),
        _table(figures, years, newest_first),
    )


def _tread(figures: Figures, slot: Slot, cell: Cell, top: int, *, is_today: bool) -> Tread:
    text = cell_text(cell, figures.measure)
    day = gettext("%(year)s, today", year=slot.year) if is_today else gettext("end of %(year)s", year=slot.year)
    label = f"{figures.measure.label}, {day}: {cell_words(cell, figures.measure)}"
    places = round(slot.left, 2), round(slot.width, 2), slot.middle
    url = figures.links.to(cell, TOTAL, str(slot.year))
    return Tread(slot.year, *places, _height(float(cell.lower), top), _height(_upper(cell), top), text, label, url, slot.is_minor)


def _treads(every: Sequence[Tread]) -> tuple[Tread, ...]:
    """A number stands over a step where it changes, and over the last one."""
    same = [False, *(before.text == after.text for before, after in pairwise(every))]
    same[-1] = False
    return tuple(replace(one, text="") if is_same else one for one, is_same in zip(every, same, strict=True))


def _upper(cell: Cell) -> float:
    """A stock has always an upper bound."""
    return float(cell.lower if cell.upper is None else cell.upper)


def _height(value: float, top: int) -> float:
    return round(TOP + HEIGHT * (1 - value / top), 1)


def _risers(treads: Sequence[Tread]) -> Iterator[Riser]:
    for before, after in pairwise(treads):
        if before.lower != after.lower:
            yield Riser(after.x, before.lower, after.lower, is_upper=False)
        ends = before.upper != before.lower or after.upper != after.lower
        if ends and before.upper != after.upper:
            yield Riser(after.x, before.upper, after.upper, is_upper=True)


def _table(figures: Figures, years: Sequence[int], newest_first: bool) -> Matrix:
    columns = tuple(Column(str(year), str(year)) for year in (reversed(years) if newest_first else years))
    cells = tuple(shown(figures.cell(column.key), figures.measure, figures.links, TOTAL, column) for column in columns)
    row = Row(figures.measure.code, str(figures.measure.label), cells)
    return Matrix(columns, (Section("", (row,)),), row)

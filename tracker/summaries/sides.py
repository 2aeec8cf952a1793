"""Two sides of one property as paired bars by year, one up and one down: they are never netted (C22), and the rest stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.queries import Table
from tracker.records.figure_words import cell_sentence, cell_text, cell_words
from tracker.records.filtering import Reader, year_label
from tracker.records.record_type import Sides
from tracker.summaries.breakdowns import ByProperty, rows_in_order
from tracker.summaries.by_type import span_of_bars
from tracker.summaries.charts import FOOT, TOP, Slot, Tick, is_dense, scale, slots
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Matrix, Row, Section, shown
from tracker.summaries.row_choices import row_labels

_HEIGHT = 220  # pixels of both halves together
_ROOM = 20  # for the numbers below the longest bar
_OPEN = 9  # pixels that a bar without upper bound goes on
_DOT = 7  # pixels from the middle line: what is only said in words
_MOST = 14


@dataclass(frozen=True)
class Drawn:
    """Which years are drawn: the `most` of them that end with `last`, or with the last one known."""

    last: int | None = None
    most: int = _MOST
    year: int | None = None  # that a page is about


@dataclass(frozen=True)
class Half:
    """One bar of a pair, a link: certain up to the lower bound, perhaps up to the upper one."""

    side: int  # 0 is drawn up, 1 down
    y: float
    height: float
    more_y: float
    more_height: float
    is_open: bool  # no upper bound
    text: str
    text_y: float
    dot_y: float | None  # only words: there is no bar to draw
    label: str
    url: str


@dataclass(frozen=True)
class Pair:
    """One year."""

    year: int
    x: float
    width: float
    middle: float
    halves: tuple[Half, ...]
    is_minor: bool


@dataclass(frozen=True)
class Beside:
    """A number that neither bar holds, with its list."""

    label: str
    text: str
    url: str


@dataclass(frozen=True)
class SidesChart:
    """Pairs of bars with their table."""

    title: str
    note: str
    head: str  # of the first column of its tables
    sides: tuple[str, str]
    pairs: tuple[Pair, ...]
    ticks: tuple[Tick, ...]
    beside: tuple[Beside, ...]
    tables: tuple[tuple[str, Matrix], ...]  # one for each measure (C21), the one that is drawn first; with its title
    middle: float
    height: int = TOP + _HEIGHT + _ROOM + FOOT

    @property
    def is_dense(self) -> bool:
        return is_dense(self.pairs)

    @property
    def has_words(self) -> bool:
        """Whether anywhere only words are known, and no number."""
        return any(half.dot_y is not None for pair in self.pairs for half in pair.halves)

    @property
    def has_more(self) -> bool:
        """Whether any bar has a part that is not certain."""
        return any(half.more_height for pair in self.pairs for half in pair.halves)


@dataclass(frozen=True)
class _Plot:
    """How numbers become heights: `step` of the scale are `pixels`."""

    middle: float
    step: int
    pixels: float

    def height(self, value: Decimal | float) -> float:
        return round(float(value) / self.step * self.pixels, 1)


def sides_charts(
    reader: Reader, found: Sequence[ByProperty], chosen: RecordFilter, drawn: Drawn | None = None, *, newest_first: bool = False
) -> tuple[SidesChart, ...]:
    """A chart for each type that declares two sides and has anything to say."""
    made = []
    for one in found:
        sides = one.record_type.sides
        if sides and sides.dimension == one.choice.code and any(table.rows for table in one.tables):
            made.append(_chart(reader, one, sides, chosen, drawn or Drawn(), newest_first))
    return tuple(chart for chart in made if chart.pairs or chart.beside)


def _chart(reader: Reader, one: ByProperty, sides: Sides, chosen: RecordFilter, drawn: Drawn, newest_first: bool) -> SidesChart:
    """Of the persons or the like where the type has them, else of its records."""
    found = one.tables[-1]
    links = CellLinks(chosen.narrowed(measure=found.measure.code), found.measure, one.choice)
    labels = row_labels(reader, one.choice, (sides.one, sides.other, *(row for table in one.tables for row in table.rows)))
    names = (labels[sides.one], labels[sides.other])
    years = [year for year in found.years if any(not found.cell(row, str(year)).is_empty for row in (sides.one, sides.other))]
    slotted = slots(span) if (span := span_of_bars(years, drawn.last, drawn.most)) else []
    plot, ticks = _plot(found, sides, [slot.year for slot in slotted])
    return SidesChart(
        gettext("%(measure)s by year: %(one)s up, %(other)s down", measure=found.measure.label, one=names[0], other=names[1]),
        gettext("The two sides are never set off against each other (C22)."),
        str(one.choice.label),
        names,
        tuple(_pair(found, sides, names, slot, links, plot) for slot in slotted),
        ticks,
        tuple(_beside(found, sides, labels, links, drawn.year)),
        tuple(_tables(reader, one, labels, chosen, newest_first)),
        plot.middle,
    )


def _plot(found: Table, sides: Sides, years: Sequence[int]) -> tuple[_Plot, tuple[Tick, ...]]:
    """One scale for both halves; each gets as much room as its longest bar needs."""
    highest = [max((_most(found.cell(row, str(year))) for year in years), default=Decimal(0)) for row in (sides.one, sides.other)]
    _, values = scale(float(max(*highest, Decimal(1))))
    step = values[1]
    up, down = (max(1, -(-int(value.to_integral_value("ROUND_CEILING")) // step)) for value in highest)
    plot = _Plot(TOP + _HEIGHT * up / (up + down), step, _HEIGHT / (up + down))
    ticks = (Tick(round(plot.middle - plot.pixels * place, 1), abs(place) * step) for place in range(-down, up + 1))
    return plot, tuple(ticks)


def _most(cell: Cell) -> Decimal:
    return cell.lower if cell.upper is None else cell.upper


def _pair(found: Table, sides: Sides, names: tuple[str, str], slot: Slot, links: CellLinks, plot: _Plot) -> Pair:
    halves = []
    for side, row in enumerate((sides.one, sides.other)):
        cell = found.cell(row, str(slot.year))
        if not cell.is_empty:
            halves.append(_half(cell, found.measure, side, names[side], slot.year, links.to(cell, row, str(slot.year)), plot))
    return Pair(slot.year, *slot.bar, slot.middle, tuple(halves), slot.is_minor)


def _half(cell: Cell, measure: Measure, side: int, name: str, year: int, url: str, plot: _Plot) -> Half:
    text = cell_text(cell, measure)
    label = f"{year}, {name}: {cell_words(cell, measure)}"
    sure = plot.height(cell.lower)
    more = _OPEN if cell.upper is None else round(plot.height(cell.upper) - sure, 1)
    whole, sign = sure + more, -1 if side == 0 else 1
    end = plot.middle + sign * whole
    return Half(
        side,
        round(plot.middle - sure if side == 0 else plot.middle, 1),
        sure,
        round(end if side == 0 else plot.middle + sure, 1),
        more,
        cell.upper is None,
        text.replace("≥ ", "≥").replace("≈ ", "≈") if cell.records else "",
        round(end - 5 if side == 0 else end + 13, 1),
        None if cell.records else plot.middle + sign * _DOT,
        label,
        url,
    )


def _beside(found: Table, sides: Sides, labels: Mapping[str, str], links: CellLinks, year: int | None) -> Iterator[Beside]:
    """What no bar holds: other values, of all years or of `year`; and of the two sides what is in no year."""
    of_when = str(year) if year else TOTAL
    pairs = [(row, of_when) for row in found.rows if row not in (sides.one, sides.other)]
    if not year:
        pairs += [(row, column) for row in (sides.one, sides.other) for column in (UNCERTAIN, NOT_STATED)]
    for row, column in pairs:
        cell = found.cell(row, column)
        if not cell.is_empty:
            label = labels[row] if column == TOTAL else f"{labels[row]}, {year_label(column).lower()}"
            text = cell_text(cell, found.measure) if cell.records else cell_sentence(_words_only(cell), found.measure)
            yield Beside(label, text, links.to(cell, row, column))


def _words_only(cell: Cell) -> Cell:
    """How many statements and records without a number there are, and nothing else."""
    return Cell(unquantified=cell.unquantified, missing=cell.missing)


def _tables(
    reader: Reader, one: ByProperty, labels: Mapping[str, str], chosen: RecordFilter, newest_first: bool
) -> Iterator[tuple[str, Matrix]]:
    """All values of the property by year, all with the same columns."""
    every = sorted({year for table in one.tables for year in table.years})
    known = {column for table in one.tables for _, column in table.cells}
    columns = [Column(str(year), str(year)) for year in (reversed(every) if newest_first else every)]
    columns += [Column(key, year_label(key), "uncertain") for key in (UNCERTAIN, NOT_STATED) if key in known]
    columns.append(Column(TOTAL, gettext("All years"), "total"))
    keys = rows_in_order(reader, one.choice, one.tables)
    for found in reversed(one.tables):
        links = CellLinks(chosen.narrowed(measure=found.measure.code), found.measure, one.choice)
        cells = {key: tuple(shown(found.cell(key, at.key), found.measure, links, key, at) for at in columns) for key in keys}
        rows = tuple(Row(key, labels[key], cells[key]) for key in keys)
        title = gettext("%(measure)s by %(property)s and year", measure=found.measure.label, property=str(one.choice.label).lower())
        yield title, Matrix(tuple(columns), (Section("", rows),), rows[0])

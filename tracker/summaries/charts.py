"""Charts by year: plain numbers for a template to draw, so that text, colours and links are those of the page.

Horizontal measures are per cent, vertical ones pixels: text keeps its size on every screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 190  # pixels of the plot
TOP = 18  # room for the number over the highest bar
FOOT = 22  # room for the years
LEFT = 4.5  # per cent: the scale's numbers stand there
_FILL = 0.72  # of its place that a bar takes
_MOST_LABELS = 10  # names of years that stand beside each other on a telephone
_NICE = (1, 2, 5)


@dataclass(frozen=True)
class Series:
    """One colour of a stack: a record type with its numbers and lists by year."""

    label: str
    values: Mapping[int, int]
    url: Callable[[int], str]


@dataclass(frozen=True)
class Segment:
    """One part of a bar, a link."""

    series: int
    y: float
    height: float
    label: str
    url: str


@dataclass(frozen=True)
class Slot:
    """The place of a year between left and right."""

    year: int
    left: float
    width: float
    is_minor: bool  # on a small screen only every second, third ... year has room for its name

    @property
    def middle(self) -> float:
        return round(self.left + self.width / 2, 2)

    @property
    def bar(self) -> tuple[float, float]:
        """Left edge and width of a bar in it."""
        return round(self.left + self.width * (1 - _FILL) / 2, 2), round(self.width * _FILL, 2)


@dataclass(frozen=True)
class Bar:
    """One year."""

    year: int
    x: float
    width: float
    middle: float
    top: float
    total: int
    segments: tuple[Segment, ...]
    is_minor: bool


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: float
    label: int


@dataclass(frozen=True)
class Chart:
    """Bars of several series, one on another."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    legend: tuple[str, ...]
    height: int = TOP + HEIGHT + FOOT
    base: int = TOP + HEIGHT
    left: float = LEFT
    table_url: str = ""  # where its numbers stand, when not below it

    @property
    def is_dense(self) -> bool:
        return is_dense(self.bars)


def stacked(title: str, years: Sequence[int], series: Sequence[Series], table_url: str = "") -> Chart | None:
    """Bars of `series` for each of `years`; None when there is nothing to draw."""
    totals = {year: sum(one.values.get(year, 0) for one in series) for year in years}
    if not any(totals.values()):
        return None
    top, values = scale(max(totals.values()))
    bars = tuple(_bar(slot, totals[slot.year], series, top) for slot in slots(years))
    ticks = tuple(Tick(round(TOP + HEIGHT * (1 - value / top), 1), value) for value in values)
    return Chart(title, bars, ticks, tuple(one.label for one in series), table_url=table_url)


def slots(years: Sequence[int]) -> list[Slot]:
    """The places of `years`, side by side to the right of the scale."""
    width = (100 - LEFT) / len(years)
    every = -(-len(years) // _MOST_LABELS)
    return [Slot(year, LEFT + width * place, width, (years[-1] - year) % every != 0) for place, year in enumerate(years)]


def is_dense(years: Sequence[object]) -> bool:
    """Whether not every one of so many has room for its name on a small screen."""
    return len(years) > _MOST_LABELS


def scale(highest: float) -> tuple[int, list[int]]:
    """The top of the scale and its lines: whole numbers, four to six of them."""
    step, power = 1, 1
    while True:
        for nice in _NICE:
            step = nice * power
            if highest <= step * 5:
                top = -int(-highest // step) * step
                return top, list(range(0, top + 1, step))
        power *= 10


def _bar(slot: Slot, total: int, series: Sequence[Series], top: int) -> Bar:
    segments = []
    y = float(TOP + HEIGHT)
    for number, one in enumerate(series):
        value = one.values.get(slot.year, 0)
        if value:
            height = HEIGHT * value / top
            y -= height
            label = f"{slot.year}, {one.label}: {value}"
            segments.append(Segment(number, round(y, 1), round(height, 1), label, one.url(slot.year)))
    return Bar(slot.year, *slot.bar, slot.middle, round(y, 1), total, tuple(segments), slot.is_minor)

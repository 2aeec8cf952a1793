"""Bars by year, stacked: plain numbers for a template to draw, so that text, colours and links are those of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

HEIGHT = 190  # pixels of the plot
TOP = 18  # room for the number over the highest bar
FOOT = 22  # room for the years
_LEFT = 4.5  # per cent: the scale's numbers stand there
_FILL = 0.72  # of its place that a bar takes
_MOST_LABELS = 14
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
    """Everything that is drawn. Horizontal measures are per cent, vertical ones pixels."""

    title: str
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    legend: tuple[str, ...]
    height: int = TOP + HEIGHT + FOOT
    base: int = TOP + HEIGHT
    left: float = _LEFT

    @property
    def is_dense(self) -> bool:
        return len(self.bars) > _MOST_LABELS


def stacked(title: str, years: Sequence[int], series: Sequence[Series]) -> Chart | None:
    """Bars of `series` for each of `years`; None when there is nothing to draw."""
    totals = {year: sum(one.values.get(year, 0) for one in series) for year in years}
    if not any(totals.values()):
        return None
    top, ticks = _scale(max(totals.values()))
    place = (100 - _LEFT) / len(years)
    # on a small screen only every second, third ... year has room for its name
    every = 1 + len(years) // (_MOST_LABELS // 2) if len(years) > _MOST_LABELS else 1
    bars = tuple(
        _bar(year, _LEFT + place * position, place, totals[year], series, top, is_minor=(years[-1] - year) % every != 0)
        for position, year in enumerate(years)
    )
    lines = tuple(Tick(round(TOP + HEIGHT * (1 - value / top), 1), value) for value in ticks)
    return Chart(title, bars, lines, tuple(one.label for one in series))


def _bar(year: int, left: float, place: float, total: int, series: Sequence[Series], top: int, *, is_minor: bool) -> Bar:
    segments = []
    y = float(TOP + HEIGHT)
    for number, one in enumerate(series):
        value = one.values.get(year, 0)
        if value:
            height = HEIGHT * value / top
            y -= height
            segments.append(Segment(number, round(y, 1), round(height, 1), f"{year}, {one.label}: {value}", one.url(year)))
    x = left + place * (1 - _FILL) / 2
    return Bar(year, round(x, 2), round(place * _FILL, 2), round(left + place / 2, 2), round(y, 1), total, tuple(segments), is_minor)


def _scale(highest: int) -> tuple[int, list[int]]:
    """The top of the scale and its lines: whole numbers, four to six of them."""
    step, power = 1, 1
    while True:
        for nice in _NICE:
            step = nice * power
            if highest <= step * 5:
                top = -(-highest // step) * step
                return top, list(range(0, top + 1, step))
        power *= 10

"""The course of a row over the years as a small line, drawn from the same cells that stand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from tracker.counting.measures import Measure
from tracker.counting.queries import Table
from tracker.records.figure_words import cell_text

WIDTH, HEIGHT, EDGE = 64, 18, 2
FEWEST = 3  # two years are a difference, no course


@dataclass(frozen=True)
class Sparkline:
    """The points of a line in a box of `WIDTH` x `HEIGHT`, and what it says in words."""

    points: str
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def has_sparkline(years: Sequence[int]) -> bool:
    """Whether a line can be drawn: enough years, none left out between them."""
    return len(years) >= FEWEST and years[-1] - years[0] == len(years) - 1


def sparkline_of(found: Table, row: str, measure: Measure) -> Sparkline | None:
    """The course of `row` by year, on a scale of its own that begins at 0; None where there is nothing to draw."""
    if not has_sparkline(found.years):
        return None
    cells = [found.cell(row, str(year)) for year in found.years]
    heights = [float(cell.lower) for cell in cells]  # what is certain; the words say the rest
    highest = max(heights)
    if not highest:
        return None
    step = (WIDTH - 2 * EDGE) / (len(heights) - 1)
    points = (
        f"{EDGE + step * place:.1f},{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * height / highest:.1f}" for place, height in enumerate(heights)
    )
    most = heights.index(highest)
    words = gettext(
        "%(first)s: %(begins)s, %(last)s: %(ends)s; most in %(year)s: %(most)s",
        first=found.years[0],
        begins=cell_text(cells[0], measure),
        last=found.years[-1],
        ends=cell_text(cells[-1], measure),
        year=found.years[most],
        most=cell_text(cells[most], measure),
    )
    return Sparkline(" ".join(points), words)

"""The signs of one table and what they mean: only those that stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask_babel import gettext

from tracker.summaries.matrix import Matrix, Shown


@dataclass(frozen=True)
class Sign:
    """A sign and its meaning."""

    sign: str
    meaning: str


_RANGE = re.compile(r"\d[^\s–]{0,9}–[^\s–]{0,9}\d")
# In the order in which a reader meets them; each with the test of a cell that shows it.
_SIGNS: tuple[tuple[str, Callable[[Shown], bool], Callable[[], str]], ...] = (
    ("0", lambda cell: cell.text == "0", lambda: gettext("nothing of the kind is recorded")),
    ("–", lambda cell: cell.text == "–", lambda: gettext("nothing is known; if it is a link, there are words without a number")),
    ("12+", lambda cell: cell.open_list, lambda: gettext("and further countries that the source does not name")),
    ("≥ 12", lambda cell: cell.text.startswith("≥"), lambda: gettext("at least: a source gives no upper bound")),
    ("≈ 12", lambda cell: cell.text.startswith("≈"), lambda: gettext("about: a source gives a round number")),
    ("10–12", lambda cell: _RANGE.search(cell.text) is not None, lambda: gettext("ten certainly, twelve at most")),
)


def signs_of(matrix: Matrix, *, has_words: bool) -> tuple[Sign, ...]:
    """The signs of `matrix`; `has_words` where statements without a number stand beside it."""
    cells = list(_cells(matrix))
    found = [Sign(sign, meaning()) for sign, shows, meaning in _SIGNS if any(shows(cell) for cell in cells)]
    if has_words:
        words = gettext("words such as “several”: listed beside the table, in no sum, never taken for 0 or 1")
        found.append(Sign(gettext("Statement without a number"), words))
    if matrix.scale.legend and any(cell.heat for cell in cells):
        found.append(Sign(gettext("Shade"), gettext("the darker, the larger the number; the steps stand above, totals have none")))
    return tuple(found)


def _cells(matrix: Matrix) -> Iterator[Shown]:
    for section in matrix.sections:
        for row in section.rows:
            yield from row.cells
    for row in (matrix.total, *matrix.sums):
        yield from row.cells

"""What is wrong with a line of a file, and where."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """What is wrong at a cell, or with the record as a whole. `line`: of a further row of the record; None for its first."""

    column: int | None
    said: str
    line: int | None = None

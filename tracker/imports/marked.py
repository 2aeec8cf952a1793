"""Columns named as a country in which a cell is only ticked: `x` below `Thailand` names Thailand."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.imports.cell_dates import is_nothing

MARKED = "x"  # how the cells of such a column are taken
_YES = frozenset(
    {"x", "xx", "✓", "✔", "√", "●", "•", "*", "+", "1", "v", "y", "yes", "true", "ja", "j", "oui", "si", "sí", "да", "是", "有"}
)
_NO = frozenset({"0", "n", "no", "false", "nein", "non", "нет", "否", "o", "○"})


def name_of_mark(text: str, header: str) -> str | None:
    """What a ticked cell says: the name of its column, '' where it is not ticked; None for a cell that is no mark."""
    said = text.strip().casefold()
    if said in _YES:
        return header
    return "" if said in _NO or is_nothing(text) else None


def are_marks(cells: Sequence[str], share: float) -> bool:
    """Whether so many of the cells are marks, and one of them is set; others are told then."""
    names = [name_of_mark(cell, "x") for cell in cells]
    return any(names) and sum(name is not None for name in names) >= share * len(names)

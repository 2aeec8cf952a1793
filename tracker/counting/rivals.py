"""Numbers of one version that say the same thing, as long as nobody has decided which of them counts (C28)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# what two numbers have in common that say the same thing (settled)
SAME = ("metric", "item", "unit", "country", "person_status", "period", "nature", "as_of", "contained_in")
COMPETING = "competing"  # the dimension, with one of:
UNDECIDED, ADDED = "undecided", "added"


def competing_in(figures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """`undecided` where one counts only for now, `added` where several count: recorded before the rule, and not saved since."""
    if any(figure.get("preference") == "open" for figure in figures):
        yield UNDECIDED
    counting = [tuple(figure.get(name) for name in SAME) for figure in figures if figure["preferred"]]
    if len(counting) > len(set(counting)):
        yield ADDED

"""Cells of dates and numbers that nobody can read - `indefinite`, `see annex`, `#N/A` - and what somebody has said they mean.

It is decided once for all cells of a field that say the same, and stands in the plan among its words, under the key of the field with
`=` before it: '' is not stated, LITERAL keeps the words of a number, anything else is read in place of the cell.
"""

from __future__ import annotations

from tracker.imports.fields import Field
from tracker.imports.plan import Plan

LITERAL = "~"
NOTHING, READ_AS = "-", "="  # what the form sends beside it: it is not stated, or is read as what is typed
LONGEST = 200


def scheme_of(known: Field) -> str:
    """Under which name the plan keeps what cells of this field mean."""
    return f"={known.key}"


def key_of_cell(text: str) -> str:
    """Cells that are written alike, but for blanks and capitals."""
    return " ".join(text.split()).casefold()[:LONGEST]


def decided(plan: Plan, known: Field, text: str) -> str | None:
    """What was decided about a cell; None for nothing."""
    words = plan.words.get(scheme_of(known))
    return words.get(key_of_cell(text)) if words else None

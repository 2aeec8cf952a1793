"""Numbers of the same in several lines of one record, one line for each result: added up where somebody says so, else asked.

Kept side by side they would be numbers that compete (C28), of which one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from tracker.records.enums import Qualifier
from tracker.records.numbers import LARGEST, decimal_text
from tracker.vocabularies.units import SEVERAL

SUMMED, ALIKE = "+", "="  # how the numbers of a column are taken: added up over the lines of a record, or said in each of them alike
_SAME, _SAID = ("metric", "unit", "item"), ("value_lo", "value_hi", "qualifier", "text_original")


def settled(row: Mapping[str, Any], rows: Iterable[dict[str, Any]], *, is_summed: bool, otherwise: str) -> str | None:
    """None where the number `row` counts what none of `rows` does, and is to stand among them. Else what is wrong with it: '' where it
    was added up, or says the same; `otherwise` where it says something else."""
    alike = [one for one in rows if all(row[name] == one[name] for name in _SAME)]
    if not alike:
        return None
    if is_summed:
        total = sum_of(alike[0], row)
        alike[0].update(total or {})
        return "" if total else gettext("This cannot be added to the number before it: write a number, or empty the cell.")
    return "" if any(all(row[name] == one[name] for name in _SAID) for one in alike) else otherwise


def sum_of(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """The amount of two figures together; None where one has no number, or it would be too large."""
    qualifiers = {one["qualifier"], other["qualifier"]}
    if Qualifier.UNQUANTIFIED in qualifiers:
        return None
    lower, upper = (_total(one[name], other[name]) for name in ("value_lo", "value_hi"))
    if upper is None:
        qualifier = Qualifier.AT_LEAST
    elif lower == upper:
        qualifier = Qualifier.ABOUT if Qualifier.ABOUT in qualifiers else Qualifier.EXACT
    else:
        qualifier = Qualifier.RANGE if lower else Qualifier.AT_MOST
    if max(filter(None, (lower, upper)), default=Decimal(0)) > LARGEST:
        return None
    return {"value_lo": decimal_text(lower), "value_hi": decimal_text(upper), "qualifier": qualifier.value}


def undecided(row: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """What is wrong where nobody has said how the numbers of several lines go together; '' where no other line has one."""
    if not any(all(row[name] == one[name] for name in _SAME) for one in rows):
        return ""
    return gettext(
        "Another row of the same record has a number of the same. Are they added up, or alike? Choose it for this column on the page of "
        "columns."
    )


def of_another_line(row: Mapping[str, Any]) -> str:
    """What is wrong where another line of the record has another number of the same."""
    return gettext(
        "Another row of the same record has another number of the same (%(unit)s). If both are parts of a whole, choose “numbers, added "
        "up per record” for this column on the page of columns; else mend one of them.",
        unit=SEVERAL.get(row["unit"], row["unit"]),
    )


def of_another_column(row: Mapping[str, Any]) -> str:
    """The same of another column of the line: one of both would be put aside (C28)."""
    return gettext(
        "Another column has an amount of the same in the same unit (%(unit)s): write the sum in one cell, or empty the wrong one.",
        unit=SEVERAL.get(row["unit"], row["unit"]),
    )


def _total(one: str | None, other: str | None) -> Decimal | None:
    return None if one is None or other is None else Decimal(one) + Decimal(other)

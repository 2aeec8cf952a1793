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

SUMMED = "+"  # how the numbers of a column are taken: added up over the lines of a record
_SAME, _SAID = ("metric", "unit", "item"), ("value_lo", "value_hi", "qualifier", "text_original")


def is_same(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two figures count the same in the same unit."""
    return all(row[name] == other[name] for name in _SAME)


def says_otherwise(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two figures say other amounts."""
    return any(row[name] != other[name] for name in _SAID)


def amount_like(row: Mapping[str, Any], rows: Iterable[dict[str, Any]], *, is_summed: bool) -> dict[str, Any] | None:
    """The one of `rows` that counts the same as `row`, unless it is to be kept as it is, since it says the same and is not added up."""
    alike = [one for one in rows if is_same(row, one)]
    return alike[0] if alike and (is_summed or all(says_otherwise(row, one) for one in alike)) else None


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


def said_twice(row: Mapping[str, Any], *, is_summed: bool) -> str:
    """What is wrong where the numbers of two lines are no one number."""
    if is_summed:
        return gettext("This cannot be added to the number in another row of the record: write a number, or empty the cell.")
    return gettext(
        "Another row of the same record has another number of the same (%(unit)s). If both are parts of a whole, choose “numbers, added "
        "up per record” for this column on the page of columns; else mend one of them.",
        unit=SEVERAL.get(row["unit"], row["unit"]),
    )  # fmt: skip


def _total(one: str | None, other: str | None) -> Decimal | None:
    return None if one is None or other is None else Decimal(one) + Decimal(other)

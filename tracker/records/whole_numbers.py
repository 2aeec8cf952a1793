"""What is counted one by one is counted whole: persons, cases, pieces. What is measured may have decimals: kilograms, days of a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from tracker.records.numbers import UnclearError, decimal_text
from tracker.vocabularies.units import COUNTED, SEVERAL

Bound = Decimal | str | None


def fraction_problem(no: object, unit: str | None, bounds: Iterable[Bound], stored: Iterable[Mapping[str, Any]]) -> str:
    """Why a figure cannot have these bounds (lower, upper) in this unit; '' when it can, and where it is stored so already."""
    known = [None if bound is None else Decimal(bound) for bound in bounds]
    broken = next((bound for bound in known if bound is not None and bound % 1), None)
    if broken is None or unit not in COUNTED or (str(no), unit, known) in map(_as_stored, stored):
        return ""
    units, low = str(SEVERAL[unit]), broken // 1
    return gettext(
        "%(units)s are counted whole: write %(low)s or %(high)s.",
        units=units[:1].upper() + units[1:],
        low=decimal_text(low),
        high=decimal_text(low + 1),
    )


def said_of(error: Exception, unit: str | None) -> str:
    """The message of what cannot be read; of numbers of what is counted one by one it offers whole ones."""
    return str(error.of_whole if isinstance(error, UnclearError) and unit in COUNTED else error)


def _as_stored(figure: Mapping[str, Any]) -> tuple[str, str, list[Decimal | None]]:
    bounds = (figure["value_lo"], figure["value_hi"])
    return str(figure["no"]), figure["unit"], [None if bound is None else Decimal(bound) for bound in bounds]

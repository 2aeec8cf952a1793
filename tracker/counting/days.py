"""The days that a filter names: what may lie in them is counted, and of that, apart, what surely does (C15, C29)."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode

Bounds = tuple[date | None, date | None]  # the first and the last day; None on a side without end


def days_of(measure: Measure, chosen: RecordFilter) -> Bounds | None:
    """The days of `chosen`, where `measure` happens on its counting date: a date known to the month may lie outside them as well.

    What lasts has bounds of its own (C14); a running total begins with its series (C26).
    """
    first = None if measure.is_running else chosen.since
    has_days = first is not None or chosen.until is not None
    return (first, chosen.until) if has_days and measure.mode is Mode.FLOW else None


def surely_in(days: Bounds, facts: Any) -> list[sa.ColumnElement[bool]]:
    """That the counting date lies in `days`, whichever day of its own it is."""
    first, last = days
    return [*([facts.lo >= first] if first else []), *([facts.hi <= last] if last else [])]

"""Dates known only in part: written in EDTF, typed by people, described to readers. Knows no record and no database."""

from tracker.partial_dates.edtf import NOT_STATED, DateBasis, DateError, PartialDate, days_as_edtf, parse_edtf
from tracker.partial_dates.typed import parse_typed
from tracker.partial_dates.wording import as_typed, counts_in, describe, live_line, weekday

__all__ = [
    "NOT_STATED",
    "DateBasis",
    "DateError",
    "PartialDate",
    "as_typed",
    "counts_in",
    "days_as_edtf",
    "describe",
    "live_line",
    "parse_edtf",
    "parse_typed",
    "weekday",
]

"""What only statements obey, as functions of plain values."""

from __future__ import annotations

from tracker.counting.measures import Payload
from tracker.partial_dates import PartialDate, parse_edtf


def counting_date(payload: Payload) -> PartialDate:
    """C10: the day on which it was said, or as of which it is."""
    return parse_edtf(payload["start"])

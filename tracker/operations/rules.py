"""What only operations obey, as functions of plain values."""

from __future__ import annotations

from tracker.counting.measures import Payload
from tracker.counting.models import Standing
from tracker.partial_dates import PartialDate, parse_edtf


def counting_date(payload: Payload) -> PartialDate:
    """C10: the start."""
    return parse_edtf(payload["start"])


def standing(payload: Payload) -> Standing | None:
    """A phase - part of another operation - is counted with its parent, which is one operation."""
    if payload["parent_kind"] == "operation" and payload["status"] not in ("planned", "cancelled"):
        return Standing.PHASE
    return None

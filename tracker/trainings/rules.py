"""What only trainings obey, as functions of plain values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tracker.counting.measures import Payload
from tracker.partial_dates import PartialDate, parse_edtf


def counting_date(payload: Payload) -> PartialDate:
    """C10: the start."""
    return parse_edtf(payload["start"])


def participant_days(payload: Payload) -> list[dict[str, Any]]:
    """C37: participants times days, as figures of their own, unless the source states participant-days itself.

    Keeps the split by country and the containment of the figures of participants; an unknown number of days or of
    participants gives nothing, never a guess.
    """
    if not payload["days"] or any(figure["metric"] == "participant_days" for figure in payload["figures"]):
        return []
    days = Decimal(payload["days"])
    return [
        figure
        | {
            "no": f"days of {figure['no']}",
            "contained_in": f"days of {figure['contained_in']}" if figure["contained_in"] else None,
            "metric": "participant_days",
            "unit": "participant_day",
            "value_lo": _times(figure["value_lo"], days),
            "value_hi": _times(figure["value_hi"], days),
        }
        for figure in payload["figures"]
        if figure["metric"] == "participants" and figure["unit"] == "participant" and figure["qualifier"] != "unquantified"
    ]


def _times(value: str | None, days: Decimal) -> str | None:
    return None if value is None else str(Decimal(value) * days)

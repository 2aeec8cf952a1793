"""What only handovers obey, as functions of plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.counting.measures import Payload
from tracker.counting.models import Standing
from tracker.handovers.models import Stage
from tracker.partial_dates import PartialDate, parse_edtf

SIDES = {"inward": ("sending", "receiving"), "outward": ("receiving", "sending")}


def counting_date(payload: Payload) -> PartialDate:
    """C10: the physical handover."""
    return parse_edtf(payload["start"])


def standing(payload: Payload) -> Standing | None:
    """Requested, granted and refused handovers stand outside every count; only what is done counts."""
    return None if payload["stage"] == Stage.DONE else Standing(payload["stage"])


def role_by_direction(document: Mapping[str, Any], party: str, reporting_state: str) -> str:
    """The side of a party of whom no role is said: inward, others send; outward, others receive (C22). Transit and a direction that is
    not stated tell no sides: whoever is named then took part."""
    sides = SIDES.get(document.get("direction") or "")
    return sides[party == reporting_state] if sides else "participant"


def direction_by_sides(document: Mapping[str, Any], reporting_state: str) -> dict[str, Any]:
    """The direction that the sides tell where the reporting state is one of them: what it receives is inward (C22)."""
    ours = {row["role"] for row in document.get("parties", ()) if row["party"] == reporting_state}
    told = [direction for direction, (_, own) in SIDES.items() if own in ours]
    return {"direction": told[0]} if len(told) == 1 else {}


def sides_that_contradict(direction: str, parties: Iterable[Mapping[str, Any]], reporting_state: str) -> list[str]:
    """The partners whose role contradicts the direction: inward, others send; outward, others receive (C22)."""
    if direction not in SIDES:
        return []
    theirs, ours = SIDES[direction]
    roles: dict[str, set[str]] = {}
    for entry in parties:
        roles.setdefault(entry["party"], set()).add(entry["role"])
    return sorted(
        party
        for party, held in roles.items()
        if (party == reporting_state and theirs in held) or (party != reporting_state and ours in held and theirs not in held)
    )

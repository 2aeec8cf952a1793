"""The second count of moves into force and out of it, by walking through the life of an agreement day by day (C17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

ENTERED, RESUMED, ENDED, SUSPENDED = "entered", "resumed", "ended", "suspended"
_KIND = {"entered_into_force": ENTERED, "resumed": RESUMED, "suspended": SUSPENDED}
_ENDS_INSTRUMENT = ("expired", "terminated", "replaced")
_ENDS_PARTY = ("denounced", "withdrawn", "terminated")


@dataclass
class _Side:
    """The instrument, or the part that one side takes in it."""

    is_in: bool = False
    was_in: bool = False
    is_over: bool = False

    def move(self, kind: str) -> None:
        if kind == ENTERED or (kind == RESUMED and self.was_in and not self.is_over):
            self.is_in = self.was_in = True
            self.is_over = False
        elif kind == SUSPENDED:
            self.is_in = False
        elif kind == ENDED:
            self.is_in, self.is_over = False, True


def moves(document: dict[str, Any], ours: str, partner: str, after: date, until: date) -> Counter[str]:
    """How often a bilateral instrument of whole days moved into force for us, and out of it, in (`after`, `until`], by kind of move."""
    return Counter(kind for day, kind in _all_moves(document, ours, partner) if after < day <= until)


def _all_moves(document: dict[str, Any], ours: str, partner: str) -> Iterator[tuple[date, str]]:
    instrument = _Side()
    has_own_start = any(action["party"] == ours and action["action"] == "entered_into_force" for action in document["actions"])
    own = _Side(is_in=not has_own_start, was_in=not has_own_start)
    for action in sorted(document["actions"], key=lambda action: str(action["date"])):
        before = instrument.is_in and own.is_in
        name, party = action["action"], action["party"]
        if party is None and (name in _KIND or name in _ENDS_INSTRUMENT):
            instrument.move(_KIND.get(name, ENDED))
        if party == ours and (name in _KIND or name in _ENDS_PARTY):
            own.move(_KIND.get(name, ENDED))
        if party in (ours, partner) and name in _ENDS_PARTY:  # a denunciation by either side ends a bilateral instrument
            instrument.move(ENDED)
        after = instrument.is_in and own.is_in
        if after != before:
            yield date.fromisoformat(action["date"]), _KIND.get(name, ENDED)

"""Does the trail still say what it said? Where not, at which numbers.

Each event is judged by itself first, so that an event that was edited is named and those after it are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.chain import HASHED, START, hash_of
from tracker.audit.models import AuditEvent, AuditHead

_BATCH = 1_000


class FaultKind(StrEnum):
    CHANGED = "changed"
    REPLACED = "replaced"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    BEYOND = "beyond"
    HEAD_DIFFERS = "head_differs"
    HEAD_MISSING = "head_missing"
    NOT_AS_NOTED = "not_as_noted"


_SAID = {
    FaultKind.CHANGED: "was changed: its hash does not fit what it says",
    FaultKind.REPLACED: "was replaced: the event after it was chained to another one",
    FaultKind.MISSING: "missing",
    FaultKind.CUT_OFF: "cut off at the end: the head of the trail knows of more",
    FaultKind.BEYOND: "stands outside the trail: the head does not know it",
    FaultKind.HEAD_DIFFERS: "is the last one, but the head of the trail names another hash",
    FaultKind.HEAD_MISSING: "is the last one found; the head of the trail is gone",
    FaultKind.NOT_AS_NOTED: "does not bear the hash that was noted down",
}


@dataclass(frozen=True)
class Fault:
    """One place where the trail breaks; `last` when it is a stretch of numbers."""

    kind: FaultKind
    no: int
    last: int | None = None

    def __str__(self) -> str:
        events = f"event {self.no}" if self.last in (None, self.no) else f"events {self.no} to {self.last}"
        return f"{events}: {_SAID[self.kind]}"


@dataclass(frozen=True)
class Mark:
    """The number and the hash of one event: all that has to be noted elsewhere to prove the trail up to it."""

    no: int
    hash: str

    @classmethod
    def read(cls, text: str) -> Mark:
        """`NO:HASH` as `flask audit verify` prints it. Raises ValueError."""
        no, _, digits = text.strip().partition(":")
        if not no.isascii() or not no.isdigit() or len(digits) != 64:
            raise ValueError("the mark is a number, a colon and 64 hexadecimal digits")
        return cls(int(no), digits.lower())

    def __str__(self) -> str:
        return f"{self.no}:{self.hash}"


def head_of(session: Session) -> Mark | None:
    """The last event as the head row names it."""
    row = session.execute(sa.select(AuditHead.no, AuditHead.hash)).one_or_none()
    return Mark(row.no, row.hash) if row else None


def stored_events(session: Session) -> Iterator[Any]:
    """All events in order as they are stored, a batch at a time; also those whose values no program of ours would have written."""
    columns = [AuditEvent.__table__.c[name] for name in (*HASHED, "previous", "hash") if name != "at"]
    # the moment as the database gives it: a forged one must be reported, not stop the walk
    at = sa.type_coerce(AuditEvent.at, sa.String).label("at")
    statement = sa.select(at, *columns).order_by(AuditEvent.no)
    yield from session.execute(statement.execution_options(yield_per=_BATCH)).mappings()


def faults(events: Iterable[Mapping[str, Any]], head: Mark | None, noted: Mark | None = None) -> Iterator[Fault]:
    """Where the trail breaks, in order. Needs the memory of one event, whatever their number.

    `noted` is a mark written down earlier: without it, whoever rewrites all events and the head goes unseen.
    """
    last = Mark(0, START)
    is_last_sound, is_noted_seen = True, noted is None or noted.no == 0
    for event in events:
        no = event["no"]
        if no < 1 or (head and no > head.no):
            yield Fault(FaultKind.BEYOND, no)
            continue
        follows = no == last.no + 1
        if not follows:
            yield Fault(FaultKind.MISSING, last.no + 1, no - 1)
        fits = _fits(event)
        if not fits:
            yield Fault(FaultKind.CHANGED, no)
        elif follows and is_last_sound and event["previous"] != last.hash:
            yield Fault(FaultKind.REPLACED, max(last.no, 1))
        if noted and no == noted.no:
            is_noted_seen = True
            if event["hash"] != noted.hash:
                yield Fault(FaultKind.NOT_AS_NOTED, no)
        last, is_last_sound = Mark(no, event["hash"]), fits
    yield from _at_the_end(last, is_last_sound, head)
    if noted and not is_noted_seen:
        yield Fault(FaultKind.NOT_AS_NOTED, noted.no)


def _at_the_end(last: Mark, is_last_sound: bool, head: Mark | None) -> Iterator[Fault]:
    if head is None:
        yield Fault(FaultKind.HEAD_MISSING, last.no)
    elif last.no < head.no:
        yield Fault(FaultKind.CUT_OFF, last.no + 1, head.no)
    elif is_last_sound and last.hash != head.hash:
        yield Fault(FaultKind.HEAD_DIFFERS, last.no)


def _fits(event: Mapping[str, Any]) -> bool:
    try:
        said = {**event, "at": _moment(event["at"])}
        return hash_of(said, event["previous"]) == event["hash"]
    except (TypeError, ValueError):
        return False  # values of a kind that no event has


def _moment(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)

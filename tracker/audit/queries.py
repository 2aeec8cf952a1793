"""Reads of the trail: the newest first, by person, action, target, day and purpose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.models import AuditEvent, AuditHead

PAGE_SIZE = 50
_BATCH = 1_000


@dataclass(frozen=True)
class EventFilter:
    """Which events are meant; an empty field does not narrow. `until` is the first moment after."""

    actor: str | None = None  # user name; '' means nobody signed in and the command line
    actions: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    purpose: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.actor is not None:
            found.append(AuditEvent.actor == self.actor)
        if self.actions:
            found.append(AuditEvent.action.in_(self.actions))
        if self.targets:
            found.append(AuditEvent.target.in_(self.targets))
        if self.purpose:
            found.append(AuditEvent.purpose.icontains(self.purpose, autoescape=True))
        if self.since:
            found.append(AuditEvent.at >= self.since)
        if self.until:
            found.append(AuditEvent.at < self.until)
        return found


@dataclass(frozen=True)
class EventPage:
    """Some events, the newest first; whether there are newer and older ones."""

    events: Sequence[AuditEvent]
    has_newer: bool
    has_older: bool


def page_of_events(session: Session, chosen: EventFilter, *, before: int | None = None, after: int | None = None) -> EventPage:
    """The page just older than number `before`, or just newer than `after`: no page costs more than another, however deep."""
    statement = sa.select(AuditEvent).where(*chosen.conditions()).limit(PAGE_SIZE + 1)
    if after is not None:
        found = list(session.scalars(statement.where(AuditEvent.no > after).order_by(AuditEvent.no)))
        return EventPage(found[:PAGE_SIZE][::-1], len(found) > PAGE_SIZE, _exists(session, chosen, AuditEvent.no <= after))
    if before is not None:
        statement = statement.where(AuditEvent.no < before)
    found = list(session.scalars(statement.order_by(AuditEvent.no.desc())))
    has_newer = before is not None and _exists(session, chosen, AuditEvent.no >= before)
    return EventPage(found[:PAGE_SIZE], has_newer, len(found) > PAGE_SIZE)


def count_events(session: Session, chosen: EventFilter) -> tuple[int, int]:
    """How many events there are now, and the number of the last of all: later ones belong to another count."""
    last = session.scalar(sa.select(AuditHead.no)) or 0
    count = session.scalar(sa.select(sa.func.count()).select_from(AuditEvent).where(*chosen.conditions(), AuditEvent.no <= last)) or 0
    return count, last


def every_event(session: Session, chosen: EventFilter, last: int) -> Iterator[AuditEvent]:
    """All events up to number `last`, the oldest first, a batch at a time."""
    statement = sa.select(AuditEvent).where(*chosen.conditions(), AuditEvent.no <= last).order_by(AuditEvent.no)
    try:
        for event in session.scalars(statement.execution_options(yield_per=_BATCH)):
            session.expunge(event)
            yield event
    finally:
        session.close()  # a file is written after the request has ended: what was opened again for it is closed here


def json_lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    """One line of JSON for each event, with its hash: what is checked elsewhere can be checked from the file."""
    for event in events:
        said: dict[str, Any] = {
            "no": event.no, "at": event.at.isoformat(timespec="microseconds"), "actor_id": event.actor_id, "actor": event.actor,
            "action": event.action, "target": event.target, "purpose": event.purpose, "detail": detail_of(event),
            "address": event.address, "request": event.request, "previous": event.previous, "hash": event.hash,
        }  # fmt: skip
        yield json.dumps(said, ensure_ascii=True) + "\n"


def detail_of(event: AuditEvent) -> dict[str, Any]:
    """What the event says in detail; a text that no program of ours wrote is given as it stands."""
    try:
        said = json.loads(event.detail)
    except ValueError:
        return {"text": event.detail}
    return said if isinstance(said, dict) else {"text": event.detail}


def _exists(session: Session, chosen: EventFilter, condition: sa.ColumnElement[bool]) -> bool:
    return session.scalar(sa.select(AuditEvent.no).where(*chosen.conditions(), condition).limit(1)) is not None

"""What waits for a second person: the queue, oldest first, and what has been returned."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.services import names_of_users
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import LiftRequest, Record, RecordParty, Review
from tracker.records.review_services import authors_since_verified, is_own_work
from tracker.records.together import waits_together
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Party

PAGE_SIZE = 50
_CHOSEN = re.compile(r"[A-Z]+-\d{4}-\d+:\d+")  # a reference and the version that was looked at
LATE_AFTER = 5  # working days
OPENED_FOR_REVIEW = "review"


@dataclass(frozen=True)
class Waiting:
    """One record of the queue."""

    ref: str
    kind: str
    title: str
    version: int
    partners: tuple[str, ...]
    by: str
    since: datetime
    days: int
    is_late: bool
    is_change: bool  # an earlier version is official
    is_own: bool  # the reader wrote or submitted it
    is_owner: bool  # the reader owns it
    was_opened: bool  # by the reader, in this version
    note: str  # why it was returned


@dataclass(frozen=True)
class Queue:
    """One page of what waits."""

    rows: tuple[Waiting, ...]
    number: int
    total: int

    @property
    def count(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def queue(reader: Reader, state: ReviewState, number: int = 1, *where: sa.ColumnElement[bool]) -> Queue:
    """Page `number` of the records in `state` (submitted or returned) that the reader may see, the longest waiting first."""
    total = count_waiting(reader, state, *where)
    number = min(max(1, number), max(1, -(-total // PAGE_SIZE)))
    return Queue(tuple(_waiting(reader, state, (number - 1) * PAGE_SIZE, PAGE_SIZE, *where)), number, total)


def _waiting(reader: Reader, state: ReviewState, first: int, most: int = PAGE_SIZE, *where: Any) -> list[Waiting]:
    """Up to `most` records of those that fit `where`, the first of which has `first` before it."""
    last = _last_moves(state)
    statement = (
        sa.select(
            *(Record.id, Record.ref, Record.kind, Record.title, Record.version, Record.verified_version),
            *(Review.by_id, Review.at, Review.note, Record.owner_id, is_own_work(reader.user.id).label("is_own")),
        )
        .join(last, last.c.record_id == Record.id)
        .join(Review, Review.id == last.c.id)
        .where(*_where(reader, state), *where)
        .order_by(Review.id)
        .limit(most)
        .offset(first)
    )
    rows = reader.session.execute(statement).all()
    partners, names = _partners(reader, [row.id for row in rows]), names_of_users(reader.session)
    # only what waits for a decision is chosen from what was opened
    opened = opened_versions(reader.user, reader.session, [row.ref for row in rows]) if state is ReviewState.SUBMITTED else set()
    return [
        Waiting(
            *(row.ref, row.kind, row.title, row.version, partners.get(row.id, ()), names.get(row.by_id, ""), row.at),
            days=(reader.today - row.at.date()).days,
            is_late=working_days(row.at.date(), reader.today) > LATE_AFTER,
            is_change=row.verified_version is not None,
            is_own=row.is_own,
            is_owner=row.owner_id == reader.user.id,
            was_opened=(row.ref, row.version) in opened,
            note=row.note,
        )
        for row in rows
    ]


def count_waiting(reader: Reader, state: ReviewState, *where: sa.ColumnElement[bool]) -> int:
    """How many records wait."""
    return reader.session.scalar(sa.select(sa.func.count()).select_from(Record).where(*_where(reader, state), *where)) or 0


def backlog(reader: Reader, among: sa.Select[int]) -> tuple[Any, Any, Any]:
    """As columns for a statement of a page: how many of `among` wait for review, since when the oldest does, how many the queue holds."""
    last = _last_moves(ReviewState.SUBMITTED)
    moved = sa.select(sa.func.min(Review.at)).join(last, last.c.id == Review.id).where(last.c.record_id.in_(among))
    count, held = sa.select(sa.func.count()).select_from(Record), _where(reader, ReviewState.SUBMITTED)
    return count.where(Record.id.in_(among)).scalar_subquery(), moved.scalar_subquery(), count.where(*held).scalar_subquery()


def lifts_asked(reader: Reader) -> list[tuple[Record, LiftRequest]]:
    """The records whose restriction somebody asks to lift, with the request, the longest waiting first."""
    waiting = sa.select(Record, LiftRequest).join(LiftRequest, LiftRequest.record_id == Record.id)
    waiting = waiting.where(LiftRequest.decision.is_(None), visible_to(reader.user)).order_by(LiftRequest.id)
    return [(record, asked) for record, asked in reader.session.execute(waiting.limit(PAGE_SIZE))]


@dataclass(frozen=True)
class Neighbour:
    """A record of the queue, by what its address is made of."""

    kind: str
    ref: str


@dataclass(frozen=True)
class Place:
    """What stands before and after a record in the queue, and whether it can be decided about with others."""

    before: Neighbour | None
    after: Neighbour | None
    is_together: bool


def place_of(reader: Reader, ref: str) -> Place:
    """Where the record `ref` stands in the queue of what the reader may decide: of an import among imports.

    After one that waits no more comes the first that does.
    """
    last, waits = _last_moves(ReviewState.SUBMITTED), _where(reader, ReviewState.SUBMITTED)
    places = sa.select(last.c.id, waits_together().label("is_together")).join(Record, Record.id == last.c.record_id)
    here = places.where(*waits, Record.ref == ref).cte("here")
    place = sa.func.coalesce(sa.select(here.c.id).scalar_subquery(), 0)
    is_together = sa.func.coalesce(sa.select(here.c.is_together).scalar_subquery(), sa.false())

    def next_to(where: sa.ColumnElement[bool], order: sa.ColumnElement[Any], side: int) -> sa.Select[Any]:
        others = sa.select(Record.kind, Record.ref, sa.literal(side).label("side")).join(last, last.c.record_id == Record.id)
        others = others.where(*waits, sa.not_(is_own_work(reader.user.id)), Record.ref != ref, waits_together() == is_together)
        return sa.select(others.where(where).order_by(order).limit(1).subquery())

    itself = sa.select(sa.literal(""), sa.literal(""), sa.literal(0)).select_from(here).where(here.c.is_together)
    sides = next_to(last.c.id < place, last.c.id.desc(), -1), next_to(last.c.id > place, last.c.id.asc(), 1)
    rows: Any = reader.session.execute(sa.union_all(*sides, itself))  # one question in place of four
    found = {side: Neighbour(kind, its) for kind, its, side in rows}
    return Place(found.get(-1), found.get(1), 0 in found)


def returned_to(reader: Reader, most: int) -> tuple[Waiting, ...]:
    """What was returned of the reader's own records or of his last versions, with the note in full."""
    concerned = sa.or_(Record.owner_id == reader.user.id, is_own_work(reader.user.id))
    return tuple(_waiting(reader, ReviewState.RETURNED, 0, most, concerned))


def working_days(first: date, last: date) -> int:
    """Mondays to Fridays after `first` up to `last`."""
    whole, rest = divmod((last - first).days, 7)
    days = (first + timedelta(days=whole * 7 + step) for step in range(1, rest + 1))
    return whole * 5 + sum(day.weekday() < 5 for day in days)


def sorted_for_verification(reader: Reader, chosen: Iterable[str]) -> tuple[list[tuple[Record, int]], list[tuple[str, str]]]:
    """Of `REF:VERSION` texts, the records that the reader may verify together, and the others each with the reason.

    Only what he opened in this version counts as looked at.
    """
    fitting, refused = [], []
    for ref, version in (text.split(":") for text in dict.fromkeys(chosen) if _CHOSEN.fullmatch(text)):
        record = reader.session.scalar(sa.select(Record).where(Record.ref == ref, visible_to(reader.user)))
        if record is None:
            continue
        if record.review_state is not ReviewState.SUBMITTED or str(record.version) != version:
            refused.append((ref, gettext("changed or decided meanwhile")))
        elif record.restricted_at:
            refused.append((ref, gettext("restricted")))
        elif reader.user.id in authors_since_verified(reader.session, record):
            refused.append((ref, gettext("you wrote or submitted it")))
        elif not was_opened(reader, ref, record.version):
            refused.append((ref, gettext("you have not opened it")))
        else:
            fitting.append((record, record.version))
    return fitting, refused


def was_opened(reader: Reader, ref: str, version: int) -> bool:
    """Whether the reader has looked at this version on its page of review."""
    return (ref, version) in opened_versions(reader.user, reader.session, [ref])


def _where(reader: Reader, state: ReviewState) -> list[sa.ColumnElement[bool]]:
    """What is restricted waits for nobody: it cannot be decided until that is lifted."""
    return [Record.review_state == state, Record.restricted_at.is_(None), visible_to(reader.user)]


def _last_moves(state: ReviewState) -> Any:
    """The move that brought each record into `state`."""
    moves = (ReviewMove.SUBMIT, ReviewMove.RESTORE) if state is ReviewState.SUBMITTED else (ReviewMove.RETURN,)
    return (
        sa.select(Review.record_id, sa.func.max(Review.id).label("id")).where(Review.move.in_(moves)).group_by(Review.record_id).subquery()
    )


def _partners(reader: Reader, ids: list[int]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    statement = sa.select(RecordParty.record_id, Party.code).join(Party, Party.id == RecordParty.party_id)
    for record_id, code in reader.session.execute(statement.where(RecordParty.record_id.in_(ids)).order_by(RecordParty.position)):
        if code != reader.reporting_state:
            found[record_id] = (*found.get(record_id, ()), code)
    return found


def opened_versions(user: User, session: Session, refs: Collection[str]) -> set[tuple[str, int]]:
    """(reference, version) that `user` has opened for review: opening one leaves an event."""
    statement = sa.select(AuditEvent.target, AuditEvent.detail).where(
        AuditEvent.action == Action.RECORD_READ, AuditEvent.actor_id == user.id, AuditEvent.target.in_(refs)
    )
    found = set()
    for target, detail in session.execute(statement):
        said = json.loads(detail)
        if said.get("for") == OPENED_FOR_REVIEW:
            found.add((target, int(said["version"])))
    return found

"""How often something may be tried: counted in our own table, so that it holds for every process of the tracker.

A try is reserved before it is made and is wrong until it proves right, so that many at once are no more than many in turn.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Attempt
from tracker.accounts.sealing import keyed_hash
from tracker.database.columns import utc_now
from tracker.database.session import one_at_a_time

_OPEN_FOR = timedelta(seconds=30)  # a try that is open longer was broken off: it counts as wrong
_LOOKS = 60  # how often, and every how many seconds, a try waits for others that are not decided yet
_BETWEEN = 0.1
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """At most `most` tries of one key within `window`."""

    scope: str
    most: int
    window: timedelta


@dataclass(frozen=True)
class Counted:
    """A limit and whom it is counted for."""

    limit: Limit
    key: str


@dataclass(frozen=True)
class Reservation:
    """One try that may be made now (`wait` is None), or how long to wait before the next."""

    ids: tuple[int, ...] = ()
    wait: timedelta | None = None
    is_first_block: bool = False  # the first refusal since the limit was reached: the one that is worth an event


@dataclass(frozen=True)
class Use:
    """Whether there was room for one use, for how many more there is, and after how long there is for another one."""

    is_allowed: bool
    left: int
    until: timedelta


def counted(limit: Limit, *key: str) -> Counted:
    """`limit` for the thing that `key` names: a user name, an address, a token."""
    return Counted(limit, keyed_hash("attempts", limit.scope, *key))


def reserve(session: Session, limits: Sequence[Counted]) -> Reservation:
    """Reserve one try under all `limits`. Commits, so that others see it at once; nothing else may wait in `session`."""
    for _ in range(_LOOKS):
        one_at_a_time(session, "attempts")
        now = utc_now()
        session.execute(sa.delete(Attempt).where(Attempt.at < now - _KEPT))
        waits = [wait for one in limits if (wait := _wait(session, one, now, with_open=False))]
        if waits:
            is_first = not any(_is_noted(session, one, now) for one in limits)
            _note(session, limits, now)
            session.commit()
            return Reservation(wait=max(waits), is_first_block=is_first)
        if not any(_wait(session, one, now, with_open=True) for one in limits):
            rows = [Attempt(scope=one.limit.scope, key=one.key, at=now, is_open=True) for one in limits]
            session.add_all(rows)
            session.flush()
            ids = tuple(row.id for row in rows)
            session.commit()
            return Reservation(ids)
        session.commit()
        time.sleep(_BETWEEN)
    return Reservation(wait=timedelta(seconds=30))


def was_wrong(session: Session, reservation: Reservation) -> None:
    """The try failed: it counts."""
    session.execute(sa.update(Attempt).where(Attempt.id.in_(reservation.ids)).values(is_open=False))


def was_right(session: Session, reservation: Reservation, forgiven: Counted) -> None:
    """The try succeeded: it does not count, and what was wrong before under `forgiven` is forgotten; tries that go on stay.

    One at a time: two who delete the same rows in another order would wait for each other for ever.
    """
    one_at_a_time(session, "attempts")
    before = sa.or_(Attempt.is_open.is_(False), Attempt.at < utc_now() - _OPEN_FOR)
    forgotten = sa.and_(Attempt.scope == forgiven.limit.scope, Attempt.key == forgiven.key, before)
    session.execute(sa.delete(Attempt).where(sa.or_(Attempt.id.in_(reservation.ids), forgotten)))


def spend(session: Session, one: Counted) -> Use:
    """Count one use under a limit of uses, such as calls of an API, unless there is no room. The caller commits at once."""
    one_at_a_time(session, one.key)
    now = utc_now()
    mine = sa.and_(Attempt.scope == one.limit.scope, Attempt.key == one.key)
    session.execute(sa.delete(Attempt).where(mine, Attempt.at <= now - one.limit.window))
    used, first = session.execute(sa.select(sa.func.count(), sa.func.min(Attempt.at)).where(mine)).one()
    until = (first if used else now) + one.limit.window - now
    if used >= one.limit.most:
        return Use(False, 0, until)
    session.execute(sa.insert(Attempt).values(scope=one.limit.scope, key=one.key, at=now, is_open=False))
    return Use(True, one.limit.most - used - 1, until)


def _wait(session: Session, one: Counted, now: datetime, *, with_open: bool) -> timedelta | None:
    """None while there is room, else how long until there is."""
    counts = sa.or_(Attempt.is_open.is_(False), Attempt.at < now - _OPEN_FOR)
    tries = sa.select(Attempt.at).where(Attempt.scope == one.limit.scope, Attempt.key == one.key, Attempt.at > now - one.limit.window)
    if not with_open:
        tries = tries.where(counts)
    moments = list(session.scalars(tries.order_by(Attempt.at.desc()).limit(one.limit.most)))
    return moments[-1] + one.limit.window - now if len(moments) >= one.limit.most else None


def _is_noted(session: Session, one: Counted, now: datetime) -> bool:
    asked = sa.select(Attempt.id).where(
        Attempt.scope == f"{one.limit.scope} blocked", Attempt.key == one.key, Attempt.at > now - one.limit.window
    )
    return session.scalar(asked.limit(1)) is not None


def _note(session: Session, limits: Sequence[Counted], now: datetime) -> None:
    """Remember that a block was told of: one row each, however often it is run into."""
    for one in limits:
        if not _is_noted(session, one, now):
            session.execute(sa.insert(Attempt).values(scope=f"{one.limit.scope} blocked", key=one.key, at=now, is_open=False))

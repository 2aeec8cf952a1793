"""E-mail out of the table of notifications: none twice, none lost while the server is down.

A letter is marked as sent before it is handed over (`sent_at`, with a `claim` of this run), in a transaction of its
own: whoever else sends at the same time finds it taken. When the server does not take it, the mark is taken back and
the letter waits longer each time. A crash between mark and hand-over leaves the mark: better a letter that may be
missing, of something that stands in the app, than the same one twice. How many those are is said at every run.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.notifications import addresses
from tracker.notifications.mail import Letterhead, message
from tracker.notifications.models import Delivery, Notification
from tracker.notifications.post import Post, RefusedError, ServerDownError
from tracker.notifications.queries import Condition

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=14)  # what could not be sent for so long stays in the app only
_UNSURE_AFTER = timedelta(hours=1)
_LONGEST_WAIT = timedelta(hours=6)
Seen = Callable[[int], Condition]
Open = Callable[[], AbstractContextManager[Post]]


@dataclass
class Sent:
    """What one run did."""

    letters: int = 0
    failed: int = 0
    unsure: int = 0  # marked by a run that did not come to its end


def send_at_once(session: Session, head: Letterhead, open_post: Open, seen: Seen) -> Sent:
    """One letter for each notification that is to go out at once and is due."""
    return _run(session, head, open_post, Delivery.AT_ONCE, seen, in_one_letter=False)


def send_digest(session: Session, head: Letterhead, open_post: Open, seen: Seen) -> Sent:
    """One letter for each user with everything that waits for the daily e-mail; none where nothing waits."""
    return _run(session, head, open_post, Delivery.DIGEST, seen, in_one_letter=True)


def wait_after(attempts: int) -> timedelta:
    """Two minutes after the first failure, twice as long after each further one, six hours at most."""
    return min(timedelta(minutes=2 ** min(attempts, 10)), _LONGEST_WAIT)


def _run(session: Session, head: Letterhead, open_post: Open, delivery: Delivery, seen: Seen, *, in_one_letter: bool) -> Sent:
    now, done = utc_now(), Sent()
    _withdraw(session, delivery, now)
    batches = _batches(session, delivery, seen, now, in_one_letter=in_one_letter)
    session.commit()
    try:
        if batches:
            with open_post() as post:
                for user_id, ids in batches:
                    _send(session, head, post, user_id, ids, done)
    except ServerDownError as error:
        log.error("the mail server does not answer: %s", error)
        done.failed += _put_off(session, delivery, now)
    unsure = (
        sa.select(sa.func.count()).select_from(Notification).where(Notification.claim != "", Notification.sent_at < now - _UNSURE_AFTER)
    )
    done.unsure = session.scalar(unsure) or 0
    session.commit()
    return done


def _send(session: Session, head: Letterhead, post: Post, user_id: int, ids: Sequence[int], done: Sent) -> None:
    claim = secrets.token_hex(16)
    open_ones = sa.and_(Notification.id.in_(ids), Notification.sent_at.is_(None))
    session.execute(sa.update(Notification).where(open_ones).values(sent_at=utc_now(), claim=claim, attempts=Notification.attempts + 1))
    session.commit()
    notices = list(session.scalars(sa.select(Notification).where(Notification.claim == claim).order_by(Notification.id)))
    user = session.get_one(User, user_id)
    if not notices:
        return  # another run was quicker
    letter = message(
        head, addresses.address_of(user), addresses.language_of(user), notices, f"n{notices[0].id}-{notices[-1].id}-{len(notices)}"
    )
    session.commit()  # nothing stays locked while the server takes its time
    try:
        post.send(letter)
    except (RefusedError, ServerDownError) as error:
        attempts = max(notice.attempts for notice in notices)
        _settle(session, claim, {"sent_at": None, "next_at": utc_now() + wait_after(attempts)})
        done.failed += len(notices)
        if isinstance(error, ServerDownError):
            raise
        log.error("the mail server refused a letter to user %d: %s", user_id, error)
        return
    _settle(session, claim, {})
    done.letters += 1


def _settle(session: Session, claim: str, values: dict[str, object]) -> None:
    session.execute(sa.update(Notification).where(Notification.claim == claim).values(claim="", **values))
    session.commit()


def _due(delivery: Delivery, now: datetime) -> Condition:
    return sa.and_(Notification.delivery == delivery, Notification.sent_at.is_(None), Notification.next_at <= now)


def _batches(session: Session, delivery: Delivery, seen: Seen, now: datetime, *, in_one_letter: bool) -> list[tuple[int, list[int]]]:
    """What goes into one letter each, as (user, keys of notifications); what a user may not see any more is left out."""
    batches: list[tuple[int, list[int]]] = []
    for user_id in list(session.scalars(sa.select(Notification.user_id).where(_due(delivery, now)).distinct())):
        own = sa.and_(_due(delivery, now), Notification.user_id == user_id)
        ids = list(session.scalars(sa.select(Notification.id).where(own, seen(user_id)).order_by(Notification.id)))
        session.execute(sa.update(Notification).where(own, Notification.id.not_in(ids)).values(delivery=Delivery.NONE))
        if ids:
            batches += [(user_id, ids)] if in_one_letter else [(user_id, [key]) for key in ids]
    return batches


def _withdraw(session: Session, delivery: Delivery, now: datetime) -> None:
    """No letter goes to whoever has no usable address or was disabled, tells of what was read meanwhile, or comes weeks late."""
    waiting = sa.select(Notification.user_id).where(_due(delivery, now))
    users = session.scalars(sa.select(User).where(User.is_active, User.id.in_(waiting)))
    reachable = [user.id for user in users if addresses.address_of(user)]
    late = Notification.created_at < now - KEPT_FOR
    nobody = Notification.user_id.not_in(reachable)
    gone = sa.or_(late, nobody, Notification.read_at.is_not(None)) if delivery is Delivery.DIGEST else sa.or_(late, nobody)
    session.execute(sa.update(Notification).where(_due(delivery, now), gone).values(delivery=Delivery.NONE))


def _put_off(session: Session, delivery: Delivery, now: datetime) -> int:
    """Everything that is due waits, the longer the more often it was tried; how much that is."""
    waiting = list(session.scalars(sa.select(Notification.attempts).where(_due(delivery, now)).distinct()))
    count = 0
    for attempts in waiting:
        values = {"attempts": attempts + 1, "next_at": now + wait_after(attempts + 1)}
        tried = session.execute(sa.update(Notification).where(_due(delivery, now), Notification.attempts == attempts).values(values))
        count += tried.rowcount  # type: ignore[attr-defined]
    session.commit()
    return count

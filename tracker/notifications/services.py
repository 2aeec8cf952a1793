"""Telling people, in the transaction of what they are told of; and what each of them does with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.notifications.kinds import CHOOSABLE, DEFAULTS, Choice, Kind
from tracker.notifications.models import Delivery, Notification, NotificationChoice

_DELIVERY = {Choice.AT_ONCE: Delivery.AT_ONCE, Choice.DIGEST: Delivery.DIGEST, Choice.IN_APP: Delivery.NONE}


def notify(
    session: Session, user_id: int, kind: Kind, target: str = "", detail: Mapping[str, Any] | None = None, *, step: str = ""
) -> bool:
    """Tell a user something: stored with the caller's transaction or not at all. False when he was told before, or wants none.

    Idempotent for (user, kind, target, step). Without `step` that is the day (UTC): give the version or the deadline
    where the same may happen twice a day and must be told twice. `detail` holds codes, numbers and ISO dates only.
    """
    choice = choices_of(session, user_id)[kind]
    if choice is Choice.OFF:
        return False
    now = utc_now()
    values = {"user_id": user_id, "kind": kind, "target": target, "step": step or now.date().isoformat()}
    if session.scalar(sa.select(Notification.id).filter_by(**values)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Notification(**values, detail=dict(detail or {}), created_at=now, next_at=now, delivery=_DELIVERY[choice]))
    except IntegrityError:
        return False  # told in the same moment by somebody else
    return True


def settle(session: Session, target: str | sa.Select[str], kinds: Collection[Kind]) -> None:
    """What these asked about `target`, or about all that it selects, is done: nobody has to read it, and no e-mail asks for it later."""
    about = Notification.target == target if isinstance(target, str) else Notification.target.in_(target)
    asked = sa.and_(about, Notification.kind.in_(kinds))
    session.execute(sa.update(Notification).where(asked, Notification.read_at.is_(None)).values(read_at=utc_now()))
    session.execute(sa.update(Notification).where(asked, Notification.sent_at.is_(None)).values(delivery=Delivery.NONE))


def choices_of(session: Session, user_id: int) -> dict[Kind, Choice]:
    """What the user wants of each kind."""
    rows = session.execute(sa.select(NotificationChoice.kind, NotificationChoice.choice).where(NotificationChoice.user_id == user_id))
    return DEFAULTS | {kind: choice for kind, choice in rows if kind in CHOOSABLE}


def choose(actor: User, session: Session, choices: Mapping[Kind, Choice]) -> None:
    """Keep what the actor wants of each kind; what is not among `choices` stays."""
    before = choices_of(session, actor.id)
    changed = {kind: choices[kind] for kind in CHOOSABLE if kind in choices and choices[kind] is not before[kind]}
    for kind, choice in changed.items():
        session.merge(NotificationChoice(user_id=actor.id, kind=kind, choice=choice))
    session.flush()
    if changed:
        said = {kind.value: [before[kind].value, choice.value] for kind, choice in changed.items()}
        audit.write(actor, session, Action.SETTINGS_CHANGED, f"user:{actor.username}", detail={"changed": said})


def mark_read(actor: User, session: Session, notification_id: int) -> bool:
    """The actor has seen one of his own; False when it is not his."""
    own = sa.and_(Notification.id == notification_id, Notification.user_id == actor.id)
    if session.scalar(sa.select(Notification.id).where(own)) is None:
        return False
    session.execute(sa.update(Notification).where(own, Notification.read_at.is_(None)).values(read_at=utc_now()))
    return True


def mark_all_read(actor: User, session: Session, newest: int) -> None:
    """The actor has seen all of his own up to the number `newest`; what came since the page was made stays unread."""
    own = sa.and_(Notification.user_id == actor.id, Notification.id <= newest, Notification.read_at.is_(None))
    session.execute(sa.update(Notification).where(own).values(read_at=utc_now()))

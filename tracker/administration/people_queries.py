"""People as administrators see them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import policy
from tracker.accounts.models import Invitation, Passkey, Role, SignIn, User
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.database.columns import utc_now
from tracker.records.models import Record

_CHANGES = (
    *(Action.USER_ADDED, Action.USER_INVITED, Action.INVITATION_USED, Action.USER_CHANGED),
    *(Action.PASSWORD_CHANGED, Action.SECOND_FACTOR_CHANGED, Action.SIGN_IN_BLOCKED),
)


@dataclass(frozen=True)
class Person:
    """One line of the list."""

    username: str
    display_name: str
    email: str
    role: Role
    state: str  # active, invited, expired (an invitation that was not used in time), disabled
    last_sign_in_at: datetime | None
    factors: tuple[str, ...]  # app, passkey
    open_sign_ins: int


def find_people(session: Session, words: str = "") -> list[Person]:
    """Everybody, by name, in one statement; only those whose name, user name or e-mail holds `words`."""
    now = utc_now()
    lasts = (SignIn.ends_at > now, SignIn.last_seen_at > now - policy.idle_time())
    open_ones = _count(SignIn, SignIn.ended_at.is_(None), SignIn.awaits_factor.is_(False), *lasts)
    links = _count(Invitation, Invitation.used_at.is_(None), Invitation.expires_at > now)
    asked = sa.select(User, open_ones, links, _count(Passkey)).order_by(User.is_active.desc(), User.display_name, User.id)
    for word in words.replace("\x00", "").casefold().split():
        fields = (sa.func.lower(User.display_name), User.username, sa.func.lower(User.email))
        asked = asked.where(sa.or_(*(field.contains(word, autoescape=True) for field in fields)))
    return [_person(*row) for row in session.execute(asked)]


def get_user(session: Session, username: str) -> User | None:
    """The user of that name."""
    return session.scalar(sa.select(User).where(User.username == username.replace("\x00", "")))


def state_of(user: User, has_link: bool) -> str:
    """What the account can do, in one word."""
    if not user.is_active:
        return "disabled"
    if user.password_hash or user.sso_subject:
        return "active"
    return "invited" if has_link else "expired"


def has_link(session: Session, user: User) -> bool:
    """Whether a link to set a password is open."""
    asked = sa.select(Invitation.id).where(Invitation.user_id == user.id, Invitation.used_at.is_(None), Invitation.expires_at > utc_now())
    return session.scalar(asked.limit(1)) is not None


def count_records(session: Session, user: User) -> int:
    """How many records the person owns, drafts too."""
    return session.scalar(sa.select(sa.func.count()).select_from(Record).where(Record.owner_id == user.id)) or 0


def find_changes(session: Session, user: User, most: int = 20) -> list[tuple[AuditEvent, dict[str, Any]]]:
    """What was done to the account, newest first, with its details."""
    asked = sa.select(AuditEvent).where(AuditEvent.target == f"user:{user.username}", AuditEvent.action.in_(_CHANGES))
    return [(event, json.loads(event.detail)) for event in session.scalars(asked.order_by(AuditEvent.no.desc()).limit(most))]


def _count(model: Any, *conditions: Any) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count(model.id)).where(model.user_id == User.id, *conditions).correlate(User).scalar_subquery()


def _person(user: User, open_sign_ins: int, links: int, passkeys: int) -> Person:
    factors = (*(("app",) if user.totp_secret else ()), *(("passkey",) if passkeys else ()))
    state = state_of(user, links > 0)
    return Person(user.username, user.display_name, user.email, user.role, state, user.last_sign_in_at, factors, open_sign_ins)

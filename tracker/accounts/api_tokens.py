"""Tokens of programs: made by their person, shown once, kept as a hash; each is worth what its person may, within its scope."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import notices, sign_ins
from tracker.accounts.models import ApiToken, Scope, SignIn, User
from tracker.accounts.sealing import token_hash
from tracker.accounts.services import AccountError
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.database.session import write_if_free

PREFIX = "ct_"  # by which scanners for secrets know one in a program's text
NAME_MAX, MOST, MOST_DAYS = 60, 20, 365
_TOUCHED_EVERY = timedelta(minutes=1)


def make(actor: User, session: Session, sign_in: SignIn, name: str, scope: Scope, days: int) -> str:
    """A new token of `actor` for `days` days; the text is known to nobody afterwards. Raises AccountError."""
    if not 1 <= days <= MOST_DAYS:
        raise AccountError(gettext("A token lasts from one day to a year."), "days")
    if len(open_of(session, actor)) >= MOST:
        raise AccountError(gettext("You have %(most)s tokens: revoke one first.", most=MOST), "name")
    text = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(
        user=actor,
        name=name,
        scope=scope,
        token_hash=token_hash(text),
        is_strong=sign_in.is_strong,
        expires_at=utc_now() + timedelta(days=days),
    )
    session.add(made)
    session.flush()
    detail = {"token": made.id, "scope": scope.value, "until": made.expires_at.date().isoformat()}
    audit.write(actor, session, Action.TOKEN_MADE, sign_ins.target_of(actor), detail=detail)
    notices.tell(actor, notices.Notice.TOKEN_MADE)
    return text


def revoke(actor: User, session: Session, token: ApiToken) -> None:
    """The token is worth nothing from now on."""
    token.revoked_at = utc_now()
    audit.write(actor, session, Action.TOKEN_REVOKED, sign_ins.target_of(token.user), detail={"token": token.id})
    session.flush()


def revoke_all(actor: User, session: Session, user: User) -> None:
    """None of the tokens of `user` is worth anything from now on."""
    for token in open_of(session, user):
        revoke(actor, session, token)


def open_of(session: Session, user: User) -> Sequence[ApiToken]:
    """The tokens of `user` that last, the newest first."""
    return session.scalars(sa.select(ApiToken).where(ApiToken.user_id == user.id, _lasts()).order_by(ApiToken.id.desc())).all()


def find(session: Session, text: str) -> ApiToken | None:
    """The token that `text` is, while it lasts and its person's account is open."""
    found = session.scalar(sa.select(ApiToken).where(ApiToken.token_hash == token_hash(text), _lasts()))
    return found if found and found.user.is_active else None


def still_holds(session: Session, token_id: int, user: User) -> bool:
    """Whether token and account are as they were, as the database has them now; both stay so until the commit."""
    columns = (ApiToken.revoked_at, User.is_active, User.role)
    asked = sa.select(*columns).join(User, User.id == ApiToken.user_id).where(ApiToken.id == token_id)
    row = session.execute(asked.with_for_update(read=True, of=(ApiToken, User))).one_or_none()
    return row is not None and row.revoked_at is None and row.is_active and row.role is user.role


def touch(session: Session, token: ApiToken) -> None:
    """Note that the token was used: about once a minute, and not at all while the database is busy. See `sign_ins.touch`."""
    now = utc_now()
    if token.last_used_at is None or now - token.last_used_at >= _TOUCHED_EVERY:
        write_if_free(session.get_bind().engine, sa.update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now))


def _lasts() -> sa.ColumnElement[bool]:
    return sa.and_(ApiToken.revoked_at.is_(None), ApiToken.expires_at > utc_now())

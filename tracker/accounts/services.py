"""Accounts and sign-ins: written here, one row on the server for each sign-in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import session as cookie
from sqlalchemy.orm import Session

from tracker.accounts.models import Role, SignIn, User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now

LASTS = timedelta(hours=12)
PASSWORD_MIN, PASSWORD_MAX = 12, 128
_COOKIE_KEY = "sign_in"
_hasher = PasswordHasher()
# Checked when there is no such user, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(16))


class AccountError(ValueError):
    """An account cannot be made as asked; says why."""


def add_user(
    actor: User | None, session: Session, username: str, display_name: str, role: Role, password: str, *, is_demo: bool = False
) -> User:
    """A new account; `actor` is None only on the command line. Raises AccountError."""
    name = username.strip().casefold()
    if not name or len(name) > 60 or any(char.isspace() for char in name):
        raise AccountError("A user name has 1 to 60 characters and no blanks.")
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise AccountError(f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters.")
    if session.scalar(sa.select(User.id).where(User.username == name)):
        raise AccountError(f"There is a user {name} already.")
    user = User(username=name, display_name=display_name.strip() or name, role=role, password_hash=_hasher.hash(password), is_demo=is_demo)
    session.add(user)
    session.flush()
    audit.write(actor, session, Action.USER_ADDED, f"user:{name}", detail={"role": role.value})
    return user


def sign_in(session: Session, username: str, password: str) -> User | None:
    """Start a sign-in under a new token when name and password are right, else None; both take equally long."""
    name = username.strip().casefold().replace("\x00", "\ufffd")  # no name holds it, and PostgreSQL refuses to look for it
    user = session.scalar(sa.select(User).where(User.username == name, User.is_active))
    try:
        _hasher.verify(user.password_hash if user else _NOBODY, password[: PASSWORD_MAX + 1])
    except (Argon2Error, InvalidHashError):
        return None
    if user is None:
        return None
    token = secrets.token_urlsafe(32)
    session.add(SignIn(user_id=user.id, token_hash=_hash(token), ends_at=utc_now() + LASTS))
    language = cookie.get("language")
    cookie.clear()  # nothing of the visitor before is kept but his language
    if language:
        cookie["language"] = language
    cookie[_COOKIE_KEY] = token
    audit.write(user, session, Action.SIGNED_IN, f"user:{user.username}")
    return user


def sign_out(session: Session) -> None:
    """End the sign-in on the server: a copied cookie is worth nothing afterwards."""
    token = token_in_cookie()
    user = user_of_token(session, token)
    if user:
        session.execute(sa.update(SignIn).where(SignIn.token_hash == _hash(token)).values(ended_at=utc_now()))
        audit.write(user, session, Action.SIGNED_OUT, f"user:{user.username}")
    cookie.pop(_COOKIE_KEY, None)


def token_in_cookie() -> str:
    """The token that this browser sent, or ''."""
    return str(cookie.get(_COOKIE_KEY, ""))


def user_of_token(session: Session, token: str) -> User | None:
    """Whose sign-in `token` stands for, while it lasts and the account is active."""
    if not token:
        return None
    found = session.scalar(
        sa.select(SignIn).where(SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None), SignIn.ends_at > utc_now())
    )
    return found.user if found and found.user.is_active else None


def demo_users(session: Session) -> list[User]:
    """The accounts that the sign-in page of the demo lists."""
    return list(session.scalars(sa.select(User).where(User.is_demo, User.is_active).order_by(User.id)))


def names_of_users(session: Session) -> dict[int, str]:
    """Display names by key."""
    return {row.id: row.display_name for row in session.execute(sa.select(User.id, User.display_name))}


def usernames(session: Session) -> dict[str, str]:
    """Display names by user name, in the order of the display names."""
    rows = session.execute(sa.select(User.username, User.display_name).order_by(sa.func.lower(User.display_name), User.id))
    return {row.username: row.display_name for row in rows}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

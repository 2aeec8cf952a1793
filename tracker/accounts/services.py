"""Accounts: made and changed here. Signing in is in `entering.py`, what a sign-in is worth in `sign_ins.py`."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import notices, passwords, sign_ins
from tracker.accounts.models import Ended, Role, SignIn, User
from tracker.accounts.sign_ins import SignInState, sign_out, token_in_cookie, user_of_token
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.database.remembered import depends_on, remembered

__all__ = [
    "AccountError",
    "SignInState",
    "add_user",
    "change_password",
    "demo_users",
    "names_of_users",
    "set_language",
    "set_password",
    "sign_out",
    "token_in_cookie",
    "user_of_token",
]
NAME_MAX, DISPLAY_NAME_MAX, EMAIL_MAX = 60, 120, 254


class AccountError(ValueError):
    """An account cannot be made or changed as asked; says why, and at which field when that is known."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def add_user(
    actor: User | None, session: Session, username: str, display_name: str, role: Role, password: str, *, is_demo: bool = False
) -> User:
    """A new account with a password; `actor` is None only on the command line. Raises AccountError."""
    name = folded_name(username)
    complaint = passwords.complaint(password, name, display_name)
    if complaint:
        raise AccountError(complaint, "password")
    user = new_user(session, name, display_name, role)
    user.password_hash, user.password_changed_at, user.is_demo = passwords.hashed(password), utc_now(), is_demo
    session.flush()
    audit.write(actor, session, Action.USER_ADDED, f"user:{name}", detail={"role": role.value})
    return user


def new_user(session: Session, username: str, display_name: str, role: Role, email: str = "") -> User:
    """The row of a new account that cannot sign in yet. The caller writes the event. Raises AccountError."""
    name = folded_name(username)
    if session.scalar(sa.select(User.id).where(User.username == name)):
        raise AccountError(gettext("There is a user %(name)s already.", name=name), "username")
    user = User(username=name, display_name=display_name.strip() or name, role=role, password_hash="", email=email.strip())
    session.add(user)
    session.flush()
    return user


def folded_name(username: str) -> str:
    """The user name as it is kept. Raises AccountError when it cannot be one."""
    name = username.strip().casefold()
    if not 1 <= len(name) <= NAME_MAX or any(char.isspace() or not char.isprintable() or char in "/?#:" for char in name):
        raise AccountError(gettext("A user name has 1 to 60 characters and no blanks or signs such as / ? # :"), "username")
    return name


def change_password(actor: User, session: Session, old: str, new: str, *, but: SignIn) -> None:
    """Give `actor` a new password if `old` is right, and end his other sign-ins. Raises AccountError."""
    if not passwords.is_right(actor.password_hash, old):
        raise AccountError(gettext("This is not your present password."), "old")
    set_password(actor, session, actor, new, but=but)
    sign_ins.confirm(session, but, is_strong=False)


def set_password(actor: User, session: Session, user: User, new: str, *, but: SignIn | None = None) -> None:
    """Give `user` a new password and end his sign-ins (but one). Raises AccountError."""
    complaint = passwords.complaint(new, user.username, user.display_name)
    if complaint:
        raise AccountError(complaint, "new")
    if passwords.is_right(user.password_hash, new):
        raise AccountError(gettext("This is the password that you have already."), "new")
    had_one = bool(user.password_hash)
    user.password_hash, user.password_changed_at = passwords.hashed(new), utc_now()
    audit.write(actor, session, Action.PASSWORD_CHANGED, sign_ins.target_of(user))
    sign_ins.end_all(actor, session, user, Ended.PASSWORD, but=but)
    if had_one:
        notices.tell(user, notices.Notice.PASSWORD_CHANGED)


def set_language(actor: User, session: Session, language: str) -> None:
    """Remember the language in which `actor` wants the tracker, whatever the browser."""
    if actor.language != language:
        before, actor.language = actor.language, language
        detail = {"before": {"language": before}, "after": {"language": language}}
        audit.write(actor, session, Action.USER_CHANGED, sign_ins.target_of(actor), detail=detail)


def demo_users(session: Session) -> list[User]:
    """The accounts that the sign-in page of the demo lists."""
    return list(session.scalars(sa.select(User).where(User.is_demo, User.is_active).order_by(User.id)))


def names_of_users(session: Session) -> Mapping[int, str]:
    """Display names by key."""
    return remembered(session, "names of users", lambda: dict(session.execute(sa.select(User.id, User.display_name)).all()))


depends_on(User)


def usernames(session: Session) -> Mapping[str, str]:
    """Display names by user name, in the order of the display names."""
    ordered = sa.select(User.username, User.display_name).order_by(sa.func.lower(User.display_name), User.id)
    return remembered(session, "user names", lambda: {row.username: row.display_name for row in session.execute(ordered)})

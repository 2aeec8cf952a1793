"""What happens to an account stands among its owner's notifications, in the transaction of the change (ASVS 6.3.7)."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import object_session

from tracker.accounts.models import User
from tracker.accounts.notices import Notice, told
from tracker.database.columns import utc_now
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify

# an invitation and a link to a new password are letters of their own: see `links.py`
_WHAT = {
    Notice.PASSWORD_CHANGED: "password",
    Notice.SECOND_FACTOR_CHANGED: "second_factor",
    Notice.ROLE_CHANGED: "role",
    Notice.TOKEN_MADE: "token",
}


def keep(user: User, notice: Notice, **_link: str) -> None:
    """Tell `user`, each time anew; a link is a secret and is not kept."""
    session, what = object_session(user), _WHAT.get(notice)
    if session is not None and what:
        notify(session, user.id, Kind.ACCOUNT, f"user:{user.username}", {"what": what}, step=utc_now().isoformat())


def register(_app: Flask) -> None:
    told.connect(keep)

"""What a person is told about the own account (ASVS 6.3.7): whoever can reach people listens here, such as the part that sends mail.

A listener is called as `listener(user, notice=..., link=...)` within the transaction of the change.
"""

from __future__ import annotations

from enum import StrEnum

from blinker import Namespace

from tracker.accounts.models import User


class Notice(StrEnum):
    INVITED = "invited"
    RESET = "reset"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a word for a notice
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    ROLE_CHANGED = "role_changed"
    TOKEN_MADE = "token_made"  # noqa: S105  a word for a notice


told = Namespace().signal("account-notice")


def tell(user: User, notice: Notice, link: str = "") -> None:
    """Tell `user` what happened; `link` is the one address that a notice may carry."""
    told.send(user, notice=notice, link=link)

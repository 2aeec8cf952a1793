"""Where a user gets e-mail, and in which language: what the account says, if it says so."""

from __future__ import annotations

from typing import Any

from tracker.notifications.mail import is_address


def address_of(user: Any) -> str:
    """The user's one usable address, or ''."""
    address = str(getattr(user, "email", "") or "")
    return address if is_address(address) else ""


def language_of(user: Any) -> str:
    """The language the user reads, or '' for the tracker's usual one."""
    return str(getattr(user, "language", "") or "")

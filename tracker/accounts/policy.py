"""How long things of this part last and how often they may be tried; each is a setting."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from tracker.accounts.throttling import Limit
from tracker.config import Settings


def settings() -> Settings:
    """The settings of this installation."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def idle_time() -> timedelta:
    """A sign-in ends after this long without a request (ASVS 7.3.1)."""
    return timedelta(minutes=settings().idle_minutes)


def whole_time() -> timedelta:
    """A sign-in ends after this long in any case (ASVS 7.3.2)."""
    return timedelta(hours=settings().session_hours)


def fresh_time() -> timedelta:
    """A proof of who one is counts for grave deeds this long (ASVS 7.5.3)."""
    return timedelta(minutes=settings().fresh_minutes)


def invitation_time() -> timedelta:
    return timedelta(hours=settings().invitation_hours)


def per_name() -> Limit:
    """Wrong guesses for one name from one address."""
    return _limit("name", settings().guesses_per_name)


def per_address() -> Limit:
    """Wrong guesses from one address, whatever the name."""
    return _limit("address", settings().guesses_per_address)


def per_user() -> Limit:
    """Wrong guesses for one name, wherever they come from."""
    return _limit("user", settings().guesses_per_user)


def per_token() -> Limit:
    """Calls of the API with one token."""
    return Limit("api", settings().api_calls_per_minute, timedelta(minutes=1))


def _limit(scope: str, most: int) -> Limit:
    return Limit(scope, most, timedelta(minutes=settings().guess_minutes))

"""Getting in: password, then the second factor; or a passkey, which is both. Guesses are counted before they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import passkeys, passwords, policy, second_factors, sign_ins, throttling
from tracker.accounts.models import Method, SignIn, User
from tracker.accounts.throttling import Counted, Reservation, counted
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now

_KNOWN_FOR = timedelta(days=90)  # an address from which somebody signed in stays open to him while strangers guess


class Outcome(StrEnum):
    IN = "in"
    NEEDS_FACTOR = "needs_factor"
    WRONG = "wrong"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Entry:
    """What came of a try; `wait` says how long it is blocked."""

    outcome: Outcome
    wait: timedelta = timedelta()


WRONG = Entry(Outcome.WRONG)


def with_password(session: Session, username: str, password: str) -> Entry:
    """Start a sign-in when name and password are right; a wrong name takes as long as a wrong password.

    The password is checked while no transaction is open: it takes long, and SQLite has one writer.
    """
    name = username.strip().casefold().replace("\x00", "\ufffd")  # no name holds it, and PostgreSQL refuses to look for it
    user = session.scalar(sa.select(User).where(User.username == name))
    user_id, kept = (user.id, user.password_hash) if user else (0, "")  # a closed account too: whoever tries it is to be seen
    target = sign_ins.target_of(user) if user else ""
    limits = _limits(session, "password", name, user)
    reservation = throttling.reserve(session, limits)
    if reservation.wait is not None:
        return _blocked(session, target, reservation)
    is_right = passwords.is_right(kept, password)
    user = session.get(User, user_id) if is_right else None
    if user is None or user.password_hash != kept or not user.is_active:  # or changed in the meantime
        return _failed(session, target, reservation, "password")
    throttling.was_right(session, reservation, limits[0])
    needs_factor = second_factors.factors_of(session, user).any
    sign_ins.start(session, user, Method.PASSWORD, is_strong=False, awaits_factor=needs_factor)
    return Entry(Outcome.NEEDS_FACTOR if needs_factor else Outcome.IN)


def with_code(session: Session, waiting: SignIn, typed: str) -> Entry:
    """Complete the sign-in that waits for its second factor, with a code of the app or a recovery code."""
    return _second_step(session, waiting, lambda user: second_factors.use_code(session, user, typed))


def with_passkey_after_password(session: Session, waiting: SignIn, site: passkeys.Site, answer: Any) -> Entry:
    """Complete the sign-in that waits for its second factor, with a passkey."""
    return _second_step(session, waiting, lambda user: passkeys.verified(session, site, answer, user) is not None)


def with_passkey(session: Session, site: passkeys.Site, answer: Any) -> Entry:
    """Sign in with a passkey alone: the device asked for a PIN or a finger, so it is two factors."""
    limits = [counted(policy.per_address(), "passkey", sign_ins.address())]
    reservation = throttling.reserve(session, limits)
    if reservation.wait is not None:
        return _blocked(session, "", reservation)
    owner = passkeys.owner_of(session, answer)
    user = passkeys.verified(session, site, answer, None)
    if user is None:
        return _failed(session, sign_ins.target_of(owner) if owner else "", reservation, "passkey")
    throttling.was_right(session, reservation, limits[0])
    sign_ins.start(session, user, Method.PASSKEY, is_strong=True)
    return Entry(Outcome.IN)


def confirm(session: Session, sign_in: SignIn, password: str, code: str) -> Entry:
    """Somebody signed in proves again who he is: with the password, and with a code where he has an app or nothing else."""
    user, sign_in_id = sign_in.user, sign_in.id
    limits = _limits(session, "password", user.username, user)[:1]
    kept, needs_code, target = user.password_hash, asks_code(user), sign_ins.target_of(user)
    reservation = throttling.reserve(session, limits)
    if reservation.wait is not None:
        return _blocked(session, target, reservation)
    is_right = passwords.is_right(kept, password) if kept else needs_code
    sign_in = session.get_one(SignIn, sign_in_id)
    if not is_right or (needs_code and not second_factors.use_code(session, sign_in.user, code)):
        return _failed(session, target, reservation, "confirmation")
    throttling.was_right(session, reservation, limits[0])
    sign_ins.confirm(session, sign_in, is_strong=needs_code)
    return Entry(Outcome.IN)


def confirm_with_passkey(session: Session, sign_in: SignIn, site: passkeys.Site, answer: Any) -> Entry:
    """The same with a passkey."""
    if passkeys.verified(session, site, answer, sign_in.user) is None:
        return WRONG
    sign_ins.confirm(session, sign_in, is_strong=True)
    return Entry(Outcome.IN)


def asks_code(user: User) -> bool:
    """Whether a confirmation asks for a code."""
    return bool(user.totp_secret)


def _second_step(session: Session, waiting: SignIn, is_right: Callable[[User], bool]) -> Entry:
    user_id, waiting_id, target = waiting.user_id, waiting.id, sign_ins.target_of(waiting.user)
    limits = _limits(session, "code", waiting.user.username, waiting.user)
    reservation = throttling.reserve(session, limits)
    if reservation.wait is not None:
        return _blocked(session, target, reservation)
    user = session.get_one(User, user_id)
    row = session.get_one(SignIn, waiting_id)
    if sign_ins.why_over(row) is not None or not is_right(user):
        return _failed(session, target, reservation, "second factor")
    throttling.was_right(session, reservation, limits[0])
    sign_ins.start(session, user, Method.PASSWORD, is_strong=True)
    return Entry(Outcome.IN)


def _limits(session: Session, step: str, name: str, user: User | None) -> list[Counted]:
    """First the limit for this name from here; then those that strangers can reach, unless the person is known here."""
    here = sign_ins.address()
    own = counted(policy.per_name(), step, name, here)
    if user is not None and sign_ins.is_known_here(session, user, utc_now() - _KNOWN_FOR):
        return [own]
    return [own, counted(policy.per_address(), step, here), counted(policy.per_user(), step, name)]


def _blocked(session: Session, target: str, reservation: Reservation) -> Entry:
    if reservation.is_first_block:
        audit.write(None, session, Action.SIGN_IN_BLOCKED, target)
    return Entry(Outcome.BLOCKED, reservation.wait or timedelta())


def _failed(session: Session, target: str, reservation: Reservation, step: str) -> Entry:
    throttling.was_wrong(session, reservation)
    audit.write(None, session, Action.SIGN_IN_FAILED, target, detail={"step": step})
    return WRONG

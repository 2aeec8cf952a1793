"""Sign-ins: one row on the server for each, which alone decides whether a cookie is worth anything."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import has_request_context, request
from flask import session as cookie
from sqlalchemy.orm import Session

from tracker.accounts import policy
from tracker.accounts.models import Ended, Method, Role, SignIn, User
from tracker.accounts.sealing import token_hash
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.database.session import write_if_free, writing

_COOKIE_KEY = "sign_in"
_FACTOR_TIME = timedelta(minutes=10)  # between the password and the second factor
_FORM_KNOWN_FOR = timedelta(days=30)  # a form sent under an older sign-in is not kept for its user any more
_TOUCHED_EVERY = timedelta(minutes=1)
_KEPT_IN_COOKIE = ("language",)


@dataclass(frozen=True)
class SignInState:
    """What a token stands for: nobody's sign-in (no `user`), somebody's that lasts, or somebody's that is over and `why`."""

    user: User | None = None
    is_current: bool = False
    why: Ended | None = None
    sign_in: SignIn | None = None


NOBODY = SignInState()


def token_in_cookie() -> str:
    """The token that this browser sent, or ''."""
    return str(cookie.get(_COOKIE_KEY, ""))


def user_of_token(session: Session, token: str) -> SignInState:
    """Whose sign-in `token` stands for and whether it lasts. One that waits for its second factor is nobody's yet."""
    found = _row(session, token)
    if found is None or found.awaits_factor:
        return NOBODY
    why = why_over(found)
    return SignInState(found.user, why is None, why, found)


def user_of_ended(state: SignInState) -> User | None:
    """Whose ended sign-in it is, for a form that was sent under it; nobody's when it is old or the account is closed."""
    if state.sign_in is None or state.user is None or state.is_current or not state.user.is_active:
        return None
    return state.user if state.sign_in.started_at > utc_now() - _FORM_KNOWN_FOR else None


def awaiting_factor(session: Session, token: str) -> SignIn | None:
    """The sign-in whose password was right and whose second factor is still to come."""
    found = _row(session, token)
    return found if found and found.awaits_factor and why_over(found) is None else None


def still_holds(session: Session, token: str, is_enough: Callable[[Role], bool]) -> bool:
    """Whether the sign-in lasts and the role is enough as the database has it now, not as this transaction first read it.

    The row stays locked until the commit: whoever ends the sign-in at this moment does so before or after it, not between.
    """
    columns = (SignIn.ended_at, User.is_active, User.role)
    asked = sa.select(*columns).join(User, User.id == SignIn.user_id).where(SignIn.token_hash == token_hash(token))
    row = session.execute(asked.with_for_update(read=True, of=(SignIn, User))).one_or_none()
    return row is not None and row.ended_at is None and row.is_active and is_enough(row.role)


def why_over(sign_in: SignIn) -> Ended | None:
    """Why the sign-in is over, or None while it lasts."""
    now = utc_now()
    if sign_in.ended_at is not None:
        return sign_in.end_reason or Ended.SIGNED_OUT
    if not sign_in.user.is_active:
        return Ended.DISABLED
    if now >= sign_in.ends_at:
        return Ended.EXPIRED
    return Ended.IDLE if now - sign_in.last_seen_at >= policy.idle_time() else None


def start(
    session: Session, user: User, method: Method, *, is_strong: bool, awaits_factor: bool = False, proved_at: datetime | None = None
) -> SignIn:
    """Begin a sign-in under a new token; whatever the browser held before is worth nothing afterwards.

    `proved_at`: when the person proved who it is, unless just now.
    """
    _end_own(session, Ended.RENEWED)
    token, now = secrets.token_urlsafe(32), utc_now()
    made = SignIn(
        user=user,
        token_hash=token_hash(token),
        started_at=now,
        last_seen_at=now,
        confirmed_at=min(proved_at or now, now),
        ends_at=now + (_FACTOR_TIME if awaits_factor else policy.whole_time()),
        method=method,
        is_strong=is_strong,
        awaits_factor=awaits_factor,
        address=address()[:60],
        browser=(request.user_agent.string if has_request_context() else "").replace("\x00", "")[:200],
    )
    session.add(made)
    kept = {name: cookie[name] for name in _KEPT_IN_COOKIE if name in cookie}
    cookie.clear()  # nothing of the visitor before is kept but his language
    cookie.update(kept)
    cookie[_COOKIE_KEY] = token
    if not awaits_factor:
        _close_those_timed_out(session, user)
        user.last_sign_in_at = now
        if user.language:
            cookie["language"] = user.language
        audit.write(user, session, Action.SIGNED_IN, target_of(user), detail={"method": method.value, "second_factor": is_strong})
    session.flush()
    return made


def sign_out(session: Session) -> None:
    """End the sign-in on the server: a copied cookie is worth nothing afterwards."""
    user = _end_own(session, Ended.SIGNED_OUT)
    if user:
        audit.write(user, session, Action.SIGNED_OUT, target_of(user))
    cookie.pop(_COOKIE_KEY, None)


def confirm(session: Session, sign_in: SignIn, *, is_strong: bool) -> None:
    """Somebody signed in proved again who he is."""
    sign_in.confirmed_at = utc_now()
    sign_in.is_strong = sign_in.is_strong or is_strong
    audit.write(sign_in.user, session, Action.IDENTITY_CONFIRMED, target_of(sign_in.user))


def is_fresh(sign_in: SignIn) -> bool:
    """Whether the last proof is recent enough for grave deeds."""
    return utc_now() - sign_in.confirmed_at < policy.fresh_time()


def open_of(session: Session, user: User) -> Sequence[SignIn]:
    """The sign-ins of `user` that last, the last seen first."""
    rows = session.scalars(
        sa.select(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.awaits_factor.is_(False))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
    )
    return [row for row in rows if why_over(row) is None]


def end(actor: User, session: Session, sign_in: SignIn, why: Ended = Ended.REVOKED) -> None:
    """End one sign-in, from another of the same person or as an administrator."""
    sign_in.ended_at, sign_in.end_reason = utc_now(), why
    audit.write(actor, session, Action.SESSION_ENDED, target_of(sign_in.user), detail={"sign_in": sign_in.id, "why": why.value})


def end_all(actor: User | None, session: Session, user: User, why: Ended, *, but: SignIn | None = None) -> int:
    """End every sign-in of `user` (but one): one event for each; the number ended. One that awaits its second factor ends silently."""
    rows = session.scalars(sa.select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)))
    ended = 0
    for row in [row for row in rows if but is None or row.id != but.id]:
        row.ended_at, row.end_reason = utc_now(), why
        if not row.awaits_factor:
            audit.write(actor, session, Action.SESSION_ENDED, target_of(user), detail={"sign_in": row.id, "why": why.value})
            ended += 1
    session.flush()
    return ended


def touch(session: Session, sign_in: SignIn) -> None:
    """Note that the sign-in was used: about once a minute, in a transaction of its own, and not at all while the database is busy.

    A page that reads need not wait for writers for this, so `session` may be reading, but must not be writing.
    """
    now = utc_now()
    if now - sign_in.last_seen_at < _TOUCHED_EVERY:
        return
    seen = sa.update(SignIn).where(SignIn.id == sign_in.id, SignIn.ended_at.is_(None), SignIn.last_seen_at < now).values(last_seen_at=now)
    write_if_free(session.get_bind().engine, seen)


def note_time_out(session: Session, state: SignInState) -> None:
    """The end of a sign-in by time, written down when it is first noticed, with its event."""
    if state.sign_in is None or state.user is None or state.sign_in.ended_at is not None or state.why not in (Ended.IDLE, Ended.EXPIRED):
        return
    with writing(), Session(session.get_bind()) as apart:
        if _close(apart, state.sign_in.id, state.user, state.why):
            apart.commit()


def address() -> str:
    """Where the present request comes from; '' on the command line."""
    return (request.remote_addr or "") if has_request_context() else ""


def is_known_here(session: Session, user: User, since: datetime) -> bool:
    """Whether `user` signed in from the present address since then."""
    asked = sa.select(SignIn.id).where(
        SignIn.user_id == user.id, SignIn.address == address(), SignIn.started_at > since, SignIn.awaits_factor.is_(False)
    )
    return session.scalar(asked.limit(1)) is not None


def target_of(user: User) -> str:
    """How events name a user."""
    return f"user:{user.username}"


def _row(session: Session, token: str) -> SignIn | None:
    return session.scalar(sa.select(SignIn).where(SignIn.token_hash == token_hash(token))) if token else None


def _end_own(session: Session, why: Ended) -> User | None:
    """End the sign-in of this browser, if it has one that lasts; whose it was."""
    found = _row(session, token_in_cookie())
    if found is None or found.ended_at is not None:
        return None
    lasted = why_over(found) is None and not found.awaits_factor
    found.ended_at, found.end_reason = utc_now(), why
    return found.user if lasted else None


def _close_those_timed_out(session: Session, user: User) -> None:
    rows = session.scalars(sa.select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.awaits_factor.is_(False)))
    for row in rows:
        why = why_over(row)
        if why in (Ended.IDLE, Ended.EXPIRED):
            _close(session, row.id, user, why)


def _close(session: Session, sign_in_id: int, user: User, why: Ended) -> bool:
    """Write down that a sign-in timed out, unless somebody else did meanwhile."""
    closing = sa.update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=utc_now(), end_reason=why)
    if not session.execute(closing.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        return False
    audit.write(user, session, Action.SESSION_ENDED, target_of(user), detail={"sign_in": sign_in_id, "why": why.value})
    return True

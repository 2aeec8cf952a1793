"""Who asks the API: the person behind the token in the Authorization header, within the token's scope. No cookie counts here."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple, TypeVar

from flask import Flask, Response, g, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import api_tokens, policy
from tracker.accounts.models import ApiToken, Scope
from tracker.accounts.permissions import Permission, may
from tracker.accounts.throttling import Use, counted, spend
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.session import reading, writing
from tracker.extensions import db
from tracker.web.access import permission_of
from tracker.web.problems import Problem, asked_by_program, shows_token

View = TypeVar("View", bound=Callable[..., Any])
BY_TOKEN = "asks_for_a_token"  # noqa: S105  a word for a mark
ALSO_BY_TOKEN = "takes_a_token"  # noqa: S105  the same
REALM = 'Bearer realm="api"'


class _Actor(NamedTuple):
    """Who was refused, apart from the session that is rolled back."""

    id: int
    username: str


def by_token(view: View) -> View:
    """Mark a view of the API: whoever calls it shows a token, and no cookie counts."""
    setattr(view, BY_TOKEN, True)
    return view


def also_by_token(view: View) -> View:
    """Mark a file that a page leads to and that says no record: who shows a token gets it, too, within the rights of the token."""
    setattr(view, ALSO_BY_TOKEN, True)
    return view


def is_by_token(view: Callable[..., Any]) -> bool:
    """Whether `view` is one of the API."""
    return getattr(view, BY_TOKEN, False)


def asks_token(view: Callable[..., Any]) -> bool:
    """Whether the present request is let into `view` by its token."""
    return is_by_token(view) or (shows_token() and getattr(view, ALSO_BY_TOKEN, False))


def refuse_on_pages() -> None:
    """Where a page would lead to the sign-in, a program is told that its token opens nothing there. Raises Problem."""
    if shows_token():
        raise _unknown(gettext("A token opens /api/v1 and codebooks, not this page: it is for whoever is signed in."))


def enter(*, writes: bool) -> None:
    """Find out who asks and count the call. Raises Problem."""
    text = _text()
    with reading():
        token = api_tokens.find(db.session, text)
        if token is None:
            raise _unknown(gettext("This token is not known: it was revoked, it has expired, or it was never made."), "invalid_token")
        api_tokens.touch(db.session, token)
        number = token.id
        if writes:
            db.session.rollback()  # SQLite cannot make a reading transaction one that writes
    _count(number)
    if writes:
        token = api_tokens.find(db.session, text)
        if token is None:
            raise _unknown(gettext("This token was revoked in this moment."), "invalid_token")
    g.user, g.token = token.user, token


def check(view: Callable[..., Any], *, writes: bool) -> None:
    """Raise Problem unless the view is for whoever asks; that he was refused is an event."""
    problem = _refusal(g.token, Permission(permission_of(view) or ""), writes=writes)
    if problem:
        actor = _Actor(g.user.id, g.user.username)
        db.session.rollback()  # or what is written apart would wait for it
        audit.write_apart(actor, db.session, Action.REFUSED, request.path, detail={"method": request.method})
        raise problem


def check_before_commit() -> None:
    """At the last moment before a call's work is stored: a token or an account that was closed meanwhile stores nothing."""
    token = g.get("token")
    if token is not None and not api_tokens.still_holds(db.session, token.id, g.user):
        db.session.rollback()
        raise _unknown(gettext("This token was revoked in this moment."), "invalid_token")


def _text() -> str:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise _unknown(gettext("Send a token: “Authorization: Bearer ct_…”. It is made on the account page."))
    return text.strip()[:200]


def _unknown(said: str, error: str = "") -> Problem:
    return Problem(401, said, headers={"WWW-Authenticate": REALM + (f', error="{error}"' if error else "")})


def _count(number: int) -> None:
    """Count the call in a transaction of its own, so that it counts for every process and whatever becomes of it."""
    limit = policy.per_token()
    with writing(), Session(db.engine) as apart:
        use = spend(apart, counted(limit, str(number)))
        apart.commit()
    g.api_use = use
    if not use.is_allowed:
        seconds = ceil(use.until.total_seconds())
        raise Problem(
            429,
            gettext("More than %(most)s calls in a minute: wait %(seconds)s seconds.", most=limit.most, seconds=seconds),
            headers={"Retry-After": str(seconds)},
        )


def _refusal(token: ApiToken, permission: Permission, *, writes: bool) -> Problem | None:
    if not may(token.user.role, permission):
        return Problem(403, gettext("Your role does not include this."))
    if writes and token.scope is not Scope.WRITE:
        told = {"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="write"'}
        return Problem(403, gettext("This token reads only: make one that writes."), headers=told)
    if policy.settings().require_second_factor and not token.is_strong:
        return Problem(403, gettext("Everybody needs a second factor here: sign in with one, then make a new token."))
    return None


def tell_limits(response: Response) -> Response:
    """How many calls are left (RateLimit headers of the IETF's draft)."""
    use: Use | None = g.get("api_use") if asked_by_program() else None
    if use is not None:
        response.headers["RateLimit-Limit"] = f"{policy.per_token().most}, {policy.per_token().most};w=60"
        response.headers["RateLimit-Remaining"] = str(use.left)
        response.headers["RateLimit-Reset"] = str(ceil(use.until.total_seconds()))
    return response


def register(app: Flask) -> None:
    app.register_error_handler(Problem, Problem.response)
    app.after_request(tell_limits)

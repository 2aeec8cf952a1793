"""Nobody calls a view without the permission it declares; a view that declares none is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from tracker.accounts import policy, sign_ins, token_guard
from tracker.accounts.confirmation import ask_to_confirm
from tracker.accounts.models import SignIn, User
from tracker.accounts.permissions import Permission, may
from tracker.accounts.sign_ins import SignInState
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.services import Origin
from tracker.database.session import reading, set_request_mode
from tracker.extensions import db
from tracker.web import navigation
from tracker.web.access import PUBLIC, mark, permission_of, refuse_nul
from tracker.web.errors import error_page
from tracker.web.logs import request_id

View = TypeVar("View", bound=Callable[..., Any])

# Where somebody who must set up a second factor first may go: the pages that do so, and out.
WITHOUT_FACTOR = "open_without_second_factor"
FRESH = "needs_fresh_sign_in"


def require(permission: Permission) -> Callable[[View], View]:
    """Let only roles with `permission` call the view."""
    return lambda view: mark(view, permission)


def require_fresh(view: View) -> View:
    """Let nobody call the view whose last proof of identity is older than FRESH_MINUTES (ASVS 7.5.3).

    Whoever asks for a page is led to a confirmation and back; whoever sends a form confirms and sends it on.
    Put it on the page with the form as well as on what the form is sent to, so that people confirm before they type.
    """
    setattr(view, FRESH, True)
    return view


def open_without_factor(view: View) -> View:
    """Let also those call the view who must still set up the second factor that is required here."""
    setattr(view, WITHOUT_FACTOR, True)
    return view


def current_user() -> User:
    """Who is signed in. Only in views behind a permission."""
    user: User = g.user
    return user


def current_sign_in() -> SignIn:
    """The sign-in of this request. Only in views behind a permission."""
    sign_in: SignIn = g.sign_in
    return sign_in


def check_access() -> Response | None:
    """Before every request: find out who asks and whether the view is for them."""
    writes = request.method not in ("GET", "HEAD", "OPTIONS")
    set_request_mode(writes=writes)
    g.user, g.sign_in, g.sign_in_state, g.permission, g.token = None, None, sign_ins.NOBODY, None, None
    if request.endpoint is None or request.endpoint == "static":
        return None
    audit.watch(db.session, Origin(request.remote_addr or "", request_id()))
    view = current_app.view_functions[request.endpoint]
    if token_guard.asks_token(view):
        token_guard.enter(writes=writes)
        audit.watch(db.session, Origin(request.remote_addr or "", request_id(), g.token.id))
        token_guard.check(view, writes=writes)
        return None
    state = _who_asks(writes)
    if state.is_current:
        g.user, g.sign_in = state.user, state.sign_in
    permission = permission_of(view)
    if permission == PUBLIC:
        return None
    if permission is None:
        abort(403)
    if g.user is None:
        token_guard.refuse_on_pages()
        return _to_sign_in(request.full_path.rstrip("?") if request.method == "GET" else _hold_form())
    if not may(g.user.role, Permission(permission)):
        abort(403)
    g.permission = Permission(permission)
    return _first_the_rest(view)


def _who_asks(writes: bool) -> SignInState:
    """The sign-in behind the cookie; that it was used, or is over, is written down apart from the request's own work."""
    token = sign_ins.token_in_cookie()
    if not token:
        return sign_ins.NOBODY
    with reading():
        state = sign_ins.user_of_token(db.session, token)
        if state.sign_in and state.is_current:
            sign_ins.touch(db.session, state.sign_in)
        elif state.sign_in:
            sign_ins.note_time_out(db.session, state)
        if writes:
            db.session.rollback()  # SQLite cannot make a reading transaction one that writes: the view begins its own
    if writes:
        state = sign_ins.user_of_token(db.session, token)
    g.sign_in_state = state
    return state


def _first_the_rest(view: Callable[..., Any]) -> Response | None:
    """What must come before the view: a required second factor, a fresh proof of identity."""
    if policy.settings().require_second_factor and not g.sign_in.is_strong and not getattr(view, WITHOUT_FACTOR, False):
        return redirect(url_for("accounts.second_factor"))
    if getattr(view, FRESH, False) and not sign_ins.is_fresh(g.sign_in):
        return ask_to_confirm()
    return None


def check_before_commit() -> None:
    """At the last moment before a request's work is stored: whoever was closed, demoted or signed out meanwhile stores nothing."""
    if g.get("token") is not None:
        token_guard.check_before_commit()
        return
    token = sign_ins.token_in_cookie()
    if g.get("user") is None or not token:  # public pages, and signing out
        return
    if not sign_ins.still_holds(db.session, token, lambda role: g.permission is None or may(role, g.permission)):
        db.session.rollback()
        g.sign_in_state = sign_ins.user_of_token(db.session, token)
        abort(_to_sign_in(_hold_form()))


def _hold_form() -> str | None:
    """Where somebody whose sign-in has ended finds what he has just sent; None when nobody known sent it, or nothing was typed."""
    user = sign_ins.user_of_ended(g.sign_in_state)
    found: str | None = current_app.extensions["hold_form"](user) if user else None
    return found


def _to_sign_in(target: str | None) -> Response:
    url = url_for("accounts.sign_in", next=target)
    if target and request.method == "POST" and "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Redirect": url})  # the page as a whole, not the part that was asked for
    return redirect(url)


def may_here(permission: str) -> bool:
    """Whether whoever is signed in carries `permission`: for menus and buttons."""
    user = g.get("user")
    return user is not None and may(user.role, Permission(permission))


def refused(_error: Forbidden) -> Any:
    """A refusal is an event, whatever becomes of the page; the page itself needs no database."""
    user = g.get("user")
    who = (user.id, user.username) if user else None
    try:
        db.session.rollback()
        actor = _Plain(*who) if who else None
        audit.write_apart(actor, db.session, Action.REFUSED, request.path, detail={"method": request.method})
    except DBAPIError:
        current_app.logger.warning("a refusal could not be written down: %s %r", request.method, request.path)
    return error_page(403)


class _Plain:
    """A user as plain values: after a rollback the row would be read again."""

    def __init__(self, id: int, username: str) -> None:
        self.id, self.username = id, username


def register(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.before_request(check_access)
    app.register_error_handler(Forbidden, refused)
    token_guard.register(app)
    app.extensions.setdefault("before_commit", []).append(check_before_commit)
    app.add_template_global(may_here, "may")
    app.add_template_global(lambda: navigation.entries(app, may_here), "navigation")

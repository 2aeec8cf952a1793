"""Nobody calls a view without the permission it declares; a view that declares none is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.accounts import services
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.audit import services as audit
from tracker.audit.services import Origin
from tracker.database.session import set_request_mode
from tracker.extensions import db
from tracker.web import navigation
from tracker.web.access import PUBLIC, mark, permission_of, refuse_nul
from tracker.web.logs import request_id

View = TypeVar("View", bound=Callable[..., Any])


def require(permission: Permission) -> Callable[[View], View]:
    """Let only roles with `permission` call the view."""
    return lambda view: mark(view, permission)


def current_user() -> User:
    """Who is signed in. Only in views behind a permission."""
    user: User = g.user
    return user


def check_access() -> Response | None:
    """Before every request: find out who asks and whether the view is for them."""
    set_request_mode(writes=request.method not in ("GET", "HEAD", "OPTIONS"))
    if request.endpoint is None or request.endpoint == "static":
        g.user = None
        return None
    audit.watch(db.session, Origin(request.remote_addr or "", request_id()))
    g.user = services.user_of_token(db.session, services.token_in_cookie())
    permission = permission_of(current_app.view_functions[request.endpoint])
    if permission == PUBLIC:
        return None
    if permission is None:
        abort(403)
    if g.user is None:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=target))
    if not may(g.user.role, Permission(permission)):
        abort(403)
    return None


def may_here(permission: str) -> bool:
    """Whether whoever is signed in carries `permission`: for menus and buttons."""
    user = g.get("user")
    return user is not None and may(user.role, Permission(permission))


def register(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.before_request(check_access)
    app.add_template_global(may_here, "may")
    app.add_template_global(lambda: navigation.entries(app, may_here), "navigation")

"""How a view says who may call it. Who that is, is decided above; a view that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"


def mark(view: View, permission: str) -> View:
    """Keep the permission on the view, so that guards, menus and tests can read it."""
    view.permission = permission  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody may call it, signed in or not."""
    return mark(view, PUBLIC)


def takes_files(view: View) -> View:
    """Mark the view that takes uploads: only it may be sent more than a form."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def allow_files() -> None:
    """Before anything reads the request: uploads may be as large as three files of the largest size, and nothing else may."""
    if request.endpoint and getattr(current_app.view_functions.get(request.endpoint), "takes_files", False):
        request.max_content_length = (3 * current_app.config["SETTINGS"].file_limit_mb + 1) * 1024 * 1024


def refuse_nul() -> None:
    """Before every request: no address of ours holds a NUL, and PostgreSQL keeps none. What was typed into a form is told at its field."""
    if "\x00" in request.path:
        abort(404)
    if any("\x00" in name + value for name, value in request.args.items(multi=True)):
        abort(400)


def permission_of(view: Callable[..., Any]) -> str | None:
    """What `view` asks for: a permission, `public`, or None when it says nothing."""
    return getattr(view, "permission", None)

"""How a view says who may call it. Who that is, is decided above; a view that says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"


def mark(view: View, permission: str) -> View:
    """Keep the permission on the view, so that guards, menus and tests can read it."""
    view.permission = permission  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody may call it, signed in or not."""
    return mark(view, PUBLIC)


def permission_of(view: Callable[..., Any]) -> str | None:
    """What `view` asks for: a permission, `public`, or None when it says nothing."""
    return getattr(view, "permission", None)

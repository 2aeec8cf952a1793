"""Writes of saved views, the actor first. A name is its owner's own words: the trail says that a view changed, and how, but no name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.saved.models import MOST, MOST_PINNED, TARGET, SavedView
from tracker.saved.queries import pinned_views


class TooManyError(Exception):
    """The actor has as many views, or as many on the first page, as there is room for."""


def save_view(actor: User, session: Session, name: str, endpoint: str, query: str, *, is_shared: bool = False) -> SavedView:
    """A new view of the actor. Raises TooManyError; IntegrityError where one of his has this name."""
    if (session.scalar(sa.select(sa.func.count()).where(SavedView.owner_id == actor.id)) or 0) >= MOST:
        raise TooManyError
    view = SavedView(owner_id=actor.id, name=name, endpoint=endpoint, query=query, is_shared=is_shared)
    session.add(view)
    session.flush()
    _tell(actor, session, view, Action.VIEW_SAVED, {"of": endpoint, "shared": is_shared})
    return view


def change_view(actor: User, session: Session, view: SavedView, name: str, *, is_shared: bool) -> bool:
    """Rename the view, or share it or no longer; False when that changes nothing. Raises IntegrityError where the name is taken."""
    changed: dict[str, Any] = {"name": True} if view.name != name else {}
    if view.is_shared != is_shared:
        changed["shared"] = [view.is_shared, is_shared]
    if not changed:
        return False
    view.name, view.is_shared = name, is_shared
    session.flush()
    _tell(actor, session, view, Action.VIEW_CHANGED, {"changed": changed})
    return True


def pin_view(actor: User, session: Session, view: SavedView) -> bool:
    """Put the view on the actor's first page, as the last one there; False when it is there. Raises TooManyError."""
    if view.position is not None:
        return False
    pinned = pinned_views(session, actor)
    if len(pinned) >= MOST_PINNED:
        raise TooManyError
    _move(actor, session, view, 1 + max((one.position or 0 for one in pinned), default=0))
    return True


def unpin_view(actor: User, session: Session, view: SavedView) -> bool:
    """Take the view off the first page; False when it is not there."""
    if view.position is None:
        return False
    _move(actor, session, view, None)
    return True


def raise_view(actor: User, session: Session, view: SavedView) -> bool:
    """Let the view change places with the one before it on the first page; False when there is none."""
    pinned = list(pinned_views(session, actor))
    place = pinned.index(view) if view in pinned else 0
    if not place:
        return False
    before = pinned[place - 1]
    # two tabs may have pinned at once and given one place to both
    before_at, view_at = before.position or 0, view.position or 0
    before.position = max(view_at, before_at + 1)
    _move(actor, session, view, before_at)
    return True


def delete_view(actor: User, session: Session, view: SavedView) -> None:
    """The view is gone; the records and figures that it showed stay what they are."""
    session.delete(view)
    session.flush()
    _tell(actor, session, view, Action.VIEW_DELETED, {"shared": view.is_shared})


def _move(actor: User, session: Session, view: SavedView, position: int | None) -> None:
    before, view.position = view.position, position
    session.flush()
    _tell(actor, session, view, Action.VIEW_CHANGED, {"changed": {"pinned": [before, position]}})


def _tell(actor: User, session: Session, view: SavedView, action: Action, detail: dict[str, Any]) -> None:
    audit.write(actor, session, action, TARGET.format(view.id), detail=detail)

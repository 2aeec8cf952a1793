"""Reads of saved views: everybody sees his own, and those that others share."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import User
from tracker.saved.models import MOST, PASSING, SavedView


def own_views(session: Session, user: User) -> Sequence[SavedView]:
    """What the user saved, by name."""
    return session.scalars(sa.select(SavedView).where(SavedView.owner_id == user.id).order_by(SavedView.name, SavedView.id)).all()


def shared_views(session: Session, user: User) -> Sequence[SavedView]:
    """What others share, with its owner, by name."""
    others = sa.select(SavedView).where(SavedView.is_shared, SavedView.owner_id != user.id).order_by(SavedView.name, SavedView.id)
    return session.scalars(others.options(joinedload(SavedView.owner)).limit(MOST)).all()


def pinned_views(session: Session, user: User) -> Sequence[SavedView]:
    """What the user pinned to the first page, in its order."""
    pinned = sa.select(SavedView).where(SavedView.owner_id == user.id, SavedView.position.is_not(None))
    return session.scalars(pinned.order_by(SavedView.position, SavedView.id)).all()


def visible_view(session: Session, user: User, number: int) -> SavedView | None:
    """The view with this key, if the user may open it."""
    may_open = sa.or_(SavedView.owner_id == user.id, SavedView.is_shared)
    return session.scalar(sa.select(SavedView).where(SavedView.id == number, may_open))


def own_view(session: Session, user: User, number: int, *, to_change: bool = False) -> SavedView | None:
    """The view with this key, if it is the user's."""
    own = sa.select(SavedView).where(SavedView.id == number, SavedView.owner_id == user.id)
    return session.scalar(own.with_for_update() if to_change else own)


def shown_view(session: Session, user: User, endpoint: str | None, args: MultiDict[str, str]) -> SavedView | None:
    """The view that an address says it was opened from, as long as it still asks for what the view holds."""
    typed = args.get("view", "")
    view = visible_view(session, user, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) <= 9 else None
    asked = {(name, value) for name, value in args.items(multi=True) if value and name not in PASSING}
    if view is None or view.endpoint != endpoint:
        return None
    return view if {pair for pair in parse_qsl(view.query) if pair[0] not in PASSING} == asked else None

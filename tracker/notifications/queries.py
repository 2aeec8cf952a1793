"""Reads of one user's notifications. `seen` is a condition from above: about what he may still see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.notifications.models import Notification

PAGE_SIZE = 50
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class NoticePage:
    """Some notifications, the newest first, and whether there are older ones."""

    notices: Sequence[Notification]
    has_older: bool


def count_unread(session: Session, user_id: int, seen: Condition) -> int:
    """What the bell says."""
    unread = (
        sa.select(sa.func.count()).select_from(Notification).where(Notification.user_id == user_id, Notification.read_at.is_(None), seen)
    )
    return session.scalar(unread) or 0


def page_of_notices(session: Session, user_id: int, seen: Condition, before: int | None = None) -> NoticePage:
    """Those older than the number `before`, the newest first."""
    statement = sa.select(Notification).where(Notification.user_id == user_id, seen)
    if before is not None:
        statement = statement.where(Notification.id < before)
    found = list(session.scalars(statement.order_by(Notification.id.desc()).limit(PAGE_SIZE + 1)))
    return NoticePage(found[:PAGE_SIZE], len(found) > PAGE_SIZE)

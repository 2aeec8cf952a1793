"""Reads of unsaved work: one's own, nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.database.sealing import Sealer, SealError
from tracker.unsaved.models import Draft
from tracker.unsaved.services import context


@dataclass(frozen=True)
class Unsaved:
    """One form that was begun and not saved."""

    key: str
    place: str
    is_form: bool
    revision: int
    saved_at: datetime
    fields: MultiDict[str, str]

    @property
    def title(self) -> str:
        """What the form says in its title; '' when it has none."""
        return self.fields.get("title", "").strip()


def find(session: Session, sealer: Sealer, user: User, key: str) -> Unsaved | None:
    """The user's unsaved work under `key`, unless it was saved, thrown away or ran out."""
    return next(_opened(session, sealer, user, Draft.key == key), None)


def of_place(session: Session, sealer: Sealer, user: User, place: str) -> list[Unsaved]:
    """What the user has begun in the form at `place`, the newest first."""
    return list(_opened(session, sealer, user, sa.and_(Draft.place == place, Draft.is_form)))


def newest(session: Session, sealer: Sealer, user: User, most: int) -> list[Unsaved]:
    """The user's unsaved work, the newest first."""
    return list(_opened(session, sealer, user, sa.true(), most))


def _opened(session: Session, sealer: Sealer, user: User, where: Any, most: int | None = None) -> Iterator[Unsaved]:
    """What was sealed under a key that is gone cannot be offered, and is left out."""
    lasts = sa.or_(Draft.expires_at.is_(None), Draft.expires_at > utc_now())
    rows = sa.select(Draft).where(Draft.user_id == user.id, Draft.closed_at.is_(None), lasts, where)
    for row in session.scalars(rows.order_by(Draft.saved_at.desc(), Draft.id.desc()).limit(most)):
        try:
            pairs = json.loads(sealer.unseal(row.body, context(user.id, row.key)))
        except SealError:
            continue
        fields = MultiDict((str(name), str(value)) for name, value in pairs)
        yield Unsaved(row.key, row.place, row.is_form, row.revision, row.saved_at, fields)

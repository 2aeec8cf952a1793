"""What lies in the bin: records taken out of everything, and one's own discarded drafts. It never empties itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.accounts.services import names_of_users
from tracker.database import search
from tracker.records import registry
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import Record, Review
from tracker.records.visibility import visible_to

MOST = 200


@dataclass(frozen=True)
class Lying:
    """One record in the bin."""

    ref: str
    title: str
    type: str
    url: str
    back_url: str  # '' for a restricted one, which stays where it is
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class BinPage:
    """The newest of what lies there, or of what `typed` finds."""

    retired: tuple[Lying, ...]
    drafts: tuple[Lying, ...]
    typed: str

    @property
    def is_empty(self) -> bool:
        return not (self.retired or self.drafts)


def bin_page(reader: Reader, typed: str) -> BinPage:
    """The bin as the reader may see it."""
    names = names_of_users(reader.session)
    last = sa.select(Review.record_id, sa.func.max(Review.id).label("id")).where(Review.move.in_((ReviewMove.RETIRE, ReviewMove.MERGE)))
    taken = last.group_by(Review.record_id).subquery()
    statement = (
        sa.select(Record, Review.by_id, Review.at, Review.note)
        .join(taken, taken.c.record_id == Record.id)
        .join(Review, Review.id == taken.c.id)
        .where(Record.review_state == ReviewState.RETIRED, visible_to(reader.user))
        .order_by(Review.id.desc())
    )
    mine = sa.select(Record).where(Record.discarded_at.is_not(None), Record.owner_id == reader.user.id).order_by(Record.discarded_at.desc())
    retired = [
        _lying(record, "bin.restore", names.get(by_id, ""), at, note)
        for record, by_id, at, note in reader.session.execute(_finding(reader, statement, typed))
    ]
    drafts = [
        _lying(record, "bin.take_back", names.get(record.owner_id, ""), record.discarded_at or record.changed_at, "")
        for record in reader.session.scalars(_finding(reader, mine, typed))
    ]
    return BinPage(tuple(retired), tuple(drafts), typed)


def _finding(reader: Reader, statement: Any, typed: str) -> Any:
    return (statement.where(search.matching(reader.session, Record.__table__.c.id, typed)) if typed else statement).limit(MOST)


def _lying(record: Record, back: str, by: str, at: datetime, note: str) -> Lying:
    record_type = registry.by_kind(record.kind)
    address: dict[str, Any] = {"record_type": record_type, "ref": record.ref}
    title = record.title or gettext("Untitled")
    back_url = "" if record.restricted_at else url_for(back, **address)
    return Lying(*(record.ref, title, str(record_type.label), url_for("records.show", **address)), back_url, by, at, note)

"""Who may see what, as conditions: a draft, and a source that only drafts cite, are their owner's alone."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.records.enums import ReviewState
from tracker.records.models import Record
from tracker.records.sources import Evidence, Source


def visible_to(user_id: int) -> sa.ColumnElement[bool]:
    """The records that the user may see."""
    return sa.or_(Record.review_state != ReviewState.DRAFT, Record.owner_id == user_id)


def own_drafts(user_id: int) -> sa.ColumnElement[bool]:
    """The drafts on the user's desk; those in the bin lie apart."""
    return sa.and_(Record.review_state == ReviewState.DRAFT, Record.owner_id == user_id, Record.discarded_at.is_(None))


def sources_visible_to(user_id: int) -> sa.ColumnElement[bool]:
    """The sources that the user added, and those that a record cites which the user may see."""
    cited = sa.exists().where(Evidence.source_id == Source.id, Evidence.record_id == Record.id, visible_to(user_id)).correlate(Source)
    return sa.or_(Source.created_by_id == user_id, cited)

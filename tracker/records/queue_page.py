"""The page of the review queue: rows in words, tabs with counts, pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.accounts.services import names_of_users
from tracker.records import registry
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.listing import Pages
from tracker.records.models import LiftRequest, Record
from tracker.records.review_queue import Waiting, count_waiting, lifts_asked, queue
from tracker.records.together import Together, together, waits_together
from tracker.vocabularies.parties import names_by_code


@dataclass(frozen=True)
class QueueRow:
    """One record that waits, in words."""

    ref: str
    key: str  # what the box of the row sends
    title: str
    url: str
    type: str
    partners: str
    by: str
    since: datetime
    days: int
    is_late: bool
    is_change: bool
    is_own: bool
    was_opened: bool
    note: str


@dataclass(frozen=True)
class LiftRow:
    """A restricted record that somebody asks to let count again."""

    ref: str
    title: str
    url: str
    by: str
    at: datetime
    reason: str
    is_own: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue."""

    state: str
    tabs: tuple[dict[str, Any], ...]
    rows: tuple[QueueRow, ...]
    pages: Pages
    lifts: tuple[LiftRow, ...]
    together: tuple[Together, ...]
    is_each: bool  # also what can be decided about together stands among the rows

    @property
    def can_choose(self) -> bool:
        """Whether there is anything that could be verified together."""
        return self.state == ReviewState.SUBMITTED and any(row.was_opened and not row.is_own for row in self.rows)


def queue_page(reader: Reader, state: ReviewState, number: int, *, each: bool) -> QueuePage:
    """Page `number` of what is submitted or returned; what can be decided about together is named above, and `each` of it on request."""
    waits = state is ReviewState.SUBMITTED
    found = queue(reader, state, number, *([sa.not_(waits_together())] if waits and not each else []))
    args = ({"each": 1} if each else {}) if waits else {"state": state.value}
    tabs = [
        {"label": label, "url": url_for("review.queue", state=named), "count": count_waiting(reader, one), "is_current": one is state}
        for one, label, named in (
            (ReviewState.SUBMITTED, gettext("Waiting"), None),
            (ReviewState.RETURNED, gettext("Returned"), ReviewState.RETURNED.value),
        )
    ]
    rows = tuple(queue_row(reader, row) for row in found.rows)
    pages = Pages(found.number, found.count, found.total, "review.queue", args)
    return QueuePage(state.value, tuple(tabs), rows, pages, _lifts(reader), together(reader) if waits else (), each)


def _lifts(reader: Reader) -> tuple[LiftRow, ...]:
    names = names_of_users(reader.session)

    def row(record: Record, asked: LiftRequest) -> LiftRow:
        url = url_for("records.restrict", record_type=registry.by_kind(record.kind), ref=record.ref)
        by, is_own = names.get(asked.asked_by_id, ""), asked.asked_by_id == reader.user.id
        return LiftRow(record.ref, record.title or gettext("Untitled"), url, by, asked.asked_at, asked.reason, is_own)

    return tuple(row(record, asked) for record, asked in lifts_asked(reader))


def queue_row(reader: Reader, row: Waiting) -> QueueRow:
    """`row` in words; what was returned opens at the record, what waits at its difference."""
    record_type = registry.by_kind(row.kind)
    names = names_by_code(reader.session, reader.locale)
    endpoint = "records.show" if row.note else "review.show"
    partners = dict.fromkeys(names.get(code, code) for code in row.partners)
    return QueueRow(
        ref=row.ref,
        key=f"{row.ref}:{row.version}",
        title=row.title,
        url=url_for(endpoint, record_type=record_type, ref=row.ref),
        type=str(record_type.label),
        partners=", ".join(partners),
        by=row.by,
        since=row.since,
        days=row.days,
        is_late=row.is_late,
        is_change=row.is_change,
        is_own=row.is_own,
        was_opened=row.was_opened,
        note=row.note,
    )

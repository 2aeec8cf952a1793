"""Handovers whose time is over or will be soon, and moving their review date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.services import names_of_users
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.handovers.models import Handover
from tracker.notifications.kinds import Kind
from tracker.notifications.services import settle
from tracker.personal_data.models import ErasureRequest, Retention, SubjectKey
from tracker.personal_data.retention import REMINDER_MONTHS, after_months, is_kept
from tracker.records.restriction import require_unrestricted
from tracker.records.visibility import visible_to


class ReviewDateError(ValueError):
    """The date is no possible review date."""


@dataclass(frozen=True)
class DueHandover:
    """A handover with its review date and how many names it holds."""

    ref: str
    title: str
    review_on: date
    latest_on: date
    names: int
    owner: str
    owner_id: int
    asked_by: str  # who asked for erasure and waits for a decision


def due(session: Session, until: date, *, after: date | None = None, reader: User | None = None) -> list[DueHandover]:
    """The handovers to be reviewed up to `until` (and, where given, only `after` a day), the oldest first.

    All of them, or those that the user may see. A handover is due until its names are erased; one that never had persons
    is due, too: its texts are looked at.
    """
    live = sa.select(sa.func.count()).where(SubjectKey.record_id == Handover.record_id, SubjectKey.wrapped.is_not(None))
    live_names = live.correlate(Handover).scalar_subquery()
    statement = (
        sa.select(Handover, Retention, live_names)
        .join(Retention, Retention.record_id == Handover.record_id)
        .where(Retention.review_on <= until, is_kept(Handover.record_id))
        .order_by(Retention.review_on, Handover.ref)
    )
    if reader is not None:
        statement = statement.where(visible_to(reader))
    if after is not None:
        statement = statement.where(Retention.review_on > after)
    users, asked = names_of_users(session), _asked(session)
    return [
        DueHandover(
            *(record.ref, record.title, kept.review_on, kept.latest_on, names),
            users.get(record.owner_id, ""),
            record.owner_id,
            users.get(asked.get(record.id, 0), ""),
        )
        for record, kept, names in session.execute(statement)
    ]


def soon(session: Session, today: date, reader: User | None = None) -> list[DueHandover]:
    """Those to be reviewed within six months (RPD art. 50: a reminder before the time is over)."""
    return due(session, after_months(today, REMINDER_MONTHS), after=today, reader=reader)


def waiting(session: Session, reader: User | None = None) -> list[DueHandover]:
    """Those for which somebody asked for erasure and nobody has decided."""
    refs = set(session.scalars(sa.select(Handover.ref).where(Handover.record_id.in_(_asked(session)))))
    return [row for row in due(session, date.max, reader=reader) if row.ref in refs]


def set_review_date(actor: User, session: Session, record: Handover, day: date, reason: str) -> None:
    """Move the review of `record` to `day`; later only with a reason, five years after its entry at most.

    Raises ReviewDateError, and RestrictedError: a restricted record is kept for as long as was laid down before (LED art. 16).
    """
    session.refresh(record, with_for_update=True)
    require_unrestricted(record)
    kept = session.get_one(Retention, record.id, with_for_update=True)
    if day > kept.latest_on or day < record.created_at.date():
        raise ReviewDateError(kept.latest_on.isoformat())
    if day > kept.review_on and not reason:
        raise ReviewDateError("reason")
    before, kept.review_on, kept.is_set = kept.review_on, day, True
    session.flush()
    settle(session, record.ref, {Kind.RETENTION_DUE})
    audit.write(
        actor, session, Action.REVIEW_DATE_SET, record.ref, purpose=reason, detail={"before": before.isoformat(), "after": day.isoformat()}
    )


def requests_of(session: Session, record_id: int) -> Sequence[ErasureRequest]:
    """Every request for erasure of a record, the newest first."""
    return session.scalars(sa.select(ErasureRequest).where(ErasureRequest.record_id == record_id).order_by(ErasureRequest.id.desc())).all()


def _asked(session: Session) -> dict[int, int]:
    rows = session.execute(sa.select(ErasureRequest.record_id, ErasureRequest.asked_by_id).where(ErasureRequest.decision.is_(None)))
    return dict(rows.all())

"""How long a record with persons is kept before somebody looks whether it is still needed (LED art. 5, RPD art. 50)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import current_app, has_app_context
from sqlalchemy.orm import Session

from tracker.config import Settings
from tracker.personal_data.models import Retention, SubjectKey

MOST_MONTHS = 60  # five years
REMINDER_MONTHS = 6


def after_months(day: date, months: int) -> date:
    """The same day `months` later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_for(statuses: Iterable[str | None]) -> int:
    """The months until the review: the shortest period of any of the persons."""
    # without an application (a program of its own, a test of services) the usual periods hold
    settings = current_app.config.get("SETTINGS") if has_app_context() else None
    periods: dict[str, int] = dict((settings or Settings()).retention_months)
    return min((periods.get(status or "", periods["default"]) for status in statuses), default=periods["default"])


def keep_review_date(session: Session, record_id: int, entered_on: date, statuses: Iterable[str | None]) -> None:
    """Every record with persons has a review date: the one an officer set, else the one that follows from the legal status."""
    kept = session.get(Retention, record_id)
    if kept is None:
        kept = Retention(record_id=record_id, latest_on=after_months(entered_on, MOST_MONTHS), is_set=False)
        session.add(kept)
    if not kept.is_set:
        kept.review_on = after_months(entered_on, months_for(statuses))


def is_kept(record_id: Any) -> sa.ColumnElement[bool]:
    """Whether there is still something to be looked at: names, or texts of a record that never had any."""
    of_record = sa.exists().where(SubjectKey.record_id == record_id).correlate_except(SubjectKey)
    return sa.or_(of_record.where(SubjectKey.wrapped.is_not(None)), ~of_record.where(SubjectKey.wrapped.is_(None)))

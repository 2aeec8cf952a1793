"""Queues: whose work is found in them, and that what waits again is told again."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.notifications.kinds import Kind
from tracker.notifications.models import Notification
from tracker.records import review_services as reviews
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.review_queue import returned_to

STATE = records.REPORTING_STATE


def returned(session: Session, author: User, reviewer: User) -> Record:
    record = records.save(session, author, handover(["LAO"], "2024"))
    reviews.return_for_changes(reviewer, session, record, STATE, expected_version=1, note="Which of the two?")
    return record


def test_own_returned_records_are_found_behind_many_of_others(session: Session, officer: User) -> None:
    reviewer, other = users.user(session, Role.REVIEWER), users.user(session)
    for _ in range(3):
        returned(session, other, reviewer)
    mine = returned(session, officer, reviewer)
    reader = Reader(officer, session, "en", date(2026, 3, 1), STATE)
    assert [row.ref for row in returned_to(reader, 1)] == [mine.ref]


def test_what_is_brought_back_is_told_to_reviewers_again(session: Session, officer: User) -> None:
    reviewer, watcher = users.user(session, Role.REVIEWER), users.user(session, Role.REVIEWER)
    record = records.save(session, officer, handover(["LAO"], "2024"))
    reviews.retire(reviewer, session, record, STATE, expected_version=1, note="Entered twice")
    reviews.restore(reviewer, session, record, STATE, note="It was another one")
    session.flush()
    told = sa.select(sa.func.count()).where(Notification.user_id == watcher.id, Notification.kind == Kind.SUBMITTED)
    assert session.scalar(told) == 2
    assert session.scalar(told.where(Notification.read_at.is_(None))) == 1, "the first was settled by the bin"

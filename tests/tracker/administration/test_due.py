"""What becomes due is told to whom it concerns, once for each deadline, on a clock that the test holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tracker.accounts.models import User
from tracker.administration import due
from tracker.administration.due import tell_expiring, tell_retention, tell_stale
from tracker.extensions import db
from tracker.notifications.models import Notification
from tracker.partial_dates import parse_edtf
from tracker.personal_data.models import Retention
from tracker.records.models import Record

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


class TestExpiring:
    def test_each_deadline_is_told_once_as_the_days_go_by(self, session: Session, owner: User) -> None:
        ref = records.save(session, owner, agreement(["LAO"], "2020", expires_on="2026-06-15")).ref
        told = {TODAY + timedelta(days=day): tell_expiring(session, TODAY + timedelta(days=day)) for day in range(120)}
        assert {day for day, count in told.items() if count} == {date(2026, 3, 17), date(2026, 5, 16)}
        found = session.execute(sa.select(Notification.user_id, Notification.target, Notification.detail).order_by(Notification.id)).all()
        assert [tuple(row) for row in found] == [
            (owner.id, ref, {"days": 90, "on": "2026-06-15"}),
            (owner.id, ref, {"days": 30, "on": "2026-06-15"}),
        ]

    def test_a_run_that_was_missed_is_made_up_for_with_the_nearest_deadline_only(self, session: Session, owner: User) -> None:
        records.save(session, owner, agreement(["LAO"], "2020", expires_on="2026-03-10"))
        assert tell_expiring(session, TODAY) == 1
        assert session.scalars(sa.select(Notification.step)).all() == ["30:2026-03-10"]

    def test_a_date_known_in_part_counts_from_its_first_day(self, session: Session, owner: User) -> None:
        records.save(session, owner, agreement(["LAO"], "2020", expires_on="2026-04"))
        assert tell_expiring(session, date(2026, 3, 2)) == 1
        assert session.scalars(sa.select(Notification.detail)).one() == {"days": 30, "on": "2026-04-01"}

    def test_a_date_that_is_moved_is_told_anew(self, session: Session, owner: User) -> None:
        record = records.save(session, owner, agreement(["LAO"], "2020", expires_on="2026-03-10"))
        tell_expiring(session, TODAY)
        record.expires_on = parse_edtf("2026-03-20")
        session.flush()
        assert tell_expiring(session, TODAY) == 1

    @pytest.mark.parametrize(
        "columns",
        [
            {"expires_on": ""},
            {"expires_on": "2026-02-28"},  # past: nothing can be done any more
            {"expires_on": "2026-05-31"},  # in 91 days
            {"expires_on": "2026-03-10", "status": "completed"},
            {"expires_on": "2026-03-10", "actions": [("terminated", "2025", "")]},
        ],
    )
    def test_nobody_is_told_of_what_is_not_due(self, session: Session, owner: User, columns: dict[str, object]) -> None:
        records.save(session, owner, agreement(["LAO"], "2020", **columns))  # type: ignore[arg-type]
        assert tell_expiring(session, TODAY) == 0

    def test_a_draft_and_the_records_of_whoever_is_gone_are_left_out(self, session: Session, owner: User) -> None:
        records.save(session, owner, agreement(["LAO"], "2020", expires_on="2026-03-10"), draft=True)
        gone = users.user(session)
        records.save(session, gone, agreement(["LAO"], "2020", expires_on="2026-03-10"))
        gone.is_active = False
        session.flush()
        assert tell_expiring(session, TODAY) == 0


class TestStale:
    def test_an_ongoing_record_is_told_after_a_year_and_again_after_two(self, session: Session, owner: User) -> None:
        record = records.save(session, owner, operation(["LAO"], "2022", status="ongoing"))
        session.execute(sa.update(Record).where(Record.id == record.id).values(changed_at=datetime(2025, 3, 1, 9, tzinfo=UTC)))
        days = (-1, 0, 1, 200, 364, 365, 366)
        assert [tell_stale(session, NOW + timedelta(days=day)) for day in days] == [0, 1, 0, 0, 0, 1, 0]

    def test_what_is_over_or_was_touched_is_not_stale(self, session: Session, owner: User) -> None:
        done = records.save(session, owner, operation(["LAO"], "2022", status="completed"))
        session.execute(sa.update(Record).where(Record.id == done.id).values(changed_at=datetime(2020, 1, 1, tzinfo=UTC)))
        records.save(session, owner, operation(["LAO"], "2022", status="ongoing"))
        assert tell_stale(session, NOW) == 0

    @pytest.mark.engine_free
    @pytest.mark.parametrize(
        ("moment", "months", "before"),
        [
            ("2026-08-31", 6, "2026-02-28"),
            ("2024-08-31", 6, "2024-02-29"),
            ("2024-02-29", 12, "2023-02-28"),
            ("2026-01-15", 1, "2025-12-15"),
        ],
    )
    def test_months_are_those_of_the_calendar(self, moment: str, months: int, before: str) -> None:
        assert due._months_before(datetime.fromisoformat(moment), months) == datetime.fromisoformat(before)


class TestRetention:
    def test_a_review_is_told_half_a_year_before_and_on_its_day(self, session: Session, owner: User) -> None:
        record = records.save(session, owner, handover(["LAO"], "2024"))
        session.execute(sa.update(Retention).where(Retention.record_id == record.id).values(review_on=date(2026, 9, 10)))
        told = {TODAY + timedelta(days=day): tell_retention(session, TODAY + timedelta(days=day)) for day in range(220)}
        assert {day for day, count in told.items() if count} == {date(2026, 3, 10), date(2026, 9, 10)}
        assert session.scalars(sa.select(Notification.user_id)).all() == [owner.id, owner.id]

    def test_whoever_is_gone_is_not_told(self, session: Session, owner: User) -> None:
        records.save(session, owner, handover(["LAO"], "2024"))
        session.execute(sa.update(Retention).values(review_on=TODAY))
        owner.is_active = False
        session.flush()
        assert tell_retention(session, TODAY) == 0


def test_the_command_says_how_many_and_tells_nobody_twice(app: Flask, session: Session, owner: User) -> None:
    expires = (datetime.now(UTC).date() + timedelta(days=20)).isoformat()
    records.save(session, owner, agreement(["LAO"], "2020", expires_on=expires))
    session.commit()
    run = app.test_cli_runner().invoke
    assert run(args=["notify", "due"]).output.startswith("1 told of an agreement")
    assert run(args=["notify", "due"]).output.startswith("0 told of an agreement")


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def owner(session: Session) -> User:
    return users.user(session)

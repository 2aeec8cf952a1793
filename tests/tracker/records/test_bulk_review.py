"""A decision about many at once writes of each record what a decision about it alone writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import add_user, stored
from tests.factories import handovers, records
from tests.factories.imports import batch, courses, loaded
from tests.factories.sources import source
from tracker.accounts.models import Role, User
from tracker.counting.models import Basis
from tracker.database.base import Base
from tracker.extensions import db
from tracker.handovers.disclosures import Entry, disclose
from tracker.notifications.kinds import Kind
from tracker.notifications.models import Notification
from tracker.partial_dates import parse_edtf
from tracker.records import facts, review_services
from tracker.records.bulk_review import as_submitted, decide_all
from tracker.records.disclosure_models import Channel, Given
from tracker.records.enums import ReviewMove
from tracker.records.models import Record
from tracker.records.review_services import NoteMissingError, ReviewersOnlyError

WANTED = sa.select(Record.id).where(*as_submitted())
# what tells when and in which order something was written, and what many together are told in one piece
MOMENTS = {"review": {"id", "at"}, "fact": {"id"}, "notification": {"id", "read_at"}}
TOGETHER = {"audit_event", "audit_head", "audit_mention"}


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """With trainings that were imported, and handovers, one of which was given to somebody; thrown away."""
    add_user(app, Role.OFFICER, "officer")
    add_user(app, Role.REVIEWER, "reviewer")
    with app.test_request_context(), stored(app) as session:
        importer = user_of(session, "officer")
        made, number = batch(session, importer, courses(7)), importer.id
        session.flush()
        wanted = made.id
    loaded(app, number, wanted, 2)
    with app.test_request_context():
        yield db.session
        db.session.rollback()


@pytest.mark.parametrize(("move", "note"), [(ReviewMove.VERIFY, ""), (ReviewMove.RETURN, "Which years?")])
def test_promise_each_record_stands_as_if_it_had_been_decided_about_alone(session: Session, move: ReviewMove, note: str) -> None:
    reviewer, officer = user_of(session, "reviewer"), user_of(session, "officer")
    cited = source(session, officer, ref="SRC-2026-9001")
    made = [handovers.handover([code], "2024-05", persons="3", sources=[cited.ref]) for code in ("LAO", "THA")]
    given, _ = [records.save(session, officer, document) for document in made]
    entry = Entry("USA", "Ministry of Justice", parse_edtf("2024-06"), Channel.LETTER, "Extradition", Given.NAMES, 1)
    disclose(officer, session, given, entry)
    singly = review_services.verify if move is ReviewMove.VERIFY else review_services.return_for_changes
    with undone(session):
        for record in session.scalars(sa.select(Record).order_by(Record.id)).all():
            singly(reviewer, session, record, records.REPORTING_STATE, expected_version=1, note=note)
        session.flush()
        alone = rows_of(session)
    with undone(session):
        before = rows_of(session)
        decided = decide_all(reviewer, session, WANTED, move, note)
        assert len(session.scalars(decided).all()) == 9
        session.flush()
        together = rows_of(session)
        assert session.scalar(sa.select(Notification.id).where(Notification.kind == Kind.SUBMITTED, Notification.read_at.is_(None))) is None
        for basis in Basis:
            assert facts.check(session, records.REPORTING_STATE, basis) == []
    assert [name for name in alone if alone[name] != together[name] and name != "notification"] == []
    # of each record its author is told when it is decided about alone; what asked for the decision is answered in both ways
    asked = [{row for row in found["notification"] if "SUBMITTED" in row} for found in (before, alone, together)]
    assert asked[0] != asked[1] == asked[2]


def test_what_is_no_longer_as_it_was_submitted_is_left_alone(session: Session) -> None:
    reviewer, officer = user_of(session, "reviewer"), user_of(session, "officer")
    changed, back, verified, locked, *rest = session.scalars(sa.select(Record).order_by(Record.id)).all()
    state = records.REPORTING_STATE
    records.change(session, officer, changed, dict(changed.newest.payload) | {"place": "Kunming"})
    review_services.return_for_changes(reviewer, session, back, state, expected_version=1, note="?")
    review_services.verify(reviewer, session, verified, state, expected_version=1)
    locked.restricted_at, locked.restricted_reason = verified.changed_at, "by court"
    session.flush()
    assert set(session.scalars(decide_all(reviewer, session, WANTED, ReviewMove.VERIFY))) == {record.id for record in rest}


def test_what_cannot_be_decided_is_refused(session: Session) -> None:
    reviewer, officer = user_of(session, "reviewer"), user_of(session, "officer")
    with pytest.raises(ReviewersOnlyError):
        decide_all(officer, session, WANTED, ReviewMove.VERIFY)
    with pytest.raises(ReviewersOnlyError):
        decide_all(reviewer, session, WANTED, ReviewMove.RETIRE, "why")
    with pytest.raises(NoteMissingError):
        decide_all(reviewer, session, WANTED, ReviewMove.RETURN, " ")
    officer.role = Role.REVIEWER
    with pytest.raises(sa.exc.DBAPIError, match="own work"), session.begin_nested():
        decide_all(officer, session, WANTED, ReviewMove.VERIFY)


def user_of(session: Session, username: str) -> User:
    return session.scalars(sa.select(User).where(User.username == username)).one()


class undone:
    """What is done inside is taken back at the end."""

    def __init__(self, session: Session) -> None:
        self.session, self.inside = session, session.begin_nested()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: Any) -> None:
        self.inside.rollback()
        self.session.expire_all()


def rows_of(session: Session) -> dict[str, set[str]]:
    """Every row of every table, but for moments, keys of rows that mean nothing, and what is told of all together."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in TOGETHER:
            columns = [column for column in table.columns if column.name not in MOMENTS.get(table.name, ())]
            found[table.name] = {repr(tuple(row)) for row in session.execute(sa.select(*columns))}
    return found

"""Several who decide about one import at the same moment: one of them does, and each record is decided about once."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import users
from tests.factories.imports import batch, courses, loaded
from tests.tracker.records.test_reviews_at_the_same_moment import at_once, verify_as
from tracker.accounts.models import Role, User
from tracker.imports import loading, verifying
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.verifying import Looked
from tracker.records.enums import ReviewMove
from tracker.records.models import Record, Review


@pytest.mark.races
def test_of_two_reviewers_and_the_importer_one_decides_and_no_record_is_verified_twice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "looked", lambda *_: Looked((), (), 0, True))
    for first in (1, 31, 61):
        number, importer, one, other, third, key = imported(app, first)
        verify, undo = partial(decided, number), partial(undone, number, importer)
        outcomes = at_once(app, [partial(verify, one), undo, partial(verify_as, third, key), partial(verify, other)])
        assert len(outcomes) == 4
        assert set(outcomes) <= {"done", "NothingWaitsError", "TouchedError", "StateError", "NotNowError"}
        with stored(app) as session:
            state = session.get_one(ImportBatch, number).state
            made = verifying.made_by(session.get_one(ImportBatch, number))
            times = session.execute(
                sa.select(Record.review_state, sa.func.count(Review.id))
                .outerjoin(Review, sa.and_(Review.record_id == Record.id, Review.move == ReviewMove.VERIFY))
                .where(Record.id.in_(made))
                .group_by(Record.id, Record.review_state)
            ).all()
            assert {(row[0].value, row[1]) for row in times} in ({("verified", 1)}, {("submitted", 0)})
            assert (state is BatchState.DONE) == (times[0][1] == 1)


def imported(app: Flask, first: int) -> tuple[int, int, int, int, int, int]:
    """A finished import, its importer, three reviewers, and one of its records."""
    with app.test_request_context(), stored(app) as session:
        importer = users.user(session)
        reviewers = [users.user(session, Role.REVIEWER).id for _ in range(3)]
        made = batch(session, importer, courses(20, first))
        session.flush()
        number, user_id = made.id, importer.id
    loaded(app, user_id, number, 2)
    with stored(app) as session:
        key = session.scalars(sa.select(sa.func.max(Record.id))).one()
    return number, user_id, *reviewers, key


def decided(number: int, reviewer: int, session: Session) -> None:
    held = session.get_one(ImportBatch, number, with_for_update=True)
    verifying.decide(session.get_one(User, reviewer), session, held, ReviewMove.VERIFY, "")


def undone(number: int, importer: int, session: Session) -> None:
    loading.undo(session.get_one(User, importer), session, session.get_one(ImportBatch, number, with_for_update=True))

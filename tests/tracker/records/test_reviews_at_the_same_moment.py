"""Decisions at the same moment: one is recorded, and an edit never becomes official unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import records, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.extensions import db
from tracker.records import registry, services
from tracker.records import review_services as reviews
from tracker.records.documents import read_document
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.models import Record, Review

STATE = records.REPORTING_STATE


@pytest.mark.races
class TestAtTheSameMoment:
    def test_of_sixteen_verifications_one_is_recorded(self, app: Flask) -> None:
        for _ in range(3):
            with stored(app) as session:
                officer = users.user(session)
                reviewers = [users.user(session, Role.REVIEWER).id for _ in range(16)]
                key = records.save(session, officer, handover(["LAO"], "2024")).id
            outcomes = at_once(app, [partial(verify_as, who, key) for who in reviewers])
            assert outcomes.count("done") == 1
            assert outcomes.count("NotNowError") == 15
            with stored(app) as session:
                where = (Review.record_id == key, Review.move == ReviewMove.VERIFY)
                assert session.scalar(sa.select(sa.func.count()).select_from(Review).where(*where)) == 1

    def test_an_edit_and_a_verification_never_make_the_edit_official(self, app: Flask) -> None:
        for _ in range(4):
            with stored(app) as session:
                officer, reviewer = users.user(session).id, users.user(session, Role.REVIEWER).id
                key = records.save(session, session.get_one(User, officer), handover(["LAO"], "2024")).id
            at_once(app, [partial(verify_as, reviewer, key), partial(edit_as, officer, key)])
            with stored(app) as session:
                record = session.get_one(Record, key)
                assert record.version == 2
                assert record.verified_version in (None, 1)
                assert record.review_state is ReviewState.SUBMITTED


def verify_as(reviewer: int, key: int, session: Session) -> None:
    reviews.verify(session.get_one(User, reviewer), session, session.get_one(Record, key), STATE, expected_version=1)


def edit_as(officer: int, key: int, session: Session) -> None:
    record = session.get_one(Record, key)
    document = read_document(record, registry.by_kind(record.kind)) | {"place": "Boten"}
    services.update(
        session.get_one(User, officer), session, record, registry.by_kind(record.kind), document, STATE, expected_version=1, draft=False
    )


def at_once(app: Flask, deeds: list[Callable[[Session], None]]) -> list[str]:
    """Do all of it in threads of their own that start together; `done`, or the name of the error, of each."""
    start = threading.Barrier(len(deeds))
    outcomes: list[str] = []

    def run(deed: Callable[[Session], None]) -> None:
        start.wait(30)
        with app.app_context():
            try:
                deed(db.session)
                db.session.commit()
                outcomes.append("done")
            except Exception as error:
                db.session.rollback()
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return outcomes

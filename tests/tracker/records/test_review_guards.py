"""What the database refuses of decisions, by whatever way somebody writes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.tracker.records.review_desk import Desk
from tracker.accounts.models import User
from tracker.records.enums import ReviewMove
from tracker.records.models import Record, Review


class TestTheDatabase:
    """Whoever writes, by whatever way."""

    def test_it_refuses_the_verification_of_own_work(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        refused(
            session, sa.insert(Review).values(record_id=record.id, version=1, move="verify", by_id=desk.officer.id, note=""), "own work"
        )

    def test_it_refuses_that_of_whoever_submitted(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        session.add(Review(record_id=record.id, version=1, move=ReviewMove.SUBMIT, by_id=desk.reviewer.id))
        session.flush()
        refused(
            session, sa.insert(Review).values(record_id=record.id, version=1, move="verify", by_id=desk.reviewer.id, note=""), "own work"
        )

    def test_it_refuses_an_official_version_that_nobody_verified(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        refused(session, sa.text("UPDATE record SET verified_version = 1, review_state = 'verified'"), "verified version is official")
        desk.verify(record)
        desk.change(record, place="Boten")
        refused(session, sa.text("UPDATE record SET verified_version = 2"), "verified version is official")

    @pytest.mark.parametrize("statement", ["UPDATE review SET note = 'forged'", "DELETE FROM review"])
    def test_it_refuses_to_change_or_delete_a_move(self, session: Session, desk: Desk, statement: str) -> None:
        desk.verify(desk.saved())
        refused(session, sa.text(statement), "never")

    def test_a_return_without_a_word_is_refused(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        refused(session, insert(record, "return", desk.reviewer), "return")


def insert(record: Record, move: str, by: User) -> Any:
    return sa.insert(Review).values(record_id=record.id, version=1, move=move, by_id=by.id, note="")


def refused(session: Session, statement: Any, why: str) -> None:
    session.flush()
    with pytest.raises(sa.exc.DBAPIError, match=why), session.begin_nested():
        session.execute(statement)

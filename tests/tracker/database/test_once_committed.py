"""What waits for the commit is done once, then, and never after a rollback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tracker.database.session import once_committed
from tracker.extensions import db


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def done() -> list[str]:
    return []


class TestOnceCommitted:
    def test_it_is_done_at_the_commit_and_only_once(self, session: Session, done: list[str]) -> None:
        session.execute(sa.text("SELECT 1"))
        once_committed(session, lambda: done.append("done"))
        assert done == []
        session.commit()
        session.execute(sa.text("SELECT 1"))
        session.commit()
        assert done == ["done"]

    def test_the_end_of_a_savepoint_is_no_commit(self, session: Session, done: list[str]) -> None:
        once_committed(session, lambda: done.append("done"))
        with session.begin_nested():
            session.execute(sa.text("SELECT 1"))
        assert done == []
        session.commit()
        assert done == ["done"]

    def test_after_a_rollback_it_is_never_done(self, session: Session, done: list[str]) -> None:
        session.execute(sa.text("SELECT 1"))
        once_committed(session, lambda: done.append("done"))
        session.rollback()
        session.execute(sa.text("SELECT 1"))
        session.commit()
        assert done == []

    def test_the_rollback_of_a_savepoint_leaves_it_waiting(self, session: Session, done: list[str]) -> None:
        session.execute(sa.text("SELECT 1"))
        once_committed(session, lambda: done.append("done"))
        session.begin_nested().rollback()
        session.commit()
        assert done == ["done"]

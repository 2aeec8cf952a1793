"""A session inside the application, for what needs no page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import users
from tests.tracker.records.review_desk import Desk
from tracker.accounts.models import User
from tracker.extensions import db


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Thrown away at the end; no page may be fetched beside it."""
    with app.test_request_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def officer(session: Session) -> User:
    return users.user(session)


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)

"""A stored data set, its officer, and the application around them; each test has a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import users
from tests.tracker.counting.desk import Desk
from tracker.accounts.models import User
from tracker.config import Settings
from tracker.database.session import open_engine
from tracker.record_types import RECORD_TYPES
from tracker.records import registry


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database_url)
    open_engine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session inside an application that knows the record types, as services expect."""
    app = Flask("tests")
    app.config["SETTINGS"] = Settings()
    registry.load(app, RECORD_TYPES)
    with app.app_context(), Session(engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def officer(session: Session) -> User:
    return users.user(session)


@pytest.fixture
def desk(session: Session, officer: User) -> Desk:
    return Desk(session, officer)

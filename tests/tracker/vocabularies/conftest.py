"""An empty database and one with the shipped reference data, without the application around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tracker import record_types  # noqa: F401  registers every table: some that are there already point to others
from tracker.database.base import Base
from tracker.vocabularies import reference


def _engine() -> sa.Engine:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def _check_foreign_keys(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    Base.metadata.create_all(engine)
    return engine


@pytest.fixture
def empty() -> Iterator[Session]:
    """A session on a database without any row."""
    engine = _engine()
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="package")
def loaded_engine() -> Iterator[sa.Engine]:
    engine = _engine()
    with Session(engine) as session:
        reference.load(session)
        session.commit()
    yield engine
    engine.dispose()


@pytest.fixture
def loaded(loaded_engine: sa.Engine) -> Iterator[Session]:
    """A session on the shipped reference data, for reading only: what a test writes is rolled back."""
    with Session(loaded_engine) as session:
        yield session
        session.rollback()

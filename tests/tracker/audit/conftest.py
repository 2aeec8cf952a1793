"""Sessions on a database of the test's own, and a trail whose guards somebody took off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tracker.database.session import dialect_of
from tracker.extensions import db

GUARDS = ("audit_event_kept", "audit_event_not_deleted")


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def unguarded(session: Session) -> Session:
    """As somebody with the password of the database finds it."""
    for name in GUARDS:
        session.execute(sa.text(f"DROP TRIGGER {name}" + ("" if dialect_of(session) == "sqlite" else " ON audit_event")))
    session.commit()
    return session

"""A session inside the application, for what needs no page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tracker.extensions import db


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Thrown away at the end."""
    with app.test_request_context():
        yield db.session
        db.session.rollback()

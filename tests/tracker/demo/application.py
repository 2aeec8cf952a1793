"""The product on a database of a test, to load the demo into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tracker import create_app
from tracker.config import Settings
from tracker.demo import loading
from tracker.extensions import db

CHN = loading.REPORTING_STATE


@contextmanager
def application(url: str, reporting_state: str = CHN) -> Iterator[Flask]:
    """The product on the database at `url`, closed at the end."""
    app = create_app(Settings(database_url=url, secret_key="only for this test", reporting_state=reporting_state), testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    with app.app_context():
        db.engine.dispose()

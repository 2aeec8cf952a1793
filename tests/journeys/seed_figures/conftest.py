"""The loaded demo, asked under each basis; tests only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.engines import Databases
from tests.journeys.seed_figures import asking
from tracker import create_app
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.config import Settings
from tracker.counting.models import Basis
from tracker.extensions import db


@pytest.fixture(scope="package")
def app(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """The application on a database that the command has filled; its tests only read."""
    with databases.fresh() as url:
        app = create_app(Settings(database_url=url, secret_key="only for this test"), testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        assert app.test_cli_runner().invoke(args=["demo"]).exit_code == 0
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session


@pytest.fixture(autouse=True, params=list(Basis))
def basis(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Basis:
    """The numbers hold for what is verified and for all that is saved: everything was verified, and what was written since changes none."""
    monkeypatch.setattr(asking, "BASIS", request.param)
    basis: Basis = request.param
    return basis


@pytest.fixture(scope="package")
def manager(app: Flask) -> FlaskClient:
    """A browser in which the manager of the demo is signed in."""
    client = app.test_client()
    assert client.post("/sign-in", data={"username": "manager", "password": DEMO_PASSWORD}).status_code == 302
    return client

"""A database with records of all types, and a reader to look at its figures with."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import Babel
from sqlalchemy.orm import Session

from tests.engines import Databases
from tests.factories import records
from tests.factories.many import any_record
from tests.factories.users import user
from tracker.accounts.models import Role, User
from tracker.config import Settings
from tracker.database.session import open_engine
from tracker.record_types import RECORD_TYPES
from tracker.records import registry
from tracker.records.converters import RecordTypeConverter
from tracker.records.documents import Document, read_document
from tracker.records.filtering import Reader
from tracker.summaries import views

TODAY = date(2026, 11, 23)


@pytest.fixture
def app() -> Flask:
    """What presenters need of the application: record types, words, addresses."""
    return _application()


def _application() -> Flask:
    app = Flask("summaries")
    app.config["SETTINGS"] = Settings()
    registry.load(app, RECORD_TYPES)
    Babel(app)
    app.url_map.converters["record_type"] = RecordTypeConverter
    app.register_blueprint(views.blueprint)
    for rule, endpoint in (
        ("/records/", "records.index_all"),
        ("/review/", "review.queue"),
        ("/<record_type:record_type>/<ref>", "records.show"),
    ):
        app.add_url_rule(rule, endpoint, lambda **_: "")
    return app


@pytest.fixture
def session(app: Flask, database_url: str) -> Iterator[Session]:
    engine = sa.create_engine(database_url)
    open_engine(engine)
    with app.test_request_context(), Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def officer(session: Session) -> User:
    return user(session)


@pytest.fixture
def reader(session: Session, officer: User) -> Reader:
    return Reader(officer, session, "en", TODAY, records.REPORTING_STATE)


@pytest.fixture
def save(session: Session, officer: User) -> Callable[..., None]:
    """Saves and verifies, so that the records count on both bases."""
    reviewer = user(session, Role.REVIEWER)

    def saved(*documents: Document) -> None:
        for document in documents:
            records.verify(session, reviewer, records.save(session, officer, document))

    return saved


@pytest.fixture(scope="package")
def engine_of_many(databases: Databases) -> Iterator[sa.Engine]:
    """Records of every type with everything that makes counting hard; the same ones every time, for reading only.

    One engine for all tests, since it keeps the statements that it has translated to SQL: they take longer than to run them.
    """
    chance = random.Random(7)
    with databases.fresh() as url:
        engine = sa.create_engine(url)
        open_engine(engine)
        with _application().app_context(), Session(engine) as session:
            officer, reviewer = user(session), user(session, Role.REVIEWER)
            for number in range(70):
                record = records.save(session, officer, any_record(chance, number))
                if number % 3:
                    records.verify(session, reviewer, record)
                if number % 9 == 1:  # written since, by nobody verified yet
                    changed = read_document(record, records.type_of_kind(record.kind))
                    records.change(session, officer, record, changed | {"title": f"Changed {number}", "start": "2021-05"})
            session.commit()
        yield engine
        engine.dispose()


@pytest.fixture
def many(app: Flask, engine_of_many: sa.Engine) -> Iterator[Reader]:
    """A reader of the many records."""
    with app.test_request_context(), Session(engine_of_many) as session:
        officer = session.scalars(sa.select(User).where(User.role == Role.OFFICER)).one()
        yield Reader(officer, session, "en", TODAY, records.REPORTING_STATE)

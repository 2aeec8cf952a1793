"""The application under test, and people signed in to it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask, session
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session

from dev import COMPILED_TEMPLATES
from tests.factories.desks import seated
from tracker import create_app
from tracker.accounts import passwords, sign_ins
from tracker.accounts import services as accounts
from tracker.accounts.models import Method, Role, User
from tracker.accounts.second_factors import factors_of
from tracker.config import Settings
from tracker.database.base import Base
from tracker.database.session import open_engine
from tracker.extensions import db
from tracker.files import services as files
from tracker.records.record_type import RecordType

PASSWORD = "correct horse battery"

ClientAs = Callable[..., FlaskClient]


class _CompiledTemplates(BytecodeCache):
    """Templates are compiled once a run, not once for each test's application."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


# `make test` names a folder for all of its workers and both of its halves; what a process compiles alone stays in it
_folder = os.environ.get(COMPILED_TEMPLATES)
_compiled = FileSystemBytecodeCache(_folder) if _folder else _CompiledTemplates()
_statements: dict[type[sa.Dialect], tuple[sa.Dialect, dict[Any, Any]]] = {}
_free: list[Flask] = []


class Browser(FlaskClient):
    """A test client that reads every answer to its end, as browsers do; files are sent in pieces."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return super().open(*args, **{"buffered": True, **kwargs})


# --- Fixtures ---


@pytest.fixture(scope="session")
def cheap_passwords() -> Iterator[None]:
    """Hashes that take no time, what Argon2 is worth is not tested here; and each password is judged once a run."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", cheap)
        patch.setattr(passwords, "_NOBODY", cheap.hash("nobody"))
        patch.setattr(passwords, "_guesses", cache(passwords._guesses))
        yield


@pytest.fixture
def app(database_url: str, cheap_passwords: None) -> Iterator[Flask]:
    """The product on a database of this test's own. Forms need no CSRF token unless a test turns that on."""
    with application(database_url) as app:
        yield app


@pytest.fixture
def own_app(database_url: str, cheap_passwords: None) -> Iterator[Flask]:
    """The product in an application made for this test, which may register addresses of its own."""
    with application(database_url, product_name="Own") as app:
        yield app


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """A process of its own reads the text of a file, which takes half a second; of the same content it is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "text_of", cache(files.text_of))
        yield


@pytest.fixture
def client_as(app: Flask) -> ClientAs:
    """`client_as(Role.OFFICER)` is a browser in which an officer is signed in; `client_as(Role.OFFICER, "ana")` one of several."""
    return lambda role, username="": signed_in(app, role, username)


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


# --- What tests use of the application ---


@contextmanager
def application(url: str, record_types: tuple[RecordType, ...] | None = None, **settings: Any) -> Iterator[Flask]:
    """The product on the database at `url`, closed at the end.

    An application with the settings of all tests is lent out again after a test, as it was before: to make one costs as much as
    ten pages. Nothing can be registered on one that is lent out a second time; ask for `record_types` or a setting then.
    """
    with tempfile.TemporaryDirectory(prefix="tracker-files-") as folder:
        given = {"secret_key": "only-for-tests" * 3, "personal_data_keys": (b"k" * 32,), "files_path": folder} | settings
        made = Settings(database_url=url, **given)
        is_common = not record_types and not settings
        app = _free.pop() if is_common and _free else create_app(made, record_types, testing=True)
        before = dict(app.config), dict(app.extensions)
        app.config.update(SETTINGS=made, WTF_CSRF_ENABLED=False)
        app.jinja_env.bytecode_cache = _compiled
        app.test_client_class = Browser
        _open_database(app)
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            for now, then in zip((app.config, app.extensions), before, strict=True):
                now.clear()
                now.update(then)
            if is_common:
                _free.append(app)


def _open_database(app: Flask) -> None:
    """Open the application's database; statements are compiled once a run, since all engines speak one dialect and share what it made."""
    db.open(app, app.config["SETTINGS"].database_url)
    with app.app_context():
        engine = db.engine
        open_engine(engine)
    dialect = type(engine.dialect)
    if dialect not in _statements:
        with suppress(sa.exc.OperationalError), engine.connect():  # only then does it know the server's version
            _statements[dialect] = engine.dialect, {}
    if dialect in _statements:
        engine.dialect, kept = _statements[dialect]
        engine.update_execution_options(compiled_cache=kept)


@contextmanager
def stored(app: Flask) -> Iterator[Session]:
    """A session outside any request; what is written in it is committed. No request may be made inside."""
    with app.app_context():
        yield db.session
        db.session.commit()


def add_user(app: Flask, role: Role, username: str = "", *, at_a_desk: bool = True) -> str:
    """Make a user unless there is one of this name; gives the name. Officers work at a desk in charge of all partners, unless told."""
    name = username or role.value
    with stored(app) as session:
        if session.scalar(sa.select(User.id).where(User.username == name)) is None:
            user = accounts.add_user(None, session, name, name.capitalize(), role, PASSWORD)
            if role is Role.OFFICER and at_a_desk:
                seated(session, user)
    return name


def signed_in(app: Flask, role: Role, username: str = "") -> FlaskClient:
    """A browser in which a user of `role` is signed in, as after the page that asks for the password."""
    name, client = add_user(app, role, username), app.test_client()
    with app.test_request_context("/sign-in", method="POST"):
        user = db.session.scalars(sa.select(User).where(User.username == name)).one()
        assert user.is_active
        assert not factors_of(db.session, user).any
        sign_ins.start(db.session, user, Method.PASSWORD, is_strong=False)
        answer = app.response_class()
        app.session_interface.save_session(app, session, answer)
        db.session.commit()
    key, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")
    client.set_cookie(key, value)
    return client


def contents(app: Flask) -> dict[str, list[str]]:
    """Every row of every table as the driver gives it, to see that nothing was written. Thousands of rows of reference data are among
    them, so that what makes objects of rows would cost more than most of what is watched."""
    with app.app_context(), db.engine.begin() as connection:
        cursor = connection.connection.cursor()
        return {table.name: _rows(cursor, table.name) for table in Base.metadata.sorted_tables}


def _rows(cursor: Any, table: str) -> list[str]:
    cursor.execute(f"SELECT * FROM {table}")
    return sorted(map(repr, cursor.fetchall()))

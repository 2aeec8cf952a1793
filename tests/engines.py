"""The database under the tests: `--engine sqlite` or `--engine postgresql`, a fresh copy of a prepared template for each test.

PostgreSQL is the server of TEST_DATABASE_URL, else one started from a wheel for the whole run and stopped at its end.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa

from tests.postgresql import postgresql_databases, wheel_server
from tests.templates import prepare, quick_folder

SERVER_URL = pytest.StashKey[str]()
STOP_SERVER = pytest.StashKey[ExitStack]()


class Databases(Protocol):
    """Makes databases for tests and throws them away."""

    def fresh(self) -> AbstractContextManager[str]:
        """The address of a copy of the template: schema at head, reference data loaded."""

    def copied(self, url: str = "") -> AbstractContextManager[str]:
        """The address of a copy of the database at `url`, which nobody has open now; of the template without one."""

    def empty(self) -> AbstractContextManager[str]:
        """The address of a database without a single table."""


# --- Fixtures ---


@pytest.fixture(scope="session")
def engine_name(pytestconfig: pytest.Config) -> str:
    """`sqlite` or `postgresql`."""
    return str(pytestconfig.getoption("--engine"))


@pytest.fixture(scope="session")
def databases(engine_name: str, pytestconfig: pytest.Config) -> Iterator[Databases]:
    """The template is made when the first test of a worker asks for a database."""
    with ExitStack() as stack:
        if engine_name == "sqlite":
            yield SqliteDatabases(stack.enter_context(quick_folder("tracker-")))
        else:
            yield stack.enter_context(postgresql_databases(server_url(pytestconfig)))


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database of this test's own, with the schema and the reference data."""
    with databases.fresh() as url:
        yield url


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database of this test's own with nothing in it."""
    with databases.empty() as url:
        yield url


# --- One template a worker, one copy a test ---


class SqliteDatabases:
    """Files in one folder; a copy is a copied file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.sqlite3"
        self.numbers = itertools.count(1)

    @contextmanager
    def empty(self) -> Iterator[str]:
        file = self.folder / f"t_{next(self.numbers)}.sqlite3"
        try:
            yield f"sqlite:///{file}"
        finally:
            for path in self.folder.glob(f"{file.name}*"):
                path.unlink()

    @contextmanager
    def copied(self, url: str = "") -> Iterator[str]:
        if not self.template.exists():
            prepare(f"sqlite:///{self.template}")
        with self.empty() as own:
            shutil.copyfile(url.removeprefix("sqlite:///") or self.template, own.removeprefix("sqlite:///"))
            yield own

    fresh = copied


def server_url(config: pytest.Config) -> str:
    """Where the run's server listens."""
    worker = getattr(config, "workerinput", None)
    return str(worker["server_url"]) if worker else config.stash[SERVER_URL]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the database under the tests")


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if config.getoption("--engine") != "postgresql" or hasattr(config, "workerinput") or config.option.collectonly:
        return
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given:
        config.stash[SERVER_URL] = sa.make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    config.stash[STOP_SERVER] = ExitStack()
    config.stash[SERVER_URL] = config.stash[STOP_SERVER].enter_context(wheel_server())


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Called by pytest-xdist for each worker."""
    node.workerinput["server_url"] = node.config.stash.get(SERVER_URL, "")


def pytest_unconfigure(config: pytest.Config) -> None:
    if STOP_SERVER in config.stash:
        config.stash[STOP_SERVER].close()

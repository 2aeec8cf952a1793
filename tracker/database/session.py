"""Transactions: how the engines are opened and when a request commits."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from tracker.extensions import db

P = ParamSpec("P")
R = TypeVar("R")

# Whether a transaction begun now may write. SQLite takes the write lock at once then: busy_timeout does not help a
# read transaction that turns into a write ("database is locked" without waiting).
_may_write: ContextVar[bool] = ContextVar("may_write", default=True)


def open_engine(engine: Engine) -> None:
    """Set `engine` up for the promises of the product; called once for each engine made."""
    if engine.dialect.name != "sqlite":
        return

    @sa.event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _may_write.get() else "BEGIN")


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside only read; they never wait for a writer."""
    token = _may_write.set(False)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside may write, also while a page that reads is being made."""
    token = _may_write.set(True)
    try:
        yield
    finally:
        _may_write.reset(token)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Session]:
    """A session that only reads and sees one moment of the database, however long it takes and whoever writes meanwhile."""
    with reading(), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin(), Session(connection) as session:
            yield session


def set_request_mode(writes: bool) -> None:
    """Say for the rest of this request whether its transactions may write."""
    _may_write.set(writes)


def transactional(view: Callable[P, R]) -> Callable[P, R]:
    """Commit once when the view returns, roll back when it raises: one transaction a request."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            answer = view(*args, **kwargs)
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise
        return answer

    return wrapped


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name

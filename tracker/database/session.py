"""Transactions: how the engines are opened and when a request commits."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
import sqlalchemy as sa
from flask import current_app, g
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from tracker.extensions import db

_DEEDS = "once_committed"
_UNANSWERED = "commit_unanswered"
P = ParamSpec("P")
R = TypeVar("R")

# Whether a transaction begun now may write. SQLite takes the write lock at once then: busy_timeout does not help a
# read transaction that turns into a write ("database is locked" without waiting).
_may_write: ContextVar[bool] = ContextVar("may_write", default=True)
# milliseconds to wait for SQLite's write lock: of a page, of a command, for which nobody waits, and of what a page can do without
_PATIENCE, _MUCH_PATIENCE, _IMPATIENCE = 10_000, 120_000, 200
_patience: ContextVar[int | None] = ContextVar("patience", default=None)


def open_engine(engine: Engine) -> None:
    """Set `engine` up for the promises of the product; called once for each engine made."""
    if engine.dialect.name != "sqlite":
        return
    keep_private(engine.url)

    @sa.event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        usual = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL", "secure_delete=ON")
        # 32 MB of the log go to the file at once: an import, which comes to the same pages again and again, writes them once
        for pragma in (*usual, "wal_autocheckpoint=8000"):
            connection.execute(f"PRAGMA {pragma}")

    door = threading.Lock()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not _may_write.get():
            connection.exec_driver_sql("BEGIN")
            return
        # SQLite lets whoever asks at the right moment write, and others wait past their patience: one at a time asks, the rest queue
        patience = _how_patient()
        is_next = door.acquire(timeout=patience / 1000)
        try:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={patience}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            if is_next:
                door.release()


def _how_patient() -> int:
    set_here = _patience.get()
    return set_here if set_here is not None else _MUCH_PATIENCE if click.get_current_context(silent=True) else _PATIENCE


def keep_private(url: sa.URL) -> None:
    """A file of SQLite that is to be made is for its owner alone: all but names and files lies in plain in it."""
    file = Path(url.database or "") if url.drivername.startswith("sqlite") else Path()
    if file.name not in ("", ":memory:") and file.parent.is_dir() and not file.exists():
        file.touch(mode=0o600)


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


def write_if_free(engine: Engine, statement: sa.Executable) -> bool:
    """Run one statement in a transaction of its own; False when the database is busy: for what a page can do without."""
    token = _patience.set(_IMPATIENCE)
    try:
        with writing(), engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_IMPATIENCE}ms'")
            connection.execute(statement)
    except OperationalError:
        return False
    finally:
        _patience.reset(token)
    return True


def one_at_a_time(session: Session, name: str) -> None:
    """Until this transaction ends, nobody else passes here under `name`. On SQLite a writing transaction is alone anyway."""
    if dialect_of(session) == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))


def nobody_else_writes(session: Session, table: str) -> None:
    """Until this transaction ends, nobody else changes, locks, begins or ends a row of `table`; all read on. As above for SQLite."""
    if dialect_of(session) == "postgresql":
        session.execute(sa.text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))


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
    """Commit once when the view returns, roll back when it raises: one transaction a request.

    Whoever put a check into `app.extensions["before_commit"]` may raise at the last moment, and nothing is stored.
    When the database does not answer COMMIT itself, nobody knows whether it is stored: `is_commit_unanswered` says so then.
    """

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            answer = view(*args, **kwargs)
            for check in current_app.extensions.get("before_commit", ()):
                check()
            _commit(db.session)
        except BaseException:
            db.session.rollback()
            raise
        return answer

    return wrapped


def is_commit_unanswered() -> bool:
    """Whether this request asked for its work to be stored and was not told that it is."""
    return bool(g.get(_UNANSWERED))


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if error.statement is None:  # COMMIT itself, not a statement that was sent before it
            setattr(g, _UNANSWERED, True)
        raise


def once_committed(session: Session, deed: Callable[[], None]) -> None:
    """Do `deed` when what `session` holds now is stored for good: not at the end of a savepoint, and never after a rollback."""
    session.info.setdefault(_DEEDS, []).append(deed)


@sa.event.listens_for(Session, "after_commit")
def _do(session: Session) -> None:
    if not session.in_nested_transaction():
        for deed in session.info.pop(_DEEDS, ()):
            deed()


@sa.event.listens_for(Session, "after_soft_rollback")
def _leave(session: Session, rolled_back: SessionTransaction) -> None:
    if not rolled_back.nested:
        session.info.pop(_DEEDS, None)


def dialect_of(session: Session) -> str:
    """`sqlite` or `postgresql`."""
    return session.get_bind().dialect.name

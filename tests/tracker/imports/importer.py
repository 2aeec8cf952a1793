"""A process that imports, or takes an import back, until it is killed."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import sqlalchemy as sa

from tests.app import application
from tests.factories.imports import worker_of
from tracker.accounts.models import User
from tracker.extensions import db
from tracker.imports import chunks, commands, loading
from tracker.imports.models import ImportBatch

LINES = 20  # of a chunk here: many pieces of little work


def small_pieces() -> None:
    """Chunks and deletions of a few lines, in this process."""
    chunks.LINES = loading._AT_ONCE = LINES


def import_until_killed(url: str, file: str, said: Connection) -> None:
    """`flask import FILE`, which tells before each piece that it begins."""
    small_pieces()

    def bar(label: str, every: int, piece: Callable[[], Any]) -> None:
        more = True
        while more:
            said.send(label)
            more = piece()

    commands._bar = bar
    with application(url) as app:
        said.send("ready")
        ended = app.test_cli_runner().invoke(args=["import", file, "--user", "officer", "--profile", "Courses"])
        said.send(f"ended {ended.exit_code} {ended.output}")


def undo_until_killed(url: str, number: str, said: Connection) -> None:
    """Undo an import and delete its records, telling as above."""
    small_pieces()
    with application(url) as app, app.test_request_context():
        said.send("ready")
        batch = db.session.get_one(ImportBatch, int(number), with_for_update=True)
        user = db.session.scalars(sa.select(User).where(User.username == "officer")).one()
        loading.undo(user, db.session, batch)
        said.send("undone")
        db.session.commit()
        more, worker = True, worker_of(user.id)
        while more:
            said.send("Clearing")
            more = worker.clear(int(number), 0)
        said.send("ended 0")

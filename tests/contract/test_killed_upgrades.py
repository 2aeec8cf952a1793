"""The promise "Killed half way: starts again": an upgrade that dies at any statement succeeds the next time, with the same data."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.contract.filled_database import fill
from tests.contract.test_migrations import contents
from tracker.config import ROOT
from tracker.database import migrations
from tracker.database.columns import utc_now

BELOW = "0006"  # most tables are there, and most migrations that move data come after it
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
PROGRAM = """
import os, signal, sys
import sqlalchemy as sa
from tracker.database import migrations

left = int(sys.argv[2])


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)


migrations.upgrade(sys.argv[1])
"""


@pytest.mark.parametrize("kills", [1, pytest.param(10, marks=pytest.mark.whole)])
def test_promise_10_kills_in_an_upgrade_and_the_next_one_succeeds_with_equal_data(database_url: str, kills: int) -> None:
    fill(database_url)
    migrations.downgrade(database_url, BELOW)
    with counting() as statements:
        migrations.upgrade(database_url)
    expected = said(database_url)
    for number in range(1, kills + 1):
        migrations.downgrade(database_url, BELOW)
        kill_after(len(statements) * number // (kills + 1), database_url)
        migrations.upgrade(database_url)
        assert said(database_url) == expected


def kill_after(statements: int, url: str) -> None:
    """Upgrade in a process of its own, which dies before the next statement."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url, str(statements)], cwd=ROOT, env=dict(os.environ), check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@contextmanager
def counting() -> Iterator[list[Any]]:
    """Every statement that is sent meanwhile."""
    seen: list[Any] = []

    def note(*sent: Any) -> None:
        seen.append(sent[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def said(url: str) -> dict[str, list[str]]:
    """Every row of every table, in an order of its own; the moment of the upgrade itself, which some rows say, is none of the data."""
    earliest = utc_now() - timedelta(hours=1)
    return {name: sorted(repr([_still(value, earliest) for value in row.values()]) for row in rows) for name, rows in contents(url).items()}


def _still(value: Any, earliest: datetime) -> Any:
    if isinstance(value, str) and MOMENT.fullmatch(value):  # as SQLite keeps it
        value = datetime.fromisoformat(value)
    moment = value.replace(tzinfo=UTC) if isinstance(value, datetime) else None
    return "now" if moment and moment > earliest else value

"""What a power cut takes from SQLite is nothing that was acknowledged, and many at once never hear "database is locked"."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from collections import Counter
from contextlib import ExitStack

import click
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import signed_in
from tests.forms import apart, enter, minimal
from tests.tracker.records.saving import OPERATION, TRAINING, refs_to
from tests.tracker.records.test_at_the_same_moment import at_once
from tracker.accounts.models import Role
from tracker.database.session import writing
from tracker.extensions import db

CLIENTS = 16
IN_PARTS = [
    pytest.param(1000, id=f"part {part} of 5", marks=pytest.mark.whole) for part in range(1, 6)
]  # 5,000, none of which hangs unseen
READS = ("/records/", "/", "/trainings/new", "/records/?q=letter")

pytestmark = pytest.mark.only("sqlite")  # PostgreSQL has settings of its own for both


class TestPromise:
    def test_promise_after_a_power_cut_every_connection_waits_for_the_disk(self, app: Flask) -> None:
        with app.app_context(), ExitStack() as stack:
            open_now = [stack.enter_context(db.engine.connect()) for _ in range(12)]  # five of the pool, and more when they are not enough
            assert len({id(one.connection.driver_connection) for one in open_now}) == 12
            for one in open_now:
                raw = one.connection.driver_connection
                assert isinstance(raw, sqlite3.Connection)
                assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
                assert raw.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"

    def test_a_command_waits_longer_for_the_one_who_writes_than_a_page_does(self, app: Flask) -> None:
        def patience() -> int:
            with app.app_context(), writing(), db.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
                return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())

        with click.Context(click.Command("nightly")):
            of_command = patience()
        assert (of_command, patience()) == (120_000, 10_000)

    @pytest.mark.parametrize("requests", [48, *IN_PARTS])
    def test_promise_16_clients_and_5000_requests_find_no_locked_database(self, app: Flask, requests: int) -> None:
        clients = [signed_in(app, Role.OFFICER, f"officer{number}") for number in range(CLIENTS)]
        first = enter(clients[0], OPERATION, minimal(OPERATION, 0))
        statuses: Counter[int] = Counter()
        problems: list[str] = []
        numbers, counting = itertools.count(1), threading.Lock()

        def work(place: int) -> None:
            for turn in range(requests // CLIENTS):
                with counting:
                    number = next(numbers)
                if (turn + place) % 4 == 0:
                    answer = clients[place].post("/trainings/new", data=apart(TRAINING, number) | {"token": f"busy {number}"})
                else:
                    answer = clients[place].get((*READS, first)[number % 5])
                with counting:
                    statuses[answer.status_code] += 1
                    if answer.status_code not in (200, 303) or "locked" in answer.text:
                        problems.append(answer.text)

        at_once([lambda place=place: work(place) for place in range(CLIENTS)], seconds=280)
        assert problems == []
        assert statuses.total() == requests // CLIENTS * CLIENTS
        assert len(refs_to(app)) == statuses[303] + 1 > requests // 5

"""Connections to PostgreSQL are cut in the middle of transactions, and its server is killed: what was acknowledged is there, once."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import application, signed_in
from tests.forms import apart, form_fields
from tests.postgresql import DURABLE_SETTINGS, postgresql_databases, running_server
from tests.tracker.records.saving import HANDOVER
from tests.tracker.unsaved.test_no_database import resent
from tests.tracker.unsaved.test_server_killed import assert_whole
from tracker.accounts.models import Role

WRITERS = 4
HANG = 120  # seconds; a limit for what hangs, no measurement
IN_A_TRANSACTION = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND state <> 'idle'
"""


class TestPromise:
    """Connection cut in a transaction: nothing half written. Server killed: nothing acknowledged is missing."""

    @pytest.mark.only("postgresql")  # SQLite has no connections that could be cut
    @pytest.mark.parametrize("cuts", [6, pytest.param(150, marks=pytest.mark.whole)])
    def test_promise_150_cuts_with_4_writers_0_missing_0_twice(self, app: Flask, database_url: str, cuts: int) -> None:
        done = 0
        with psycopg.connect(address_of(database_url), autocommit=True) as cutter, writing(app) as writers:
            until = time.monotonic() + HANG
            while done < cuts and time.monotonic() < until:
                inside = [row[0] for row in cutter.execute(IN_A_TRANSACTION)]
                if inside and cutter.execute("SELECT pg_terminate_backend(%s)", [random.choice(inside)]).fetchone() == (True,):
                    done += 1
                    time.sleep(random.uniform(0, 0.2))  # somebody gets through, too
        assert done == cuts
        assert sum(writer.failures for writer in writers) >= cuts // 3, "cuts were felt"
        assert_whole(app, told_to(writers))

    @pytest.mark.whole
    @pytest.mark.engine_free  # brings a server of its own
    def test_promise_10_kills_of_postgresql_0_acknowledged_missing(self, cheap_passwords: None) -> None:
        with running_server(DURABLE_SETTINGS) as server:
            with postgresql_databases(server.url) as databases:
                databases.prepare_template()
                databases.create("killed", databases.template)
            with application(databases.url("killed")) as app:
                told: dict[str, int] = {}
                for kill in range(10):
                    with writing(app) as writers:
                        wait_for(lambda writers=writers: sum(len(writer.told) for writer in writers) >= 20)
                        time.sleep(random.uniform(0, 0.1))
                        server.kill()
                        wait_for(lambda writers=writers: all(writer.failures for writer in writers))
                        server.start()  # the application finds it by itself
                        back = [len(writer.told) for writer in writers]
                        wait_for(lambda writers=writers, back=back: all(len(w.told) > b for w, b in zip(writers, back, strict=True)))
                    told |= told_to(writers)
                    assert_whole(app, told)
                    print(f"kill {kill + 1}: {len(told)} acknowledged")


class Writer:
    """Makes and changes records until told to stop; what was refused for want of a database is sent again from the page that said so."""

    numbers = itertools.count(1)

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.told: dict[str, int] = {}  # titles of which an answer said that they are stored, and in how many versions
        self.failures = 0
        self.strange: list[str] = []

    def work(self, stop: threading.Event) -> None:
        while not stop.is_set() and not self.strange:
            number = next(self.numbers)
            data = apart(HANDOVER, number) | {"token": f"cut {number}", "seen": ""}
            address = self.send("/handovers/new", data)
            if address is None:
                return
            self.told[data["title"]] = 1
            if number % 2:
                form = self.opened(f"{address}/edit")
                form["place"], form["action"] = f"Place {number}", "save"
                if self.send(f"{address}/edit", form) is not None:
                    self.told[data["title"]] = 2

    def opened(self, url: str) -> Any:
        """The form at `url`, asked for until it comes."""
        until = time.monotonic() + HANG
        while (answer := self.client.get(url)).status_code == 503 and time.monotonic() < until:
            self.failures += 1
            time.sleep(0.02)
        assert answer.status_code == 200, answer.text
        return form_fields(answer.text)

    def send(self, url: str, form: Any) -> str | None:
        """Send until it is acknowledged; where it lies then."""
        until = time.monotonic() + HANG
        while time.monotonic() < until:
            answer = self.client.post(url, data=form)
            if answer.status_code == 303:
                return str(answer.headers["Location"])
            if answer.status_code != 503:
                break
            self.failures += 1
            form = resent(answer.text)
            time.sleep(0.02)
        self.strange.append(f"{answer.status_code} {answer.text}")
        return None


@contextmanager
def writing(app: Flask) -> Iterator[list[Writer]]:
    """People who write until the end, each in a thread of his own; every one of them ends with an answer to what he sent."""
    writers, stop = [Writer(signed_in(app, Role.OFFICER, f"officer{number}")) for number in range(WRITERS)], threading.Event()
    threads = [threading.Thread(target=writer.work, args=(stop,)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        stop.set()
        for thread in threads:
            thread.join(HANG)


def told_to(writers: Iterable[Writer]) -> dict[str, int]:
    """What was acknowledged to anybody; nobody got any other answer than that it is stored, or that the database does not answer."""
    assert [writer.strange for writer in writers if writer.strange] == []
    return {title: versions for writer in writers for title, versions in writer.told.items()}


def wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


def address_of(url: str) -> str:
    return url.replace("+psycopg", "", 1)

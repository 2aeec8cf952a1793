"""What was acknowledged as stored or kept is there after the server was killed, once, and the server comes back by itself."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import add_user, stored
from tests.forms import apart
from tests.tracker.records.saving import TRAINING
from tests.tracker.unsaved.server import HANG, NEW, Person, free_port, running
from tracker.accounts.models import Role
from tracker.extensions import db
from tracker.records.models import Record, RecordVersion

pytestmark = pytest.mark.once

FORM = "/handovers/new"
WRITERS = 6
# 50 kills and 2,000 acknowledged writes, in parts none of which hangs unseen
IN_PARTS = [pytest.param(5, 40, id=f"part {part} of 10", marks=pytest.mark.whole) for part in range(1, 11)]


class TestServerKilled:
    @pytest.mark.parametrize(("kills", "each"), [(1, 20), *IN_PARTS])
    def test_promise_50_kills_6_writers_2000_acknowledged_0_missing_0_twice(
        self, app: Flask, database_url: str, tmp_path: Path, kills: int, each: int
    ) -> None:
        """`each` writes at least are acknowledged before each kill, and the writers are in the middle of the next ones then."""
        name, port = add_user(app, Role.OFFICER), free_port()
        writers = [Writer(place) for place in range(WRITERS)]
        for kill in range(kills + 1):
            started = time.monotonic()
            with running(database_url, port, tmp_path) as (server, person):
                print(f"started in {time.monotonic() - started:.1f} s")
                for writer in writers:
                    writer.come_back(person.address, name)
                assert [writer.place for writer in writers if writer.waiting] == [], "what was not answered is stored when it is sent again"
                if kill < kills:
                    threads = [threading.Thread(target=writer.work) for writer in writers]
                    for thread in threads:
                        thread.start()
                    enough, until = sum(len(writer.told) for writer in writers) + each, time.monotonic() + HANG
                    while sum(len(writer.told) for writer in writers) < enough and time.monotonic() < until:
                        time.sleep(0.01)
                    time.sleep(random.uniform(0, 0.05))
                    server.kill()
                    server.wait()
                    for thread in threads:
                        thread.join(HANG)
            assert_whole(app, {title: 1 for writer in writers for title in writer.told})
        assert [writer.refused for writer in writers] == [[]] * WRITERS
        assert sum(len(writer.told) for writer in writers) >= kills * each

    @pytest.mark.parametrize("rounds", [1, pytest.param(3, marks=pytest.mark.whole)])
    def test_what_was_acknowledged_is_there_after_kill_9(self, app: Flask, database_url: str, tmp_path: Path, rounds: int) -> None:
        name = add_user(app, Role.OFFICER)
        port = free_port()
        for round_ in range(rounds):
            with running(database_url, port, tmp_path) as (server, person):
                person.sign_in(name)
                stamp = person.form(FORM)
                for number in range(3):
                    stamp["title"] = f"Round {round_}, words {number}"
                    said = person.post(f"/unsaved/?for={FORM}", stamp)
                    acknowledged = re.search(r'"draft":"([^"]+)"', said.replace(" ", ""))
                    assert acknowledged
                    stamp["draft"] = acknowledged[1]
                server.kill()
                server.wait()
            with running(database_url, port, tmp_path) as (_, person):
                person.sign_in(name)
                text = person.get(FORM)
                for past in range(round_ + 1):
                    assert f"Round {past}, words 2" in text


class Writer:
    """Sends one new record after the other until nobody answers, and then the one that was not answered again."""

    def __init__(self, place: int) -> None:
        self.place, self.number = place, 0
        self.told: list[str] = []  # titles that the server said are stored
        self.refused: list[int] = []
        self.waiting: dict[str, str] = {}  # what was sent and not answered

    def come_back(self, address: str, name: str) -> None:
        if self.number == 0:
            self.person = Person(address)
            self.person.sign_in(name)  # once: a sign-in outlives the server
            self.csrf = self.person.form(NEW)["csrf_token"]
        if self.waiting:
            self.send(self.waiting)

    def work(self) -> None:
        while not self.waiting:
            self.number += 1
            no = self.number * WRITERS + self.place
            self.send(apart(TRAINING, no) | {"token": f"writer {no}", "csrf_token": self.csrf})

    def send(self, form: dict[str, str]) -> None:
        status = self.person.sent(NEW, form)
        self.waiting = {} if status else form
        if status == 303:
            self.told.append(form["title"])
        elif status:
            self.refused.append(status)


def assert_whole(app: Flask, told: Mapping[str, int]) -> None:
    """What was acknowledged (titles, and how many versions of each) is there once and in full; figures, trail and file are sound."""
    with stored(app) as session:
        titles = Counter(session.scalars(sa.select(Record.title)))
        versions = Counter(session.scalars(sa.select(Record.title).join(RecordVersion, RecordVersion.record_id == Record.id)))
        assert sorted(set(told) - set(titles)) == [], "acknowledged and missing"
        assert [title for title, many in titles.items() if many > 1] == [], "stored twice"
        assert {title: versions[title] for title in told} == told, "of a change, too"
        assert set(versions) == set(titles), "half written"
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    runner = app.test_cli_runner()
    for words in (["facts", "check"], ["audit", "verify"]):
        said = runner.invoke(args=words)
        assert said.exit_code == 0, said.output

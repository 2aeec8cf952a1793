"""An import that is killed half way: nobody sees anything of it, and its importer ends it as he likes."""

from __future__ import annotations

import csv
import multiprocessing
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, contents, stored
from tests.factories.imports import HEADER, TRAININGS, courses
from tests.journeys.test_import import checked, seen, user_id
from tests.tracker.imports.importer import LINES, import_until_killed, undo_until_killed
from tracker.accounts.models import Role
from tracker.imports.models import BatchState, ImportBatch, ImportProfile
from tracker.imports.plan import for_profile, signature
from tracker.records.models import Record

ROWS = 3 * LINES
TOLD = 1 + 4 + 4  # an import says that it is ready, then that it checks and that it loads a piece
PLACES = ("/records/?q=Course", "/figures/?basis=working", "/records.json", "/sources/")
# what may be left of an import that was taken back: itself, numbers that are given once, the trail; and who was here last
APART = {"import_batch", "import_chunk", "import_row", "reference_counter", "audit_event", "audit_mention", "audit_head", "sign_in_session"}
SOURCE = {"source", "source_version"}  # a file that was a source once stays one: its versions are never deleted
KILLS = [pytest.param(2, id="some"), pytest.param(20, id="all", marks=pytest.mark.whole)]


class Desk:
    """An importer and a manager who looks on, and the file."""

    def __init__(self, app: Flask, client_as: ClientAs, url: str, folder: Path) -> None:
        self.app, self.url, self.file = app, url, folder / "courses.csv"
        self.officer, self.manager = client_as(Role.OFFICER), client_as(Role.MANAGER)
        with self.file.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([HEADER, *courses(ROWS)])
        self.owner = user_id(app)
        with stored(app) as session:
            plan = for_profile(TRAININGS, HEADER)
            session.add(ImportProfile(owner_id=self.owner, name="Courses", headers=signature(HEADER), plan=plan))
        self.is_published = False  # whether an import was finished before
        self.pages, self.rows = self.looked_at(), self.contents()

    def looked_at(self) -> list[str]:
        """What both see of the records; what the last deed has to say is read before."""
        self.officer.get("/imports/")
        return [*(seen(self.officer, place) for place in PLACES), *(seen(self.manager, place) for place in PLACES[1:3])]

    def contents(self) -> dict[str, list[str]]:
        return {name: rows for name, rows in contents(self.app).items() if name not in APART | (SOURCE if self.is_published else set())}

    def killed(self, target: Callable[..., None], argument: str, after: int, delay: float) -> str:
        """Kill a process soon after it has told so many pieces; the last that it told."""
        processes = multiprocessing.get_context("forkserver")  # one process that has made the product, forked for each
        processes.set_forkserver_preload(["tests.tracker.files.uploader", "tests.tracker.imports.forked"])
        heard, said = processes.Pipe(duplex=False)
        importer = processes.Process(target=target, args=(self.url, argument, said))
        importer.start()
        said.close()
        last = ""
        with suppress(EOFError):
            for _ in range(after):
                last = heard.recv()
        time.sleep(delay)
        importer.kill()
        importer.join()
        return str(last)

    @property
    def batch(self) -> tuple[int, BatchState] | None:
        """The newest import."""
        with stored(self.app) as session:
            found = session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id.desc())).first()
            return (found.id, found.state) if found else None

    def go_on(self, deed: str, *states: BatchState) -> BatchState:
        """Press the button of this name until the import is in another state."""
        found = self.batch
        assert found
        number, state = found
        while state in states:
            assert self.officer.post(f"/imports/{number}/{deed}").status_code == 303
            state = self.state
        return state

    @property
    def state(self) -> BatchState:
        found = self.batch
        assert found
        return found[1]

    def finish(self) -> None:
        """Go on to the end, wherever it was broken off: every record is there, once."""
        found = self.batch
        assert found
        if found[1] is BatchState.OPEN:
            checked(self.officer, f"/imports/{found[0]}")
        assert self.go_on("load", BatchState.OPEN, BatchState.LOADING) is BatchState.DONE
        with stored(self.app) as session:
            assert sorted(session.scalars(sa.select(Record.title))) == sorted(row[1] for row in courses(ROWS))

    def take_back(self) -> None:
        """Cancel or undo it, wherever it was broken off: nothing is left."""
        deed = "undo" if self.state is BatchState.DONE else "cancel"
        if self.state is not BatchState.CLEARING:
            self.go_on(deed, self.state)
        assert self.go_on("clear", BatchState.CLEARING) in (BatchState.CANCELLED, BatchState.UNDONE)
        assert self.is_clean()

    def is_clean(self) -> bool:
        """Whether no row of any table is left of it."""
        self.is_published = self.is_published or self.state in (BatchState.DONE, BatchState.UNDONE)
        now = self.contents()
        return now == {name: self.rows[name] for name in now}


@pytest.fixture
def desk(app: Flask, client_as: ClientAs, database_url: str, tmp_path: Path) -> Desk:
    return Desk(app, client_as, database_url, tmp_path)


@pytest.mark.once
@pytest.mark.parametrize("kills", KILLS)
def test_promise_20_kills_of_an_import_leave_no_trace(desk: Desk, kills: int) -> None:
    chance, told, pages = random.Random(kills), list[Any](), desk.pages
    for kill in range(kills):
        after = 1 + (kill * TOLD) // kills + chance.randrange(2)
        told.append(desk.killed(import_until_killed, str(desk.file), after, chance.uniform(0, 0.03)))
        if desk.batch is None or (desk.state in (BatchState.CANCELLED, BatchState.UNDONE)):
            continue
        if desk.state is not BatchState.DONE:
            assert desk.looked_at() == pages, f"something of it is seen after {told[-1]}"
        if kill % 2:
            desk.finish()
        desk.take_back()
        pages = desk.looked_at() if desk.is_published else pages  # the source
    assert set(told) >= ({"Importing"} if kills == 2 else {"Checking", "Importing"}), told


@pytest.mark.once
@pytest.mark.parametrize("kills", [pytest.param(1, id="some"), pytest.param(20, id="all", marks=pytest.mark.whole)])
def test_promise_an_undoing_that_is_killed_is_seen_as_a_whole(desk: Desk, kills: int) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        desk.killed(import_until_killed, str(desk.file), TOLD + 2, 0)
        desk.finish()
        there = desk.looked_at()
        number, _state = desk.batch or (0, None)
        desk.killed(undo_until_killed, str(number), chance.choice((2, 3, 3, 4, 5)), chance.uniform(0, 0.03))
        for now, then, before in zip(desk.looked_at(), there, desk.pages, strict=True):
            assert now in (then, before) or "courses.csv" in now, "all of it or nothing"
        desk.take_back()

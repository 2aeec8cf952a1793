"""What the check of lines has made is what is stored, as long as it holds; else it is made again, with the same outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import add_user, stored
from tests.factories import records
from tests.factories.imports import TRAININGS, batch, checked, courses, worker_of
from tests.factories.trainings import training
from tests.journeys.test_import import user_id
from tracker.accounts.models import Role, User
from tracker.imports.loading import NotReadyError
from tracker.imports.models import ImportBatch, ImportChunk, ImportRow
from tracker.imports.preparing import Preparer
from tracker.imports.running import Worker
from tracker.records.models import Record, RecordVersion

pytestmark = pytest.mark.once
Stored = list[dict[str, Any]]
OF_EACH = ("ref", "evidence")  # what no two records have alike


def import_of(app: Flask, plan: Any = TRAININGS) -> int:
    """The number of an import of three courses that are checked."""
    owner = user_id(app)
    with app.test_request_context(), stored(app) as session:
        number = batch(session, session.get_one(User, owner), courses(3), plan).id
    checked(app, owner, number)
    return number


def load(app: Flask, number: int, worker: Callable[[Worker], Worker] = lambda one: one) -> Stored:
    """Store it; what its records say."""
    with app.test_request_context():
        worker(worker_of(user_id(app))).confirm(number)
        while worker(worker_of(user_id(app))).load(number, 0):
            pass
    with stored(app) as session:
        mine = sa.select(ImportRow.record_id).where(ImportRow.batch_id == number)
        found = session.scalars(sa.select(RecordVersion.payload).where(RecordVersion.record_id.in_(mine)).order_by(RecordVersion.record_id))
        assert set(session.scalars(sa.select(ImportChunk.ready))) == {None}
        return [{name: value for name, value in payload.items() if name not in OF_EACH} for payload in found]


def mend(session: Session, number: int) -> None:
    session.get_one(ImportRow, (number, 2)).mended = {"1": "Course of another name"}  # line 0 is the header


def damage(session: Session, number: int) -> None:
    chunk = session.get_one(ImportChunk, (number, 0))
    chunk.ready = (chunk.ready or b"")[:-1] + b"?"


def promote(session: Session, _number: int) -> None:
    session.scalars(sa.select(User)).one().role = Role.REVIEWER


def test_what_was_checked_is_stored_and_made_again_where_it_no_longer_holds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    add_user(app, Role.OFFICER)
    prepared = []
    prepare = Preparer.prepare
    monkeypatch.setattr(Preparer, "prepare", lambda self, units, rows: (prepared.append(len(units)), prepare(self, units, rows))[1])
    plan = replace(TRAININGS, columns={column: one for column, one in TRAININGS.columns.items() if column})  # no number: nothing is taken

    def again(change: Callable[[Session, int], None] | None = None, worker: Callable[[Worker], Worker] = lambda one: one) -> Stored:
        number = import_of(app, plan)
        with stored(app) as session:
            session.execute(sa.update(ImportRow).where(ImportRow.batch_id == number).values(state="new"))  # the same lines as before
            if change:
                change(session, number)
        prepared.clear()
        return load(app, number, worker)

    first = again()
    assert (len(first), first[0]["title"], prepared) == (3, "Course 1", [])
    tomorrow = again(worker=lambda one: replace(one, today=one.today.replace(day=28)))
    assert (tomorrow, prepared) == (first, [3])
    assert (again(damage), prepared) == (first, [3])
    mended = again(mend)
    assert ([one["title"] for one in mended], prepared) == (["Course 1", "Course of another name", "Course 3"], [3])
    promoted = again(promote)
    assert (promoted, prepared) == (first, [3])


def test_a_file_number_that_was_taken_meanwhile_stops_the_import(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    number = import_of(app)
    with stored(app) as session:
        taken = training(["THA"], "2020", identifiers=[{"scheme": "other", "value": "2"}])
        records.save(session, session.get_one(User, user_id(app)), taken)
    with pytest.raises(NotReadyError, match=r"row 3 is no longer as it was checked"):
        load(app, number)
    with stored(app) as session:
        assert session.scalar(sa.select(sa.func.count(Record.id))) == 1
        assert session.get_one(ImportBatch, number).loaded_to == 0


def test_what_names_other_records_is_made_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """They may be gone, or hidden, by then."""
    add_user(app, Role.OFFICER)
    with stored(app) as session:
        parent = records.save(session, session.get_one(User, user_id(app)), training(["THA"], "2020")).ref
    number = import_of(app, replace(TRAININGS, constants={"parent": parent}))
    with stored(app) as session:
        assert session.scalars(sa.select(ImportChunk.ready)).all() == [None]
    assert [one["parent"] for one in load(app, number)] == [parent] * 3


def test_a_line_that_was_left_out_is_checked_again_with_the_others(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    number = import_of(app)
    with stored(app) as session:
        session.get_one(ImportRow, (number, 2)).decision = "skip"
        session.get_one(ImportBatch, number).checked_to = 0
    checked(app, user_id(app), number)
    assert [one["title"] for one in load(app, number)] == ["Course 1", "Course 3"]

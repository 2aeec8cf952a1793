"""A large file is looked at as a whole once, however many pieces it is checked in, and again when its plan is another one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.factories.imports import TRAININGS, batch, courses, worker_of
from tracker.accounts.models import Role, User
from tracker.imports import chunks, overview, services
from tracker.imports.models import ImportBatch, ImportRow

pytestmark = pytest.mark.once


def test_the_whole_file_is_read_once_for_all_pieces_and_anew_for_another_plan(
    app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_as(Role.OFFICER)
    looks = []
    numbers = overview._numbers
    monkeypatch.setattr(overview, "_numbers", lambda *given: (looks.append(1), numbers(*given))[1])
    monkeypatch.setattr(chunks, "LINES", 20)
    rows = [*courses(45), courses(1)[0]]  # the last one has the file number of the first
    with app.test_request_context():
        with stored(app) as session:
            user = session.scalars(sa.select(User).where(User.username == "officer")).one()
            made = batch(session, user, rows)
            session.flush()
            number, key = made.id, user.id
        worker = worker_of(key)
        pieces = 1
        while worker.check(number, 0):
            pieces += 1
        assert (pieces, len(looks)) == (3, 1)
        ((column, said, line),) = problems(app, 46)
        assert (column, said.startswith("“1” stands in a row above already."), line) == (0, True, None)
        with stored(app) as session:
            plan = replace(TRAININGS, columns={column: one for column, one in TRAININGS.columns.items() if column})
            services.replan(session.get_one(User, key), session, session.get_one(ImportBatch, number), plan)
        while worker.check(number, 0):
            pass
        assert len(looks) == 2
        assert problems(app, 46) == []


def problems(app: Flask, line: int) -> Any:
    with stored(app) as session:
        return session.scalars(sa.select(ImportRow.problems).where(ImportRow.line == line)).one()

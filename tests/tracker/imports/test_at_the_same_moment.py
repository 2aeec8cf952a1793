"""Two tabs, or a page and a command, load one import at once: they share the work, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, add_user, stored
from tests.factories.imports import batch, courses, worker_of
from tests.journeys.test_import import user_id
from tests.tracker.records.test_at_the_same_moment import at_once
from tracker.accounts.models import Role, User
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.imports import chunks
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.running import Worker
from tracker.records.models import Record, RecordVersion

LINES, ROWS, TABS = 10, 45, 4


@pytest.mark.races
def test_promise_tabs_and_a_command_that_load_the_same_import_make_each_record_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "LINES", LINES)
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    with app.test_request_context(), stored(app) as session:
        made = batch(session, session.get_one(User, owner), courses(ROWS))
        number = made.id
    together(app, owner, lambda worker: until_done(worker.check, number))
    with stored(app) as session:
        assert session.get_one(ImportBatch, number).checked_to == 5

    def load(worker: Worker) -> None:
        worker.confirm(number)
        until_done(worker.load, number)

    together(app, owner, load)
    with stored(app) as session:
        assert session.get_one(ImportBatch, number).state is BatchState.DONE
        assert sorted(session.scalars(sa.select(Record.title))) == sorted(row[1] for row in courses(ROWS))
        assert session.scalar(sa.select(sa.func.count()).select_from(RecordVersion)) == ROWS
        events = session.scalars(sa.select(AuditEvent.action)).all()
        assert [action for action in events if action == Action.IMPORTED] == [Action.IMPORTED], "one event tells of it"


@pytest.mark.once
def test_forms_of_a_step_that_is_over_are_not_taken_and_say_so(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    with app.test_request_context(), stored(app) as session:
        number = batch(session, session.get_one(User, user_id(app)), courses(2)).id
    with app.test_request_context():
        worker = worker_of(user_id(app))
        until_done(worker.check, number)
        worker.confirm(number)
    sent = {
        "table": {"sheets": "0", "header": "0", "kind": "operation"},
        "columns": {"field1": "title", "field0": "", "marking": "AMBER", "apart0": "", "apart1": ""},
        "rows": {"state": "new", "line": "1", "cell-1-1": "Another title"},
    }
    for step, form in sent.items():
        answer = client.post(f"/imports/{number}/{step}", data=form)
        assert (step, answer.status_code, answer.headers.get("Location")) == (step, 303, f"/imports/{number}")
        assert "gone on meanwhile" in client.get(f"/imports/{number}").text
    assert client.post(f"/imports/{number}/rows", data={"state": "new", "every": "skip"}).status_code == 303
    assert client.post(f"/imports/{number}/check").status_code == 303
    assert client.post(f"/imports/{number}/load").status_code == 303
    with stored(app) as session:
        assert sorted(session.scalars(sa.select(Record.title))) == ["Course 1", "Course 2"]
    assert client.post(f"/imports/{number}/cancel").status_code == 303
    with stored(app) as session:
        assert session.get_one(ImportBatch, number).state is BatchState.DONE


def until_done(piece: Callable[[int, float], bool], number: int) -> None:
    while piece(number, 0):
        pass


def together(app: Flask, owner: int, deed: Callable[[Worker], None]) -> None:
    """Do it in as many tabs at the same moment."""

    def tab() -> None:
        with app.test_request_context():
            deed(worker_of(owner))

    at_once([tab] * TABS)

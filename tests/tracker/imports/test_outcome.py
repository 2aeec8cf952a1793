"""What a finished import has made and changed is found from its page, and put back from there."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.factories.imports import batch, courses, loaded
from tests.forms import form_fields
from tests.pages import read_page
from tracker.accounts.models import Role, User
from tracker.records.models import Record

pytestmark = pytest.mark.once


def imported(app: Flask, rows: list[list[str]]) -> int:
    """An import of these rows by the officer, finished: its number."""
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        number, owner = batch(session, user, rows).id, user.id
    loaded(app, owner, number, 2)
    return number


def refs(app: Flask) -> dict[str, str]:
    """The reference of each record by its file number."""
    with stored(app) as session:
        return {record.identifiers[0].value: record.ref for record in session.scalars(sa.select(Record))}


def text_of(client: FlaskClient, address: str) -> str:
    return read_page(200, client.get(address).text).text


def test_changed_records_are_listed_with_their_version_before(app: Flask, client_as: ClientAs) -> None:
    client, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    first = imported(app, courses(6))
    rows = [[*row[:1], f"{row[1]}, again", *row[2:]] for row in courses(4)]
    second = imported(app, [*rows, *courses(1, first=7)])
    known = refs(app)
    page = client.get(f"/imports/{second}").text
    for number in "1234":
        assert f'href="/trainings/{known[number]}"' in page
        assert f'href="/trainings/{known[number]}/history/1"' in page
    assert f"/trainings/{known['5']}" not in page
    assert "changed again since" not in page
    assert "not undone as a whole: those stand above" in page
    # it is put back from there
    restored = {"version": "2"}
    assert client.post(f"/trainings/{known['1']}/history/1/restore", data=restored).status_code in (302, 303)
    assert client.get(f"/imports/{second}").text.count("changed again since") == 1
    # of the first import two wait as they came in, on its page, for its reviewer and in the queue
    assert "Waits for verification 2" in text_of(client, f"/imports/{first}")
    assert "Wait by themselves, changed or returned since 4" in text_of(client, f"/imports/{first}")
    assert "Waits for verification 2" in text_of(reviewer, f"/imports/{first}/review")
    assert f"Import {first}: 2 records of “courses.csv” wait" in reviewer.get("/review/").text


def test_what_stands_against_undoing_is_named(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number = imported(app, courses(3))
    undo = client.get(f"/imports/{number}").text.partition('id="undo"')[2]
    assert ("Undo it …" in undo, "Somebody has" in undo) == (True, False)
    known = refs(app)
    fields = form_fields(client.get(f"/trainings/{known['2']}/edit").text, "entry")
    fields["title"] = "Somebody has worked on it"
    client.post(f"/trainings/{known['2']}/edit", data=fields)
    undo = client.get(f"/imports/{number}").text.partition('id="undo"')[2]
    assert "Somebody has changed or verified these records" in undo
    assert {name for name, ref in known.items() if f'href="/trainings/{ref}"' in undo} == {"2"}
    assert "Undo it …" not in undo


def test_a_changed_record_that_the_reader_may_not_see_is_not_listed(app: Flask, client_as: ClientAs) -> None:
    client_as(Role.OFFICER)
    administrator = client_as(Role.ADMINISTRATOR)
    imported(app, courses(2))
    second = imported(app, [[*row[:1], f"{row[1]}, again", *row[2:]] for row in courses(2)])
    known = refs(app)
    with stored(app) as session:
        session.execute(sa.update(Record).where(Record.ref == known["1"]).values(effective_marking="RED"))
    page = administrator.get(f"/imports/{second}").text
    assert (known["1"] in page, known["2"] in page) == (False, True)

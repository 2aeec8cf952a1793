"""Whatever a page of rows can send is kept, however many lines it speaks of; more than that is refused, never kept in part."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.app import ClientAs, stored
from tests.factories.imports import TRAININGS, batch, checked
from tests.forms import form_fields
from tests.pages import read_page
from tracker.accounts.models import Role, User
from tracker.imports.checking import counts
from tracker.imports.models import ImportBatch, ImportRow
from tracker.imports.row_page import MOST_CELLS, MOST_LINES, PER_PAGE

pytestmark = pytest.mark.once
GROUPED = replace(TRAININGS, group=0)
WRONG = "31.02.2024"


def prepared(app: Flask, records: int, wrong: int) -> tuple[str, int]:
    """The address of an import of so many records, of each of which so many further rows have no such day, and its importer."""
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        days = ["01.05.2024", *[WRONG] * wrong]
        rows = [[f"No {n}", f"Course {n}", "Thailand", day, ""] for n in range(records) for day in days]
        number, owner = batch(session, user, rows, GROUPED).id, user.id
    checked(app, owner, number)
    return f"/imports/{number}", owner


def boxes(client: FlaskClient, address: str) -> MultiDict[str, str]:
    """What the page of wrong rows sends, with the right day in each box."""
    fields = form_fields(client.get(f"{address}/rows?state=wrong").text, "entry")
    for name in [name for name in fields if name.startswith("cell-")]:
        assert fields[name] == WRONG
        fields[name] = "01.05.2024"
    return fields


def states(app: Flask) -> dict[str, int]:
    with stored(app) as session:
        return {state: count for state, count in counts(session, session.scalars(sa.select(ImportBatch)).one()).items() if count}


def test_of_a_page_with_many_wrong_rows_in_each_record_nothing_is_dropped(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address, _ = prepared(app, PER_PAGE, 13)
    fields = boxes(client, address)
    lines = fields.getlist("line")
    assert (len(lines), len(set(lines))) == (PER_PAGE * 14, PER_PAGE * 14), "each line once"
    assert client.post(f"{address}/rows", data=fields).status_code == 303
    assert states(app) == {"new": PER_PAGE, "part": PER_PAGE * 13}
    with stored(app) as session:
        mended = [row.written for row in session.scalars(sa.select(ImportRow))]
    assert mended.count({"3": "01.05.2024"}) == PER_PAGE * 13


def test_the_wrong_cells_of_a_long_record_are_shown_some_at_a_time(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address, _ = prepared(app, 1, MOST_CELLS + 2)
    said = "2 more cells of this record are wrong"
    assert said in read_page(200, client.get(f"{address}/rows").text).text
    fields = boxes(client, address)
    assert len([name for name in fields if name.startswith("cell-")]) == MOST_CELLS
    client.post(f"{address}/rows", data=fields)
    assert states(app) == {"wrong": 1, "part": MOST_CELLS + 2}
    fields = boxes(client, address)
    assert len([name for name in fields if name.startswith("cell-")]) == 2
    assert said not in client.get(f"{address}/rows").text
    client.post(f"{address}/rows", data=fields)
    assert states(app) == {"new": 1, "part": MOST_CELLS + 2}


def test_two_wrong_cells_of_a_row_send_its_line_once(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        rows = [["No 1", "Course", "Thailand", "01.05.2024", ""], ["No 1", "Course", "Atlantis", WRONG, ""]]
        number, owner = batch(session, user, rows, GROUPED).id, user.id
    checked(app, owner, number)
    page = client.get(f"/imports/{number}/rows").text
    assert re.findall(r'name="cell-(\d+)-(\d+)"', page) == [("2", "2"), ("2", "3")]
    assert form_fields(page, "entry").getlist("line") == ["1", "2"]


def test_more_lines_than_a_page_has_are_refused_and_nonsense_is_passed_over(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address, _ = prepared(app, 1, 1)
    fields = boxes(client, address)
    before = states(app)
    many = fields.copy()
    many.setlist("line", [*fields.getlist("line"), *(str(10 + n) for n in range(MOST_LINES))])
    answer = client.post(f"{address}/rows", data=many)
    assert (answer.status_code, "larger than the tracker takes" in answer.text, states(app)) == (413, True, before)
    fields.update({"line": ["-1", "x", "9" * 30, "77"], "cell-x-1": "a", "cell-2-99999": "b", "cell-77-3": "c", "cell-2": "d"})
    assert client.post(f"{address}/rows", data=fields).status_code == 303
    assert states(app) == {"new": 1, "part": 1}

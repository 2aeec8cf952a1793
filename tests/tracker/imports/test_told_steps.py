"""A word in a column of states is a step without its day: what it does not make, and whose day another column says."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, add_user, stored
from tests.factories.imports import loaded
from tests.journeys.test_import import checked, go_on, upload, user_id
from tests.pages import read_page
from tests.tracker.counting.desk import Desk
from tests.tracker.imports.test_preparing import rows_after
from tracker.accounts.models import Role, User
from tracker.agreements.models import Agreement
from tracker.imports.plan import Matched, Plan

pytestmark = pytest.mark.once
KEYS = ("identifiers:desk_file", "title", "parties:signatory", "start", "actions:undated", "actions:entered_into_force", "expires_on")
PLAN = Plan(header=1, kind="agreement", columns={place: Matched(key) for place, key in enumerate(KEYS)})


def steps(app: Flask) -> dict[str, list[tuple[str, str]]]:
    with stored(app) as session:
        return {one.title: [(row.action, row.date.edtf) for row in one.actions] for one in session.scalars(sa.select(Agreement))}


def in_force(app: Flask, on: date) -> int:
    """How many agreements count as in force on a day."""
    with app.test_request_context(), stored(app) as session:
        return Desk(session, session.scalars(sa.select(User)).one()).count("agreements_in_force", today=on)


def test_c16_what_has_expired_ends_on_its_date_of_expiry(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    lines = [
        ["A/1", "One", "Laos", "2014", "expired", "2015-03-01", "2020-05-01"],
        ["A/2", "Two", "Laos", "2014", "已过期", "2015-03-01", "2021"],
        ["A/3", "Three", "Laos", "2014", "expired", "2015-03-01", ""],
        ["A/4", "Four", "Laos", "2014", "in force", "2015-03-01", "2020-05-01"],  # nobody says that it ended: it goes on
    ]
    number, found = rows_after(app, owner, lines, PLAN)
    assert [state for state, *_ in found] == ["new"] * 4, found
    loaded(app, owner, number, 2)
    begun = ("entered_into_force", "2015-03-01")
    assert steps(app) == {
        "One": [begun, ("expired", "2020-05-01")], "Two": [begun, ("expired", "2021")], "Three": [begun, ("expired", "")], "Four": [begun],
    }  # fmt: skip
    # the third may have ended on any day since it began
    assert [in_force(app, date(year, 4, 1)) for year in (2016, 2020)] == [4, 4]
    assert [in_force(app, day) for day in (date(2020, 6, 1), date(2022, 1, 1))] == [3, 2]


def test_what_expires_on_a_day_to_come_has_not_expired(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    lines = [["A/1", "One", "Laos", "2014", "expired", "", "2190-05-01"], ["A/2", "Two", "Laos", "2014", "terminated", "", "2190-05-01"]]
    _, found = rows_after(app, user_id(app), [*lines, ["A/3", "Three", "Laos", "2014", "expired", "", "2026"]], PLAN)
    assert [state for state, *_ in found] == ["wrong", "new", "new"], "this year may be the past"
    assert "The row says that it has expired, and that it expires on" in found[0][2]


def test_a_day_that_is_known_now_takes_the_place_of_the_step_without_one(app: Flask) -> None:
    add_user(app, Role.OFFICER)
    owner = user_id(app)
    for line in (
        ["A/1", "One", "Laos", "2014", "expired", "2015-03-01", ""],
        ["A/1", "One", "", "", "expired", "", "2020-05-01"],
        ["A/1", "One", "", "", "expired", "", "2020-05-01"],
    ):
        number, found = rows_after(app, owner, [line], PLAN)
        if found[0][0] != "same":
            loaded(app, owner, number, 2)
    assert found[0][0] == "same"
    assert steps(app) == {"One": [("entered_into_force", "2015-03-01"), ("expired", "2020-05-01")]}


FILE = """\
Title,Country,Signed on,Status,In force since
One,Laos,2014-02-01,in force,
Two,Laos,2014-03-01,in force,
Three,Laos,2014-04-01,in force,2015-01-01
Four,Laos,2014-05-01,terminated,
"""


def test_c19_a_word_without_its_day_makes_nothing_in_force_and_the_importer_is_told(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, FILE, "agreements.csv")
    go_on(client, f"{address}/table", kind="agreement")
    go_on(client, f"{address}/columns")
    assert "“Status” says steps without their day" in client.get(f"{address}/meanings").text
    go_on(client, f"{address}/meanings")
    checked(client, address)
    said = "2 records count under “Agreements signed, force not known” and not among those in force"
    assert said in read_page(200, client.get(f"{address}/confirm").text).text
    assert client.post(f"{address}/load").status_code == 303
    assert in_force(app, date(2026, 1, 1)) == 1
    with app.test_request_context(), stored(app) as session:
        assert Desk(session, session.scalars(sa.select(User)).one()).count("agreements_force_not_known") == 2

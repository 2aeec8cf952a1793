"""A file whose rows are of several types, one of which the tracker does not hold."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import form_fields
from tests.journeys.test_import import checked, go_on, upload
from tests.pages import read_page
from tracker.accounts.models import Role
from tracker.records.models import Record

pytestmark = pytest.mark.once

FILE = """\
Type,Title,Country,Date
Training,A course,Laos,2024-05-01
Visit,A visit,Atlantis,2024-05-02
VISIT,Another,,
Training,Another course,Thailand,2024-06-01
,Nobody says what,Laos,2024-06-02
"""


def test_rows_of_a_type_that_the_tracker_does_not_hold_are_left_out(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, FILE, "mixed.csv")
    go_on(client, f"{address}/table", kind="")
    go_on(client, f"{address}/columns")
    page = client.get(f"{address}/meanings").text
    assert page.count("no such type: its rows are left out") == 1, "other words mean nothing, and their rows stay"
    words = form_fields(page, "entry")
    place = {words[f"spelling{n}"]: n for n in range(2)}
    go_on(client, f"{address}/meanings", **{f"code{place['visit']}": "-", f"code{place['atlantis']}": "-"})
    checked(client, address)
    shown = read_page(200, client.get(f"{address}/rows?state=ruled_out").text).text
    assert "Rows of the type “Visit” are left out." in shown
    assert "Rows of the type “VISIT” are left out." in shown
    wrong = read_page(200, client.get(f"{address}/rows?state=wrong").text).text
    assert wrong.count("Say what type of record this is") == 1, "a blank cell is no decision"
    # the decision may be changed
    assert form_fields(client.get(f"{address}/meanings").text, "entry")["code0"] == "-"
    client.post(f"{address}/rows", data={"every": "skip", "state": "wrong"})
    assert "Import 2 records" in client.get(f"{address}/confirm").text
    assert client.post(f"{address}/load").status_code == 303
    assert "Left out by a rule 2" in read_page(200, client.get(address).text).text
    with stored(app) as session:
        assert set(session.scalars(sa.select(Record.title))) == {"A course", "Another course"}
    rejected = client.get(f"{address}/rejected.csv").get_data(as_text=True)
    assert "Rows of the type “Visit” are left out.,row 3,Visit,A visit" in rejected


def test_a_row_without_a_title_is_known_by_its_first_cells(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    notes = f"{FILE},,,{'A note below the table ' * 5}\n,,,\n"
    address = upload(client, notes, "mixed.csv")
    go_on(client, f"{address}/table", kind="")
    go_on(client, f"{address}/columns", group="1")
    page = client.get(f"{address}/meanings").text
    words = form_fields(page, "entry")
    go_on(client, f"{address}/meanings", **{f"code{n}": "-" for n in range(2) if words[f"spelling{n}"]})
    checked(client, address)
    wrong = client.get(f"{address}/rows?state=wrong").text
    assert "Nobody says what · Laos · 2024-06-02" in wrong
    assert "A note below the table A note below the table A note below…<" in wrong
    assert "Visit · A visit · Atlantis" in client.get(f"{address}/rows?state=ruled_out").text
    client.post(f"{address}/rows", data={"every": "skip", "state": "wrong"})
    assert "Nobody says what · Laos" in client.get(f"{address}/rows?state=skipped").text
    # the parts of a record
    parts = "Course,Country,Start\nOne,Laos,2024-05-01\nOne,Thailand,\n"
    address = upload(client, parts, "parts.csv")
    go_on(client, f"{address}/table", kind="training")
    go_on(client, f"{address}/columns", group="0")
    go_on(client, f"{address}/meanings")
    checked(client, address)
    assert "One · Thailand" in client.get(f"{address}/rows?state=part").text


def test_numbers_stand_in_the_language_of_the_page(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    rows = (("One", "at most 12"), ("Two", "10-12"), ("Three", "several"), ("Four", "1500"))
    text = "\n".join(["Course,Country,Start,Participants", *(f"{title},Laos,2024-05-01,{number}" for title, number in rows)])
    address = upload(client, text, "numbers.csv")
    go_on(client, f"{address}/table", kind="training")
    for step in ("columns", "meanings"):
        go_on(client, f"{address}/{step}")
    checked(client, address)
    shown = client.get(f"{address}/rows?state=new").text
    assert [f"Participants: {said} " in shown.replace("</td>", " ") for said in ("at most 12", "10 to 12", "several", "1\u202f500")] == [
        True
    ] * 4
    client.post("/language", data={"language": "zh"})
    shown = client.get(f"{address}/rows?state=new").text
    assert ("至多12" in shown, "at most" in shown) == (True, False)

"""A messy file of the desk becomes records: read, matched, decided, mended, imported, found, undone, and sent again."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, contents, stored
from tests.factories.imports import batch, courses, loaded
from tests.forms import form_fields
from tests.pages import read_page
from tracker.accounts.models import Role, User
from tracker.imports.models import BatchState, ImportBatch
from tracker.records.models import Record, RecordVersion

pytestmark = pytest.mark.once

MESSY = """\
Training courses of the desk;;;;;;
;;;;;;
No;Course;Countries;Start;End;Place;Persons trained
1;Telecom fraud;Thailand / Laos;03.04.2024;14.04.2024;Beijing;25
2;Drug analysis;Viet Nam;27.05.2024;31.05.2024;Kunming;12
3;Forensics;Thialand;1.6.2024;;Phnom Penh;about 20
4;English;Myanmar/Burma;6/2024;;;10-12
5;Border management;Soviet Union;1990-03-xx;1990-04-xx;Moscow;-9
6;;Thailand;05.07.2024;;Bangkok;8
7;Cybercrime;Atlantis;31.02.2024;;Bangkok;1.000,50
8;Joint patrol;Laos, Myanmar;8/2024;;;
;Total 2024;;;;;105
"""


def upload(client: FlaskClient, text: str, name: str = "courses.csv", encoding: str = "utf-8") -> str:
    """Send a file; the address of its import."""
    answer = client.post("/imports/", data={"file": (io.BytesIO(text.encode(encoding)), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).removesuffix("/table")


def go_on(client: FlaskClient, address: str, **values: str) -> Any:
    """Send the form of a step as its page shows it, with other values in some fields."""
    fields = form_fields(client.get(address).text, "entry")
    for name, value in values.items():
        fields[name] = value
    return client.post(address, data=fields)


def checked(client: FlaskClient, address: str) -> str:
    """The page of rows, once every row is checked."""
    while "onward" in (page := client.get(f"{address}/rows").text):
        assert client.post(f"{address}/check").status_code == 303
    return page


def test_promise_a_messy_file_comes_in_as_its_importer_has_decided(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, MESSY, encoding="cp1252")
    assert go_on(client, f"{address}/table").headers["Location"].endswith("/columns")
    columns = form_fields(client.get(f"{address}/columns").text, "entry")
    assert [columns[f"field{n}"] for n in range(7)] == [
        *("", "Title", "Partner: Recipient", "Started on", "End", "Place", "Figure: Participants")
    ]
    assert (columns["apart2"], columns["test0"], columns["text0"]) == ("/", "begins", "total")
    assert "Of the first rows it leaves out 1: “Total 2024”." in client.get(f"{address}/columns").text
    go_on(client, f"{address}/columns", profile="Courses")
    # words: one is another spelling, one is nothing, one is two and others
    page = client.get(f"{address}/meanings").text
    assert "such as “27.05.2024”. Read the other way round" in page
    words = form_fields(page, "entry")
    place = {words[f"spelling{n}"]: n for n in range(3)}
    assert place.keys() == {"thialand", "atlantis", "laos myanmar"}
    assert ">Laos + Myanmar (Burma)<" in page
    said = {f"code{place['thialand']}": "THA", f"code{place['atlantis']}": "-", f"other{place['laos myanmar']}": "Laos; Birma?"}
    refused = go_on(client, f"{address}/meanings", **said)
    assert (refused.status_code, "or several with ; between them" in refused.text) == (422, True)
    said[f"other{place['laos myanmar']}"] = "Laos; Myanmar; others, not named"
    assert go_on(client, f"{address}/meanings", **said).headers["Location"].endswith("/rows")
    page = checked(client, address)
    assert "Give the record a title" in page
    assert "There is no day 31 in 2024-02" in page
    assert "“1.000,50” is no whole number: write the number that is meant." in page
    before = contents(app)["record"]
    assert client.post(f"{address}/load").status_code == 409  # all or nothing: two rows are wrong
    assert contents(app)["record"] == before
    client.post(f"{address}/rows", data={"state": "wrong", "line": ["7", "8"], "cell-7-1": "Mended here", "decision-8": "skip"})
    assert "Laos; Myanmar (Burma) and others" in client.get(f"{address}/rows?state=new").text
    confirm = client.get(f"{address}/confirm").text
    assert "Import 7 records" in confirm
    assert client.post(f"{address}/load").status_code == 303
    page = client.get(address).text
    assert "Telecom fraud" in page
    listed = client.get("/trainings/?q=Mended").text
    assert "Mended here" in listed
    with stored(app) as session:
        made = {record.title: record for record in session.scalars(sa.select(Record))}
        assert len(made) == 7
        shown = {title: (record.start.edtf, record.end.edtf, [row.party.code for row in record.parties]) for title, record in made.items()}
        assert shown["Telecom fraud"] == ("2024-04-03", "2024-04-14", ["THA", "LAO"])
        assert shown["English"] == ("2024-06", "", ["MMR"])
        assert shown["Border management"] == ("1990-03", "1990-04", ["SUN"])  # a state that is gone stays itself
        assert shown["Forensics"] == ("2024-06-01", "", ["THA"])
        (figure,) = made["English"].figures
        assert (figure.value_lo, figure.value_hi) == (10, 12)
        assert made["Border management"].figures == []
        (passage,) = made["Drug analysis"].evidence
        assert (passage.source.title, passage.locator) == ("courses.csv", "row 5")
        said = ("Course: Drug analysis", "Countries: Viet Nam", "Start: 27.05.2024", "End: 31.05.2024", "Place: Kunming")
        assert passage.quote_exact == " | ".join([*said, "Persons trained: 12"])
        assert [(record.title, shown[record.title][2]) for record in made.values() if not record.parties_complete] == [
            ("Joint patrol", ["LAO", "MMR"])
        ]
    text = client.get(f"{address}/rejected.csv").get_data(as_text=True).removeprefix("\ufeff")
    rejected = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rejected[0][:4] == ["reason", "row in the file", "No", "Course"]
    assert [row[1:5] for row in rejected[1:]] == [["row 10", "7", "Cybercrime", "Atlantis"], ["row 12", "", "Total 2024", ""]]
    assert rejected[2][0] == "Left out by a rule."
    # mended and sent again: the profile is known, reason and place are passed over, the word is remembered
    rejected[1][5], rejected[1][8] = "29.02.2024", "1000"
    text = io.StringIO()
    csv.writer(text).writerows(rejected)
    again = upload(client, text.getvalue(), "mended.csv")
    assert client.get(again).headers["Location"].endswith("/columns")
    go_on(client, f"{again}/columns")
    assert "New records" in checked(client, again)
    assert client.post(f"{again}/load").status_code == 303
    with stored(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == 8


def test_rejected_rows_of_the_exchange_form_come_back_as_such(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    address = upload(client, "reference,type,title,start,summary\n,training,,2024-05,'=Not a formula\n", "ours.csv")
    assert "Give the record a title" in checked(client, address)
    text = client.get(f"{address}/rejected.csv").get_data(as_text=True)
    assert text.count("row 2") == 1
    again = upload(client, text.replace(",training,,", ",training,Named now,"), "mended.csv")
    assert "of the exchange form" in client.get(f"{again}/columns").text
    assert "Named now" in checked(client, again)
    client.post(f"{again}/load")
    with stored(app) as session:
        assert [(record.title, record.summary) for record in session.scalars(sa.select(Record))] == [("Named now", "=Not a formula")]


def test_promise_the_same_file_again_makes_nothing(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    number, _ = finished(app, client, 4)
    address = prepared(app, 4)
    page = checked(client, address)
    assert "Unchanged" in page  # their file numbers are known
    assert client.post(f"{address}/load").status_code == 409
    assert client.get(f"/imports/{number}").status_code == 200


def test_promise_an_import_is_undone_as_a_whole_while_nobody_has_touched_it(app: Flask, client_as: ClientAs) -> None:
    client, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    number, refs = finished(app, client, 3)
    assert reviewer.post(f"/imports/{number}/undo").status_code == 404  # he reviews it; taking it back is not his
    assert client.post(f"/imports/{number}/undo").status_code == 303
    assert client.get(f"/trainings/{refs[0]}").status_code == 404
    while client.post(f"/imports/{number}/clear").status_code == 303 and state_of(app, number) is BatchState.CLEARING:
        pass
    assert state_of(app, number) is BatchState.UNDONE
    with stored(app) as session:
        assert session.scalars(sa.select(RecordVersion.record_id)).all() == []
    number, refs = finished(app, client, 3)
    fields = form_fields(client.get(f"/trainings/{refs[0]}/edit").text, "entry")
    fields["title"] = "Somebody has worked on it"
    assert client.post(f"/trainings/{refs[0]}/edit", data=fields).status_code in (302, 303)
    client.post(f"/imports/{number}/undo")
    assert state_of(app, number) is BatchState.DONE
    assert client.get(f"/trainings/{refs[1]}").status_code == 200


def test_promise_nothing_of_an_unfinished_import_is_seen_anywhere(app: Flask, client_as: ClientAs) -> None:
    officer, manager = client_as(Role.OFFICER), client_as(Role.MANAGER)
    places = [
        *("/?basis=working", "/trainings/", "/records/?q=Course", "/figures/?basis=working", "/records.json"),
        *("/years/2024?basis=working", "/partners/THA?basis=working", "/sources/"),
    ]
    number = int(prepared(app, 250).rpartition("/")[2])
    before = [seen(client, place) for client in (officer, manager) for place in places]
    loaded(app, user_id(app), number, 1)
    with stored(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Record)) > 100
    after = [seen(client, place) for client in (officer, manager) for place in places]
    assert [now for now, then in zip(after, before, strict=True) if now != then] == []
    assert officer.post(f"/imports/{number}/cancel").status_code == 303
    while state_of(app, number) is BatchState.CLEARING:
        officer.post(f"/imports/{number}/clear")
    with stored(app) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == 0
        assert session.scalars(sa.select(RecordVersion.record_id)).all() == []


# --- What the stories are made of ---


def user_id(app: Flask) -> int:
    with stored(app) as session:
        return session.scalars(sa.select(User.id).where(User.username == "officer")).one()


def prepared(app: Flask, count: int) -> str:
    """An import of so many courses by the officer; its address."""
    with app.test_request_context(), stored(app) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        made = batch(session, user, courses(count))
        session.flush()
        return f"/imports/{made.id}"


def finished(app: Flask, client: FlaskClient, count: int) -> tuple[int, list[str]]:
    """An import that is done: its number and its references."""
    address = prepared(app, count)
    checked(client, address)
    assert client.post(f"{address}/load").status_code == 303
    with stored(app) as session:
        return int(address.rpartition("/")[2]), list(session.scalars(sa.select(Record.ref).order_by(Record.id)))


def state_of(app: Flask, number: int) -> BatchState:
    with stored(app) as session:
        return session.get_one(ImportBatch, number).state


def seen(client: FlaskClient, place: str) -> str:
    """What a page says, but for the import itself and for what is different at every request."""
    answer = client.get(place)
    text = f"{answer.status_code} {read_page(200, answer.text).text}" if answer.mimetype == "text/html" else answer.text
    return re.sub(r"\d\d:\d\d(:\d\d)?", "", text)

"""The law of the way back: a file of the exchange form changes nothing where it came from, and makes equal records elsewhere."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, application, contents, signed_in, stored
from tests.contract.test_exchange_form import cells_of_file, given
from tests.contract.whole_records import filled, save
from tests.engines import Databases
from tests.journeys.test_import import checked, user_id
from tracker.accounts.models import Role, User
from tracker.imports.models import ImportRow, RowState
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import read_document
from tracker.records.exchange_rows import FORMATS
from tracker.records.models import Record
from tracker.records.services import type_of

# what names other records and sources, of which an empty database has none
ELSEWHERE = {"evidence": [], "links": [], "parent": None, "basis_agreement": None}

# lists of rows that JSON can write and no document holds
WRONG_ROWS = {
    "parties": [
        *(
            '[{"party":"\\ud800"}]',
            '[{"party":NaN}]',
            '[{"party":1e400}]',
            '[{"party":{"a":1}}]',
            '[{"party":"\\u0000"}]',
            "[{}]",
            "[[]]",
            "5",
        ),
        *('[{"party":' + "[" * 300 + "]" * 300 + "}]", "[" * 10_000, '[{"party":"LAO","no":1}]', '[{"\\u0000":"x"}]'),
    ],
    "figures": ['[{"metric":"trained"}]', '[{"no":1e400}]', '[{"no":NaN,"qualifier":[]}]', '[{"lower":' + "9" * 5_000 + "}]", "[5]"],
    "identifiers": ['[{"scheme":NaN,"value":NaN}]', '[{"scheme":"other","value":["x"]}]', '[{"scheme":{"a":1},"value":"x"}]', "{}"],
}


@pytest.fixture
def officer(app: Flask, client_as: ClientAs) -> FlaskClient:
    """Whoever has written a record of each type with everything filled in, and one that names nothing."""
    client = client_as(Role.OFFICER)
    with app.test_request_context(), stored(app) as session:
        writer = session.get_one(User, user_id(app))
        for number, record_type in enumerate(RECORD_TYPES):
            document = filled(session, writer, record_type) | {"identifiers": [{"scheme": "other", "value": f"A/{number} (3)"}]}
            save(session, writer, record_type, document | {"title": f"=1+1; 'ça' {number}\u200d"})
            alone = {name: value for name, value in ELSEWHERE.items() if name in document} | {
                "identifiers": [],
                "title": f"'Alone {number}",
            }
            save(session, writer, record_type, document | alone)
    return client


def lines_after(client: FlaskClient, data: bytes, name: str, said: str = "nothing is to be matched") -> list[tuple[str, str, Any]]:
    """What becomes of each line of a file: its state, the record, and what is wrong."""
    answer = client.post("/imports/", data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"].removesuffix("/table")
    assert said in client.get(f"{address}/columns").text
    checked(client, address)
    with stored(client.application) as session:
        rows = session.scalars(sa.select(ImportRow).where(ImportRow.batch_id == int(address.rpartition("/")[2])).order_by(ImportRow.line))
        return [(row.state, row.ref, row.problems) for row in rows]


@pytest.mark.once
def test_promise_a_file_of_every_type_comes_back_unchanged(app: Flask, officer: FlaskClient) -> None:
    before = contents(app)["record"]
    for slug in ("records", *(record_type.slug for record_type in RECORD_TYPES)):
        for file_format in FORMATS if slug == "records" else ("exchange.csv",):
            data = given(officer, f"/{slug}.{file_format}").data
            found = lines_after(officer, data, f"{slug}.{file_format}")
            assert len(found) >= 2
            assert [line for line in found if line[0] != RowState.SAME] == [], (slug, file_format)
    assert contents(app)["record"] == before
    lists_come_back_as_far_as_they_say_values(app, officer, before)


def test_what_is_no_row_of_a_list_is_said_at_its_cell(client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["reference", "type", "title", *WRONG_ROWS])
    wanted = []
    for place, (name, cells) in enumerate(WRONG_ROWS.items()):
        for cell in cells:
            writer.writerow(["", "training", "A course", *(cell if name == other else "" for other in WRONG_ROWS)])
            wanted.append(place + 3)
    found = lines_after(client, text.getvalue().encode(), "courses.csv")
    assert [state for state, *_ in found] == [RowState.WRONG] * len(wanted)
    assert [{column for column, *_ in problems} for *_, problems in found] == [{column} for column in wanted]
    assert client.get("/imports/1/rows?state=wrong").status_code == 200
    assert client.get("/imports/1/rejected.csv").status_code == 200


@pytest.mark.once
def test_promise_a_file_of_every_type_makes_equal_records_in_an_empty_database(
    app: Flask, officer: FlaskClient, databases: Databases
) -> None:
    cells = [row for row in cells_of_file(given(officer, "/records.exchange.csv"), "exchange.csv") if "Alone" in row["title"]]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(cells[0]))
    writer.writeheader()
    writer.writerows(row | {"reference": ""} for row in cells)
    there = documents(app)
    with databases.fresh() as url, application(url) as other:
        client = signed_in(other, Role.OFFICER)
        assert [state for state, *_ in lines_after(client, text.getvalue().encode(), "records.csv")] == [RowState.NEW] * len(RECORD_TYPES)
        assert client.post("/imports/1/load").status_code == 303
        here = documents(other)
    assert len(here) == len(RECORD_TYPES)
    for title, document in here.items():
        assert [row["source"][:3] for row in document["evidence"]] == ["SRC"], "the file is its source"
        assert document | {"evidence": []} == there[title], title


def documents(app: Flask) -> dict[str, Any]:
    with app.test_request_context(), stored(app) as session:
        return {record.title: read_document(record, type_of(record)) for record in session.scalars(sa.select(Record))}


def lists_come_back_as_far_as_they_say_values(app: Flask, officer: FlaskClient, before: object) -> None:
    """Lists as their pages show them, in both languages."""
    every = [record_type.slug for record_type in RECORD_TYPES]
    files = ("en", "csv", ["records", *every[::2]]), ("zh", "csv", every[1::2]), ("zh", "xlsx", ["agreements"])
    for language, file_format, slugs in files:
        for slug in slugs:
            officer.post("/language", data={"language": language})
            data = given(officer, f"/{slug}.{file_format}").data
            officer.post("/language", data={"language": "en"})
            found = lines_after(officer, data, f"{slug}.{file_format}", "A list as its page shows it")
            states = [state for state, *_ in found]
            filter_line = [RowState.RULED_OUT] if slug != "records" and file_format == "csv" else []
            assert states == [RowState.SAME] * (len(found) - len(filter_line)) + filter_line
            assert len(found) > 2
    assert contents(app)["record"] == before
    # what is changed in it is read; roles that do not go with their partners are told, and what says the same in words is left alone
    rows = list(csv.DictReader(io.StringIO(given(officer, "/trainings.csv").get_data(as_text=True).removeprefix("\ufeff"))))
    rows[0] |= {"Place": "Kunming", "Figures": "rubbish"}
    rows[1] |= {"Roles": "Host; Recipient", "Partners": "Laos"}
    rows[2] |= {"Reference": "", "Title": "A new one", "Partners": "Laos; Thailand", "Roles": "Recipient", "Further partners": "+"}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    found = lines_after(officer, text.getvalue().encode(), "changed.csv", "A list as its page shows it")
    assert [state for state, *_ in found][:4] == [RowState.CHANGE, RowState.WRONG, RowState.NEW, RowState.SAME]
    assert "Partners: 1, roles: 2." in str(found[1][2])

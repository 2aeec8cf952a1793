"""300 hostile cells in one file: each is wrong with a message at its cell, or stored as it says; nothing else happens."""

from __future__ import annotations

import csv
import io

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, contents, stored
from tests.forms import form_fields
from tests.journeys.test_import import checked
from tests.tracker.imports.hostile_cells import CELLS, TAKEN
from tests.tracker.records.nasty_forms import stored_text
from tracker.accounts.models import Role
from tracker.imports.models import ImportRow, RowState
from tracker.records.documents import read_document
from tracker.records.models import Record
from tracker.records.numbers import as_typed
from tracker.records.services import type_of

# the columns of the file with the fields that they are matched to
COLUMNS = {
    "No": "identifiers:other", "Title": "title", "Start": "start", "Countries": "parties:recipient",
    "Persons trained": "figures:participants", "Complete": "parties_complete", "Delivery": "delivery", "Days": "days",
}  # fmt: skip
PLAIN = {"Title": "Course {}", "Start": "2024-05-06", "Countries": "Thailand"}


def lines() -> list[tuple[str, str, list[str]]]:
    """One line for each cell: its column, the cell, and the whole line, in which all else is plain."""
    made = []
    for column, cells in CELLS.items():
        for cell in cells:
            number = len(made) + 1
            values = {"No": f"N{number}"} | {name: text.format(number) for name, text in PLAIN.items()} | {column: cell}
            made.append((column, cell, [values.get(name, "") for name in COLUMNS]))
    return made


def test_promise_300_hostile_cells_are_told_or_stored_as_they_say(app: Flask, client_as: ClientAs) -> None:
    client, every = client_as(Role.OFFICER), lines()
    assert len(every) >= 300
    before = contents(app)
    address = checked_import(client, [list(COLUMNS), *(line for _, _, line in every)])
    now = contents(app)
    assert {name for name, rows in now.items() if rows != before[name]} <= {"import_batch", "import_chunk", "import_row", "import_word"}
    places = list(COLUMNS)
    with stored(app) as session:
        rows = {row.shown["row"] - 2: row for row in session.scalars(sa.select(ImportRow))}
        assert len(rows) == len(every)
        wrong = {place for place, row in rows.items() if row.state == RowState.WRONG}
        assert {rows[place].state for place in rows} == {RowState.WRONG, RowState.NEW}
        elsewhere = [
            (rows[place].problems, every[place])
            for place in wrong
            if {c for c, *_ in rows[place].problems} != {places.index(every[place][0])}
        ]
        assert elsewhere == [], "each problem stands at the cell that is hostile"
    taken = {place: TAKEN[column][cell] for place, (column, cell, _) in enumerate(every) if cell in TAKEN[column]}
    assert [every[place][:2] for place in sorted(taken.keys() & wrong)] == [], "wrong, and can be read"
    assert [every[place][:2] for place in sorted(rows.keys() - taken.keys() - wrong)] == [], "taken, and says nothing sure"
    for state in ("wrong", "new"):
        assert client.get(f"{address}/rows?state={state}").status_code == 200
    assert client.post(f"{address}/rows", data={"state": "wrong", "every": "skip"}).status_code == 303
    assert client.post(f"{address}/load").status_code == 303
    found = stored_values(app)
    assert {place: (every[place][:2], found[place]) for place in taken if found[place] != expected(every[place], taken[place])} == {}
    assert len(found) == len(taken)


def checked_import(client: FlaskClient, table: list[list[str]]) -> str:
    """Send the table and match it; words that nobody knows stay unknown, the day stands first. The address of its import."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    answer = client.post("/imports/", data={"file": (io.BytesIO(text.getvalue().encode()), "trainings.csv")})
    address = str(answer.headers["Location"]).removesuffix("/table")
    fields = dict(form_fields(client.get(f"{address}/columns").text, "entry"))
    fields |= {f"field{place}": key for place, key in enumerate(COLUMNS.values())} | {"apart3": ";"}
    assert client.post(f"{address}/columns", data=fields).status_code == 303
    words = dict(form_fields(client.get(f"{address}/meanings").text, "entry")) | {"order2": "day_first", "pivot2": "30"}
    assert client.post(f"{address}/meanings", data=words).status_code == 303
    checked(client, address)
    return address


def stored_values(app: Flask) -> dict[int, dict[str, object]]:
    """What the records say that came in, by the place of their line."""
    with stored(app) as session:
        documents = [read_document(record, type_of(record)) for record in session.scalars(sa.select(Record))]
    return {int(document["identifiers"][0]["value"][1:]) - 1: said_by(document) for document in documents}


def said_by(document: dict[str, object]) -> dict[str, object]:
    figures = [as_typed(one["qualifier"], one["value_lo"], one["value_hi"], one["text_original"]) for one in document["figures"]]  # type: ignore[attr-defined]
    return {
        "Title": document["title"], "Start": document["start"], "Countries": [row["party"] for row in document["parties"]],  # type: ignore[attr-defined]
        "Persons trained": figures, "Complete": document["parties_complete"], "Delivery": document["delivery"], "Days": document["days"],
    }  # fmt: skip


def expected(line: tuple[str, str, list[str]], value: object) -> dict[str, object]:
    """A record of which all but one cell is plain."""
    column, _, cells = line
    plain = {
        "Title": cells[1],
        "Start": "2024-05-06",
        "Countries": ["THA"],
        "Persons trained": [],
        "Complete": True,
        "Delivery": None,
        "Days": None,
    }
    return {**plain, column: stored_text(value) if column == "Title" else value}  # type: ignore[arg-type]

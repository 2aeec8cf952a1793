"""How files that the tracker wrote are handled when they come back: as their least restricted row, until somebody says otherwise."""

from __future__ import annotations

import csv
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.factories import records
from tests.factories.operations import operation
from tests.forms import form_fields
from tests.journeys.test_import import checked, user_id
from tests.pages import page
from tracker.accounts.models import Role, User
from tracker.imports.models import ImportBatch, ImportRow
from tracker.imports.plan import from_json
from tracker.records.models import Record

pytestmark = pytest.mark.once


@pytest.fixture
def officer(app: Flask, client_as: ClientAs) -> FlaskClient:
    """Whoever has written two operations, one of them GREEN."""
    client = client_as(Role.OFFICER)
    with app.test_request_context(), stored(app) as session:
        writer = session.get_one(User, user_id(app))
        for marking in ("AMBER", "GREEN"):
            records.save(session, writer, operation(["LAO"], "2024", title=f"An {marking} one", marking=marking))
    return client


def corrected(client: FlaskClient, file_format: str, **more: str) -> bytes:
    """The list of operations with another title in the GREEN row, and `more` in a row without a reference."""
    text = client.get(f"/operations.{file_format}").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.replace("An GREEN one", "A corrected one"))))
    new = {"Reference": "", "Title": "A new one", "Handling": "TLP:AMBER"} if more else {}
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]))
    writer.writeheader()
    writer.writerows([*rows[:2], *([rows[0] | new] if new else [])])
    return made.getvalue().encode()


def sent(client: FlaskClient, data: bytes) -> str:
    """The address of the import of this file."""
    answer = client.post("/imports/", data={"file": (io.BytesIO(data), "operations.csv")})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/table")


def states(client: FlaskClient, address: str) -> list[str]:
    checked(client, address)
    with stored(client.application) as session:
        wanted = sa.select(ImportRow.state).where(ImportRow.batch_id == int(address.rpartition("/")[2])).order_by(ImportRow.line)
        return [state.value for state in session.scalars(wanted) if state.value != "ruled_out"]


def test_a_record_that_is_green_is_corrected_by_a_file_of_codes(app: Flask, officer: FlaskClient) -> None:
    address = sent(officer, corrected(officer, "exchange.csv"))
    fields = form_fields(officer.get(f"{address}/columns").text, "entry")
    assert fields["marking"] == "GREEN", "as its least restricted row"
    assert officer.post(f"{address}/handling", data={**fields, "marking": "AMBER"}).status_code == 303
    assert sorted(states(officer, address)) == ["same", "wrong"]
    shown = page(officer, f"{address}/rows")
    assert "change the handling of the file in the step “Columns”" in shown.text
    answer = officer.post(f"{address}/handling", data={**fields, "marking": "GREEN"})
    assert answer.headers["Location"].endswith("/rows")
    assert sorted(states(officer, address)) == ["change", "same"]
    assert officer.post(f"{address}/load").status_code == 303
    with stored(app) as session:
        titles = dict(session.execute(sa.select(Record.title, Record.marking)).all())
    assert officer.post(f"{address}/handling", data={**fields, "marking": "CLEAR"}, follow_redirects=True).status_code == 200
    with stored(app) as session:
        assert from_json(session.scalars(sa.select(ImportBatch.plan)).one()).marking == "GREEN", (
            "the import was over: another tab comes late"
        )
    assert titles == {"An AMBER one": "AMBER", "A corrected one": "GREEN"}


def test_a_marking_that_there_is_not_is_refused_and_nothing_changes(app: Flask, officer: FlaskClient) -> None:
    address = sent(officer, corrected(officer, "exchange.csv"))
    answer = officer.post(f"{address}/handling", data={"marking": "PURPLE"})
    assert (answer.status_code, "Not a valid choice" in answer.text) == (422, True)
    with stored(app) as session:
        assert from_json(session.scalars(sa.select(ImportBatch.plan)).one()).marking == "GREEN"


def test_a_list_as_its_page_shows_it_begins_alike_unless_rows_of_it_are_new(app: Flask, officer: FlaskClient) -> None:
    for more, marking in (({}, "GREEN"), ({"new": "row"}, "AMBER")):
        address = sent(officer, corrected(officer, "csv", **more))
        fields = form_fields(officer.get(f"{address}/columns").text, "entry")
        assert fields["marking"] == marking, "a new row is marked by nothing else"
        if not more:
            assert officer.post(f"{address}/columns", data=fields).status_code == 303
            assert sorted(states(officer, address)) == ["change", "same"]


def test_somebody_elses_import_is_not_there(app: Flask, officer: FlaskClient, client_as: ClientAs) -> None:
    address = sent(officer, corrected(officer, "exchange.csv"))
    other = client_as(Role.ADMINISTRATOR)
    assert other.post(f"{address}/handling", data={"marking": "CLEAR"}).status_code == 404
    with stored(app) as session:
        assert from_json(session.scalars(sa.select(ImportBatch.plan)).one()).marking == "GREEN"

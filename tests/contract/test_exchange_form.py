"""The law of the exchange form: what a file says of a record is its document, for every type and every format, and not more."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.contract.whole_records import counted, filled, save
from tests.factories import users
from tests.factories.handovers import subject
from tests.pages import page, workbook
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import read_document
from tracker.records.exchange_rows import FORMATS, document_of, values_of_cells
from tracker.records.models import Record
from tracker.records.record_type import RecordType
from tracker.records.review_services import verify
from tracker.records.services import update

GOOD = {"purpose": "Report to the ministry", "recipient": "Department of statistics"}
HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
STATE = "CHN"


def given(client: FlaskClient, url: str) -> Any:
    """The file, for a purpose where its rows are about persons."""
    answer = client.get(url)
    return client.post(answer.headers["Location"], data=GOOD) if answer.status_code == 302 else answer


def rows(client: FlaskClient, slug: str, file_format: str, query: str = "") -> dict[str, dict[str, Any]]:
    """What a program reads out of a file, by reference."""
    answer = given(client, f"/{slug}.{file_format}{query}")
    assert answer.status_code == 200, answer.text
    if file_format == "jsonl":
        found = [json.loads(line) for line in answer.text.splitlines()]
    else:
        found = [values_of_cells(cells, type_of(cells["type"])) for cells in cells_of_file(answer, file_format)]
    return {str(values["reference"]): values for values in found}


def cells_of_file(answer: Any, file_format: str) -> Iterator[dict[str, str]]:
    if file_format == "exchange.csv":
        lines: Any = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"), newline=""))
    else:
        lines = next(iter(workbook(answer).values()))
    header, *body = lines
    return (dict(zip(header, (cell or "" for cell in line), strict=True)) for line in body)


def type_of(kind: str) -> RecordType:
    return next(one for one in RECORD_TYPES if one.kind == kind)


@pytest.fixture
def documents(app: Flask) -> dict[str, Any]:
    """A record of each type with everything filled in, by reference."""
    with app.test_request_context(), stored(app) as session:
        writer, said = users.user(session, username="writer"), {}
        for record_type in RECORD_TYPES:
            record = save(session, writer, record_type, filled(session, writer, record_type) | {"identifiers": [], "title": "=1+1; 'ça'"})
            session.expire(record)
            said[record.ref] = read_document(record, record_type)
    return said


@pytest.mark.once
def test_every_type_comes_back_from_every_format_as_it_is_stored(documents: dict[str, Any], client_as: ClientAs) -> None:
    manager = client_as(Role.MANAGER)
    for file_format in FORMATS:
        mixed = rows(manager, "records", file_format)
        for ref, document in documents.items():
            record_type = type_of(document["kind"])
            values = rows(manager, record_type.slug, file_format)[ref]
            assert document_of(values, record_type) == document, (file_format, record_type.kind)
            assert document_of(mixed[ref], record_type) == document, (file_format, record_type.kind)
            assert values["address"] == f"http://localhost/{record_type.slug}/{ref}"
            assert (str(values["version"]), values["handling"], values["review_state"]) == ("1", "TLP:AMBER+STRICT", "submitted")


@pytest.mark.once
def test_official_files_hold_what_was_verified_and_no_file_names_what_its_reader_may_not_see(app: Flask, client_as: ClientAs) -> None:
    with app.test_request_context(), stored(app) as session:
        writer, reviewer = users.user(session, username="writer"), users.user(session, Role.REVIEWER)
        hidden = save(session, writer, HANDOVER, counted(HANDOVER, "Hidden", marking="AMBER+STRICT")).ref
        links = [{"type": "related", "to": hidden}]
        record = save(session, writer, HANDOVER, counted(HANDOVER, "As verified", links=links, parent=hidden))
        verify(reviewer, session, record, STATE, expected_version=1)
        changed = read_document(record, HANDOVER) | {"title": "As changed", "summary": "x" * 5_000}
        update(writer, session, record, HANDOVER, changed, STATE, expected_version=1, draft=False)
        ref = record.ref
    viewer, officer = client_as(Role.VIEWER), client_as(Role.OFFICER)
    for file_format in FORMATS:
        now, official = (rows(viewer, "handovers", file_format, query)[ref] for query in ("", "?basis=official"))
        assert (now["title"], str(now["version"]), now["review_state"]) == ("As changed", "2", "submitted")
        assert (official["title"], str(official["version"]), official["review_state"]) == ("As verified", "1", "verified")
        assert (now["parent"] or None, now["links"] or []) == (None, [])
        assert hidden not in json.dumps(now)
        assert rows(officer, "handovers", file_format)[ref]["parent"] == hidden


@pytest.mark.once
def test_a_list_of_all_types_asks_first_when_its_rows_are_about_persons(app: Flask, client_as: ClientAs) -> None:
    with app.test_request_context(), stored(app) as session:
        save(session, users.user(session), HANDOVER, counted(HANDOVER, "About one") | {"subjects": [subject(1, name="Ada Planted")]})
    viewer = client_as(Role.VIEWER)
    assert viewer.get("/records.csv").status_code == 200, "in words no row of it says something of a person"
    for file_format in FORMATS:
        place = viewer.get(f"/records.{file_format}?sort=title").headers["Location"]
        assert place.startswith("/records/export?")
        assert "single persons" in page(viewer, place).text
        assert viewer.post(place, data={"purpose": "short"}).status_code == 422
        answer = viewer.post(place, data=GOOD)
        assert "attachment" in answer.headers["Content-Disposition"]
        text = json.dumps(workbook(answer), default=str) if file_format.endswith("xlsx") else answer.get_data(as_text=True)
        assert "HND-2026-0001" in text
        assert "Ada Planted" not in text


@pytest.mark.once
def test_what_no_cell_of_a_workbook_holds_is_said_before_there_is_a_file(app: Flask, client_as: ClientAs) -> None:
    with app.test_request_context(), stored(app) as session:
        writer = users.user(session)
        document = filled(session, writer, HANDOVER) | {"subjects": []}
        quotes = [document["evidence"][0] | {"no": no, "quote_exact": "移交 " * 600} for no in range(1, 20)]
        record: Record = save(session, writer, HANDOVER, document | {"evidence": quotes, "figures": []})
        ref = record.ref
    manager = client_as(Role.MANAGER)
    answer = manager.get("/handovers.exchange.xlsx")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/handovers/?sort=-date")
    assert f"evidence of {ref} is longer than a cell" in page(manager, answer.headers["Location"]).text
    assert len(rows(manager, "handovers", "jsonl")[ref]["evidence"]) == 19

"""What a manager sees and opens of the figures that the demo's records must give (C43)."""

from __future__ import annotations

import csv
import html
import io
import re
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.journeys.seed_figures import asking
from tracker.extensions import db

pytestmark = pytest.mark.once

LINK = re.compile(r'<a href="(/records/\?[^"]*)"[^>]*>([\d,]+)(?:<span[^>]*>\+</span>)?</a>')
STATEMENT = re.compile(r'<a href="(/records/\?[^"]*)"[^>]*>1 statement without a number</a>')


def file_of(manager: FlaskClient, address: str) -> list[list[str]]:
    """The lines of a file up to the empty one, after which it says what it counts."""
    answer = manager.get(address)
    assert answer.status_code == 200
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    return lines[: lines.index([])]


def matrix(manager: FlaskClient, query: str) -> dict[str, dict[str, str]]:
    """The matrix as its file: a row's code (or its label in the foot) -> column -> what stands there."""
    head, *rows = file_of(manager, f"/figures.csv?{query}")
    return {row[1] or row[0]: dict(zip(head[2:], row[2:], strict=True)) for row in rows}


def links_of_table(manager: FlaskClient, query: str) -> list[tuple[str, int]]:
    """Each number of the table that opens a list, with its address."""
    page = manager.get(f"/figures/?{query}&basis={asking.BASIS}")
    assert page.status_code == 200
    shown = page.text[page.text.index("<table") : page.text.index("</table>")]
    return [(html.unescape(address), int(number.replace(",", ""))) for address, number in LINK.findall(shown)]


def test_matrix_of_handovers(manager: FlaskClient):
    assert matrix(manager, "measure=handovers") == {
        "MMR": {"2023": "0", "2024": "0", "Year not stated": "1", "All years": "1"},
        "KOR": {"2023": "1", "2024": "0", "Year not stated": "0", "All years": "1"},
        "THA": {"2023": "0", "2024": "1", "Year not stated": "0", "All years": "1"},
        "USA": {"2023": "0", "2024": "1", "Year not stated": "0", "All years": "1"},
        "not_stated": {"2023": "0", "2024": "0", "Year not stated": "", "All years": ""},
        "Distinct total": {"2023": "1", "2024": "2", "Year not stated": "1", "All years": "4"},
    }


def test_matrix_of_persons(manager: FlaskClient):
    assert matrix(manager, "measure=persons_handed_over") == {
        "MMR": {"2023": "", "2024": "", "Year not stated": "10", "All years": "10"},
        "KOR": {"2023": "1", "2024": "", "Year not stated": "", "All years": "1"},
        "THA": {"2023": "", "2024": "1", "Year not stated": "", "All years": "1"},
        "USA": {"2023": "", "2024": "1", "Year not stated": "", "All years": "1"},
        "Distinct total": {"2023": "1", "2024": "2", "Year not stated": "10", "All years": "13"},
    }


@pytest.mark.parametrize(("direction", "handovers", "persons"), [("inward", "2", "11"), ("outward", "2", "2")])
def test_matrix_by_direction(manager: FlaskClient, direction: str, handovers: str, persons: str):
    for measure, expected in (("handovers", handovers), ("persons_handed_over", persons)):
        assert matrix(manager, f"measure={measure}&direction={direction}")["Distinct total"]["All years"] == expected


@pytest.mark.parametrize(
    "query",
    [
        "measure=handovers",
        "measure=records",
        *(
            pytest.param(query, marks=pytest.mark.whole)
            for query in ("measure=handovers&direction=inward", "measure=handovers&rows=legal_basis", "measure=operations_started")
        ),
    ],
)
def test_every_number_opens_as_many_records(manager: FlaskClient, query: str):
    links = links_of_table(manager, query)
    assert links
    for address, number in links:
        assert manager.get(address).status_code == 200
        assert len(file_of(manager, address.replace("/records/", "/records.csv", 1))) - 1 == number, address


def test_every_number_of_persons_opens_records_that_add_up_to_it(manager: FlaskClient):
    links = links_of_table(manager, "measure=persons_handed_over")
    assert max(number for _, number in links) == 13
    for address, number in links:
        head, *rows = file_of(manager, address.replace("/records/", "/records.csv", 1))
        column = next(index for index, label in enumerate(head) if "lower" in label)
        assert sum(Decimal(row[column]) for row in rows) == number, address


def test_the_page_shows_the_open_list(manager: FlaskClient):
    page = manager.get(f"/figures/?measure=records&basis={asking.BASIS}").text
    marked = re.findall(
        r'<a href="/records/\?(?:basis=official&amp;)?measure=records&amp;partner=(\w+)"[^>]*>(\d)<span[^>]*>\+</span></a>', page
    )
    assert sorted(marked) == [("KHM", "1"), ("LAO", "1"), ("THA", "2")]


@pytest.mark.parametrize("measure", ["handovers", "agreements_signed", "trainings_started"])
def test_the_statement_stands_beside_the_table_and_opens_its_record(manager: FlaskClient, measure: str):
    (address,) = STATEMENT.findall(manager.get(f"/figures/?measure={measure}&basis={asking.BASIS}").text)
    assert len(file_of(manager, html.unescape(address).replace("/records/", "/records.csv", 1))) == 2


def test_every_record_opens(manager: FlaskClient):
    addresses = set(re.findall(r'href="(/\w+/[A-Z]{3}-\d{4}-\d{4})"', manager.get("/records/").text))
    assert len(addresses) == 19
    for address in addresses:
        page = manager.get(address)
        assert page.status_code == 200
        assert "line " in page.text


def test_files_give_their_connections_back(app: Flask, manager: FlaskClient):
    """A file is written after the request's own session was closed; a connection kept then is one less for everybody."""
    for address in ("/records.csv", "/handovers.csv", "/figures.csv?measure=handovers"):
        assert manager.get(address).text
    with app.app_context():
        assert isinstance(db.engine.pool, sa.QueuePool)
        assert db.engine.pool.checkedout() == 0

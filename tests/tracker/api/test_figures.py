"""Figures for programs are those of the page: each cell with its bounds, and a list of exactly its records."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, application, signed_in
from tests.contract.figures_shown import tables
from tests.contract.test_every_figure import plant
from tests.engines import Databases
from tests.tracker.api.conftest import program_of
from tracker.accounts.models import Role

ASKED = (
    "measure=handovers",
    "measure=persons_handed_over&columns=quarter",
    "measure=agreements_in_force",
    "measure=activities&ranges=1&since=2023-02-01",
)
pytestmark = pytest.mark.once
SOME = [pytest.param(query, marks=() if number < 2 else pytest.mark.whole) for number, query in enumerate(ASKED)]


@pytest.fixture(scope="module")
def house(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """Many records, which nothing here changes."""
    with databases.fresh() as url, application(url) as app:
        plant(app)
        yield app


@pytest.mark.parametrize("query", SOME)
def test_c43_a_table_is_that_of_the_page_and_its_cells_are_their_lists(house: Flask, query: str) -> None:
    page, client = signed_in(house, Role.MANAGER), program_of(house, Role.MANAGER)
    for basis in ("official", "working"):
        table = client.get(f"/api/v1/figures?{query}&basis={basis}").get_json()
        shown = next(one for one in tables(page.get(f"/figures/?{query}&basis={basis}").text) if one)
        rows = [*table["rows"], table["total"]]
        texts = [[cell["text"] for cell in row["cells"]] for row in rows]
        assert texts == [[re.sub("\u202f", " ", cell) for cell in cells] for _, cells in shown[: len(texts)]]
        assert (table["basis"], {"C41", "C43"} <= set(table["rules"])) == (basis, True)
        linked = [cell for row in rows for cell in row["cells"] if cell["list"]]
        assert linked
        for cell in random.Random(3).sample(linked, min(4, len(linked))):
            assert_listed(client, cell)


def test_what_is_missing_is_named_by_its_parameter(house: Flask) -> None:
    answer = program_of(house, Role.MANAGER).get("/api/v1/figures?measure=seizures")
    assert [error["parameter"] for error in answer.get_json()["errors"]] == ["item"]


def assert_listed(client: FlaskClient, cell: dict[str, Any]) -> None:
    """The list behind a cell has its records, and gives its bounds."""
    items, following, total = [], f"{cell['list']}&limit=40", 0
    while following:
        piece = client.get(following).get_json()
        items, following, total = items + piece["items"], piece["next"], piece["total"]
    assert total == len(items)
    if not cell["records"]:
        assert 0 < len(items) <= cell["unquantified"] + cell["missing"]
    elif "lower" in items[0]:
        uppers = [item["upper"] for item in items]
        assert cell["upper"] == (None if None in uppers else sum(uppers)), cell
    else:
        assert Decimal(cell["upper"]) == len(items), cell


def test_what_cannot_be_counted_so_is_said_at_its_parameter(house: Flask) -> None:
    client = program_of(house, Role.VIEWER)
    for query, name, status in (
        ("measure=nothing", "measure", 400), ("measure=running_total", "series", 409), ("rows=direction", "rows", 409),
        ("measure=agreements_in_force&columns=month", "columns", 409), ("year=2024", "year", 400), ("columns=before", "columns", 400),
    ):  # fmt: skip
        answer = client.get(f"/api/v1/figures?{query}")
        assert (answer.status_code, answer.get_json()["errors"][0]["parameter"]) == (status, name), query


def test_a_viewers_figures_hold_what_he_may_see(app: Flask, client_as: ClientAs) -> None:
    client = program_of(app, Role.VIEWER)
    table = client.get("/api/v1/figures?measure=handovers").get_json()
    assert table["clearance"].endswith("TLP:AMBER")
    assert (table["rows"], table["total"]["cells"][0]["lower"]) == ([], 0)

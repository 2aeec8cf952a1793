"""Files of the exchange form that a program has written back with something of its own."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from flask import Flask
from pyarrow import parquet

from tests.app import ClientAs, add_user, stored
from tests.journeys.test_import import checked
from tracker.accounts.models import Role
from tracker.imports.models import ImportRow

pytestmark = pytest.mark.once
TRAINING = {
    "reference": "", "type": "training", "title": "A course", "start": "2024", "marking": "AMBER", "status": "completed",
    "place": "Vientiane", "summary": "", "language": "", "parties": '[{"party":"LAO","role":"recipient"}]',
}  # fmt: skip


def written(**more: Any) -> bytes:
    """One training as Parquet, with further columns."""
    out = io.BytesIO()
    parquet.write_table(pa.table({name: [value] for name, value in (TRAINING | more).items()}), out)
    return out.getvalue()


def test_the_numbers_of_rows_that_pandas_adds_are_passed_over(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.OFFICER)
    for added in ({"__index_level_0__": 0}, {"__index_level_0__": 0, "__index_level_1__": "a"}):
        answer = client.post("/imports/", data={"file": (io.BytesIO(written(**added)), "courses.parquet")})
        address = answer.headers["Location"].removesuffix("/table")
        assert "nothing is to be matched" in client.get(f"{address}/columns").text
        checked(client, address)
    with stored(app) as session:
        assert [row.state for row in session.scalars(sa.select(ImportRow))] == ["new", "new"]


def test_other_columns_are_named_where_the_rest_is_of_the_form(app: Flask, client_as: ClientAs, tmp_path: Path) -> None:
    client = client_as(Role.OFFICER)
    answer = client.post(
        "/imports/", data={"file": (io.BytesIO(written(score=1, index_level=2)), "courses.parquet")}, follow_redirects=True
    )
    assert "but for “score”, “index_level”: take these columns out" in answer.text
    few = {f"mine {number}": "x" for number in range(9)}
    answer = client.post("/imports/", data={"file": (io.BytesIO(written(**few)), "others.parquet")}, follow_redirects=True)
    assert "take these columns out" not in answer.text
    file = tmp_path / "courses.parquet"
    file.write_bytes(written(score=1))
    add_user(app, Role.MANAGER)
    found = app.test_cli_runner().invoke(args=["import", str(file), "--user", "officer"])
    assert (found.exit_code, "but for “score”" in found.output) == (2, True), found.output

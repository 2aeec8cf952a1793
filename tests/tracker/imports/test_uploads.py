"""Files as they come over the wire: what cannot be read is said at the field, and nothing is stored."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from tests.app import ClientAs, contents
from tests.pages import errors_of
from tests.tracker.imports.hostile_files import harmless, refused
from tests.tracker.imports.test_table_reader import in_process
from tracker.accounts.models import Role
from tracker.imports import services
from tracker.imports.chunks import MOST_COLUMNS
from tracker.imports.tables import UnreadableError
from tracker.imports.words import refusal

NAMES = ("a/../../etc/passwd.csv", "x" * 300 + ".csv", "<script>alert(1)</script>.csv", "\u202evsc.exe", ".csv")
ODD = ("a stray zero byte", "duplicate headers", "only a header", "formulas that have no value", "a line break in a cell")


@pytest.mark.once
def test_promise_hostile_files_are_refused_at_the_field_and_nothing_is_stored(
    app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = client_as(Role.OFFICER), contents(app)
    monkeypatch.setattr(services, "read_tables", in_process)
    files = refused()
    for name in ("zip bomb", "billion laughs", "a PDF", "HTML", "only blanks", "16,385 columns"):
        data, code = files[name]
        answer = client.post("/imports/", data={"file": (io.BytesIO(data), "courses.xlsx")})
        assert answer.status_code == 422, name
        assert refusal(UnreadableError(code)) in errors_of(answer.text), name
    for form, words in (
        ({}, "Choose a file."),
        ({"file": (io.BytesIO(b""), "courses.csv")}, "The file is empty (0 bytes)"),
        ({"file": (io.BytesIO(b"a,b\n1,2\n"), "courses.csv"), "encoding": "klingon"}, ""),
        ({"file": (io.BytesIO(b"a\xff\n"), "courses.csv"), "encoding": "utf-8"}, "letters"),
    ):
        answer = client.post("/imports/", data=form)
        assert (answer.status_code, words in answer.text) == (422, True), form
    monkeypatch.setattr("tracker.imports.views.MEGABYTE", 1)
    answer = client.post("/imports/", data={"file": (io.BytesIO(b"Course\nOne\n" * 9), "courses.csv")})
    assert (answer.status_code, "The file is larger than 20 MB" in answer.text) == (422, True)
    assert contents(app) == before


@pytest.mark.once
def test_odd_files_and_names_go_through_every_page(app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_as(Role.OFFICER)
    monkeypatch.setattr(services, "read_tables", in_process)
    wide = ",".join(f"Column {n}" for n in range(MOST_COLUMNS)).encode()
    files = [harmless()[name][0] for name in ODD] + [b"Course\nOne\n"] * len(NAMES) + [wide]
    names = [f"{name}.csv" for name in ODD] + [*NAMES, "wide.csv"]
    for place, (data, name) in enumerate(zip(files, names, strict=True)):
        answer = client.post("/imports/", data={"file": (io.BytesIO(data), name)})
        assert answer.status_code == 303, name
        address = answer.headers["Location"].removesuffix("/table")
        assert [client.get(f"{address}/{step}").status_code for step in ("table", "columns", "meanings", "rows")] == [200] * 4, name
        assert client.post(f"{address}/check").status_code == 303
        assert client.get(f"{address}/rows").status_code == 200, (name, place)
        assert client.get(f"{address}/rejected.csv").status_code == 200
        assert client.post(f"{address}/cancel").status_code == 303
    assert client.get("/imports/").status_code == 200

"""`flask export dump`: whole or not there, up to its marking, without persons, and what its manifest says."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pyarrow import parquet

from tests.app import application, signed_in, stored
from tests.engines import Databases
from tests.factories import records, users
from tests.factories.handovers import handover, subject
from tests.factories.operations import operation
from tests.factories.trainings import training
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.exchange import bi_views, dump
from tracker.exchange.commands import export_dump

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "analysts.md"

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def house(databases: Databases, cheap_passwords: None) -> Iterator[Flask]:
    """Two verified trainings at two markings, one linked to the other, a handover of somebody, and a seizure: nothing here changes them."""
    with databases.fresh() as url, application(url) as app:
        plant(app)
        yield app


def plant(app: Flask) -> None:
    with app.test_request_context(), stored(app) as session:
        officer, reviewer = users.user(session), users.user(session, Role.REVIEWER)
        hidden = records.save(session, officer, training(["LAO"], "2024", participants="7", title="Hidden", marking="AMBER+STRICT"))
        links = [{"type": "related", "to": hidden.ref}]
        shown = training(["FJI"], "2024-03", participants="at least 20", title="=1+1", links=links)
        about = handover(["USA"], "2025", "1", title="About somebody", summary="He was tired.") | {"subjects": [subject(1, "Ada Planted")]}
        seized = operation(["LAO"], "2024", figures=[records.figure("seized_drugs", "7.5", "kg", item="cocaine", no=7)])
        for record in (hidden, *(records.save(session, officer, one) for one in (shown, about, seized))):
            records.verify(session, reviewer, record)
        bi_views.make()


def run(app: Flask, folder: Path, *more: str) -> Any:
    return app.test_cli_runner().invoke(export_dump, [str(folder), "--marking", "AMBER", *more])


def test_parquet_and_csv_hold_the_same_and_the_manifest_says_what(house: Flask, tmp_path: Path, capsys: Any) -> None:
    for file_format in ("parquet", "csv"):
        answer = run(house, tmp_path / file_format, "--format", file_format)
        assert answer.exit_code == 0, answer.output
        folder = tmp_path / file_format
        manifest = json.loads((folder / "manifest.json").read_text())
        assert (manifest["schema"], manifest["marking"], manifest["basis"]) == (dump.SCHEMA, "TLP:AMBER", "official")
        for one in manifest["files"]:
            content = (folder / one["name"]).read_bytes()
            assert (sha256(content).hexdigest(), len(content)) == (one["sha256"], one["bytes"])
        assert {one["name"].partition(".")[0]: one["rows"] for one in manifest["files"] if one["rows"]}.items() >= {
            "trainings": 1, "handovers": 1, "operations": 1, "records": 3,
        }.items()  # fmt: skip
        (course,), (handed,) = (rows(folder / f"{name}.{file_format}") for name in ("trainings", "handovers"))
        assert course["title"] == ("=1+1" if file_format == "parquet" else "'=1+1")
        assert course["address"].endswith(f"/trainings/{course['reference']}")
        assert (course["links"], handed["title"] or "", handed["summary"] or "") == ("[]" if file_format == "parquet" else "", "", "")
        assert "subjects" not in handed
        figures = {(row["measure"], row["partner"], row["period"]): row for row in rows(folder / f"figures.{file_format}")}
        assert float(figures["participants", "FJI", "2024"]["lower"]) == 20
        assert not figures["participants", "total", "2024"]["upper"]
        assert float(figures["seizures", "LAO", "2024"]["upper"]) == 7.5
    example = re.search(r"```python\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    exec(compile(example[1].replace("/data/tracker/2026-11-27", str(tmp_path / "parquet")), "docs/analysts.md", "exec"), {})
    assert capsys.readouterr().out == "[('USA', 1)]\nUSA 2025 1.0 1.0\n"
    text = "".join(path.read_text() for path in (tmp_path / "csv").iterdir())
    assert "Hidden" not in text
    assert "Planted" not in text
    assert not list(tmp_path.glob(".*"))
    with stored(house) as session:
        events = session.query(AuditEvent).filter_by(action="exported", target="dump").all()
        assert [json.loads(event.detail)["filter"]["marking"] for event in events] == ["AMBER", "AMBER"]


@pytest.mark.parametrize("basis", ["official", "working"])
def test_the_views_in_it_are_those_of_the_database_on_the_basis_that_was_asked_for(house: Flask, tmp_path: Path, basis: str) -> None:
    assert run(house, tmp_path / "dump", "--basis", basis).exit_code == 0
    with house.app_context(), stored(house) as session:
        for view in ("measures", *dump.VIEWS):
            name = "bi_measures" if view == "measures" else f"bi_{view}_amber"
            told = [dict(row) for row in session.execute(sa.text(f"SELECT * FROM {name}")).mappings()]
            wanted = [row for row in told if row.get("basis", basis) == basis]
            assert wanted
            found = rows(tmp_path / "dump" / f"{view}.parquet")
            assert sorted(map(as_text, found)) == sorted(map(as_text, wanted)), view
            if view == "figures":
                assert {row["item"] for row in found} == {"", "cocaine"}, "an item that there is not is the same on both ways"


def as_text(row: dict[str, Any]) -> str:
    """Days are days in one engine and texts in the other; a number is what it is worth."""
    plain = {name: float(value) if isinstance(value, int | Decimal) else value for name, value in row.items()}
    return json.dumps(plain, sort_keys=True, default=str)


def test_the_address_in_the_documentation_is_that_of_a_file(house: Flask) -> None:
    viewer = signed_in(house, Role.VIEWER)
    page, file = re.findall(r"`(/trainings[^`]*)`", DOCUMENTATION.read_text(encoding="utf-8"))[:2]
    assert viewer.get(page).status_code == 200
    answer = viewer.get(file)
    assert (answer.status_code, answer.headers["Content-Disposition"].endswith('trainings.parquet"')) == (200, True)
    lines = viewer.get(page.replace("/?", ".csv?")).get_data(as_text=True).splitlines()
    assert (lines[-2], lines[-1].split(",")[0]) == ("", "Filter")
    with_token = house.test_client().get(file, headers={"Authorization": "Bearer ct_x"})
    assert with_token.status_code == 401
    persons = viewer.get("/handovers.parquet")
    assert (persons.status_code, "/handovers/export" in persons.headers["Location"]) == (302, True)


def test_what_cannot_be_written_is_not_there_and_says_why(house: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").mkdir()
    answer = run(house, tmp_path / "there")
    assert (answer.exit_code, "is there already" in answer.output) == (1, True)
    assert run(house, tmp_path / "no" / "folder").exit_code == 1
    assert run(house, tmp_path / "red", "--marking", "RED").exit_code == 2

    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(dump, "_manifest", full)
    answer = run(house, tmp_path / "half")
    assert (answer.exit_code, "No space left" in answer.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        found: list[dict[str, Any]] = parquet.read_table(path).to_pylist()
        return found
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))

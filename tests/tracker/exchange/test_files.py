"""Lists as workbooks and JSON: the rows of the CSV, numbers and days as what they are, the question about persons first."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.app import ClientAs, stored
from tests.factories import records, users
from tests.factories.handovers import handover, subject
from tests.factories.trainings import training
from tests.pages import page, workbook
from tracker.accounts.models import Role
from tracker.exchange.files import FORMATS

pytestmark = pytest.mark.once

GOOD = {"purpose": "Report to the ministry", "recipient": "Department of statistics"}


@pytest.fixture(autouse=True)
def two_records(app: Flask) -> None:
    """A handover of at least thirty, and a training without a date."""
    with app.test_request_context(), stored(app) as session:
        officer = users.user(session, username="writer")
        records.save(session, officer, handover(["THA", "LAO"], "2024-07", "at least 30", title="=1+1", complete=False))
        records.save(session, officer, training(["FJI"], "", participants="20", days="2.5"))


class TestLists:
    def test_a_workbook_has_numbers_and_days_bounds_apart_and_formulas_as_text(self, client_as: ClientAs) -> None:
        book = workbook(client_as(Role.VIEWER).get("/handovers.xlsx?measure=persons_handed_over"))
        head, row = book["Handovers"]
        said = dict(zip(head, row, strict=True))
        assert (said["Title"], said["Further partners"], said["Date (EDTF)"]) == ("=1+1", "+", "2024-07")
        assert (said["Earliest day"].date(), said["Latest day"].date()) == (date(2024, 7, 1), date(2024, 7, 31))
        assert (said["Persons handed over, lower bound"], said["Persons handed over, upper bound"]) == (30, None)
        assert said["Address"] == "http://localhost/handovers/HND-2026-0001"
        notes = dict(book["What was asked"])
        assert notes["Filter"] == "Handovers; counted in: Persons handed over"
        assert notes["Page"].startswith("http://localhost/handovers/?measure=persons_handed_over")

    def test_a_json_file_says_what_was_asked_and_keeps_lists_and_numbers(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        made = viewer.get("/trainings.json").get_json()
        assert (made["about"]["basis"], made["about"]["period"], made["about"]["marking"]) == ("working", "all years", "TLP:AMBER")
        (row,) = made["records"]
        assert (row["partners"], row["date"], row["earliest"], row["days"]) == (["Fiji"], None, None, 2.5)
        (row,) = viewer.get("/handovers.json?measure=persons_handed_over&year=2024").get_json()["records"]
        assert (row["title"], row["earliest"], row["lower"], row["upper"]) == ("=1+1", "2024-07-01", 30, None)
        assert viewer.get("/agreements.json").get_json()["records"] == []

    def test_what_stands_in_files_leads_to_the_address_from_outside(self, app: Flask, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://tracker.ministry.example")
        for path in ("/records.csv", "/records.json", "/figures.json?basis=working", "/years/2024/figures.json?basis=working"):
            text = viewer.get(path).get_data(as_text=True)
            assert "https://tracker.ministry.example/" in text, path
            assert "http://localhost" not in text, path
        book = workbook(viewer.get("/partners/THA/figures.xlsx?basis=working"))
        links = [row[-1] for row in book["By year"][1:] if row[-1]]
        assert links
        assert all(link.startswith("https://tracker.ministry.example/records/?") for link in links)

    def test_what_cannot_be_asked_is_no_file(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        for path in ("/records.xlsx", "/handovers.json", "/figures.xlsx", "/partners/XXX/figures.xlsx", "/years/9/figures.json"):
            answer = viewer.get(f"{path}?year=never&measure=nothing")
            assert answer.status_code in (302, 400, 404), path
            assert "Content-Disposition" not in answer.headers, path

    def test_a_parameter_that_nothing_reads_is_no_file_of_everything(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        for path in (
            *(f"/records.{file_format}" for file_format in FORMATS),
            *("/trainings.parquet", "/handovers/export", "/figures.csv", "/figures.xlsx", "/figures/running-totals.csv"),
            *("/figures/seizures.json", "/partners/THA/figures.xlsx", "/years/figures.json", "/years/2024/figures.xlsx"),
        ):
            answer = viewer.get(f"{path}?partnr=LAO")
            assert (answer.status_code, "There is no parameter “partnr”." in answer.text) == (400, True), path
            assert "Content-Disposition" not in answer.headers
        assert "There is no parameter “kind”" in viewer.get("/trainings.csv?kind=handover").text
        assert viewer.get("/records/?partnr=LAO").status_code == 200, "a page shows what it was asked for"

    def test_a_value_that_there_is_not_is_named_with_its_parameter(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        for query, said in {
            "partner=ZZZ": "partner: There is no &#34;ZZZ&#34; to choose in “partner”.",
            "number=missing": "number: Which number?",
            "crime=x&amp;status=y": "There is no parameter “amp;status”",
        }.items():
            answer = viewer.get(f"/records.csv?{query}")
            assert (answer.status_code, said in answer.text) == (400, True), answer.text
            assert "left out" not in answer.text

    def test_references_and_addresses_of_a_workbook_open_the_record(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        for name, heads in (("xlsx", ("Reference", "Address")), ("exchange.xlsx", ("reference", "address"))):
            page = load_workbook(io.BytesIO(viewer.get(f"/trainings.{name}").data)).worksheets[0]
            head, row = page.iter_rows(max_row=2)
            cells = [dict(zip([cell.value for cell in head], row, strict=True))[name] for name in heads]
            address = "http://localhost/trainings/TRN-2026-0001"
            assert [cell.value for cell in cells] == ["TRN-2026-0001", address]
            assert [cell.hyperlink.target for cell in cells] == [address, address]

    def test_a_csv_says_its_letters_once(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        for path in ("/trainings.csv", "/trainings.exchange.csv", "/figures.csv", "/codebook/trainings.csv", "/figures/seizures.csv"):
            assert viewer.get(path).headers["Content-Type"] == "text/csv; charset=utf-8", path

    def test_of_drafts_a_file_names_no_filter_that_cannot_be_asked_of_them(self, client_as: ClientAs) -> None:
        text = client_as(Role.OFFICER).get("/trainings.csv?review=draft&region=035&year=2024").get_data(as_text=True)
        assert text.splitlines()[-1].startswith("Filter,")
        assert ("2024" in text, "Asia" in text) == (True, False)


class TestPersons:
    def test_each_format_asks_first_and_gives_what_was_asked_for(self, app: Flask, client_as: ClientAs) -> None:
        with app.test_request_context(), stored(app) as session:
            document = handover(["USA"], "2025", "1") | {"subjects": [subject(1, name="Ada Planted")]}
            records.save(session, users.user(session, username="other"), document)
        viewer = client_as(Role.VIEWER)
        for name, kind in (("xlsx", "spreadsheetml.sheet"), ("json", "json")):
            place = viewer.get(f"/handovers.{name}?sort=title").headers["Location"]
            assert f"format={name}" in place
            assert "XLSX" in page(viewer, place).text or name == "json"
            refused = viewer.post(place, data={"purpose": "short"})
            assert refused.status_code == 422
            answer = viewer.post(place, data=GOOD)
            assert answer.mimetype.endswith(kind)
            assert answer.headers["Content-Disposition"] == f'attachment; filename="handovers.{name}"'
            text = json.dumps(workbook(answer), default=str) if name == "xlsx" else answer.get_data(as_text=True)
            assert "HND-2026-0002" in text
            assert "Ada Planted" not in text

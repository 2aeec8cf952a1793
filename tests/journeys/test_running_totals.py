"""Running totals outside their own page: in files, on a partner's page, in briefs, pinned; and seizures beside them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.contract.test_round_trips import MOST, trips
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.statements import running_total, statement
from tests.pages import page, workbook
from tests.tracker.briefs.test_briefs import reader_of
from tracker.accounts.models import Role
from tracker.briefs.building import Asked, partner_brief
from tracker.briefs.steps import finished
from tracker.counting.models import Basis
from tracker.counting.projection import RULE_VERSION
from tracker.database.columns import utc_now

pytestmark = pytest.mark.once

SERIES = "Suspects of fraud"
ONE = f"/figures/running-totals?basis=working&series={SERIES.replace(' ', '+')}"
ALL = "/figures/running-totals?basis=working"


@pytest.fixture(autouse=True)
def planted(app: Flask) -> None:
    """The golden series: 10 of a handover are in the 50,000 of 2024, those in the 57,000 of 2025; another one is TLP:RED."""
    values = [("44000", "2024-01-30", "handed_over"), ("more than 50,000", "2024-09", "arrests_reported")]
    values += [("more than 57,000", "2025-07", "arrests_reported")]
    documents = [running_total(number, day, SERIES, metric, [("MMR", "venue")]) for number, day, metric in values]
    documents += [handover(["MMR"], "2024-01", figures=[figure("handed_over", "10", series=SERIES, contained_basis="inferred")])]
    arrests = figure("arrests", "7", series="Of the Lao desk", country="LAO")
    documents += [operation(["LAO", "THA"], "2024", figures=[arrests, figure("seized_drugs", "12", "kg", item="heroin", no=2)])]
    secret = statement(["MMR"], "2025", figures=[figure("arrests", "3", series="Secret series")]) | {"marking": "RED"}
    with app.test_request_context(), stored(app) as session:
        officer = users.user(session, username="writer")
        for document in [*documents, secret]:
            records.save(session, officer, document)


def rows_of(client: FlaskClient, address: str) -> list[list[str]]:
    text = client.get(address).get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


def cells(table: dict[str, Any], place: int = 0) -> dict[str, Any]:
    return {cell["column"]: cell for cell in table["rows"][place]["cells"]}


class TestFiles:
    def test_c26_hold_the_golden_bounds_and_what_each_number_has_in_the_total(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        place = ONE.replace("running-totals", "running-totals.json")
        made = viewer.get(place).get_json()
        totals, given, years = made["tables"]
        assert (cells(totals)["Latest value"]["lower"], cells(totals)["Latest value"]["upper"]) == (57_000, None)
        assert (cells(totals)["Unit"]["shown"], cells(totals)["As of"]["shown"]) == ("persons", "July 2025")
        parts = [cells(given, row)["In the total"]["shown"] for row in range(4)]
        assert parts == ["earlier value", "contained (inferred), not added", "earlier value", "the running total"]
        assert [(row["label"], row["cells"][0]["lower"]) for row in years["rows"]] == [("2024", 50_000), ("2025", 57_000)]
        assert (made["about"]["rule_version"], made["about"]["filter"]) == (RULE_VERSION, f"series: {SERIES}")
        then = viewer.get(f"{place}&until=2024-09-30").get_json()["tables"][0]
        assert cells(then)["Latest value"]["shown"] == "≥ 50 000"
        assert "129" not in str(made) + str(then)
        listed = viewer.get(totals["rows"][0]["list"].replace("http://localhost/records/", "/records.json")).get_json()["records"]
        assert [row["lower"] for row in listed] == [57_000]  # C43

    def test_are_the_same_in_each_format_and_leave_out_what_the_reader_may_not_see(self, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        lines = rows_of(viewer, "/figures/running-totals.csv?basis=working")
        assert lines[0] == ["Series", "Latest value", "Latest value, lower bound", "Latest value, upper bound", *lines[0][4:]]
        assert [line[0] for line in lines[1:3]] == ["Of the Lao desk", SERIES]
        assert (lines[2][1:4], lines[3]) == (["≥ 57 000", "57000", ""], [])
        assert ["Rules", RULE_VERSION] in lines
        book = workbook(viewer.get("/figures/running-totals.xlsx?basis=working"))
        assert book["Running totals"][2][:4] == (SERIES, "≥ 57 000", 57_000, None)
        assert not any("Secret" in str(said) for said in (lines, book, page(viewer, ALL).text))

    def test_of_seizures_have_each_item_in_its_unit_and_no_sum(self, client_as: ClientAs) -> None:
        lines = rows_of(client_as(Role.VIEWER), "/figures/seizures.csv?basis=working")
        assert [line[0] for line in lines[1 : lines.index([])]] == ["Heroin, kilogram"]
        assert ["Counted", "Seizures (that of each row)"] in lines

    @pytest.mark.parametrize("asked", ["series=Nobody+knows+it", "until=some+day", f"series={SERIES}&until=2024-13"])
    def test_of_what_is_not_there_lead_to_the_page_that_says_so(self, client_as: ClientAs, asked: str) -> None:
        viewer = client_as(Role.VIEWER)
        answer = viewer.get(f"/figures/running-totals.xlsx?basis=working&{asked}")
        assert answer.status_code == 302
        shown = viewer.get(answer.headers["Location"])
        assert "Nobody knows it" in shown.text if "Nobody" in asked else shown.status_code == 422


class TestPartners:
    def test_tell_the_series_in_which_they_have_a_part(self, app: Flask, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        found = page(viewer, "/partners/MMR?basis=working").text
        assert f"{SERIES} ≥ 57 000 persons July 2025 The wording changes" in found
        assert "Secret series" not in found
        assert "Secret series" in page(client_as(Role.OFFICER, "writer"), "/partners/MMR?basis=working").text
        assert "Of the Lao desk 7 persons" in page(viewer, "/partners/LAO?basis=working").text
        assert "Running totals" not in page(viewer, "/partners/FJI?basis=working").text
        assert trips(app, viewer, "/partners/MMR?basis=working") <= MOST

    def test_are_marked_as_what_their_running_totals_come_from(self, app: Flask, client_as: ClientAs) -> None:
        higher = running_total("more than 60,000", "2025-08", SERIES) | {"marking": "AMBER+STRICT"}
        part = statement(["FJI"], "2025", figures=[figure("arrests", "3", series=SERIES)]) | {"marking": "GREEN"}
        with app.test_request_context(), stored(app) as session:
            other = users.user(session, username="other")
            for document in (higher, part):
                records.save(session, other, document)
            brief, _ = finished(partner_brief(reader_of(session), "FJI", Asked(Basis.WORKING, utc_now())))
        assert brief.marking == "TLP:AMBER+STRICT"
        assert "TLP:AMBER+STRICT" in page(client_as(Role.OFFICER), "/partners/FJI?basis=working").text

    def test_have_them_in_their_briefs_up_to_a_marking(self, app: Flask) -> None:
        with app.test_request_context(), stored(app) as session:
            reader = reader_of(session)
            whole, _ = finished(partner_brief(reader, "MMR", Asked(Basis.WORKING, utc_now())))
            (table,) = [one for one in whole.tables if one.title == "Running totals"]
            (line,) = table.lines
            assert (line.label, [one.text for one in line.entries]) == (SERIES, ["≥ 57\u202f000", "persons", "July 2025"])
            assert whole.notes[line.entries[0].note - 1].text.startswith("1 record;")
            assert "The wording changes" in table.foot
            less, _ = finished(partner_brief(reader, "MMR", Asked(Basis.WORKING, utc_now(), "GREEN")))
            assert SERIES not in str(less)


class TestPinnedViews:
    def test_have_the_latest_value_or_how_many_there_are(self, app: Flask, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        for name, of in (("One", ONE), ("Then", f"{ONE}&until=2024-09-30"), ("All", ALL), ("Seized", "/figures/seizures?basis=working")):
            answer = viewer.post("/views/new", data={"name": name, "of": of})
            viewer.post(f"{answer.headers['Location']}/pin")
            assert f"Saved view : {name}" in page(viewer, viewer.get(answer.headers["Location"]).headers["Location"]).text
        said = page(viewer, "/").text
        for pinned in ("One ≥ 57 000 persons", "Then ≥ 50 000 persons", "All 2 running totals", "Seized 1 item seized"):
            assert pinned in said
        assert f"to 30 September 2024 · series: {SERIES}" in page(viewer, "/views/").text
        assert trips(app, viewer, "/") <= MOST

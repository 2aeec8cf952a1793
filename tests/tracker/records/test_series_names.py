"""Names of series: suggested, and pointed out where one is nearly that of another (C26)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import ClientAs, stored
from tests.factories import records, users
from tests.factories.statements import running_total
from tests.forms import enter, minimal
from tests.pages import page
from tests.tracker.records.nasty_forms import HANDOVER
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES
from tracker.records.series_names import near_names

SERIES = "Myanmar fraud suspects"
STATEMENT = next(one for one in RECORD_TYPES if one.kind == "statement")


@pytest.mark.engine_free
@pytest.mark.parametrize(
    ("name", "is_near"),
    [
        ("Myanmar Fraud suspects", True),
        ("Myanmar fraud-suspects", True),
        ("Myanmár fraud suspects", True),
        ("Myanmar fraud suspect", True),
        (SERIES, False),  # it is this very name
        ("Myanmar fraud suspects 2024", False),
        ("Thailand fraud suspects", False),
        ("", False),
    ],
)
def test_near_are_names_that_differ_in_case_signs_or_a_few_letters(name: str, is_near: bool) -> None:
    assert near_names(name, [SERIES]) == ([SERIES] if is_near else [])
    assert near_names("Phase 1", ["Phase 2"]) == []


@pytest.mark.once
class TestTheForm:
    def test_suggests_the_names_that_the_officer_may_see(self, app: Flask, client_as: ClientAs) -> None:
        with app.test_request_context(), stored(app) as session:
            writer = users.user(session, username="writer")
            records.save(session, writer, running_total("10", "2024", SERIES))
            records.save(session, writer, running_total("10", "2024", "A <secret> series") | {"marking": "RED"})
        officer = client_as(Role.OFFICER)
        form = officer.get("/statements/new").text
        assert f'<option value="{SERIES}">' in form
        assert "secret" not in form
        assert 'name="figures-0-series"' in form  # a row is open
        said = [
            officer.get("/suggest/series", query_string={"text": text}).get_json() for text in (SERIES, "Myanmar Fraud suspects ", "New")
        ]
        assert [one["ok"] for one in said] == [True, False, True]
        assert said[1]["text"].startswith(f"“Myanmar Fraud suspects” is nearly called like “{SERIES}”")
        assert "secret" not in officer.get("/suggest/series?text=A+secret+series").text

    def test_saves_a_name_that_is_nearly_another_and_says_so(self, app: Flask, client_as: ClientAs) -> None:
        with app.test_request_context(), stored(app) as session:
            records.save(session, users.user(session, username="writer"), running_total("10", "2024", SERIES))
        officer = client_as(Role.OFFICER)
        row = {"figures-0-metric": "arrests_reported", "figures-0-number": "12", "figures-0-nature": "cumulative", "figures-0-no": "1"}
        typed = minimal(STATEMENT) | row | {"figures-0-series": "Myanmar Fraud suspects "}
        assert "is nearly called like" in page(officer, enter(officer, STATEMENT, typed)).text
        assert "is nearly called like" not in page(officer, enter(officer, HANDOVER, minimal(HANDOVER, 2))).text

    def test_leaves_an_empty_row_out(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        place = enter(officer, STATEMENT, minimal(STATEMENT) | {"figures-0-number": "", "figures-0-no": "1"})
        assert "Figures" not in page(officer, place).headings

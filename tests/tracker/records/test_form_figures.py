"""The figures of a form: what is contained in what, and what a source supports, from the first save on."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs
from tests.factories import records
from tests.forms import form_fields, minimal
from tests.pages import errors_of, inspected, page
from tests.tracker.records.nasty_forms import answer_of
from tracker.accounts.models import Role
from tracker.records.documents import Document

pytestmark = pytest.mark.once

HANDOVER, TRAINING = records.type_of_kind("handover"), records.type_of_kind("training")
PART = {"figures-0-metric": "arrests", "figures-0-number": "3", "figures-0-unit": "person"}


@pytest.fixture
def officer(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.OFFICER)


def with_a_row(client: FlaskClient, slug: str, **values: str) -> Any:
    """The form of a new record with these values, after a figure was added."""
    return inspected(client.post(f"/{slug}/new", data=values | {"add": "figures"}))


def by_value(document: Document | None) -> dict[str, Document]:
    assert document
    return {row["value_lo"]: row for row in document["figures"]}


class TestBoxes:
    def test_a_figure_is_contained_in_the_persons_box_with_the_first_save(self, app: Flask, officer: FlaskClient) -> None:
        data = minimal(HANDOVER) | {"persons": "11"}
        shown = with_a_row(officer, "handovers", **data)
        assert "“Number of persons” is figure no. 1." in shown.text
        data |= PART | {"figures-0-contained_in": "1", "evidence-0-target_field": "figure:1"}
        document = answer_of(app, officer, HANDOVER, form_fields(shown.html).to_dict() | data)
        figures = by_value(document)
        assert figures["3"]["contained_in"] == figures["11"]["no"] == 1
        assert document
        assert document["evidence"][0]["target_field"] == "figure:1"

    def test_a_figure_is_contained_in_a_row_of_participants_with_the_first_save(self, app: Flask, officer: FlaskClient) -> None:
        data = minimal(TRAINING) | {"participants-0-number": "20", "participants-1-number": "9", "participants-1-country": "Laos"}
        shown = with_a_row(officer, "trainings", **data)
        assert "“Participants (Laos)” is figure no. 2." in shown.text
        data |= {"figures-0-metric": "participants", "figures-0-number": "4", "figures-0-unit": "participant", "figures-0-series": "Judges"}
        figures = by_value(answer_of(app, officer, TRAINING, form_fields(shown.html).to_dict() | data | {"figures-0-contained_in": "2"}))
        assert figures["4"]["contained_in"] == figures["9"]["no"] == 2
        assert figures["9"]["country"] == "LAO"

    def test_a_number_stays_when_the_record_is_changed(self, app: Flask, officer: FlaskClient) -> None:
        data = minimal(HANDOVER) | PART | {"persons": "11", "figures-0-contained_in": "1"}
        address = officer.post("/handovers/new", data=data).headers["Location"]
        form = form_fields(page(officer, f"{address}/edit").html).to_dict()
        assert (form["persons"], form["persons_no"], form["figures-0-contained_in"]) == ("11", "1", "1")
        figures = by_value(answer_of(app, officer, HANDOVER, form | {"persons": "12", "action": "save"}, f"{address}/edit"))
        assert figures["3"]["contained_in"] == figures["12"]["no"] == 1

    def test_an_empty_box_contains_nothing(self, officer: FlaskClient) -> None:
        answer = officer.post("/handovers/new", data=minimal(HANDOVER) | PART | {"figures-0-contained_in": "1"})
        assert answer.status_code == 422
        assert "There is no other figure with this number" in errors_of(answer.text)

    def test_an_empty_row_contains_nothing(self, officer: FlaskClient) -> None:
        rows = {"figures-0-no": "2", "figures-0-metric": "other"}
        rows |= {"figures-1-no": "3", "figures-1-metric": "other", "figures-1-number": "4", "figures-1-contained_in": "2"}
        answer = officer.post("/handovers/new", data=minimal(HANDOVER) | rows)
        assert answer.status_code == 422
        assert "There is no other figure with this number" in errors_of(answer.text)

    def test_a_part_of_a_box_has_its_unit(self, officer: FlaskClient) -> None:
        data = minimal(HANDOVER) | PART | {"persons": "11", "figures-0-contained_in": "1", "figures-0-unit": "case"}
        answer = officer.post("/handovers/new", data=data)
        assert answer.status_code == 422
        assert "same unit" in errors_of(answer.text)

    def test_two_figures_in_each_other_are_a_circle(self, officer: FlaskClient) -> None:
        row = {"metric": "arrests", "unit": "person", "number": "3"}
        data = {f"figures-{place}-{name}": value for place in (0, 1) for name, value in row.items()}
        data |= {"figures-0-no": "2", "figures-0-contained_in": "3", "figures-1-no": "3", "figures-1-contained_in": "2"}
        answer = officer.post("/handovers/new", data=minimal(HANDOVER) | data)
        assert answer.status_code == 422
        assert "in a circle" in errors_of(answer.text)


class TestTargets:
    @pytest.mark.parametrize("target", ["figure:1", "figure:2"])
    def test_a_source_supports_no_figure_that_is_not_filled_in(self, officer: FlaskClient, target: str) -> None:
        rows = {"persons_no": "1", "figures-0-no": "2", "figures-0-metric": "other", "evidence-0-target_field": target}
        answer = officer.post("/handovers/new", data=minimal(HANDOVER) | rows)
        assert answer.status_code == 422
        assert "not filled in" in errors_of(answer.text)

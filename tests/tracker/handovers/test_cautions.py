"""What a handover's page asks to be looked at again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from tests.app import ClientAs
from tests.factories import records
from tests.forms import enter, minimal
from tests.journeys.test_personal_data import change
from tests.pages import page
from tracker.accounts.models import Role

pytestmark = pytest.mark.once

HANDOVER = records.type_of_kind("handover")
NAMED = {"subjects-0-kind": "suspect", "subjects-0-name": "Zubeida Vossberg"}
SAID = "A part of the name of"


class TestPartsOfNames:
    def test_those_who_may_open_names_are_told_where_one_stands_and_not_which(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | NAMED | {"summary": "Vossberg was arrested in May.", "place": "Zubeida-Platz"}
        address = enter(officer, HANDOVER, data)
        ref = address.rpartition("/")[2]
        for client in (officer, client_as(Role.REVIEWER)):
            for place in (address, f"/handovers/{ref}/retention"):
                shown = page(client, place).text
                assert f"{SAID} {ref}/1 may stand in: Summary, Place." in shown
        assert SAID in page(client_as(Role.REVIEWER), f"/handovers/{ref}/review").text
        assert SAID in page(client_as(Role.ADMINISTRATOR), f"/handovers/{ref}/retention").text
        for role in (Role.VIEWER, Role.MANAGER):
            assert SAID not in page(client_as(role), address).text
            assert SAID not in page(client_as(role), f"/handovers/{ref}/retention").text

    def test_given_as_another_spelling_it_is_masked_and_the_word_goes(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | NAMED | {"summary": "Vossberg was arrested in May."})
        change(officer, address.rpartition("/")[2], {"subjects-0-other_names": "Vossberg"})
        shown = page(officer, address).text
        assert (SAID in shown, "Vossberg" in shown) == (False, False)

    def test_earlier_versions_are_looked_through_before_names_are_erased(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        ref = enter(officer, HANDOVER, minimal(HANDOVER) | NAMED | {"summary": "Vossberg was arrested in May."}).rpartition("/")[2]
        change(officer, ref, {"summary": "A suspect was arrested in May."})
        assert SAID not in page(officer, f"/handovers/{ref}").text
        assert f"{SAID} {ref}/1 may stand in: earlier versions." in page(officer, f"/handovers/{ref}/retention").text

    def test_a_source_that_is_called_by_one_is_named(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | NAMED | {"evidence-0-source": "The Vossberg case"}
        ref = enter(officer, HANDOVER, data).rpartition("/")[2]
        assert "what the source SRC-" in page(officer, f"/handovers/{ref}/retention").text

    def test_where_no_key_opens_the_names_the_page_is_shown_all_the_same(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | NAMED | {"summary": "Vossberg was arrested in May."})
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], personal_data_keys=(b"x" * 32,))
        assert SAID not in page(officer, address).text


class TestMorePersons:
    def test_more_are_listed_than_were_handed_over(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        data = minimal(HANDOVER) | {"persons": "1", "subjects-0-kind": "suspect", "subjects-1-kind": "suspect"}
        address = enter(officer, HANDOVER, data)
        for place in (address, f"{address}/review"):
            said = page(client_as(Role.REVIEWER), place).text
            assert "More persons are listed (2)" in said
            assert "correct the number, or take out whoever was not handed over" in said

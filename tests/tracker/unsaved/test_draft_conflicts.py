"""What is kept while somebody else, or another tab, saves: nothing is overwritten, nothing is dropped unseen."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import ClientAs
from tests.forms import enter, form_fields, minimal
from tests.pages import page
from tests.tracker.unsaved.test_drafts import NEW, filled, keep, keys
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestConflicts:
    def test_a_draft_of_an_older_version_leads_to_both_versions_and_overwrites_nothing(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        place = f"{address}/edit"
        keep(ana, place, form_fields(ana.get(place).text), title="Ana's words", place="Hanoi")
        theirs = form_fields(ben.get(place).text)
        assert ben.post(place, data=filled(theirs, {"title": "Ben's words", "action": "save"})).status_code == 303
        (key,) = keys(ana, place)
        form = form_fields(ana.get(f"{place}?draft={key}").text)
        answer = ana.post(place, data=form | {"action": "save"})
        assert answer.status_code == 409
        assert "Ben&#39;s words" in answer.text
        merged = form_fields(answer.text)
        assert merged["title"] == "Ana's words"
        assert len(keys(ana, place)) == 1, "it is kept until the merged form is saved"
        assert ana.post(place, data=merged | {"action": "save"}).status_code == 303
        assert keys(ana, place) == []
        assert "Ana&#39;s words" in ana.get(address).text

    def test_home_says_that_the_record_was_changed_since(self, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        place = f"{enter(ana, HANDOVER, minimal(HANDOVER))}/edit"
        keep(ana, place, form_fields(ana.get(place).text), title="Ana's words")
        assert "Ana's words" in page(ana, "/").text
        assert "the record was changed since" not in page(ana, "/").text
        assert ben.post(place, data=filled(form_fields(ben.get(place).text), {"place": "Boten", "action": "save"})).status_code == 303
        assert "the record was changed since (version 2 by Ben)" in page(ana, "/").text

    def test_what_the_page_offered_and_was_saved_without_is_dropped(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        place = f"{enter(ana, HANDOVER, minimal(HANDOVER))}/edit"
        keep(ana, place, form_fields(ana.get(place).text), title="Left lying")
        keep(ben, place, form_fields(ben.get(place).text), title="Ben's words")
        other = form_fields(ana.get(place).text)
        refused = ana.post(place, data=filled(other, {"title": "", "action": "save"}))
        assert refused.status_code == 422
        assert len(keys(ana, place)) == 1, "nothing was saved yet"
        again = form_fields(refused.text)
        assert ana.post(place, data=filled(again, {"title": "Saved", "action": "save"})).status_code == 303
        assert keys(ana, place) == []
        assert "Left lying" not in page(ana, "/").text
        assert len(keys(ben, place)) == 1

    def test_what_was_typed_after_the_page_was_opened_is_not_dropped(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        place = f"{enter(client, HANDOVER, minimal(HANDOVER))}/edit"
        first = form_fields(client.get(place).text)
        keep(client, place, first, title="Begun")
        second, third = form_fields(client.get(place).text), form_fields(client.get(place).text)
        keep(client, place, first, title="And typed on")
        keep(client, place, third, title="Another tab")
        assert client.post(place, data=filled(second, {"title": "Saved", "action": "save"})).status_code == 303
        titles = [form_fields(client.get(f"{place}?draft={key}").text)["title"] for key in keys(client, place)]
        assert titles == ["Another tab", "And typed on"]

    def test_a_new_record_drops_no_other_that_was_begun(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        keep(client, NEW, form_fields(client.get(NEW).text), title="Another one")
        enter(client, HANDOVER, filled(form_fields(client.get(NEW).text), minimal(HANDOVER)))
        assert len(keys(client)) == 1

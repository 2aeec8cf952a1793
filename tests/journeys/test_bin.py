"""The bin: what is retired or discarded leaves every list and comes back."""

from __future__ import annotations

import pytest

from tests.app import ClientAs
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, page
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestTheBin:
    def test_a_retired_record_leaves_every_list_and_comes_back(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        title = minimal(HANDOVER)["title"]
        form = form_fields(officer.get(f"{address}/retire").text, "decision")
        assert "Say why" in errors_of(officer.post(f"{address}/retire", data=form).text)
        form["note"] = "Typed twice"
        assert officer.post(f"{address}/retire", data=form).status_code == 303
        assert title not in page(officer, "/records/").text
        assert "retired" in page(officer, address).text
        lying = page(officer, f"/bin/?q={title.split()[0]}")
        assert title in lying.text
        assert "Typed twice" in lying.text
        assert officer.post(f"{address}/restore").status_code == 303
        assert title in page(officer, "/records/").text
        assert title not in page(officer, "/bin/").text

    def test_a_discarded_draft_is_its_owners_alone(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        title = minimal(HANDOVER)["title"]
        assert officer.post(f"{address}/discard").status_code == 303
        assert title not in page(officer, "/records/?review=draft").text
        assert title not in page(officer, "/").text
        assert title in page(officer, "/bin/").text
        assert title not in page(reviewer, "/bin/").text
        assert reviewer.get(address).status_code == 404
        assert officer.post(f"{address}/take-back").status_code == 303
        assert title in page(officer, "/records/?review=draft").text

    def test_what_cannot_be_done_is_said_and_changes_nothing(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        for deed in ("restore", "discard", "take-back"):
            assert officer.post(f"{address}/{deed}").status_code == 303
            assert "decided already" in page(officer, address).text

    def test_an_edit_of_what_was_retired_meanwhile_keeps_what_was_typed(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        form = form_fields(officer.get(f"{address}/edit").text)
        officer.post(f"{address}/retire", data={"note": "twice", "version": "1"})
        form["place"], form["action"] = "Half a novel", "save"
        answer = officer.post(f"{address}/edit", data=form)
        assert answer.status_code == 409
        assert "retired" in errors_of(answer.text)
        assert "Half a novel" in answer.text

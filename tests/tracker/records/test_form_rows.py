"""Rows of a form: what is said of them, and in which order their choices stand."""

from __future__ import annotations

import re

from tests.app import ClientAs
from tests.forms import minimal
from tests.pages import inspected
from tests.tracker.records.nasty_forms import HANDOVER, every_type
from tracker.accounts.models import Role
from tracker.records.record_type import RecordType


class TestRows:
    def test_a_problem_names_its_row_once_and_the_button_what_it_removes(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        answer = officer.post("/handovers/new", data=minimal(HANDOVER) | {"parties-0-names": "Atlantis at sea", "evidence-0-source": ""})
        found = inspected(answer, 422)
        summary = re.search(r'<div class="error-summary".*?</div>', answer.text, re.DOTALL)
        assert summary
        assert "Partner 1: " in summary[0]
        assert "Partner 1: Partners" not in summary[0]
        assert "Source 1: Source" not in summary[0]
        assert "Remove partner 1" in found.text

    @every_type
    def test_the_usual_role_comes_first_and_those_of_other_types_stand_apart(self, client_as: ClientAs, record_type: RecordType) -> None:
        text = client_as(Role.OFFICER).get(f"/{record_type.slug}/new").text
        box = re.search(r'<select[^>]*id="parties-0-role".*?</select>', text, re.DOTALL)
        assert box
        own, _, others = box[0].partition('<optgroup label="Seldom with this type">')
        assert tuple(re.findall(r'value="(\w+)"', own)) == record_type.roles
        assert others
        assert f'<option selected value="{record_type.roles[0]}">' in own

    def test_the_kind_of_a_person_is_marked_as_needed(self, client_as: ClientAs) -> None:
        text = client_as(Role.OFFICER).post("/handovers/new", data=minimal(HANDOVER) | {"action": "", "add": "subjects"}).text
        label = re.search(r'<label[^>]*for="subjects-0-kind">.*?</label>', text, re.DOTALL)
        assert label
        assert "*" in label[0]

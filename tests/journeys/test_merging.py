"""Two records of one activity become one, and both references stay."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.journeys.test_review import save_again
from tests.pages import errors_of, page
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestMerging:
    def test_two_records_become_one_and_both_references_stay(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        first = enter(officer, HANDOVER, minimal(HANDOVER, 1) | {"place": "Boten", "parties-0-names": "Laos"})
        second = enter(officer, HANDOVER, minimal(HANDOVER, 2) | {"parties-0-names": "Thailand", "summary": "What the other did not know"})
        kept, merged = first.rpartition("/")[2], second.rpartition("/")[2]
        compared = page(officer, f"{second}/merge?into={kept}")
        assert f"Merge {merged} into {kept}" in compared.text
        form = form_fields(compared.html)
        form["action"] = "save"
        answer = officer.post(f"{second}/merge/{kept}", data=form)
        assert answer.status_code == 303, errors_of(answer.text)
        assert answer.headers["Location"] == first
        shown = page(officer, first)
        for said in ("Boten", "Laos", "Thailand", "What the other did not know", minimal(HANDOVER, 2)["title"], merged):
            assert said in shown.text
        led = officer.get(second)
        assert (led.status_code, led.headers["Location"]) == (302, first)
        assert minimal(HANDOVER, 2)["title"] in page(officer, f"{second}?stay=1").text
        with stored(app) as session:
            states = dict(session.execute(sa.select(Record.ref, Record.review_state)).all())
        assert {ref: state.value for ref, state in states.items()} == {kept: "submitted", merged: "retired"}

    @pytest.mark.parametrize("into", ["x", "HND-2099-0001", "·", "TRN-2026-0001", "%00"])
    def test_what_cannot_be_merged_is_named_at_the_field(self, client_as: ClientAs, into: str) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        answer = officer.get(f"{address}/merge?into={into}")
        assert answer.status_code in (400, 422)

    def test_a_record_is_not_merged_into_itself(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        assert officer.get(f"{address}/merge?into={address.rpartition('/')[2]}").status_code == 422

    def test_a_change_of_either_meanwhile_merges_nothing_and_keeps_the_form(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        first, second = (enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in (1, 2))
        for changed in (first, second):
            form = form_fields(officer.get(f"{second}/merge?into={first.rpartition('/')[2]}").text)
            form["summary"], form["action"] = "Typed here", "save"
            save_again(officer, changed, place=f"Elsewhere than {changed}")
            answer = officer.post(f"{second}/merge/{first.rpartition('/')[2]}", data=form)
            assert answer.status_code == 409
            assert "Typed here" in answer.text
        with stored(app) as session:
            assert session.scalars(sa.select(Record.merged_into_id)).all() == [None, None]

"""The queue of review: the longest waiting comes first, and several are verified together when each was opened."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.journeys.test_review import decide, save_again
from tests.pages import page
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record
from tracker.records.record_type import RecordType

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
OPERATION = next(record_type for record_type in RECORD_TYPES if record_type.kind == "operation")


def test_the_queue_offers_a_choice_only_where_there_is_one(client_as: ClientAs) -> None:
    officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
    address = enter(officer, HANDOVER, minimal(HANDOVER))
    enter(officer, OPERATION, minimal(OPERATION, 3))
    assert ">Choose<" not in reviewer.get("/review/").text
    reviewer.get(f"{address}/review")
    shown = reviewer.get("/review/").text
    assert ">Choose<" in shown
    assert "not opened" in shown


class TestTheQueue:
    def test_the_longest_waiting_comes_first_and_after_a_decision_the_next(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        addresses = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in range(3)]
        queue = page(reviewer, "/review/")
        assert [link for link in queue.links if link.endswith("/review")] == [f"{address}/review" for address in addresses]
        answer = decide(reviewer, addresses[0], "verify")
        assert answer.headers["Location"] == f"{addresses[1]}/review"
        answer = decide(reviewer, addresses[2], "verify")
        assert answer.headers["Location"] == "/review/"

    def test_several_are_verified_together_only_when_each_was_opened(self, app: Flask, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        addresses = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in range(3)]
        own = enter(reviewer, HANDOVER, minimal(HANDOVER, 9))
        keys = [f"{address.rpartition('/')[2]}:1" for address in [*addresses, own]]
        for address in [*addresses[:2], own]:
            page(reviewer, f"{address}/review")
        asked = reviewer.post("/review/verify", data={"chosen": keys})
        assert asked.status_code == 200
        assert "Verify 2 records" in asked.text
        assert "you have not opened it" in asked.text
        assert "you wrote or submitted it" in asked.text
        with stored(app) as session:
            assert session.scalars(sa.select(Record.verified_version)).all() == [None] * 4, "asking verifies nothing"
        done = reviewer.post("/review/verify", data={"chosen": keys, "action": "confirm"})
        assert done.status_code == 303
        with stored(app) as session:
            verified = session.scalars(sa.select(Record.ref).where(Record.verified_version == 1).order_by(Record.ref)).all()
        assert verified == [address.rpartition("/")[2] for address in addresses[:2]]

    def test_what_changed_since_it_was_opened_is_left_out(self, client_as: ClientAs) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        page(reviewer, f"{address}/review")
        save_again(officer, address, place="Mohan")
        answer = reviewer.post("/review/verify", data={"chosen": [f"{address.rpartition('/')[2]}:1"], "action": "confirm"})
        assert "changed or decided meanwhile" in answer.text

    @pytest.mark.parametrize("chosen", [[], ["x"], ["HND-2026-0001"], ["HND-2026-0001:x"], [":"], ["HND-2026-0001:1:1"], ["\x00:1"]])
    def test_no_choice_breaks_it(self, client_as: ClientAs, chosen: list[str]) -> None:
        enter(client_as(Role.OFFICER), HANDOVER, minimal(HANDOVER))
        answer = client_as(Role.REVIEWER).post("/review/verify", data={"chosen": chosen, "action": "confirm"})
        assert answer.status_code == 200
        assert "None of the chosen records" in answer.text

    @pytest.mark.parametrize("record_type", [OPERATION, HANDOVER], ids=["operation", "handover"])
    def test_opening_a_record_for_review_leaves_one_event(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        """Handovers, whose reads are all written down, are no exception."""
        address, reviewer = enter(client_as(Role.OFFICER), record_type, minimal(record_type)), client_as(Role.REVIEWER)
        page(reviewer, f"{address}/review")
        with stored(app) as session:
            reads = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "record_read", AuditEvent.actor == "reviewer"))
            assert [event.detail for event in reads] == ['{"for":"review","version":1}']
        assert "its page of review" in page(reviewer, f"{address}/readers").text

    def test_own_work_ends_with_the_version_verified_before_also_after_the_bin(self, app: Flask, client_as: ClientAs) -> None:
        """What the queue calls own is what four eyes call so: not the version that was verified long before the newest."""
        rita, other, officer = client_as(Role.REVIEWER, "rita"), client_as(Role.REVIEWER, "other"), client_as(Role.OFFICER)
        address = enter(rita, HANDOVER, minimal(HANDOVER))
        assert decide(other, address, "verify").status_code == 303
        form = form_fields(officer.get(f"{address}/edit").text)
        form["place"], form["action"] = "Boten", "save"
        assert officer.post(f"{address}/edit", data=form).status_code == 303
        assert decide(other, address, "verify").status_code == 303
        assert other.post(f"{address}/retire", data={"version": "2", "note": "Entered twice"}).status_code == 303
        assert other.post(f"{address}/restore").status_code == 303
        assert "yours" not in page(rita, "/review/").text
        assert "yours" in page(other, "/review/").text
        page(rita, f"{address}/review")
        chosen = {"chosen": f"{address.rpartition('/')[2]}:2", "action": "confirm"}
        assert rita.post("/review/verify", data=chosen).status_code == 303

"""A name is opened by the right role, for a purpose, and only where that can be written down."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import enter, minimal
from tests.journeys.test_personal_data import HANDOVER, NAMES, PURPOSE, break_the_trail, planted
from tests.pages import page
from tests.tracker.files.samples import pdf
from tests.tracker.files.test_corpus import upload
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent


class TestOpeningNames:
    def test_a_name_is_opened_only_by_the_right_role_for_a_purpose_and_written_down(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER, "ana")
        ref = enter(officer, HANDOVER, planted(1, NAMES[0])).rpartition("/")[2]
        address = f"/handovers/{ref}/names"
        for role in (Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR):
            assert client_as(role).get(address).status_code == 403
            assert client_as(role).post(address, data={"purpose": PURPOSE}).status_code == 403
        assert NAMES[0] not in page(officer, address).html
        for bad in ("", "short", f"about {NAMES[0]} himself"):
            refused = officer.post(address, data={"purpose": bad})
            assert refused.status_code == 422
            assert NAMES[0] not in refused.text.replace(f'value="about {NAMES[0]} himself"', "")
        assert read_events(app, ref) == []
        assert NAMES[0] in officer.post(address, data={"purpose": PURPOSE}).text
        assert NAMES[0] in page(officer, address).html, "asked once for each sign-in and record"
        assert [(event.actor, event.purpose) for event in read_events(app, ref)] == [("ana", PURPOSE)] * 2
        assert f"{ref}/1" in read_events(app, ref)[0].detail
        again = client_as(Role.OFFICER, "ana")
        assert NAMES[0] not in page(again, address).html, "a new sign-in is asked again"

    def test_nothing_is_offered_or_written_down_where_there_is_no_name_to_open(self, app: Flask, client_as: ClientAs) -> None:
        officer, unnamed = client_as(Role.OFFICER), minimal(HANDOVER) | {"subjects-0-kind": "suspect"}
        for data in (minimal(HANDOVER, 2), unnamed):
            address = enter(officer, HANDOVER, data)
            ref = address.rpartition("/")[2]
            assert f"{address}/names" not in page(officer, address).links
            for answer in (officer.get(f"{address}/names"), officer.post(f"{address}/names", data={"purpose": PURPOSE})):
                assert (answer.status_code, answer.location) == (303, address)
            assert read_events(app, ref) == []
        upload(officer, address, ("letter.pdf", pdf()))
        assert "purpose" in page(officer, f"{address}/names").html, "a file of a handover with persons is handed out for a purpose"

    def test_the_question_for_a_purpose_opens_nothing_and_leaves_no_event(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, planted(1, NAMES[0]))
        before = actions(app)
        page(officer, f"{address}/names")
        assert actions(app) == before
        officer.post(f"{address}/names", data={"purpose": PURPOSE})
        assert actions(app) == [*before, "name_read"]

    def test_when_the_log_cannot_be_written_no_name_is_shown(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        officer = client_as(Role.OFFICER)
        ref = enter(officer, HANDOVER, planted(1, NAMES[0])).rpartition("/")[2]
        officer.post(f"/handovers/{ref}/names", data={"purpose": PURPOSE})
        other = client_as(Role.REVIEWER)
        break_the_trail(app)
        for answer in (officer.get(f"/handovers/{ref}/names"), other.post(f"/handovers/{ref}/names", data={"purpose": PURPOSE})):
            assert answer.status_code == 503
            assert NAMES[0] not in answer.text


def actions(app: Flask) -> list[str]:
    with stored(app) as session:
        return list(session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.no)))


def read_events(app: Flask, ref: str) -> list[AuditEvent]:
    with stored(app) as session:
        found = session.scalars(
            sa.select(AuditEvent).where(AuditEvent.target == ref, AuditEvent.action == "name_read").order_by(AuditEvent.no)
        )
        events = list(found)
        session.expunge_all()
        return events

"""Feeds say what their person may see, by title only what is CLEAR or GREEN, and stop with their address or their person."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.contract.whole_records import counted
from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.handovers import subject
from tests.pages import page
from tests.tracker.exchange.test_calendar import plain, read
from tracker.accounts.models import Role, User
from tracker.accounts.people import disable
from tracker.audit.models import AuditEvent
from tracker.records.restriction import restrict

pytestmark = pytest.mark.once

HANDOVER = records.type_of_kind("handover")


@pytest.fixture(autouse=True)
def some_records(app: Flask) -> None:
    """Verified agreements that expire, at each marking, and a handover with a review date; one agreement is restricted."""
    with app.test_request_context(), stored(app) as session:
        officer, reviewer = users.user(session, username="writer"), users.user(session, Role.REVIEWER, username="second")
        for marking in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"):
            expires = "2027-03-01" if marking == "CLEAR" else "2027-03"
            document = agreement(["LAO"], "2024", title=f"Pact, {marking}; one", marking=marking, expires_on=expires, notice_days="90")
            record = records.save(session, officer, document)
            if marking != "RED":
                records.verify(session, reviewer, record)
        disputed = records.save(session, officer, agreement(["LAO"], "2024", title="Disputed", marking="CLEAR", expires_on="2027-04-01"))
        records.verify(session, reviewer, disputed)
        restrict(reviewer, session, disputed, "Disputed by a party", records.REPORTING_STATE)
        records.save(session, officer, counted(HANDOVER, "About Ada", marking="CLEAR") | {"subjects": [subject(1, "Ada Planted")]})


def address(client: FlaskClient, feed: str) -> str:
    """The address that the page shows once."""
    shown = page_of(client.post(f"/feeds/{feed}").text)
    assert shown
    return shown


def page_of(html: str) -> str:
    found = re.search(r"http://localhost(/feeds/[\w-]{43}\.\w+)", html)
    return found[1] if found else ""


def summaries(text: str) -> list[str]:
    return [plain(value) for name, _, value in read(text) if name == "SUMMARY"]


def test_a_calendar_holds_what_expires_by_title_only_up_to_green_and_reviews_for_who_looks_after_them(
    app: Flask, client_as: ClientAs, anonymous: FlaskClient
) -> None:
    said = {}
    for role, name in ((Role.VIEWER, "vic"), (Role.OFFICER, "writer"), (Role.REVIEWER, "rev")):
        answer = anonymous.get(address(client_as(role, name), "ics"))
        assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
        said[name] = summaries(answer.text)
        again = anonymous.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.text) == (304, "")
    assert said["vic"] == [
        "Last day to give notice: Pact, CLEAR; one (AGR-2026-0001)",
        "Last day to give notice, at the earliest (expires: March 2027): Pact, GREEN; one (AGR-2026-0002)",
        "Last day to give notice, at the earliest (expires: March 2027): Agreement AGR-2026-0003",
        "Expires: Pact, CLEAR; one (AGR-2026-0001)",
        "Expires, day not known (March 2027): Pact, GREEN; one (AGR-2026-0002)",
        "Expires, day not known (March 2027): Agreement AGR-2026-0003",
    ]
    review = ["Review for erasure: HND-2026-0001"]
    assert sorted(said["writer"]) == sorted(said["rev"]) == sorted(said["vic"] + review)
    days = [value for name, parameters, value in read(answer.text) if name == "DTSTART"]
    assert {"20270301", "20261201"} <= set(days), "a month stands on its first day"
    with stored(app) as session:
        told = session.execute(sa.select(AuditEvent.actor, AuditEvent.target).where(AuditEvent.action == "exported")).all()
        assert sorted(told) == [("rev", "feed:ics"), ("vic", "feed:ics"), ("writer", "feed:ics")], "once a day"


def test_news_hold_what_was_verified_and_nothing_above_amber(client_as: ClientAs, anonymous: FlaskClient) -> None:
    text = anonymous.get(address(client_as(Role.REVIEWER, "rev"), "atom")).text
    assert set(re.findall(r"<title>([^<]*)</title>", text)) == {
        *("Verified records", "Pact, CLEAR; one (AGR-2026-0001)", "Pact, GREEN; one (AGR-2026-0002)", "Agreement AGR-2026-0003"),
    }
    assert "http://localhost/agreements/AGR-2026-0003" in text


def test_an_address_stops_when_it_is_replaced_or_closed_or_its_person_may_not_come_in(
    app: Flask, client_as: ClientAs, anonymous: FlaskClient
) -> None:
    viewer = client_as(Role.VIEWER, "vic")
    first = address(viewer, "ics")
    second = address(viewer, "ics")
    assert (anonymous.get(first).status_code, anonymous.get(second).status_code) == (404, 200)
    assert anonymous.get(second.replace(".ics", ".atom")).status_code == 404
    assert page_of(page(viewer, "/feeds/").html) == "", "an address is shown once"
    assert "/feeds/" in page(viewer, "/account").links
    assert viewer.post("/feeds/ics/close").status_code == 303
    assert anonymous.get(second).status_code == 404
    third = address(viewer, "atom")
    with stored(app) as session:
        boss = users.user(session, Role.ADMINISTRATOR)
        disable(boss, session, session.scalars(sa.select(User).where(User.username == "vic")).one(), reason="Left the ministry")
    assert anonymous.get(third).status_code == 404

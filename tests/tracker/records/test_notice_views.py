"""The pages of notifications: one's own, about what one may still see."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.journeys.test_review import decide, save_again
from tests.pages import page
from tracker.accounts.models import Role, User
from tracker.notifications.kinds import Kind
from tracker.notifications.models import Delivery, Notification
from tracker.notifications.services import choices_of, notify
from tracker.record_types import RECORD_TYPES
from tracker.records.enums import ReviewState
from tracker.records.models import Record

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestPage:
    def test_it_says_what_happened_with_title_and_link_and_the_bell_counts(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        address = enter(ana, HANDOVER, minimal(HANDOVER) | {"title": "Zebra crossing"})
        ref = address.rpartition("/")[2]
        assert "Notifications: none unread" in ana.get("/").text
        tell(app, "ana", Kind.RETURNED, ref)
        found = page(ana, "/notifications/")
        assert f"{ref} was returned to you." in found.text
        assert "Zebra crossing" in found.text
        assert address in found.links
        assert "Notifications: 1 unread" in ana.get("/").text
        assert "Notifications: none unread" in client_as(Role.OFFICER, "ben").get("/").text

    def test_one_is_read_and_then_all(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        ref = enter(ana, HANDOVER, minimal(HANDOVER)).rpartition("/")[2]
        tell(app, "ana", Kind.RETURNED, ref)
        tell(app, "ana", Kind.VERIFIED, ref)
        tell(app, "ana", Kind.ACCOUNT, "user:ana")
        assert "3 unread" in page(ana, "/notifications/").text
        assert ana.post(f"/notifications/{newest(app)}/read").status_code == 303
        assert "2 unread" in page(ana, "/notifications/").text
        assert ana.post("/notifications/read-all", data={"newest": str(newest(app))}).status_code == 303
        assert "Everything is read." in page(ana, "/notifications/").text

    def test_those_of_others_are_not_there(self, app: Flask, client_as: ClientAs) -> None:
        client_as(Role.OFFICER, "ana")
        tell(app, "ana", Kind.ACCOUNT, "user:ana")
        ben = client_as(Role.OFFICER, "ben")
        assert "No notification yet" in page(ben, "/notifications/").text
        assert ben.post(f"/notifications/{newest(app)}/read").status_code == 404
        assert ben.post("/notifications/99999999999999999999/read").status_code == 404
        with stored(app) as session:
            assert session.scalars(sa.select(Notification.read_at)).one() is None

    def test_what_somebody_may_not_see_any_more_is_neither_shown_nor_counted(self, app: Flask, client_as: ClientAs) -> None:
        ana, ben = client_as(Role.OFFICER, "ana"), client_as(Role.OFFICER, "ben")
        ref = enter(ana, HANDOVER, minimal(HANDOVER)).rpartition("/")[2]
        tell(app, "ben", Kind.SUBMITTED, ref)
        assert ref in page(ben, "/notifications/").text
        with stored(app) as session:
            session.execute(sa.update(Record).values(review_state=ReviewState.DRAFT))
        assert ref not in ben.get("/notifications/").text
        assert "Notifications: none unread" in ben.get("/").text
        assert ben.get(f"/records/{ref}").status_code == 404

    def test_pages_follow_each_other_without_gap(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        for number in range(120):
            tell(app, "ana", Kind.ACCOUNT, f"user:{number}", step=str(number))
        seen, url = 0, "/notifications/"
        while url:
            found = page(ana, url)
            seen += found.text.count("Your account was changed")
            url = next((link for link in found.links if "?before=" in link), "")
        assert seen == 120

    @pytest.mark.parametrize("asked", ["x", "-1", "99999999999999999999", "1e3", "٣"])
    def test_an_address_with_a_wrong_number_shows_the_newest(self, client_as: ClientAs, asked: str) -> None:
        assert page(client_as(Role.OFFICER), f"/notifications/?before={asked}").status == 200


class TestSettled:
    def test_promise_what_is_done_is_not_unread_and_asks_nobody_by_e_mail(self, app: Flask, client_as: ClientAs) -> None:
        ana, rea = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "rea")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        assert unread(rea) == 1
        decide(rea, address, "return", "Which day?")
        assert (unread(rea), unread(ana)) == (0, 1)
        assert "settled since" in page(rea, "/notifications/").text
        assert "settled since" not in page(ana, "/notifications/").text
        save_again(ana, address)  # as it was: the same version waits again, and is told again
        assert (unread(rea), unread(ana)) == (1, 0)
        assert "settled since" in page(ana, "/notifications/").text
        save_again(ana, address, place="Boten")
        assert unread(rea) == 1, "the newer version takes the place of the one before"
        decide(rea, address, "verify")
        assert (unread(rea), unread(ana)) == (0, 1)
        with stored(app) as session:
            asking = sa.select(Notification.delivery).where(Notification.kind != Kind.VERIFIED)
            assert {*session.scalars(asking)} == {Delivery.NONE}

    def test_what_is_retired_waits_for_nobody(self, client_as: ClientAs) -> None:
        ana, rea = client_as(Role.OFFICER, "ana"), client_as(Role.REVIEWER, "rea")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        form = form_fields(rea.get(f"{address}/retire").text, "decision")
        form["note"] = "entered twice"
        rea.post(f"{address}/retire", data=form)
        assert unread(rea) == 0


class TestPreferences:
    def test_a_choice_is_kept_and_shown_again(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        form = form_fields(ana.get("/notifications/preferences").text, "preferences")
        assert dict(form)["returned"] == "at_once"
        form["returned"], form["stale"] = "digest", "off"
        assert ana.post("/notifications/preferences", data=form).status_code == 303
        again = form_fields(ana.get("/notifications/preferences").text, "preferences")
        assert (again["returned"], again["stale"], again["expiring"]) == ("digest", "off", "at_once")

    def test_a_value_that_is_not_offered_is_refused_at_its_field(self, app: Flask, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        form = form_fields(ana.get("/notifications/preferences").text, "preferences")
        form["returned"] = "by pigeon"
        answer = ana.post("/notifications/preferences", data=form)
        assert answer.status_code == 422
        assert 'href="#returned"' in answer.text
        with stored(app) as session:
            assert choices_of(session, key_of(session, "ana"))[Kind.RETURNED].value == "at_once"


def test_a_link_of_an_e_mail_leads_to_the_record(client_as: ClientAs) -> None:
    ana = client_as(Role.OFFICER, "ana")
    address = enter(ana, HANDOVER, minimal(HANDOVER))
    answer = ana.get(f"/records/{address.rpartition('/')[2]}")
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert ana.get("/records/HND-1999-0001").status_code == 404


def unread(client: FlaskClient) -> int:
    found = re.search(r"Notifications: (\w+) unread", client.get("/").text)
    assert found
    return 0 if found[1] == "none" else int(found[1])


def tell(app: Flask, username: str, kind: Kind, target: str, step: str = "") -> None:
    with stored(app) as session:
        assert notify(session, key_of(session, username), kind, target, step=step)


def key_of(session: Any, username: str) -> int:
    key: int = session.scalars(sa.select(User.id).where(User.username == username)).one()
    return key


def newest(app: Flask) -> int:
    with stored(app) as session:
        return session.scalar(sa.select(sa.func.max(Notification.id))) or 0

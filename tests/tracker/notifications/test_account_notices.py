"""What is done to an account is told to its owner, and to nobody else."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import PASSWORD, ClientAs, stored
from tests.pages import page
from tests.tracker.accounts.conftest import user_of
from tests.tracker.accounts.test_invitations import invited
from tracker.accounts import people
from tracker.accounts.models import Role
from tracker.notifications.models import Delivery, Notification

pytestmark = pytest.mark.once


def test_each_change_is_told_each_time_and_by_mail_at_once(app: Flask, client_as: ClientAs) -> None:
    officer, boss = client_as(Role.OFFICER), client_as(Role.ADMINISTRATOR)
    for name in ("Notebook", "Nightly"):
        assert "ct_" in officer.post("/account/tokens/new", data={"name": name, "scope": "write", "days": "30"}).text
    assert officer.post("/account/password", data={"old": PASSWORD, "new": "a lantern for every harbour"}).status_code == 302
    with stored(app) as session:
        wanted = people.Details("Officer", "", Role.REVIEWER)
        people.update(user_of(session, "administrator"), session, user_of(session, "officer"), wanted, "", reason="promoted")
    assert app.test_client().post(invited(boss), data={"new": "a first lantern of one's own"}).status_code == 302
    with stored(app) as session:
        found = session.execute(sa.select(Notification.target, Notification.detail, Notification.delivery).order_by(Notification.id)).all()
    told = [(target, detail["what"]) for target, detail, _ in found]
    assert told == [("user:officer", what) for what in ("token", "token", "password", "role")], "a first password is no change"
    assert {delivery for *_, delivery in found} == {Delivery.AT_ONCE}
    text = page(officer, "/notifications/").text
    assert text.count("A token for a program was made. If it was not you, revoke it on your account page") == 2
    assert "Your role was changed." in text
    assert "No notification" in page(boss, "/notifications/").text

"""How long a sign-in lasts, what ends it, and that the end holds at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import PASSWORD, ClientAs, add_user, application, signed_in, stored
from tests.pages import inspected, page
from tests.tracker.accounts.conftest import actions, set_up_app, sign_in, user_of
from tracker.accounts import people, services, sign_ins
from tracker.accounts.models import Ended, Role, SignIn, User
from tracker.accounts.people import Details
from tracker.audit.models import AuditEvent
from tracker.extensions import db
from tracker.records import services as record_services

REASON = "left the department"


def token_of(client: FlaskClient) -> str:
    with client.session_transaction() as cookie:
        return str(cookie["sign_in"])


class TestPromiseOfIdleAndAbsoluteTimeOut:
    """Idle 30 minutes, absolute 12 hours."""

    def test_29_minutes_without_use_are_nothing_and_30_end_it(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        clock.move(minutes=29)
        assert client.get("/records/").status_code == 200
        clock.move(minutes=29)
        assert client.get("/records/").status_code == 200
        clock.move(minutes=30)
        assert client.get("/records/").headers["Location"] == "/sign-in?next=/records/"
        assert "You were signed out after 30 minutes without use." in page(client, "/sign-in").text

    def test_use_is_also_what_is_sent_and_the_answer_to_the_warning(self, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        for url in ("/account/stay", "/language", "/handovers/twins"):
            clock.move(minutes=25)
            assert client.post(url, data={"title": "x"}).status_code in (200, 302), url
        clock.move(minutes=29)
        answer = client.post("/account/stay")
        assert answer.is_json
        assert answer.get_json()["left"] > 12 * 3600 - 105 * 60

    def test_12_hours_end_it_in_any_case(self, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        for _ in range(35):
            clock.move(minutes=20)
            assert client.get("/records/").status_code == 200
        clock.move(minutes=21)
        assert client.get("/records/").status_code == 302
        assert "a sign-in lasts 12 hours" in page(client, "/sign-in").text

    def test_both_are_settings(self, database_url: str, cheap_passwords: None) -> None:
        with application(database_url, idle_minutes=1, session_hours=2) as app:
            client = signed_in(app, Role.OFFICER)
            with stored(app) as session:
                row = session.scalars(sa.select(SignIn)).one()
                assert row.ends_at - row.started_at == timedelta(hours=2)
                row.last_seen_at -= timedelta(minutes=1)
            assert client.get("/records/").status_code == 302
            assert "after 1 minute without" in page(client, "/sign-in").text

    def test_the_end_by_time_is_one_event(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        clock.move(minutes=31)
        for _ in range(3):
            client.get("/records/")
            client.post("/handovers/new")
        assert actions(app, of="user:officer") == ["user_added", "signed_in", "session_ended"]

    def test_an_end_that_nobody_noticed_is_an_event_at_the_next_sign_in(self, app: Flask, client_as: ClientAs, clock) -> None:
        client_as(Role.OFFICER)
        clock.move(hours=13)
        client_as(Role.OFFICER)
        assert actions(app, of="user:officer") == ["user_added", "signed_in", "session_ended", "signed_in"]

    def test_the_page_knows_how_long_is_left(self, client_as: ClientAs) -> None:
        html = client_as(Role.OFFICER).get("/records/").text
        assert 'data-idle="1800"' in html
        left = int(html.partition('data-left="')[2].partition('"')[0])
        assert 12 * 3600 - 60 < left <= 12 * 3600


class TestTouch:
    def test_it_is_written_once_a_minute(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)

        def seen() -> Any:
            with stored(app) as session:
                return session.scalars(sa.select(SignIn.last_seen_at)).one()

        first = seen()
        clock.move(seconds=30)
        client.get("/records/")
        assert seen() == first
        clock.move(seconds=31)
        client.get("/records/")
        assert seen() > first

    def test_a_busy_database_is_not_waited_for(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        clock.move(minutes=2)
        with stored(app) as session:
            session.execute(sa.update(SignIn).values(browser="somebody else writes this row"))
            assert client.get("/records/").status_code == 200

    def test_it_never_wakes_a_sign_in_that_was_ended(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        with app.app_context():
            found = sign_ins.user_of_token(db.session, token_of(client)).sign_in
            assert found
            db.session.rollback()
            with stored(app) as session:
                session.execute(sa.update(SignIn).values(ended_at=clock.now()))
            clock.move(minutes=2)
            sign_ins.touch(db.session, found)
        assert client.get("/records/").status_code == 302


class TestState:
    """What a token stands for, for those who must know whose form it was that came too late."""

    def test_it_tells_nobody_from_somebody_whose_sign_in_is_over(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.OFFICER)
        token = token_of(client)
        with stored(app) as session:
            state = services.user_of_token(session, token)
            assert (state.user and state.user.username, state.is_current, state.why) == ("officer", True, None)
            assert services.user_of_token(session, "made up") == services.user_of_token(session, "") == sign_ins.NOBODY
        clock.move(minutes=31)
        with stored(app) as session:
            state = services.user_of_token(session, token)
            assert (state.user and state.user.username, state.is_current, state.why) == ("officer", False, Ended.IDLE)
        clock.ahead *= 0
        client.post("/sign-out")
        with stored(app) as session:
            state = services.user_of_token(session, token)
            assert (state.is_current, state.why) == (False, Ended.SIGNED_OUT)

    def test_a_sign_in_without_its_second_factor_is_nobodys(self, app: Flask, client_as: ClientAs) -> None:
        set_up_app(client_as(Role.OFFICER))
        client = app.test_client()
        sign_in(client, "officer")
        with stored(app) as session:
            assert services.user_of_token(session, token_of(client)) == sign_ins.NOBODY


EVENTS = ("disable", "role down", "password", "second factor")


def happen(session: Session, event: str) -> None:
    """What an administrator, or the person elsewhere, does to the officer."""
    boss, officer = user_of(session, "administrator"), user_of(session, "officer")
    if event == "disable":
        people.disable(boss, session, officer, reason=REASON)
    elif event == "role down":
        people.update(boss, session, officer, Details("Officer", "", Role.VIEWER), "", reason=REASON)
    elif event == "password":
        services.set_password(officer, session, officer, "lantern mango tide")
    else:
        people.require_new_factor(boss, session, officer, reason=REASON)


class TestPromiseThatItHoldsAtOnce:
    """4 events x next request, and with a request in flight."""

    @pytest.mark.parametrize("event", EVENTS)
    def test_the_next_request_is_refused(self, app: Flask, client_as: ClientAs, event: str) -> None:
        officer = client_as(Role.OFFICER)
        add_user(app, Role.ADMINISTRATOR)
        assert officer.get("/handovers/new").status_code == 200
        with stored(app) as session:
            happen(session, event)
        for answer in (officer.get("/handovers/new"), officer.post("/handovers/new", data={"action": "save"})):
            if event == "role down":
                assert answer.status_code == 403
            else:
                assert answer.headers["Location"].startswith("/sign-in")

    @pytest.mark.races
    @pytest.mark.parametrize("event", EVENTS)
    def test_a_request_in_flight_stores_nothing_afterwards(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch, event: str
    ) -> None:
        officer = client_as(Role.OFFICER)
        add_user(app, Role.ADMINISTRATOR)
        inside, go_on = threading.Event(), threading.Event()
        real = record_services.create

        def slow(*args: Any, **kwargs: Any) -> Any:
            inside.set()
            go_on.wait(60)
            return real(*args, **kwargs)

        monkeypatch.setattr(record_services, "create", slow)
        data = {"title": "Sent in the last moment", "action": "draft"}
        flight = threading.Thread(target=lambda: officer.post("/handovers/new", data=data))
        flight.start()
        assert inside.wait(60)

        def meanwhile() -> None:
            with stored(app) as session:
                happen(session, event)

        ending = threading.Thread(target=meanwhile)
        ending.start()
        ending.join(1)  # on SQLite it waits for the flight, and then comes after it
        go_on.set()
        for thread in (flight, ending):
            thread.join(60)
        with stored(app) as session:
            order = list(session.scalars(sa.select(AuditEvent.action).order_by(AuditEvent.no)))
        done = {"disable": "user_changed", "role down": "user_changed", "password": "password_changed"}.get(event, "second_factor_changed")
        assert done in order
        assert "record_saved" not in order[order.index(done) :]
        assert officer.get("/handovers/new").status_code in (302, 403)


class TestListOfSignIns:
    def test_it_shows_where_and_since_when(self, app: Flask, client_as: ClientAs) -> None:
        client_as(Role.OFFICER)
        client = app.test_client()
        agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
        client.post("/sign-in", data={"username": "officer", "password": PASSWORD}, headers=agent)
        found = page(client, "/account")
        assert "Firefox, Linux" in found.text
        assert "127.0.0.1" in found.text
        assert "this one" in found.text

    def test_one_or_all_others_are_ended_from_here(self, app: Flask, client_as: ClientAs) -> None:
        here, second, third = client_as(Role.OFFICER), client_as(Role.OFFICER), client_as(Role.OFFICER)
        with stored(app) as session:
            ids = list(session.scalars(sa.select(SignIn.id).order_by(SignIn.id)))
        assert here.post(f"/account/sign-ins/{ids[1]}/end").status_code == 302
        assert [client.get("/account").status_code for client in (here, second, third)] == [200, 302, 200]
        assert "ended from elsewhere" in page(second, "/sign-in").text
        assert here.post("/account/sign-ins/end-others").status_code == 302
        assert [client.get("/account").status_code for client in (here, second, third)] == [200, 302, 302]
        assert actions(app, of="user:officer").count("session_ended") == 2

    def test_nobody_ends_the_sign_in_of_another(self, app: Flask, client_as: ClientAs) -> None:
        officer, viewer = client_as(Role.OFFICER), client_as(Role.VIEWER)
        with stored(app) as session:
            number = session.scalar(sa.select(SignIn.id).join(User).where(User.username == "officer"))
        assert viewer.post(f"/account/sign-ins/{number}/end").status_code == 404
        assert officer.get("/account").status_code == 200


class TestPromiseOfSigningOut:
    def test_a_copied_cookie_is_refused_for_each_of_5_users(self, app: Flask, client_as: ClientAs) -> None:
        for role in Role:
            client, thief = client_as(role), app.test_client()
            with client.session_transaction() as cookie:
                copied = dict(cookie)
            client.post("/sign-out")
            with thief.session_transaction() as cookie:
                cookie.update(copied)
            assert thief.get("/account").status_code == 302, role


class TestLanguage:
    def test_it_goes_with_the_person_not_with_the_browser(self, app: Flask, client_as: ClientAs) -> None:
        assert client_as(Role.OFFICER).post("/account/language", data={"language": "zh"}).status_code == 302
        client = client_as(Role.OFFICER)
        assert inspected(client.get("/account")).lang == "zh"

    def test_only_those_that_there_are(self, client_as: ClientAs) -> None:
        assert client_as(Role.OFFICER).post("/account/language", data={"language": "xx"}).status_code == 422


class TestPromiseThatEachIsOneEvent:
    def test_from_signing_in_to_a_refusal(self, app: Flask) -> None:
        add_user(app, Role.VIEWER)
        client = app.test_client()
        sign_in(client, "viewer", "a wrong password")
        sign_in(client, "viewer")
        assert client.get("/handovers/new").status_code == 403
        client.post("/account/password", data={"old": PASSWORD, "new": "lantern mango tide"})
        client.post("/sign-out")
        found = actions(app)
        assert found == ["user_added", "sign_in_failed", "signed_in", "refused", "password_changed", "identity_confirmed", "signed_out"]
        with stored(app) as session:
            refused = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "refused")).one()
            assert (refused.actor, refused.target, refused.address) == ("viewer", "/handovers/new", "127.0.0.1")

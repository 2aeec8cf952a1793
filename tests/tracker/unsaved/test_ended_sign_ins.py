"""A form that comes when the sign-in has ended is not lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import PASSWORD, ClientAs, add_user, contents, stored
from tests.factories import users
from tests.forms import enter, form_fields, minimal
from tests.pages import page
from tracker.accounts.models import Role, SignIn, User
from tracker.accounts.sign_ins import user_of_ended, user_of_token
from tracker.database.columns import utc_now
from tracker.record_types import RECORD_TYPES
from tracker.unsaved.models import Draft

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
NEW = "/handovers/new"
# ten fields, with repeated rows
TYPED = {
    "title": "Seven suspects",
    "parties-0-names": "Laos",
    "parties-1-names": "Peru",
    "parties-1-note": "an observer",
    "start": "10.7.2024",
    "persons": "at least 7",
    "place": "Вьентьян",
    "evidence-0-source": "Letter of the desk",
    "evidence-0-quote_exact": "“seven persons”",
    "figures-0-number": "30",
}

# where the end of a sign-in is noted when its time is found to be over
NOTED = {"audit_event", "audit_head", "sign_in_session"}
End = Callable[[Flask], None]


def ran_out(app: Flask) -> None:
    with stored(app) as session:
        session.execute(sa.update(SignIn).values(ends_at=utc_now() - timedelta(minutes=1)))


def revoked(app: Flask) -> None:
    with stored(app) as session:
        session.execute(sa.update(SignIn).values(ended_at=utc_now() - timedelta(minutes=1)))


def typed_in(client: FlaskClient, url: str = NEW) -> Any:
    form = form_fields(client.post(url, data=form_fields(client.get(url).text) | {"add": "figures"}).text)
    for name, value in TYPED.items():
        form[name] = value
    form["parties-1-role"] = form["parties-0-role"]
    form["action"] = "save"
    return form


def sign_in_again(client: FlaskClient, answer: Any, name: str) -> Any:
    """Follow to the sign-in page and sign in there, as people do."""
    html = client.get(answer.headers["Location"]).text
    target = re.search(r'action="/sign-in".*?name="next" value="([^"]*)"', html, re.DOTALL)
    assert target
    data = {"username": name, "password": PASSWORD, "next": target[1].replace("&amp;", "&")}
    return client.post("/sign-in", data=data), html


@pytest.mark.once
class TestEntryForms:
    @pytest.mark.parametrize("end", [ran_out, revoked], ids=["ran out", "revoked"])
    @pytest.mark.parametrize("is_edit", [False, True], ids=["new", "edit"])
    def test_a_form_sent_after_expiry_comes_back_filled_after_signing_in_10_of_10_fields(
        self, app: Flask, client_as: ClientAs, end: End, is_edit: bool
    ) -> None:
        client = client_as(Role.OFFICER)
        place = f"{enter(client, HANDOVER, minimal(HANDOVER))}/edit" if is_edit else NEW
        form = typed_in(client, place)
        end(app)
        before = contents(app)
        answer = client.post(place, data=form)
        assert answer.status_code == 302
        written = {name for name, rows in contents(app).items() if rows != before[name]}
        assert written - NOTED == {"draft"}
        signed, html = sign_in_again(client, answer, "officer")
        assert "Your sign-in has ended. What you typed is kept" in html
        assert "Seven suspects" not in html
        back = form_fields(client.get(signed.headers["Location"]).text)
        kept = {name for name, value in TYPED.items() if back.get(name) == value}
        assert len(kept) == 10, set(TYPED) - kept
        assert client.post(place, data=back | {"action": "save"}).status_code == 303

    def test_signing_in_as_somebody_else_never_shows_it(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        add_user(app, Role.ADMINISTRATOR)
        form = typed_in(client)
        ran_out(app)
        answer = client.post(NEW, data=form)
        signed, _ = sign_in_again(client, answer, "administrator")
        for url in (signed.headers["Location"], NEW, "/"):
            assert "Seven suspects" not in client.get(url).text, url

    def test_it_is_kept_for_a_day(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = typed_in(client)
        ran_out(app)
        answer = client.post(NEW, data=form)
        with stored(app) as session:
            (row,) = session.scalars(sa.select(Draft))
            assert row.expires_at == row.saved_at + timedelta(hours=24)
            row.expires_at = utc_now() - timedelta(seconds=1)
        signed, _ = sign_in_again(client, answer, "officer")
        assert "Seven suspects" not in client.get(signed.headers["Location"]).text

    def test_what_was_autosaved_before_goes_on_under_the_same_draft(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = typed_in(client)
        form["draft"] = client.post(f"/unsaved/?for={NEW}", data=form).get_json()["draft"]
        ran_out(app)
        form["title"] = "Eight suspects"
        client.post(NEW, data=form)
        with stored(app) as session:
            (row,) = session.scalars(sa.select(Draft))
            assert (row.revision, row.expires_at) == (2, None)

    def test_a_row_asked_for_without_a_sign_in_leads_to_it_with_everything_kept(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = typed_in(client)
        del form["action"]
        ran_out(app)
        answer = client.post(NEW, data=form | {"add": "figures"}, headers={"HX-Request": "true"})
        assert answer.status_code == 204
        assert re.fullmatch(r"/sign-in\?next=.*draft.*", answer.headers["HX-Redirect"])

    def test_of_nobody_known_nothing_is_kept(self, app: Flask, client_as: ClientAs, anonymous: FlaskClient) -> None:
        form = typed_in(client_as(Role.OFFICER))
        with anonymous.session_transaction() as cookie:
            cookie["sign_in"] = "guessed"
        assert anonymous.post(NEW, data=form).headers["Location"] == "/sign-in"
        with stored(app) as session:
            assert not session.scalars(sa.select(Draft)).all()

    def test_of_a_disabled_user_nothing_is_kept(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = typed_in(client)
        with stored(app) as session:
            session.execute(sa.update(User).values(is_active=False))
        assert client.post(NEW, data=form).headers["Location"] == "/sign-in"
        with stored(app) as session:
            assert not session.scalars(sa.select(Draft)).all()

    def test_autosave_says_that_the_sign_in_has_ended_and_keeps_nothing(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        form = typed_in(client)
        ran_out(app)
        assert client.post(f"/unsaved/?for={NEW}", data=form).status_code == 302
        with stored(app) as session:
            assert not session.scalars(sa.select(Draft)).all()


class TestOtherPosts:
    def test_they_are_shown_and_sent_only_when_asked_for(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        ran_out(app)
        answer = client.post(f"{address}/files", data={"note": "Letter of the embassy", "csrf_token": "x"})
        signed, _ = sign_in_again(client, answer, "officer")
        url = signed.headers["Location"]
        found = page(client, url)
        assert found.headings == ["This was not sent: send it now?"]
        assert "Letter of the embassy" in found.text
        before = contents(app)
        assert client.get(url).status_code == 200
        assert contents(app) == before
        sent = client.post(f"{url}/send", data={"note": "Letter of the embassy"})
        assert (sent.status_code, sent.headers["Location"]) == (307, f"{address}/files")
        assert client.get(url).status_code == 404

    def test_they_can_be_thrown_away(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        ran_out(app)
        signed, _ = sign_in_again(client, client.post(f"{address}/files", data={"note": "x"}), "officer")
        url = signed.headers["Location"]
        assert "Not sent" in client.get("/").text
        assert client.post(f"{url}/throw-away").status_code == 303
        assert client.get(url).status_code == 404

    @pytest.mark.parametrize("url", ["/sign-out", "/language", "/sign-in"])
    def test_passwords_and_signing_out_are_never_kept(self, app: Flask, client_as: ClientAs, url: str) -> None:
        client = client_as(Role.OFFICER)
        ran_out(app)
        client.post(url, data={"password": "secret words", "username": "x"})
        with stored(app) as session:
            assert not session.scalars(sa.select(Draft)).all()


class TestEndedTokens:
    def test_only_a_sign_in_that_has_ended_is_one(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        with client.session_transaction() as cookie:
            token = cookie["sign_in"]
        with stored(app) as session:
            assert user_of_ended(user_of_token(session, token)) is None
            assert user_of_ended(user_of_token(session, "")) is None
            session.execute(sa.update(SignIn).values(ended_at=utc_now()))
            found = user_of_ended(user_of_token(session, token))
            assert found is not None
            assert found.username == "officer"
            session.execute(sa.update(SignIn).values(started_at=utc_now() - timedelta(days=31)))
            assert user_of_ended(user_of_token(session, token)) is None
            assert users.user(session).id

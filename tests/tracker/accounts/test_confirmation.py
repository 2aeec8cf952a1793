"""Grave deeds are asked only of somebody who proved a short while ago who he is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.app import PASSWORD, ClientAs, contents, stored
from tests.forms import form_fields
from tests.pages import inspected, page
from tests.tracker.accounts.conftest import code_at, forget_used_code, set_up_app, user_of
from tracker.accounts.guards import FRESH
from tracker.accounts.models import Role

pytestmark = pytest.mark.once

# Every address that needs a fresh sign-in.
FRESH_VIEWS = {
    *("accounts.second_factor", "accounts.set_second_factor", "accounts.remove_second_factor", "accounts.new_recovery_codes"),
    *("accounts.new_passkey_options", "accounts.add_passkey", "accounts.remove_passkey"),
    *("accounts.new_token", "accounts.make_token"),
    *("people.invite", "people.send_invitation", "people.edit", "people.update", "people.renew_link"),
    *("people.disable", "people.enable", "people.end_sign_ins", "people.require_new_factor"),
}


def fresh_addresses(app: Flask) -> Iterator[tuple[str, str]]:
    values = {"username": "viewer", "number": 1}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint in FRESH_VIEWS:
                method = "POST" if "POST" in (rule.methods or ()) else "GET"
                yield method, adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


class TestPromise:
    """Each such route is refused when the last proof is more than 15 minutes old."""

    def test_the_list_is_whole(self, app: Flask) -> None:
        mine = {name for name, view in app.view_functions.items() if getattr(view, FRESH, False)}
        assert mine >= FRESH_VIEWS
        assert {name for name in mine if name.startswith(("accounts.", "people."))} == FRESH_VIEWS

    def test_each_is_refused_after_15_minutes_and_nothing_is_done(self, app: Flask, client_as: ClientAs, clock) -> None:
        client_as(Role.VIEWER)
        client = client_as(Role.ADMINISTRATOR)
        clock.move(minutes=16)
        client.get("/")
        before = contents(app)
        for method, address in fresh_addresses(app):
            answer = client.open(address, method=method, data={"reason": "x"} if method == "POST" else None)
            if method == "GET":
                assert answer.headers["Location"].startswith("/confirm?next="), address
            else:
                assert answer.status_code == 403, address
                assert "Confirm that it is you" in answer.text, address
        assert contents(app) == before

    def test_within_15_minutes_none_is(self, app: Flask, client_as: ClientAs, clock) -> None:
        client_as(Role.VIEWER)
        client = client_as(Role.ADMINISTRATOR)
        clock.move(minutes=14)
        for method, address in fresh_addresses(app):
            answer = client.open(address, method=method)
            assert "/confirm" not in answer.headers.get("Location", ""), address
            assert answer.status_code != 403, address


class TestConfirming:
    def test_a_page_is_come_back_to(self, client_as: ClientAs, clock) -> None:
        client = client_as(Role.ADMINISTRATOR)
        clock.move(minutes=20)
        place = client.get("/administration/people/invite").headers["Location"]
        html = inspected(client.get(place)).html
        assert 'value="/administration/people/invite"' in html
        back = client.post("/confirm", data={"password": PASSWORD, "next": "/administration/people/invite"})
        assert back.headers["Location"] == "/administration/people/invite"
        assert client.get("/administration/people/invite").status_code == 200

    def test_a_form_that_was_sent_waits_and_is_sent_on(self, app: Flask, client_as: ClientAs, clock) -> None:
        client_as(Role.VIEWER)
        client = client_as(Role.ADMINISTRATOR)
        clock.move(minutes=20)
        sent = {"display_name": "Vera <Viewer>", "email": "", "role": "officer", "reason": "new duties"}
        asked = client.post("/administration/people/viewer/edit", data=sent)
        form = _only_form(asked.text, "/confirm")
        assert form["resend"] == "/administration/people/viewer/edit"
        wrong = client.post("/confirm", data=form | {"password": "a wrong one"})
        assert wrong.status_code == 422
        confirmed = client.post("/confirm", data=_only_form(wrong.text, "/confirm") | {"password": PASSWORD})
        waiting = _only_form(inspected(confirmed).html, "/administration/people/viewer/edit")
        assert waiting == sent
        assert client.post("/administration/people/viewer/edit", data=waiting).status_code == 302
        with stored(app) as session:
            assert user_of(session, "viewer").display_name == "Vera <Viewer>"

    def test_with_an_app_the_password_alone_is_not_enough(self, app: Flask, client_as: ClientAs, clock) -> None:
        client = client_as(Role.ADMINISTRATOR)
        secret, _ = set_up_app(client)
        forget_used_code(app)
        clock.move(minutes=20)
        ahead = code_at(secret, ahead=40)
        for data in ({"password": PASSWORD}, {"password": PASSWORD, "code": "000000"}, {"code": ahead}):
            assert client.post("/confirm", data=data).status_code == 422, data
        assert client.post("/confirm", data={"password": PASSWORD, "code": ahead}).status_code == 302

    @pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
    def test_it_leads_nowhere_else(self, client_as: ClientAs, target: str) -> None:
        client = client_as(Role.OFFICER)
        assert client.post("/confirm", data={"password": PASSWORD, "next": target}).headers["Location"] == "/"
        answer = client.post("/confirm", data={"password": PASSWORD, "resend": target, "again-x": "y"})
        assert answer.headers["Location"] == "/"

    def test_guessing_here_is_slowed_too(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        for _ in range(8):
            assert "Too many" not in client.post("/confirm", data={"password": "a wrong one"}).text
        assert "Too many" in client.post("/confirm", data={"password": PASSWORD}).text

    def test_the_page_says_what_it_is_for(self, client_as: ClientAs) -> None:
        assert "within the last 15 minutes" in page(client_as(Role.OFFICER), "/confirm").text


def _only_form(html: str, action: str) -> dict[str, str]:
    """The fields of the form that is sent to `action`."""
    found = form_fields(html.replace(f'action="{action}"', f'action="{action}" id="wanted"', 1), "wanted")
    return {name: value for name, value in found.items() if name != "csrf_token"}

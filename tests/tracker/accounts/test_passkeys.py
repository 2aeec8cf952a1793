"""Passkeys: with Chromium's virtual authenticator where a device is needed, with forged answers where not."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.app import PASSWORD, ClientAs, add_user, stored
from tests.pages import page
from tests.tracker.accounts.conftest import actions, clock, sign_in, user_of  # noqa: F401  a fixture
from tracker.accounts.models import Passkey, PasskeyChallenge, Role
from tracker.accounts.passkeys import Site
from tracker.audit.models import AuditEvent


@pytest.mark.engine_free
class TestSite:
    @pytest.mark.parametrize(
        ("host", "is_possible"),
        [("localhost", True), ("tracker.example", True), ("127.0.0.1", False), ("10.1.2.3", False), ("[::1]", False)],
    )
    def test_only_a_host_name_has_passkeys(self, host: str, is_possible: bool) -> None:
        assert Site(host, f"https://{host}").is_possible is is_possible


FORGED: tuple[Any, ...] = (
    None,
    {},
    [],
    "text",
    {"credential": None},
    {"credential": {"id": "x"}},
    {"credential": {"id": "x", "rawId": "x", "type": "public-key", "response": {}}},
    {"credential": {"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "e30"}}},
    {"credential": {"id": 7, "rawId": [], "type": None, "response": {"clientDataJSON": "%%%"}}},
    {"credential": {"id": "nul\x00", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "\x00"}}},
)


class TestForgeries:
    @pytest.mark.parametrize("sent", FORGED, ids=range(len(FORGED)))
    def test_what_is_made_up_signs_nobody_in_and_adds_nothing(self, app: Flask, client_as: ClientAs, sent: Any) -> None:
        client, nobody = client_as(Role.OFFICER), app.test_client()
        for one, url in ((nobody, "/sign-in/passkey"), (client, "/account/passkeys"), (client, "/confirm/passkey")):
            answer = one.post(url, data=json.dumps(sent), content_type="application/json")
            assert answer.status_code == 422, url
            assert answer.get_json()["problem"]
        assert nobody.get("/account").status_code == 302
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 0

    def test_options_are_new_each_time_and_tell_strangers_nothing(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.OFFICER)
        options = [anonymous.post("/sign-in/passkey/options").get_json() for _ in range(2)]
        assert options[0]["challenge"] != options[1]["challenge"]
        assert options[0]["userVerification"] == "required"
        assert not options[0].get("allowCredentials")

    def test_a_challenge_lasts_five_minutes_and_is_cleared_away(self, app: Flask, anonymous: FlaskClient, clock) -> None:  # noqa: F811
        anonymous.post("/sign-in/passkey/options")
        clock.move(minutes=6)
        anonymous.post("/sign-in/passkey/options")
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(PasskeyChallenge)) == 1

    def test_the_trail_names_whose_passkey_was_tried(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.OFFICER)
        with stored(app) as session:
            officer = user_of(session, "officer")
            officer.is_active = False
            session.add(Passkey(user_id=officer.id, credential_id="known", public_key="", sign_count=0, name="Key"))
        for tried in ("known", "unknown"):
            anonymous.post("/sign-in/passkey", data=json.dumps({"credential": {"id": tried}}), content_type="application/json")
        with stored(app) as session:
            asked = sa.select(AuditEvent.target).where(AuditEvent.action == "sign_in_failed").order_by(AuditEvent.no)
            assert session.scalars(asked).all() == ["user:officer", ""]

    def test_where_there_is_no_name_the_pages_say_where_passkeys_work(self, client_as: ClientAs, anonymous: FlaskClient) -> None:
        officer = at_its_number(client_as(Role.OFFICER))
        for client, url in ((officer, "/account"), (anonymous, "/sign-in")):
            there = client.get(url, base_url="http://127.0.0.1:8123")
            assert 'href="http://localhost:8123/"' in there.text, url
            assert "data-passkey" not in there.text
            assert "Passkeys need a name" not in client.get(url).text

    def test_an_address_without_a_name_offers_none(self, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        assert "data-passkey" in client.get("/account").text
        answer = at_its_number(client).get("/account", base_url="http://127.0.0.1")
        assert answer.status_code == 200
        assert "data-passkey" not in answer.text


def at_its_number(client: FlaskClient) -> FlaskClient:
    """The same sign-in where the tracker is opened under 127.0.0.1: browsers keep its cookie for one host only."""
    cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
    assert cookie
    client.set_cookie(cookie.key, cookie.value, domain="127.0.0.1")
    return client


def authenticator(browser_page: Page) -> None:
    """A key inside the browser that says yes to everything."""
    tools = browser_page.context.new_cdp_session(browser_page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    more = {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options | more})


@pytest.mark.browser
class TestWithADevice:
    def test_a_passkey_is_added_and_signs_in_with_and_without_the_password(self, app: Flask, live_server: str, browser_page: Page) -> None:
        add_user(app, Role.OFFICER)
        url = live_server.replace("127.0.0.1", "localhost")
        authenticator(browser_page)
        answers: list[tuple[str, str]] = []
        browser_page.on("request", lambda sent: answers.append((sent.url, sent.post_data or "")) if sent.method == "POST" else None)

        browser_page.goto(f"{url}/sign-in")
        with_password(browser_page)
        browser_page.goto(f"{url}/account")
        browser_page.fill("#name", "Key of the test")
        browser_page.get_by_role("button", name="Add a passkey").click()
        browser_page.get_by_text("The passkey is added.").wait_for()
        assert browser_page.get_by_text("Key of the test").count() == 1

        sign_out(browser_page, url)
        browser_page.get_by_role("button", name="Sign in with a passkey").click()
        browser_page.wait_for_url(f"{url}/")

        sign_out(browser_page, url)
        with_password(browser_page)
        browser_page.wait_for_url(f"{url}/sign-in/code**")
        browser_page.get_by_role("button", name="Use a passkey").click()
        browser_page.wait_for_url(f"{url}/")
        assert actions(app, of="user:officer").count("signed_in") == 3

        browser_page.goto(f"{url}/confirm?next=/account")
        browser_page.get_by_role("button", name="Use a passkey").click()
        browser_page.wait_for_url(f"{url}/account")
        self._replays_are_refused(app, answers)
        with stored(app) as session:
            key = session.scalars(sa.select(Passkey)).one()
            assert key.user_id == user_of(session, "officer").id
            assert key.last_used_at

    def _replays_are_refused(self, app: Flask, answers: list[tuple[str, str]]) -> None:
        """What was overheard is worth nothing: each challenge is taken once."""
        overheard = [(url, data) for url, data in answers if url.endswith("/sign-in/passkey")]
        assert len(overheard) == 2
        for _, data in overheard:
            thief = app.test_client()
            assert thief.post("/sign-in/passkey", data=data, content_type="application/json").status_code == 422
            assert thief.get("/account").status_code == 302

    def test_removing_it_leaves_the_password(self, app: Flask, live_server: str, browser_page: Page) -> None:
        add_user(app, Role.OFFICER)
        url = live_server.replace("127.0.0.1", "localhost")
        authenticator(browser_page)
        browser_page.goto(f"{url}/sign-in")
        with_password(browser_page)
        browser_page.goto(f"{url}/account")
        browser_page.get_by_role("button", name="Add a passkey").click()
        browser_page.get_by_text("The passkey is added.").wait_for()
        browser_page.get_by_role("button", name="Remove", exact=True).click()
        browser_page.get_by_text("The passkey is removed.").wait_for()
        assert sign_in(app.test_client(), "officer").headers["Location"] == "/"
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 0


def with_password(browser_page: Page) -> None:
    browser_page.fill("#username", "officer")
    browser_page.fill("#password", PASSWORD)
    browser_page.get_by_role("button", name="Sign in", exact=True).click()
    browser_page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def sign_out(browser_page: Page, url: str) -> None:
    browser_page.goto(f"{url}/account")
    browser_page.locator("summary", has_text="Officer").first.click()
    browser_page.get_by_role("button", name="Sign out").first.click()
    browser_page.wait_for_url(f"{url}/sign-in**")


def test_the_account_page_offers_it_only_with_a_script(client_as: ClientAs) -> None:
    found = page(client_as(Role.OFFICER), "/account")
    assert ("form", "hidden", "") in found.attributes

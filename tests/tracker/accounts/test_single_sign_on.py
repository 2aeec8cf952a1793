"""Single sign-on, against a provider of the tests' own."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import add_user, application, contents, signed_in, stored
from tests.browser import served
from tests.pages import page
from tests.tracker.accounts.conftest import actions, set_up_app, sign_in, user_of
from tests.tracker.accounts.identity_provider import CLIENT, SECRET, Provider
from tracker.accounts import invitations
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent

pytestmark = pytest.mark.once

START, BACK = "/sign-in/single-sign-on", "/sign-in/single-sign-on/back"


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    with served(made.app) as url:
        made.url = url
        yield made


@pytest.fixture
def sso_app(database_url: str, cheap_passwords: None, provider: Provider) -> Iterator[Callable[..., Flask]]:
    """Makes the product with that provider and further settings; everything is closed at the end."""
    opened: list[Any] = []

    def make(**settings: Any) -> Flask:
        one = application(
            database_url, oidc_issuer=provider.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET, oidc_name="Ministry ID", **settings
        )
        opened.append(one)
        return one.__enter__()

    yield make
    for one in opened:
        one.__exit__(None, None, None)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def at_provider(url: str) -> str:
    """Where the provider sends a browser that comes to `url`, as a path of the tracker."""
    try:
        urllib.request.build_opener(_Stay).open(url, timeout=30)
    except urllib.error.HTTPError as answer:
        with answer:
            return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])
    raise AssertionError("the provider did not send the browser back")


def go(client: FlaskClient, start: str = START) -> Any:
    """The whole way: to the provider and back."""
    away = client.get(start)
    assert away.status_code == 302, away.text
    return client.get(at_provider(away.headers["Location"]))


def link(app: Flask, name: str, issuer: str, subject: str = "subject-1") -> None:
    with stored(app) as session:
        user = user_of(session, name)
        user.sso_issuer, user.sso_subject = issuer, subject


class TestSigningIn:
    def test_a_known_subject_is_in_and_where_he_wanted_to_be(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        client = app.test_client()
        assert "Sign in with Ministry ID" in page(client, "/sign-in").text
        assert go(client, f"{START}?next=/handovers/?year%3D2024").headers["Location"] == "/handovers/?year=2024"
        assert client.get("/records/").status_code == 200
        assert actions(app, of="user:officer") == ["user_added", "signed_in"]
        assert "single sign-on" in page(client, "/account").text

    def test_state_nonce_and_pkce_are_used_and_new_each_time(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        for _ in range(2):
            go(app.test_client())
        for name in ("state", "nonce", "code_challenge"):
            assert len({seen[name] for seen in provider.seen}) == 2, name

    def test_an_unknown_subject_is_refused_with_the_way_in(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        add_user(app, Role.OFFICER)
        provider.person = {"sub": "subject-2", "email": "officer@ministry.example", "preferred_username": "officer"}
        client = app.test_client()
        assert go(client).headers["Location"] == "/sign-in"
        assert "ask an administrator to invite you or to link your account" in page(client, "/sign-in").text
        assert client.get("/records/").status_code == 302
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 1
        assert actions(app)[-1] == "sign_in_failed"

    def test_a_closed_account_is_refused(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        with stored(app) as session:
            user_of(session, "officer").is_active = False
        assert go(app.test_client()).headers["Location"] == "/sign-in"
        with stored(app) as session:
            assert session.scalar(sa.select(AuditEvent.target).where(AuditEvent.action == "sign_in_failed")) == "user:officer"

    def test_a_subject_of_another_issuer_is_another_person(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), "https://elsewhere.example")
        assert go(app.test_client()).headers["Location"] == "/sign-in"

    @pytest.mark.parametrize("factors", [["pwd"], ["pwd", "mfa"]])
    def test_the_second_factor_is_asked_unless_the_provider_asked_for_one(
        self, sso_app: Callable[..., Flask], provider: Provider, factors: list[str]
    ) -> None:
        app = sso_app()
        set_up_app(signed_in(app, Role.OFFICER))
        link(app, "officer", provider.url)
        provider.person = {"sub": "subject-1", "amr": factors}
        place = go(app.test_client()).headers["Location"]
        assert place == ("/" if "mfa" in factors else "/sign-in/code?next=/")

    def test_where_one_is_required_the_providers_is_enough(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app(require_second_factor=True)
        link(app, add_user(app, Role.OFFICER), provider.url)
        provider.person = {"sub": "subject-1", "amr": ["mfa"]}
        client = app.test_client()
        go(client)
        assert client.get("/records/").status_code == 200

    def test_whoever_is_signed_in_can_confirm_by_it(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.ADMINISTRATOR), provider.url)
        client = app.test_client()
        go(client)  # the provider answers from its own session, however old that is
        assert client.get("/administration/people/invite").headers["Location"].startswith("/confirm")
        assert "Confirm by single sign-on" in page(client, "/confirm").text
        assert go(client, f"{START}?next=/administration/people/invite").headers["Location"] == "/administration/people/invite"
        assert provider.seen[-1]["prompt"] == "login"
        assert client.get("/administration/people/invite").status_code == 200

    @pytest.mark.parametrize("said", [None, 0, -1e30, 1e30, 1_700_000_000])
    def test_a_provider_that_does_not_ask_anew_confirms_nothing(self, sso_app: Callable[..., Flask], provider: Provider, said: Any) -> None:
        app = sso_app()
        link(app, add_user(app, Role.ADMINISTRATOR), provider.url)
        client = app.test_client()
        provider.spoil = {"auth_time": said}
        for _ in range(2):
            go(client)
            assert client.get("/records/").status_code == 200
            assert client.get("/administration/people/invite").headers["Location"].startswith("/confirm")


class TestForgeries:
    @pytest.mark.parametrize(
        "spoil",
        [
            {"nonce": "another"},
            {"aud": "another client"},
            {"iss": "https://elsewhere.example"},
            {"exp": 1_000_000},
            {"sub": ""},
        ],
    )
    def test_a_token_that_says_something_else_is_refused(
        self, sso_app: Callable[..., Flask], provider: Provider, spoil: dict[str, Any]
    ) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        provider.spoil = spoil
        client = app.test_client()
        assert go(client).headers["Location"] == "/sign-in"
        assert client.get("/records/").status_code == 302

    def test_a_token_signed_by_somebody_else_is_refused(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        provider.signs_with = provider.other_key
        assert go(app.test_client()).headers["Location"] == "/sign-in"

    def test_an_answer_of_another_browser_is_refused(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        answer = at_provider(app.test_client().get(START).headers["Location"])
        victim = app.test_client()
        assert victim.get(answer).headers["Location"] == "/sign-in"
        assert victim.get("/records/").status_code == 302

    def test_an_answer_works_once(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        client = app.test_client()
        answer = at_provider(client.get(START).headers["Location"])
        assert client.get(answer).headers["Location"] == "/"
        client.post("/sign-out")
        assert client.get(answer).headers["Location"] == "/sign-in"

    @pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?code=x&state=y", "?error=access_denied", "?error=x&state=%00"])
    def test_what_is_made_up_changes_nothing(self, sso_app: Callable[..., Flask], query: str) -> None:
        app = sso_app()
        before = contents(app)
        assert app.test_client().get(BACK + query).status_code in (302, 400)
        assert contents(app) == before

    def test_a_provider_that_is_gone_is_said_so(self, database_url: str, cheap_passwords: None) -> None:
        with application(database_url, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT) as app:
            client = app.test_client()
            assert client.get(START).headers["Location"] == "/sign-in"
            assert "does not answer at the moment" in page(client, "/sign-in").text

    def test_without_a_provider_there_is_no_button(self, app: Flask, anonymous: FlaskClient) -> None:
        assert START not in anonymous.get("/sign-in").text
        assert anonymous.get(START).status_code == anonymous.get(BACK).status_code == 404


class TestInvited:
    def test_an_invited_person_may_come_in_this_way(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        with stored(app) as session:
            _, token = invitations.invite(None, session, "vera", "Vera", Role.OFFICER)
        client = app.test_client()
        assert "Use single sign-on instead" in page(client, f"/invitation/{token}").text
        assert go(client, f"{START}?invitation={token}").headers["Location"] == "/"
        assert "Vera" in page(client, "/account").text
        assert go(app.test_client()).headers["Location"] == "/"
        assert app.test_client().get(f"/invitation/{token}").status_code == 410

    def test_a_link_does_not_move_a_subject_that_belongs_to_somebody(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        link(app, add_user(app, Role.OFFICER), provider.url)
        with stored(app) as session:
            _, token = invitations.invite(None, session, "vera", "Vera", Role.ADMINISTRATOR)
        client = app.test_client()
        go(client, f"{START}?invitation={token}")
        assert "Officer" in page(client, "/account").text
        with stored(app) as session:
            assert user_of(session, "vera").sso_subject is None

    def test_an_administrator_links_a_subject(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app()
        add_user(app, Role.OFFICER)
        boss = signed_in(app, Role.ADMINISTRATOR)
        data = {"display_name": "Officer", "role": "officer", "sso_subject": "subject-1", "reason": "moved to single sign-on"}
        assert boss.post("/administration/people/officer/edit", data=data).status_code == 302
        assert go(app.test_client()).headers["Location"] == "/"


class TestRoleClaim:
    ROLES = (("desk", "officer"), ("heads", "manager"), ("it", "administrator"))

    def test_the_highest_role_that_the_provider_says_holds(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app(oidc_role_claim="groups", oidc_roles=self.ROLES)
        link(app, add_user(app, Role.VIEWER), provider.url)
        provider.person = {"sub": "subject-1", "groups": ["staff", "desk", "heads"]}
        go(app.test_client())
        with stored(app) as session:
            assert user_of(session, "viewer").role is Role.MANAGER

    def test_whoever_has_none_is_refused(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app(oidc_role_claim="groups", oidc_roles=self.ROLES)
        link(app, add_user(app, Role.VIEWER), provider.url)
        for person in ({"sub": "subject-1"}, {"sub": "subject-1", "groups": ["staff"]}, {"sub": "subject-1", "groups": "staff"}):
            provider.person = person
            client = app.test_client()
            assert go(client).headers["Location"] == "/sign-in"
            assert "gives you no role" in page(client, "/sign-in").text

    def test_the_last_administrator_stays_one(self, sso_app: Callable[..., Flask], provider: Provider) -> None:
        app = sso_app(oidc_role_claim="groups", oidc_roles=self.ROLES)
        link(app, add_user(app, Role.ADMINISTRATOR), provider.url)
        provider.person = {"sub": "subject-1", "groups": "desk"}
        assert go(app.test_client()).headers["Location"] == "/"
        with stored(app) as session:
            assert user_of(session, "administrator").role is Role.ADMINISTRATOR

    def test_a_password_still_signs_in(self, sso_app: Callable[..., Flask]) -> None:
        app = sso_app()
        add_user(app, Role.VIEWER)
        assert sign_in(app.test_client(), "viewer").status_code == 302

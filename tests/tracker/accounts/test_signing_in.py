"""Accounts and sign-ins: one row on the server for each, which alone decides."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import PASSWORD, ClientAs, add_user, stored
from tests.pages import inspected, page
from tests.tracker.accounts.conftest import sign_in
from tracker.accounts import passwords, services
from tracker.accounts.models import Role, SignIn, User
from tracker.audit.models import AuditEvent

pytestmark = pytest.mark.once


class TestAddUser:
    @pytest.mark.parametrize("name", ["", " ", "two words", "x" * 61, "tab\tbed", "line\nend", "a/b", "a?b", "nul\x00", "a:b"])
    def test_a_name_with_blanks_or_none_or_too_many_signs_is_refused(self, session: Session, name: str) -> None:
        with pytest.raises(services.AccountError, match="user name"):
            services.add_user(None, session, name, "", Role.OFFICER, PASSWORD)

    def test_names_are_one_whatever_their_case(self, session: Session) -> None:
        services.add_user(None, session, " Ana ", "", Role.OFFICER, PASSWORD)
        with pytest.raises(services.AccountError, match="already"):
            services.add_user(None, session, "ANA", "", Role.OFFICER, PASSWORD)
        assert set(services.names_of_users(session).values()) == {"ana"}

    def test_the_command_makes_an_account_and_says_what_is_wrong(self, app: Flask) -> None:
        run = app.test_cli_runner().invoke
        made = run(args=["user", "add", "ana", "--role", "officer", "--password", PASSWORD])
        assert (made.exit_code, made.output.strip()) == (0, "ana may sign in as officer.")
        again = run(args=["user", "add", "ana", "--role", "officer", "--password", PASSWORD])
        assert again.exit_code == 1
        assert "already" in again.output
        assert run(args=["user", "add", "ben", "--role", "king", "--password", PASSWORD]).exit_code == 2

    def test_a_fresh_installation_has_no_user(self, app: Flask) -> None:
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
            assert app.extensions["has_users"]() is False
            assert app.extensions["is_demo"]() is False


class TestSignIn:
    @pytest.mark.parametrize("name", ["viewer", "VIEWER", " viewer "])
    def test_the_case_of_the_name_does_not_matter(self, app: Flask, anonymous: FlaskClient, name: str) -> None:
        add_user(app, Role.VIEWER)
        assert sign_in(anonymous, name, PASSWORD).status_code == 302

    def test_a_wrong_name_and_a_wrong_password_look_alike(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.VIEWER)
        pages = [inspected(sign_in(anonymous, name, "wrong password"), 422) for name in ("viewer", "nobody")]
        assert pages[0].text.replace("viewer", "") == pages[1].text.replace("nobody", "")

    def test_a_wrong_name_takes_as_long_as_a_wrong_password(
        self, app: Flask, anonymous: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        verified: list[str] = []
        hasher = passwords._hasher

        class Watched:
            def verify(self, kept: str, password: bytes) -> bool:
                verified.append(kept)
                return hasher.verify(kept, password)

        add_user(app, Role.VIEWER)
        monkeypatch.setattr(passwords, "_hasher", Watched())
        sign_in(anonymous, "viewer", "wrong password")
        sign_in(anonymous, "nobody", "wrong password")
        assert len(verified) == 2
        assert verified[0].split("$")[1:4] == verified[1].split("$")[1:4]

    @pytest.mark.parametrize("typed", ["nul\x00", "\x00", "x" * 5000, "' OR 1=1 --", "%", "\u202e", "👮", "{{7*7}}", "<script>"])
    def test_no_name_or_password_breaks_the_page(self, app: Flask, anonymous: FlaskClient, typed: str) -> None:
        add_user(app, Role.VIEWER)
        assert sign_in(anonymous, typed, PASSWORD).status_code == 422
        assert sign_in(anonymous, "viewer", typed).status_code == 422

    def test_what_is_missing_is_said_at_its_field(self, anonymous: FlaskClient) -> None:
        html = inspected(anonymous.post("/sign-in", data={}), 422).html
        assert 'id="username-error"' in html
        assert 'id="password-error"' in html

    def test_an_account_that_was_closed_cannot_sign_in(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.VIEWER)
        with stored(app) as session:
            session.execute(sa.update(User).values(is_active=False))
        assert sign_in(anonymous, "viewer", PASSWORD).status_code == 422
        with stored(app) as session:  # whoever looks through the trail must see whose account was tried
            (event,) = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "sign_in_failed"))
            assert (event.target, event.actor) == ("user:viewer", "")

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "http:evil.example",
            "evil.example",
            "/ok\r\nX: y",
            "/%0d%0aX:y\n",
        ],
    )
    def test_nobody_is_led_away_from_the_site(self, app: Flask, anonymous: FlaskClient, target: str) -> None:
        add_user(app, Role.VIEWER)
        answer = anonymous.post("/sign-in", data={"username": "viewer", "password": PASSWORD, "next": target})
        assert answer.headers["Location"] == "/"
        assert anonymous.post("/language", data={"language": "zh", "next": target}).headers["Location"] == "/"


class TestSessions:
    def test_the_cookie_is_closed_to_scripts_and_other_sites(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.VIEWER)
        cookie = sign_in(anonymous, "viewer", PASSWORD).headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_signing_in_gives_a_new_token_and_keeps_nothing_of_before(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.VIEWER)
        anonymous.post("/language", data={"language": "zh"})
        with anonymous.session_transaction() as cookie:
            cookie["sign_in"], cookie["planted"] = "chosen-by-somebody-else", "x"
        sign_in(anonymous, "viewer", PASSWORD)
        with anonymous.session_transaction() as cookie:
            assert cookie["sign_in"] != "chosen-by-somebody-else"
            assert "planted" not in cookie
            assert cookie["language"] == "zh"

    def test_the_server_keeps_only_the_hash_of_the_token(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        with client.session_transaction() as cookie:
            token = cookie["sign_in"]
        with stored(app) as session:
            assert [token in repr(row.__dict__) for row in session.scalars(sa.select(SignIn))] == [False]

    def test_a_copied_cookie_is_worth_nothing_after_signing_out(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        with client.session_transaction() as cookie:
            copied = dict(cookie)
        assert client.post("/sign-out").status_code == 302
        thief = app.test_client()
        with thief.session_transaction() as cookie:
            cookie.update(copied)
        assert thief.get("/records/").status_code == 302
        assert client.get("/records/").status_code == 302

    def test_signing_out_ends_only_this_sign_in(self, app: Flask, client_as: ClientAs) -> None:
        first, second = client_as(Role.VIEWER), client_as(Role.VIEWER)
        first.post("/sign-out")
        assert second.get("/records/").status_code == 200

    def test_closing_an_account_ends_its_sign_ins_at_once(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        with stored(app) as session:
            session.execute(sa.update(User).values(is_active=False))
        assert client.get("/records/").status_code == 302

    def test_a_new_role_holds_from_the_next_request(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        assert client.get("/handovers/new").status_code == 200
        with stored(app) as session:
            session.execute(sa.update(User).values(role=Role.VIEWER))
        assert client.get("/handovers/new").status_code == 403

    def test_a_made_up_cookie_is_nobody(self, app: Flask, anonymous: FlaskClient) -> None:
        for value in ("", "x", "x" * 3000, "eyJzaWduX2luIjoiYSJ9.x.y", "\u00e9"):
            anonymous.set_cookie("session", value)
            assert anonymous.get("/records/").status_code == 302

    def test_who_is_signed_in_stands_on_every_page(self, client_as: ClientAs) -> None:
        text = page(client_as(Role.MANAGER), "/records/").text
        assert "Manager" in text
        assert "Sign out" in text

    def test_demo_accounts_are_listed_only_where_there_are_some(self, app: Flask, anonymous: FlaskClient) -> None:
        add_user(app, Role.VIEWER)
        assert "This is the demo" not in page(anonymous, "/sign-in").text
        with stored(app) as session:
            services.add_user(None, session, "demo-officer", "Demo", Role.OFFICER, PASSWORD, is_demo=True)
        text = page(anonymous, "/sign-in").text
        assert "This is the demo" in text
        assert "demo-officer" in text

"""Invitations: a link that works once and for 72 hours; nobody but the invited person learns the password."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import PASSWORD, ClientAs, add_user, contents, stored
from tests.pages import inspected, page
from tests.tracker.accounts.conftest import actions, set_up_app, sign_in, user_of
from tracker.accounts import invitations, notices
from tracker.accounts.models import Invitation, Role, User

pytestmark = pytest.mark.once

NEW = "lantern mango tide"
DATA = {"username": "Vera", "display_name": "Vera Vogel", "email": "vera@ministry.example", "role": "officer", "reason": "new colleague"}


def invited(client: FlaskClient, **more: str) -> str:
    """The path of the link that the page shows after inviting."""
    found = inspected(client.post("/administration/people/invite", data=DATA | more))
    match = re.search(r'class="one-time-link">http://localhost(/invitation/[^<]+)<', found.html)
    assert match
    return match[1]


class TestPromise:
    """No default or shared account, no public registration; the first administrator by a command."""

    def test_a_fresh_installation_has_no_user_until_the_command(self, app: Flask) -> None:
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(User)) == 0
        run = app.test_cli_runner().invoke(args=["user", "invite", "boss", "--role", "administrator", "--name", "The Boss"])
        assert run.exit_code == 0, run.output
        link = re.search(r"http://127\.0\.0\.1:8000(/invitation/\S+)", run.output)
        assert link
        assert "once and within 72 hours" in run.output
        client = app.test_client()
        assert client.post(link[1], data={"new": NEW}).headers["Location"] == "/"
        assert client.get("/administration/people/").status_code == 200
        assert sign_in(app.test_client(), "boss", NEW).status_code == 302

    def test_nobody_registers_himself(self, app: Flask) -> None:
        words = ("register", "sign-up", "signup", "join")
        assert [rule.rule for rule in app.url_map.iter_rules() if any(word in rule.rule for word in words)] == []

    @pytest.mark.parametrize(
        ("settings", "address"),
        [
            ({"port": 8123}, "http://127.0.0.1:8123"),
            ({"host": "0.0.0.0", "port": 8123}, "http://localhost:8123"),
            ({"host": "::1"}, "http://[::1]:8000"),
            ({"port": 8123, "public_url": "https://tracker.example"}, "https://tracker.example"),
        ],
    )
    def test_the_link_of_the_command_leads_where_people_reach_the_tracker(self, app: Flask, settings: dict[str, Any], address: str) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], **settings)
        run = app.test_cli_runner().invoke(args=["user", "invite", "vera", "--role", "viewer"])
        assert f"\n{address}/invitation/" in run.output
        assert ("PUBLIC_URL is not set" in run.output) is ("public_url" not in settings)

    def test_the_command_renews_and_says_what_is_wrong(self, app: Flask) -> None:
        run = app.test_cli_runner().invoke
        assert "Say --role" in run(args=["user", "invite", "vera"]).output
        assert run(args=["user", "invite", "vera", "--role", "viewer"]).exit_code == 0
        assert run(args=["user", "invite", "vera"]).exit_code == 0
        assert run(args=["user", "invite", "two words", "--role", "viewer"]).exit_code == 1
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Invitation).where(Invitation.used_at.is_(None))) == 1


class TestInviting:
    def test_the_invited_person_sets_the_password_and_is_in(self, app: Flask, client_as: ClientAs, anonymous: FlaskClient) -> None:
        link = invited(client_as(Role.ADMINISTRATOR))
        found = page(anonymous, link)
        assert "Vera Vogel" in found.text
        assert anonymous.post(link, data={"new": NEW}).headers["Location"] == "/"
        assert "Vera Vogel" in page(anonymous, "/account").text
        with stored(app) as session:
            user = user_of(session, "vera")
            assert (user.role, user.email) == (Role.OFFICER, "vera@ministry.example")
        assert actions(app, of="user:vera") == ["user_invited", "invitation_used", "password_changed", "signed_in"]

    def test_it_works_once(self, client_as: ClientAs, app: Flask, anonymous: FlaskClient) -> None:
        link = invited(client_as(Role.ADMINISTRATOR))
        anonymous.post(link, data={"new": NEW})
        inspected(app.test_client().get(link), 410)
        assert app.test_client().post(link, data={"new": "another mango tide"}).status_code == 410
        assert sign_in(app.test_client(), "vera", NEW).status_code == 302

    def test_of_two_at_the_same_moment_one_sets_the_password(self, client_as: ClientAs, app: Flask) -> None:
        link = invited(client_as(Role.ADMINISTRATOR))
        words = [f"lantern mango {word}" for word in ("tide", "kettle", "orchid", "window")]
        clients = [app.test_client() for _ in words]
        threads = [
            threading.Thread(target=client.post, args=(link,), kwargs={"data": {"new": word}})
            for client, word in zip(clients, words, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert [client.get("/account").status_code for client in clients].count(200) == 1
        assert actions(app, of="user:vera").count("invitation_used") == 1

    def test_it_ends_after_72_hours(self, client_as: ClientAs, anonymous: FlaskClient, clock) -> None:
        link = invited(client_as(Role.ADMINISTRATOR))
        clock.move(hours=71, minutes=59)
        assert anonymous.get(link).status_code == 200
        clock.move(minutes=2)
        assert anonymous.get(link).status_code == 410

    def test_only_the_hash_of_the_link_is_kept(self, client_as: ClientAs, app: Flask) -> None:
        token = invited(client_as(Role.ADMINISTRATOR)).rpartition("/")[2]
        assert token not in repr(contents(app))

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("username", "two words", "no blanks"),
            ("username", "", "Enter a user name"),
            ("username", "administrator", "already"),
            ("display_name", "", "Enter the name"),
            ("email", "not an address", "no e-mail address"),
            ("email", "a@b@c.example", "no e-mail address"),
            ("role", "king", "Not a valid choice"),
            ("reason", "", "Say why"),
            ("reason", "x" * 501, "longer than 500"),
            ("username", "nul\x00" * 30, "60"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, app: Flask, client_as: ClientAs, field: str, value: str, why: str) -> None:
        client = client_as(Role.ADMINISTRATOR)
        found = inspected(client.post("/administration/people/invite", data=DATA | {field: value}), 422)
        assert f'id="{field}-error"' in found.html
        assert why in found.text
        kept = {name: text for name, text in DATA.items() if name not in (field, "role")}
        assert [text for text in kept.values() if text not in found.html] == []

    def test_a_bad_password_is_refused_and_the_link_still_works(self, client_as: ClientAs, anonymous: FlaskClient) -> None:
        link = invited(client_as(Role.ADMINISTRATOR))
        for word, why in (("short", "at least 12"), ("password1234", "common"), ("my vera lantern", "user name")):
            assert why in inspected(anonymous.post(link, data={"new": word}), 422).text
        assert anonymous.post(link, data={"new": NEW}).status_code == 302

    @pytest.mark.parametrize("token", ["x", "x" * 3000, "%00", "é", "../account"])
    def test_a_made_up_link_is_none(self, anonymous: FlaskClient, token: str) -> None:
        assert anonymous.get(f"/invitation/{token}").status_code in (302, 404, 410)

    def test_whoever_listens_is_told_with_the_link(self, client_as: ClientAs) -> None:
        heard: list[tuple[str, str, str]] = []

        def listen(user: User, notice: notices.Notice, link: str) -> None:
            heard.append((user.username, notice.value, link))

        with notices.told.connected_to(listen):
            link = invited(client_as(Role.ADMINISTRATOR))
        assert heard == [("vera", "invited", link)]


class TestReset:
    def test_a_new_link_replaces_the_old_one_and_the_password_only_when_used(self, app: Flask, client_as: ClientAs) -> None:
        officer, boss = client_as(Role.OFFICER), client_as(Role.ADMINISTRATOR)
        links = []
        for _ in range(2):
            html = boss.post("/administration/people/officer/link", data={"reason": "forgot it"}).text
            links.append(html.partition("http://localhost")[2].partition("<")[0])
        assert app.test_client().get(links[0]).status_code == 410
        assert officer.get("/account").status_code == 200
        assert sign_in(app.test_client(), "officer").status_code == 302
        assert app.test_client().post(links[1], data={"new": NEW}).status_code == 302
        assert officer.get("/account").status_code == 302
        assert sign_in(app.test_client(), "officer").status_code == 422

    def test_the_second_factor_survives_it(self, app: Flask, client_as: ClientAs, anonymous: FlaskClient) -> None:
        set_up_app(client_as(Role.OFFICER))
        with stored(app) as session:
            token = invitations.renew(None, session, user_of(session, "officer"))
        assert anonymous.post(f"/invitation/{token}", data={"new": NEW}).headers["Location"] == "/sign-in/code"
        assert anonymous.get("/account").status_code == 302

    def test_a_closed_account_gets_none(self, app: Flask, client_as: ClientAs, anonymous: FlaskClient) -> None:
        add_user(app, Role.OFFICER)
        boss = client_as(Role.ADMINISTRATOR)
        with stored(app) as session:
            token = invitations.renew(None, session, user_of(session, "officer"))
        boss.post("/administration/people/officer/disable", data={"reason": "left"})
        assert anonymous.get(f"/invitation/{token}").status_code == 410
        found = inspected(boss.post("/administration/people/officer/link", data={"reason": "x"}), 422)
        assert "open it first" in found.text

    def test_an_administrator_never_sets_a_password(self, app: Flask, client_as: ClientAs) -> None:
        add_user(app, Role.OFFICER)
        boss = client_as(Role.ADMINISTRATOR)
        for url in ("invite", "officer", "officer/edit"):
            assert 'type="password"' not in boss.get(f"/administration/people/{url}").text, url
        forged = {"display_name": "Officer", "role": "officer", "reason": "x", "password": NEW, "password_hash": "x", "new": NEW}
        boss.post("/administration/people/officer/edit", data=forged)
        assert sign_in(app.test_client(), "officer", PASSWORD).status_code == 302

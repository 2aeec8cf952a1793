"""Links by e-mail: sent once they are stored, to nobody else, kept nowhere, and shown where they could not be sent."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, add_user, contents, stored
from tests.pages import inspected
from tests.tracker.accounts.conftest import actions, user_of
from tests.tracker.accounts.test_invitations import DATA, NEW
from tests.tracker.notifications.ports import unused_port
from tracker.accounts.models import Role
from tracker.notifications import links

pytestmark = pytest.mark.once

INVITE = "/administration/people/invite"
LINK = re.compile(r"https://tracker\.example(/invitation/[\w-]+)")


@pytest.fixture
def posting(app: Flask, mailbox: Any) -> Iterator[Flask]:
    """The product with a mail server of this machine."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "off", "mail_from": "tracker@ministry.example"}
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], public_url="https://tracker.example", **mail)
    return app


def without(app: Flask, **settings: Any) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **settings)


def link_in(letter: Any) -> str:
    found = LINK.search(letter.get_content())
    assert found, letter.get_content()
    return found[1]


class TestInvitation:
    def test_it_goes_to_the_person_and_is_not_shown(
        self, posting: Flask, client_as: ClientAs, mailbox: Any, anonymous: FlaskClient
    ) -> None:
        found = inspected(client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA))
        assert "The link for Vera Vogel was sent" in found.text
        assert "It went to vera@ministry.example" in found.text
        assert "/invitation/" not in found.html
        (letter,) = mailbox.letters
        assert mailbox.recipients == ["vera@ministry.example"]
        assert letter["Subject"] == "[Cooperation tracker] Your invitation"
        said = letter.get_content()
        assert "Hello Vera Vogel," in said
        assert "Your user name is vera." in said
        assert re.search(r"works once, until \d+ \w+ \d{4}, \d\d:\d\d \(UTC\)", said)
        assert anonymous.post(link_in(letter), data={"new": NEW}).status_code == 302

    def test_it_leaves_one_event_and_the_token_stands_nowhere(
        self,
        posting: Flask,
        client_as: ClientAs,
        mailbox: Any,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA)
        token = link_in(mailbox.letters[0]).rpartition("/")[2]
        assert token not in repr(contents(posting))
        assert [one.name for one in caplog.records if one.name.startswith("tracker") and token in one.getMessage()] == []
        assert token not in mailbox.letters[0]["Message-ID"]
        assert actions(posting).count("user_invited") == 1

    def test_it_is_written_in_the_language_of_the_installation(self, posting: Flask, client_as: ClientAs, mailbox: Any) -> None:
        without(posting, default_language="zh")
        client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA)
        assert "Hello" not in mailbox.letters[0].get_content()

    @pytest.mark.parametrize("settings", [{"smtp_host": ""}, {"mail_from": ""}, {"public_url": ""}])
    def test_without_mail_the_link_is_shown_as_ever(
        self,
        posting: Flask,
        client_as: ClientAs,
        mailbox: Any,
        settings: dict[str, str],
    ) -> None:
        without(posting, **settings)
        found = inspected(client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA))
        assert 'class="one-time-link"' in found.html
        assert "It was not sent" not in found.text
        assert mailbox.letters == []

    @pytest.mark.parametrize(("email", "why"), [("", "no e-mail address is known"), ("véra@a.example", "letters cannot go to véra@")])
    def test_without_an_address_it_is_shown_and_why(
        self,
        posting: Flask,
        client_as: ClientAs,
        mailbox: Any,
        email: str,
        why: str,
    ) -> None:
        found = inspected(client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA | {"email": email}))
        assert why in found.text
        assert 'class="one-time-link"' in found.html
        assert mailbox.letters == []


class TestFailure:
    @pytest.mark.parametrize("failing", ["down", "refuses", "no such name"])
    def test_the_administrator_is_told_and_sees_the_link(
        self,
        posting: Flask,
        client_as: ClientAs,
        mailbox: Any,
        anonymous: FlaskClient,
        failing: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        if failing == "down":
            without(posting, smtp_port=unused_port())
        elif failing == "refuses":
            mailbox.answer = "550 no such mailbox"
        else:
            without(posting, smtp_host="x" * 80)
        found = inspected(client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA))
        assert "It could not be sent to vera@ministry.example" in found.text
        link = re.search(r'class="one-time-link">https://tracker\.example(/invitation/[^<]+)<', found.html)
        assert link
        assert link[1].rpartition("/")[2] not in caplog.text
        assert anonymous.get(link[1]).status_code == 200

    def test_what_is_not_stored_is_not_sent(
        self,
        posting: Flask,
        client_as: ClientAs,
        mailbox: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        boss = client_as(Role.ADMINISTRATOR)

        def stopped() -> None:
            raise RuntimeError("at the last moment")

        monkeypatch.setitem(posting.extensions, "before_commit", [stopped])
        with pytest.raises(RuntimeError, match="last moment"):
            boss.post(INVITE, data=DATA)
        assert mailbox.letters == []
        monkeypatch.undo()
        assert boss.post(INVITE, data=DATA | {"username": "two words"}).status_code == 422
        assert mailbox.letters == []

    def test_nobody_waits_while_the_server_takes_its_time(
        self, posting: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from tracker.extensions import db

        seen: list[bool] = []
        monkeypatch.setattr(links, "send", lambda *_: seen.append(db.session.in_transaction()) or True)
        client_as(Role.ADMINISTRATOR).post(INVITE, data=DATA)
        assert seen == [False]


class TestNewPassword:
    def test_it_goes_to_the_person_in_his_language(self, posting: Flask, client_as: ClientAs, mailbox: Any) -> None:
        add_user(posting, Role.OFFICER)
        with stored(posting) as session:
            user = user_of(session, "officer")
            user.email, user.language = "officer@ministry.example", "en"
        without(posting, default_language="zh")
        found = inspected(client_as(Role.ADMINISTRATOR).post("/administration/people/officer/link", data={"reason": "forgot it"}))
        assert "It went to officer@ministry.example" in found.text
        assert mailbox.letters[0]["Subject"] == "[Cooperation tracker] A new password"
        assert posting.test_client().get(link_in(mailbox.letters[0])).status_code == 200

    def test_the_command_prints_the_link_and_sends_nothing(self, posting: Flask, mailbox: Any) -> None:
        words = ["user", "invite", "vera", "--role", "administrator", "--email", "vera@ministry.example"]
        assert "https://tracker.example/invitation/" in posting.test_cli_runner().invoke(args=words).output
        assert mailbox.letters == []

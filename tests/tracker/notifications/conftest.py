"""People with addresses, and a mail server of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import users
from tests.tracker.notifications.ports import unused_port
from tracker.accounts.models import User
from tracker.extensions import db
from tracker.notifications import addresses
from tracker.notifications.mail import Letterhead
from tracker.notifications.post import Server


class Captured:
    """Takes every letter, or answers as a test says."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"
        self.port = unused_port()  # aiosmtpd wants one that is known beforehand

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.recipients += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[Captured]:
    """What a mail server on this machine got."""
    captured = Captured()
    controller = Controller(captured, hostname="127.0.0.1", port=captured.port)
    controller.start()
    yield captured
    controller.stop()


@pytest.fixture
def server(mailbox: Any) -> Server:
    return Server("127.0.0.1", mailbox.port, tls="off")


@pytest.fixture
def head() -> Letterhead:
    return Letterhead("tracker@ministry.example", "https://tracker.ministry.example", "Cooperation tracker", "en")


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def ana(session: Session, monkeypatch: pytest.MonkeyPatch) -> User:
    """An officer whose account says where she gets e-mail."""
    monkeypatch.setattr(addresses, "address_of", lambda user: f"{user.username}@ministry.example" if user.username != "mute" else "")
    user = users.user(session, username="ana")
    session.commit()
    return user

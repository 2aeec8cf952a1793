"""What several tests of this part use: a clock to move, and people with second factors."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.app import PASSWORD, stored
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.database import columns
from tracker.extensions import db

_REAL_NOW = columns.utc_now


@dataclass
class Clock:
    """The one clock of the product, so many minutes and seconds ahead of the real one."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return _REAL_NOW() + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that only goes on when a test moves it ahead of the real one."""
    made = Clock()
    for name, module in list(sys.modules.items()):
        if name.startswith("tracker.") and getattr(module, "utc_now", None) is _REAL_NOW:
            monkeypatch.setattr(module, "utc_now", made.now)
    return made


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session that is thrown away."""
    with app.app_context():
        yield db.session
        db.session.rollback()


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, address: str = "127.0.0.1", **more: str) -> Any:
    """What signing in from `address` answers."""
    data = {"username": name, "password": password} | more
    return client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address})


def set_up_app(client: FlaskClient) -> tuple[str, list[str]]:
    """Give the person signed in an authenticator app through the page: its secret, and the recovery codes shown."""
    html = client.get("/account/second-factor").text
    found = re.search(r'<code class="secret">([^<]+)</code>', html)
    assert found
    secret = found[1].replace(" ", "")
    sealed = re.search(r'name="sealed"[^>]*value="([^"]+)"', html)
    assert sealed
    answer = client.post("/account/second-factor", data={"sealed": sealed[1], "code": code_at(secret)})
    return secret, re.findall(r"<li><code>([^<]+)</code></li>", answer.text)


def code_at(secret: str, ahead: int = 0) -> str:
    """The code that an app shows so many half minutes from now."""
    return pyotp.TOTP(secret).at(int(_REAL_NOW().timestamp()) + 30 * ahead)


def forget_used_code(app: Flask) -> None:
    """As if half a minute had gone by: the present code may be used."""
    with stored(app) as session:
        session.execute(sa.update(User).values(totp_step=0))


def actions(app: Flask, *, of: str = "") -> list[str]:
    """The actions in the trail in their order, of one target or of all."""
    with stored(app) as session:
        asked = sa.select(AuditEvent.action).order_by(AuditEvent.no)
        return list(session.scalars(asked.where(AuditEvent.target == of) if of else asked))


def user_of(session: Session, name: str) -> User:
    return session.scalars(sa.select(User).where(User.username == name)).one()

"""The log: one request, one line, and nothing in it that somebody typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.forms import enter, minimal
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.record_types import RECORD_TYPES
from tracker.web.logs import ACCESS, OneLine

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
NASTY = (
    "Ivan\r\nPetrov", "a\nb", "a\rb", "a\u2028b", "a\u2029b", "a\x85b", "a\x0bb", "a\x1b[31mred", '"}\n{"user": 1', "%0d%0aSet-Cookie: x",
    "a\u202eb", "{{7*7}}%s%n${jndi:ldap://x}",
)  # fmt: skip


class Log:
    """What was written, as lines."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()  # at every sign that any reader takes for the end of a line

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    handler = logging.StreamHandler(log.stream)
    handler.setFormatter(OneLine())
    logger = logging.getLogger("tracker")
    logger.addHandler(handler)
    logging.getLogger(ACCESS).setLevel(logging.INFO)
    yield log
    logger.removeHandler(handler)
    logging.getLogger(ACCESS).setLevel(logging.NOTSET)


class TestPromise:
    @pytest.mark.once
    def test_promise_no_log_injection_one_request_is_one_json_line_for_12_nasty_names(self, client_as: ClientAs, log: Log) -> None:
        client = client_as(Role.OFFICER)
        assert len(NASTY) == 12
        for name in NASTY:
            typed = quote(name)
            addresses = (f"/{typed}", f"/handovers/{typed}", f"/records/?q={typed}", f"/records/?{typed}=1", f"/partners/{typed}")
            for url in addresses:
                before = len(log.lines)
                client.get(url)
                assert len(log.lines) == before + 1, (name, url)
            before = len(log.lines)
            client.post("/handovers/new", data=minimal(HANDOVER) | {"title": name, "start": name})
            assert len(log.lines) == before + 1, name
        assert all(set(entry) >= {"time", "request", "method", "path", "status", "ms", "user"} for entry in log.entries)

    @pytest.mark.once
    @pytest.mark.parametrize("many", [5, pytest.param(50, marks=pytest.mark.whole)])
    def test_promise_personal_data_is_not_in_the_log_50_planted_names(self, client_as: ClientAs, log: Log, many: int) -> None:
        client = client_as(Role.OFFICER)
        names = [f"Planted{number}name" for number in range(many)]
        for number, name in enumerate(names):
            data = minimal(HANDOVER, number)
            enter(client, HANDOVER, data | {"summary": name, "place": name})
            addresses = (f"/records/?q={name}", f"/partners/{name}", f"/handovers/{name}", f"/{name}", f"/records/?{name}=1")
            for url in (*addresses, f"/suggest/records?q={name}"):
                client.get(url)
        client.post("/sign-in", data={"username": names[0], "password": names[1]})
        text = log.stream.getvalue().casefold()
        assert len(log.lines) >= 7 * many
        assert [name for name in names if name.casefold() in text] == []


class TestEntries:
    def test_an_entry_carries_the_number_of_its_event_in_the_trail(self, app: Flask, client_as: ClientAs, log: Log) -> None:
        client = client_as(Role.OFFICER, "ana")
        address = enter(client, HANDOVER, minimal(HANDOVER))
        entry = log.entries[-1]
        with stored(app) as session:
            event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "record_saved")).one()
            ana = session.scalars(sa.select(User.id).where(User.username == "ana")).one()
            assert (entry["request"], entry["user"]) == (event.request, ana)
        client.get(f"{address}?q=typed&year=2024")
        entry = log.entries[-1]
        assert (entry["method"], entry["path"], entry["asked"], entry["status"]) == ("GET", address, 2, 200)
        assert "typed" not in log.lines[-1]

    NAME = "Ivan Petrov"

    def test_errors_keep_their_trace_in_one_line_and_without_values(self, app: Flask, log: Log) -> None:
        with app.app_context():
            from tracker.extensions import db

            try:
                db.session.execute(sa.text("SELECT :name FROM nowhere"), {"name": self.NAME})
            except sa.exc.DBAPIError:
                app.logger.exception("broken\nline")
        assert len(log.lines) == 1
        assert "nowhere" in log.entries[0]["exception"]
        assert "Petrov" not in log.lines[0]

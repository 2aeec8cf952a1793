"""Laws of the trail: every route that writes leaves its event in the same transaction, every file its event before the first line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import PASSWORD, ClientAs, contents, enter, form_fields, minimal, read_page, stored
from tests.contract.test_every_route import addresses, methods, rules
from tracker.accounts.models import Role, User
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.database.base import Base
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
TRAIL = {"audit_event", "audit_head"}
Form = Callable[[FlaskClient, str], tuple[str, Any]]  # (browser, address) -> where and what a person would send


@dataclass(frozen=True)
class Write:
    """What a POST does: the events that it leaves, in order, and how to make it succeed."""

    form: Form
    events: tuple[Action, ...] = ()
    role: Role = Role.OFFICER
    # tables that it may change without an event; each is marked `__audited__ = False` with a reason
    apart: set[str] = field(default_factory=set)


def as_it_is(_: FlaskClient, address: str) -> tuple[str, Any]:
    return address, {}


def new_record(_: FlaskClient, address: str) -> tuple[str, Any]:
    return address, minimal(HANDOVER)


def changed_record(client: FlaskClient, _: str) -> tuple[str, Any]:
    address = enter(client, HANDOVER, minimal(HANDOVER, 7)) + "/edit"
    return address, changed(client, address, "entry", place="Vientiane", action="save")


def changed_source(client: FlaskClient, address: str) -> tuple[str, Any]:
    return address, changed(client, address, "entry", publisher="Another ministry", action="save")


def sign_in(_: FlaskClient, address: str) -> tuple[str, Any]:
    return address, {"username": "officer", "password": PASSWORD}


def preferences(client: FlaskClient, address: str) -> tuple[str, Any]:
    return address, changed(client, address, "preferences", returned="digest")


def first_notice(client: FlaskClient, _: str) -> tuple[str, Any]:
    with stored(client.application) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        notify(session, user.id, Kind.ACCOUNT, "user:officer")
    return "/notifications/1/read", {}


def all_notices(client: FlaskClient, address: str) -> tuple[str, Any]:
    first_notice(client, address)
    return address, {"newest": "1"}


def changed(client: FlaskClient, address: str, form_id: str, **values: str) -> Any:
    form = form_fields(client.get(address).text, form_id)
    for name, value in values.items():
        form[name] = value
    return form


# Every route that takes a POST. A new one fails the build until it stands here with the event that it leaves.
WRITES: dict[str, Write] = {
    "web.set_language": Write(lambda _, address: (address, {"language": "zh"})),  # a cookie of the reader's own
    "accounts.check_sign_in": Write(sign_in, (Action.SIGNED_IN,), apart={"sign_in_session"}),
    "accounts.sign_out": Write(as_it_is, (Action.SIGNED_OUT,), apart={"sign_in_session"}),
    "records.create": Write(new_record, (Action.SOURCE_SAVED, Action.RECORD_SAVED)),
    "records.update": Write(changed_record, (Action.RECORD_SAVED,)),
    "records.twins": Write(lambda _, address: (address, {"title": "Anything", "start": "2024"})),  # asks, writes nothing
    "sources.update": Write(changed_source, (Action.SOURCE_SAVED,)),
    "notices.read": Write(first_notice, apart={"notification"}),
    "notices.read_all": Write(all_notices, apart={"notification"}),
    "notices.choose": Write(preferences, (Action.SETTINGS_CHANGED,)),
}
# Every route that gives a file away.
FILES: dict[str, tuple[str, str, Role]] = {
    "exchange.list_csv_all": ("/records.csv?partner=LAO&q=typed", "list:records", Role.VIEWER),
    "exchange.list_csv": ("/handovers.csv?year=2024", "list:handovers", Role.VIEWER),
    "summaries.matrix_csv": ("/figures.csv?measure=handovers", "figures", Role.MANAGER),
    "audit.export": ("/audit/events.jsonl?action=all-reads", "audit", Role.ADMINISTRATOR),
}


class TestWrites:
    def test_every_route_that_takes_a_post_stands_in_the_table(self, app: Flask) -> None:
        assert {rule.endpoint for rule in rules(app) if "POST" in methods(rule)} == set(WRITES)

    @pytest.mark.parametrize("endpoint", WRITES)
    def test_promise_each_write_leaves_its_events_with_who_when_and_what(self, app: Flask, client_as: ClientAs, endpoint: str) -> None:
        client, address, data = prepared(app, client_as, endpoint)
        before, last = contents(app), last_event(app)
        answer = client.post(address, data=data)
        assert answer.status_code in (200, 302, 303), said(answer)
        after, events = contents(app), events_since(app, last)
        assert tuple(event.action for event in events) == tuple(action.value for action in WRITES[endpoint].events)
        written = {name for name in after if after[name] != before[name]} - TRAIL
        unaudited = {name for name in written if not is_audited(name)}
        assert WRITES[endpoint].apart <= unaudited, "it leaves alone what it is said to write"
        if not events:
            assert written <= WRITES[endpoint].apart
        for event in events:
            assert event.actor == WRITES[endpoint].role.value
            assert event.actor_id
            assert event.request
            assert event.at.utcoffset() is not None

    @pytest.mark.parametrize("endpoint", [name for name, write in WRITES.items() if write.events])
    def test_promise_when_the_event_cannot_be_stored_the_write_is_not(self, app: Flask, client_as: ClientAs, endpoint: str) -> None:
        client, address, data = prepared(app, client_as, endpoint)
        close_trail(app)
        before = contents(app)
        answer = client.post(address, data=data)
        assert answer.status_code in (500, 503), said(answer)
        assert contents(app) == before


class TestFiles:
    def test_every_route_that_gives_a_file_away_stands_in_the_table(self, app: Flask, client_as: ClientAs) -> None:
        client, places = client_as(Role.ADMINISTRATOR), addresses(app)
        given = {
            rule.endpoint
            for rule in rules(app)
            if "GET" in methods(rule) and "attachment" in client.get(places[rule.endpoint]).headers.get("Content-Disposition", "")
        }
        assert given == set(FILES)

    @pytest.mark.parametrize("endpoint", FILES)
    def test_promise_each_file_leaves_one_event_with_filter_and_number_of_rows(
        self, app: Flask, client_as: ClientAs, endpoint: str
    ) -> None:
        url, target, role = FILES[endpoint]
        officer = client_as(Role.OFFICER, "writer")
        for number in range(3):
            enter(officer, HANDOVER, minimal(HANDOVER, number))
        client = client_as(role)
        last = last_event(app)
        answer = client.get(url)
        assert answer.status_code == 200
        event = events_since(app, last)[0]
        assert len(events_since(app, last)) == 1
        detail = json.loads(event.detail)
        assert (event.action, event.target, event.actor) == ("exported", target, role.value)
        assert detail["rows"] == rows_of(endpoint, answer.text)
        assert detail["filter"]
        assert "typed" not in event.detail

    @pytest.mark.parametrize("endpoint", FILES)
    def test_promise_when_the_event_cannot_be_stored_there_is_no_file(self, app: Flask, client_as: ClientAs, endpoint: str) -> None:
        url, _, role = FILES[endpoint]
        enter(client_as(Role.OFFICER, "writer"), HANDOVER, minimal(HANDOVER))
        client = client_as(role)
        close_trail(app)
        answer = client.get(url)
        assert answer.status_code in (500, 503)
        assert "Content-Disposition" not in answer.headers
        assert "HND-" not in answer.text


# --- What was done ---


def prepared(app: Flask, client_as: ClientAs, endpoint: str) -> tuple[FlaskClient, str, Any]:
    """A browser, an address and a form that would succeed."""
    write, places = WRITES[endpoint], addresses(app)
    client = client_as(write.role)
    address, data = write.form(client, places[endpoint])
    if endpoint == "accounts.check_sign_in":
        client = app.test_client()
    return client, address, data


def close_trail(app: Flask) -> None:
    """From here on the database takes no event."""
    with stored(app) as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sa.text("CREATE TRIGGER closed BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'disk full'); END"))
            return
        session.execute(sa.text(
            "CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
        ))  # fmt: skip
        session.execute(sa.text("CREATE TRIGGER closed BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION closed()"))


def last_event(app: Flask) -> int:
    with stored(app) as session:
        return session.scalar(sa.select(sa.func.max(AuditEvent.no))) or 0


def events_since(app: Flask, last: int) -> list[AuditEvent]:
    with stored(app) as session:
        found = list(session.scalars(sa.select(AuditEvent).where(AuditEvent.no > last).order_by(AuditEvent.no)))
        session.expunge_all()
        return found


def is_audited(table: str) -> bool:
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    return bool(getattr(models[table], "__audited__", True))


def rows_of(endpoint: str, text: str) -> int:
    """How many rows the file has; a list ends with an empty line and its filter."""
    lines = text.splitlines()
    if endpoint in ("summaries.matrix_csv", "audit.export"):
        return len(lines)
    return lines.index("") - 1


def said(answer: Any) -> str:
    return read_page(answer.status_code, answer.text).text[:400]

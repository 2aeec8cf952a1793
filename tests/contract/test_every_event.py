"""Laws of the trail: every route that writes leaves its event in the same transaction, every file its event before the first line."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, application, contents, stored
from tests.contract.addresses import DOT, addresses, methods, rules
from tests.contract.writes import HANDOVER, Sent, Write
from tests.contract.writes_of_accounts import ACCOUNTS
from tests.contract.writes_of_imports import IMPORTS
from tests.contract.writes_of_people import PEOPLE
from tests.contract.writes_of_programs import PROGRAMS
from tests.contract.writes_of_readers import READERS
from tests.contract.writes_of_records import RECORDS
from tests.engines import Databases
from tests.forms import enter, minimal
from tests.pages import read_page, text_of
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.database.base import Base

TRAIL = {"audit_event", "audit_mention", "audit_head"}
# A try to sign in is counted before it is made and committed at once, so that many at the same time are no more than many in
# turn: it stays counted when what comes after it is rolled back.
# So is a call of a program, and the minute in which its token was used.
COUNTED_FIRST = {"attempt", "api_token"}

# Every route that takes a POST, PUT or PATCH. A new one fails the build until it stands there with the events that it leaves.
WRITES: dict[str, Write] = ACCOUNTS | PEOPLE | RECORDS | READERS | PROGRAMS | IMPORTS
# Every route that gives away what was read together for the file: one event with the filter and the number of rows.
# A word behind the endpoint tells its formats apart.
EXPORTS: dict[str, tuple[str, str, Role]] = {
    "exchange.list_file_all": ("/records.csv?partner=LAO&q=typed", "list:records", Role.VIEWER),
    "exchange.list_file_all xlsx": ("/records.xlsx?partner=LAO&q=typed", "list:records", Role.VIEWER),
    "exchange.list_file_all json": ("/records.json?partner=LAO&q=typed", "list:records", Role.VIEWER),
    "exchange.list_file": ("/handovers.csv?year=2024", "list:handovers", Role.VIEWER),
    "exchange.list_file xlsx": ("/handovers.xlsx", "list:handovers", Role.VIEWER),
    "exchange.list_file jsonl": ("/handovers.jsonl", "list:handovers", Role.VIEWER),
    "figure_files.matrix": ("/figures.xlsx?measure=handovers&basis=working", "figures", Role.MANAGER),
    "figure_files.partner": ("/partners/LAO/figures.xlsx?basis=working", "partner:LAO", Role.VIEWER),
    "figure_files.running": ("/figures/running-totals.json?basis=working&until=2024", "running-totals", Role.VIEWER),
    "figure_files.seizures": ("/figures/seizures.xlsx?basis=working", "seizures", Role.VIEWER),
    "figure_files.years": ("/years/figures.json?basis=working", "years", Role.VIEWER),
    "figure_files.year": ("/years/2024/figures.xlsx?basis=working", "year:2024", Role.VIEWER),
    "handovers.disclosures_csv": ("/handovers/HND-2026-0001/disclosures.csv", "HND-2026-0001", Role.REVIEWER),
    "briefs.partner": ("/partners/LAO/brief.docx?basis=working", "brief:LAO", Role.VIEWER),
    "briefs.year": ("/years/2024/report.pdf?basis=working&marking=AMBER", "report:2024", Role.MANAGER),
    "summaries.matrix_csv": ("/figures.csv?measure=handovers", "figures", Role.MANAGER),
    "audit.export": ("/audit/events.jsonl?action=all-reads", "audit", Role.ADMINISTRATOR),
    "audit.export_csv": ("/audit/events.csv?action=all-reads", "audit", Role.ADMINISTRATOR),
}
# Every route that hands a file out as somebody attached it: one event, whatever the file belongs to.
ATTACHED = ("records.read_file", "sources.read_source_file")
FILES = {name.split()[0] for name in EXPORTS} | set(ATTACHED)


# What cannot be sent a second time as it is: a file was read to its end.
SENT_ONCE = {"records.add_files", "sources.add_source_files", "imports.upload"}

# every eighth one on both engines: what rolls back is one transaction, whatever was written in it
SOME_ON_BOTH = [pytest.param(name, marks=pytest.mark.once if number % 8 else ()) for number, name in enumerate(WRITES)]
# and every fourth file: one function writes the event of each
SOME_FILES_ON_BOTH = [pytest.param(name, marks=pytest.mark.once if number % 4 else ()) for number, name in enumerate(EXPORTS)]


Prepared = tuple[str, str, dict[str, str]]


@pytest.fixture(scope="module")
def made_once(databases: Databases, cheap_passwords: None) -> Iterator[Prepared]:
    """A database and a folder of files with an object behind every address, and the addresses: made once, copied for each write."""
    with databases.copied() as url, tempfile.TemporaryDirectory() as files:
        with application(url) as app:
            places = addresses(app)
            shutil.copytree(app.config["SETTINGS"].files_path, files, dirs_exist_ok=True)
        yield url, files, places


class TestWrites:
    @pytest.fixture
    def app(self, made_once: Prepared, databases: Databases) -> Iterator[Flask]:
        """The product on a copy of its own of what was made once."""
        with databases.copied(made_once[0]) as url, application(url) as app:
            shutil.copytree(made_once[1], app.config["SETTINGS"].files_path, dirs_exist_ok=True)
            yield app

    def test_every_route_that_takes_a_post_stands_in_the_table(self, app: Flask) -> None:
        assert {rule.endpoint for rule in rules(app) if methods(rule) - {"GET"}} == set(WRITES)

    @pytest.mark.parametrize("endpoint", SOME_ON_BOTH)
    def test_promise_each_write_leaves_its_events_with_who_when_and_what_or_nothing(
        self, app: Flask, made_once: Prepared, client_as: ClientAs, endpoint: str
    ) -> None:
        sent = WRITES[endpoint].form(client_as(WRITES[endpoint].role), made_once[2][endpoint])
        before, last = contents(app), last_event(app)
        if WRITES[endpoint].events:
            before = nothing_without_the_event(app, sent, before)
        if endpoint in SENT_ONCE:
            sent = WRITES[endpoint].form(sent.client, sent.address)
            before, last = contents(app), last_event(app)
        answer = sent.post()
        assert answer.status_code in (200, 201, 302, 303, 307), said(answer)
        after, events = contents(app), events_since(app, last)
        assert tuple(event.action for event in events) == tuple(action.value for action in WRITES[endpoint].events)
        written = different(before, after) - TRAIL
        unaudited = {name for name in written if not is_audited(name)}
        assert WRITES[endpoint].apart <= unaudited, "it leaves alone what it is said to write"
        if not events:
            assert written <= WRITES[endpoint].apart
        for event in events:
            assert event.actor == WRITES[endpoint].role.value
            assert event.actor_id
            assert event.target
            assert event.request
            assert event.at.utcoffset() is not None


class TestFiles:
    @pytest.mark.once
    def test_every_route_that_gives_a_file_away_stands_in_the_table(self, app: Flask, client_as: ClientAs) -> None:
        client, places = client_as(Role.ADMINISTRATOR), addresses(app)
        given = {
            rule.endpoint
            for rule in rules(app)
            if "GET" in methods(rule) and "attachment" in client.get(places[rule.endpoint]).headers.get("Content-Disposition", "")
        }
        assert given == FILES

    @pytest.mark.parametrize("endpoint", SOME_FILES_ON_BOTH)
    def test_promise_each_file_leaves_one_event_with_filter_and_number_of_rows(
        self, app: Flask, client_as: ClientAs, endpoint: str
    ) -> None:
        url, target, role = EXPORTS[endpoint]
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
        assert detail["rows"] == rows_of(endpoint, text_of(answer))
        assert detail["filter"] or url == "/years/figures.json?basis=working"
        assert "typed" not in event.detail

    @pytest.mark.parametrize("endpoint", SOME_FILES_ON_BOTH)
    def test_promise_when_the_event_cannot_be_stored_there_is_no_file(self, app: Flask, client_as: ClientAs, endpoint: str) -> None:
        url, _, role = EXPORTS[endpoint]
        enter(client_as(Role.OFFICER, "writer"), HANDOVER, minimal(HANDOVER))
        client = client_as(role)
        close_trail(app)
        answer = client.get(url)
        assert answer.status_code in (500, 503)
        assert "Content-Disposition" not in answer.headers
        assert "HND-" not in answer.text

    @pytest.mark.parametrize("endpoint", ATTACHED)
    def test_promise_each_attached_file_leaves_one_event_and_does_not_go_out_without(
        self, app: Flask, client_as: ClientAs, endpoint: str
    ) -> None:
        address, client = addresses(app)[endpoint], client_as(Role.VIEWER)
        last = last_event(app)
        assert client.get(address).data == DOT
        (event,) = events_since(app, last)
        assert (event.action, event.target, event.actor) == ("file_read", address.split("/")[2], "viewer")
        assert json.loads(event.detail) == {"file": 1, "kind": "gif", "size": len(DOT), "sha256": sha256(DOT).hexdigest()}
        close_trail(app)
        answer = client.get(address)
        assert answer.status_code in (500, 503)
        assert "Content-Disposition" not in answer.headers
        assert DOT not in answer.data


# --- What was done ---


def nothing_without_the_event(app: Flask, sent: Sent, before: dict[str, list[str]]) -> dict[str, list[str]]:
    """The request fails where its event cannot be stored, and then nothing is; what stands in the database after it."""
    close_trail(app)
    cookies = dict(sent.client._cookies)
    answer = sent.post()
    assert answer.status_code in (500, 503), said(answer)
    sent.client._cookies = cookies  # whoever was refused may try again as he came
    open_trail(app)
    after = contents(app)
    assert different(before, after) <= COUNTED_FIRST
    return after


def different(before: dict[str, list[str]], after: dict[str, list[str]]) -> set[str]:
    """The tables that say something else."""
    return {name for name in after if after[name] != before[name]}


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


def open_trail(app: Flask) -> None:
    """It takes events again."""
    with stored(app) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(sa.text("DROP TRIGGER closed" + ("" if is_sqlite else " ON audit_event")))
        if not is_sqlite:
            session.execute(sa.text("DROP FUNCTION closed"))


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
    if text.startswith('{"about"'):
        made = json.loads(text)
        return len(made["records"]) if "records" in made else sum(len(table["rows"]) for table in made["tables"])
    if endpoint.startswith("figure_files."):  # a sheet for each table, and the last for what was asked
        return sum(len(sheet.splitlines()) - 1 for sheet in text.split("\n\n")[:-1])
    if endpoint.startswith("briefs."):  # a brief tells how many records stand behind its figures
        return max(int(found) for found in re.findall(r"\[\d+\]\s*(\d+) records", text))
    if endpoint in ("audit.export_csv", "handovers.disclosures_csv"):
        return len(list(csv.reader(io.StringIO(text)))) - 1
    if endpoint in ("summaries.matrix_csv", "audit.export", "exchange.list_file jsonl"):
        return len(lines)
    return lines.index("") - 1


def said(answer: Any) -> str:
    return read_page(answer.status_code, answer.text).text[:400]

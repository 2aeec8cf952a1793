"""No page asks the database more often than it must: at most twenty trips each, as many for thirty records as for five.

On PostgreSQL each of these is a message to the server and back: the question whether a connection still lives, BEGIN, every
statement, COMMIT or ROLLBACK. SQLite has no server; there they are counted as the other engine would make them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import signed_in, stored
from tests.contract.addresses import addresses, methods, rules
from tests.contract.planted import client_of
from tests.contract.planted import plant as plant_markings
from tests.contract.test_every_route import ROLES
from tests.contract.whole_records import STATE, counted, filled, save
from tests.factories import records, users
from tests.factories.handovers import subject
from tracker.accounts.models import Role
from tracker.extensions import db
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record
from tracker.records.queries import newest_document
from tracker.records.review_services import verify
from tracker.records.services import update

MOST = 20
# One more: its reading is logged, it has keys and a retention, and somebody chose who else reads it. Few exist, and fewer read one.
RED_HANDOVER = ("handovers", "RED")
# whoever writes and decides is shown the most; the others are asked with `make everything`
writers = pytest.mark.parametrize("role", [Role.REVIEWER, pytest.param(Role.OFFICER, marks=pytest.mark.whole)], ids=lambda role: role.value)
every_role = pytest.mark.parametrize(
    "role",
    [Role.OFFICER, *(pytest.param(role, marks=pytest.mark.whole) for role in ROLES if role is not Role.OFFICER)],
    ids=lambda role: role.value,
)

PAGES_OF_FIGURES = (
    *("/", "/?basis=working", "/partners/", "/partners/THA", "/partners/THA?basis=working", "/partners/THA_RTP", "/years/", "/years/2024"),
    *("/figures/", "/figures/?basis=working", "/figures/?measure=handovers", "/figures/?measure=operations_active"),
    *("/figures/?measure=agreements_in_force", "/figures/?measure=persons_handed_over&rows=region", "/figures/?rows=crime"),
    *("/figures.xlsx?measure=handovers", "/partners/THA/figures.xlsx", "/years/2024/figures.xlsx", "/years/figures.json"),
    *("/figures/running-totals", "/figures/running-totals.csv?basis=working", "/figures/running-totals?series=Weekly+report"),
    *("/figures/seizures", "/figures/seizures.xlsx"),
    *("/how-we-count", "/figures.csv", "/figures.csv?basis=working", "/figures/?columns=month&sort=2024m03"),
)
LISTS = (
    *("/records/", "/records/?partner=THA&q=drugs", "/records/?basis=official", "/records/?year=2024&review=submitted", "/sources/"),
    *(
        "/records/?measure=persons_handed_over",
        "/records/?measure=agreements_in_force&ends=90",
        "/records.csv",
        "/records.csv?basis=official",
        "/review/",
        "/bin/",
        "/retention/",
    ),
    *(f"/{one.slug}/" for one in RECORD_TYPES),
    *(f"/{one.slug}.csv{query}" for one in RECORD_TYPES for query in ("", "?basis=official")),
    *("/handovers.csv?measure=persons_handed_over", "/handovers.xlsx", "/handovers.json?basis=official", "/records.xlsx"),
)


class TestEveryPage:
    @pytest.mark.once
    @every_role
    def test_promise_every_address_takes_at_most_twenty_trips(self, app: Flask, role: Role) -> None:
        places = addresses(app)
        read = [places[rule.endpoint] for rule in rules(app) if "GET" in methods(rule) and rule.endpoint != "accounts.sign_out"]
        assert above(app, reader(app, role), read) == {}

    @pytest.mark.once
    @pytest.mark.parametrize("share", [3, pytest.param(1, marks=pytest.mark.whole)], ids=["every third", "all"])
    @writers
    def test_promise_figures_and_lists_of_many_records_take_at_most_twenty(self, app: Flask, role: Role, share: int) -> None:
        plant(app, 4)
        assert above(app, reader(app, role), [*PAGES_OF_FIGURES, *LISTS][::share]) == {}

    @pytest.mark.whole
    @writers
    def test_promise_records_with_everything_filled_in_take_at_most_twenty(self, app: Flask, role: Role) -> None:
        plant(app, 1)
        with stored(app) as session:
            found = session.execute(sa.select(Record.kind, Record.ref)).all()
        pages = [f"/{records.type_of_kind(kind).slug}/{ref}" for kind, ref in found]
        parts = ("", "/edit", "/review", "/history", "/history/1")
        assert above(app, reader(app, role), [f"{one}{part}" for one in pages for part in parts]) == {}

    @pytest.mark.whole
    @pytest.mark.parametrize("name", ["owner", "reviewer"])
    def test_promise_records_at_every_marking_take_at_most_twenty(self, app: Flask, name: str) -> None:
        planted = [one for one in plant_markings(app) if one.is_for(name)]
        pages = [f"{one.address}{part}" for one in planted for part in ("", "/edit", "/review", "/history", "/history/1")]
        more = {one.address: 21 for one in planted if (one.slug, one.marking) == RED_HANDOVER}
        assert above(app, client_of(app, name), pages) == more


class TestMoreRecords:
    @pytest.mark.whole
    def test_thirty_records_take_as_many_trips_as_five(self, app: Flask) -> None:
        plant(app, 5)
        client, pages = reader(app, Role.REVIEWER), ["/", "/partners/THA", *LISTS[:12]]
        few = {url: trips(app, client, url) for url in pages}
        plant(app, 25)
        many = {url: trips(app, client, url) for url in pages}
        assert {url: (few[url], many[url]) for url in pages if many[url] > few[url]} == {}


def reader(app: Flask, role: Role) -> FlaskClient:
    """A browser in which somebody is signed in who wrote none of the records."""
    return signed_in(app, role, f"another-{role.value}")


def plant(app: Flask, number: int) -> None:
    """Of each type some records more: one with everything filled in, the others with a person each; every second one is verified."""
    with app.test_request_context(), stored(app) as session:
        writer, reviewer = users.user(session), users.user(session, Role.REVIEWER)
        for record_type in RECORD_TYPES:
            documents = [filled(session, writer, record_type) | {"identifiers": []}]
            for _ in range(number - 1):
                document = counted(record_type, f"{record_type.kind} of many", ("THA", "LAO"))
                if "subjects" in document:
                    document["subjects"] = [subject(1, "Ben Planted")]
                documents.append(document)
            saved = [save(session, writer, record_type, document) for document in documents]
            for record in saved[::2]:
                verify(reviewer, session, record, STATE, expected_version=1)
            for record in saved[::4]:  # then the official version is another one
                document = newest_document(record, record_type) | {"place": "Boten"}
                update(writer, session, record, record_type, document, STATE, expected_version=1, draft=False)


def above(app: Flask, client: FlaskClient, urls: list[str]) -> dict[str, int]:
    """The addresses that take more trips than they may."""
    taken = {url: trips(app, client, url) for url in urls}
    return {url: count for url, count in taken.items() if count > MOST}


def trips(app: Flask, client: FlaskClient, url: str) -> int:
    """How often an answer asks the database, the second time: what outlives a request (words of the reference data) is read by then."""
    client.get(url)
    with counting(app) as seen:
        client.get(url)
    return len(seen)


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """Every trip to the database while this lasts."""
    seen: list[str] = []

    def statement(_connection: object, _cursor: object, text: str, *_: object) -> None:
        # SQLite is told to begin, and how long to wait, in statements of ours that PostgreSQL does not get
        if not text.startswith(("PRAGMA", "BEGIN")):
            seen.append(text)

    heard = [("before_cursor_execute", statement)]
    heard += [(event, lambda *_, event=event: seen.append(event)) for event in ("checkout", "begin", "commit", "rollback")]
    with app.app_context():
        engine = db.engine
    for name, listener in heard:
        sa.event.listen(engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in heard:
            sa.event.remove(engine, name, listener)

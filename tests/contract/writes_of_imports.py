"""What the steps of an import write. Nothing of them is an event but that an import is there, or is taken back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.app import add_user, stored
from tests.contract.writes import NOTICE, Sent, Write
from tests.factories.imports import batch, courses, loaded, worker_of
from tests.forms import form_fields
from tracker.accounts.models import Role, User
from tracker.audit.actions import Action
from tracker.imports.models import ImportBatch

BATCH = frozenset({"import_batch"})
LINES, CELLS = frozenset({"import_row"}), frozenset({"import_chunk"})


def _own(client: FlaskClient) -> tuple[int, int]:
    """An import of the officer's own: its number and his key."""
    with client.application.test_request_context(), stored(client.application) as session:
        user = session.scalars(sa.select(User).where(User.username == "officer")).one()
        made = batch(session, user, courses(3))
        session.flush()
        return made.id, user.id


def uploaded(client: FlaskClient, address: str) -> Sent:
    return Sent(client, address, {"file": (io.BytesIO(b"Course;Start\nOne;2024\n"), "courses.csv")})


def step(name: str) -> Callable[[FlaskClient, str], Sent]:
    """The form of a step as its page shows it, with a change that is stored."""

    def form(client: FlaskClient, _: str) -> Sent:
        number, _user = _own(client)
        address = f"/imports/{number}/{name}"
        fields = form_fields(client.get(address).text, "entry")
        for field, value in {"table": {"kind": "operation"}, "columns": {"is_draft": "y"}}.get(name, {}).items():
            fields[field] = value
        return Sent(client, address, fields)

    return form


def checked(deed: str, **values: str) -> Callable[[FlaskClient, str], Sent]:
    """After every row was checked."""

    def form(client: FlaskClient, _: str) -> Sent:
        number, user = _own(client)
        with client.application.test_request_context():
            while worker_of(user).check(number, 0):
                pass
        return Sent(client, f"/imports/{number}/{deed}", values)

    return form


def unchecked(client: FlaskClient, _: str) -> Sent:
    number, _user = _own(client)
    return Sent(client, f"/imports/{number}/check")


def nearly_loaded(client: FlaskClient, _: str) -> Sent:
    """All records are there and withheld: this request publishes them."""
    number, user = _own(client)
    loaded(client.application, user, number, 1)
    return Sent(client, f"/imports/{number}/load")


def finished(client: FlaskClient, _: str) -> Sent:
    number, user = _own(client)
    loaded(client.application, user, number, 2)
    return Sent(client, f"/imports/{number}/undo")


def nearly_cleared(client: FlaskClient, address: str) -> Sent:
    """An undone import whose records are gone: this request ends it."""
    sent = finished(client, address)
    assert sent.post().status_code == 303
    number = int(sent.address.split("/")[2])
    with client.application.test_request_context():
        with stored(client.application) as session:
            user = session.get_one(ImportBatch, number).created_by_id
        worker_of(user).clear(number, 0)
    return Sent(client, f"/imports/{number}/clear")


def waiting(deed: str) -> Callable[[FlaskClient, str], Sent]:
    """An import of somebody else, whose sample and totals the reviewer has opened."""

    def form(client: FlaskClient, _: str) -> Sent:
        add_user(client.application, Role.OFFICER)
        number, user = _own(client)
        loaded(client.application, user, number, 2)
        for address in re.findall(r'href="(/trainings/[^"]+/review)"', client.get(f"/imports/{number}/review").text):
            client.get(address)
        client.get(f"/imports/{number}/totals")
        return Sent(client, f"/imports/{number}/{deed}", {"note": "Compared with the file"})

    return form


IMPORTS: dict[str, Write] = {
    "imports.upload": Write(uploaded, apart=BATCH | CELLS),
    "imports.choose_table": Write(step("table"), apart=BATCH),
    "imports.match_columns": Write(step("columns"), apart=BATCH),
    "imports.set_handling": Write(checked("handling", marking="GREEN"), apart=BATCH),
    "imports.decide_meanings": Write(step("meanings")),
    "imports.check": Write(unchecked, apart=BATCH | LINES | CELLS),
    "imports.mend_rows": Write(checked("rows", state="new", line="1", **{"cell-1-1": "Another title"}), apart=BATCH | LINES),
    "imports.load": Write(nearly_loaded, (Action.IMPORTED,), apart=BATCH),
    "imports.cancel": Write(checked("cancel"), apart=BATCH | LINES | CELLS),
    "imports.undo": Write(finished, (Action.IMPORT_UNDONE,), apart=BATCH),
    "imports.clear": Write(nearly_cleared, apart=BATCH),
    "imports.verify_whole": Write(waiting("verify"), (Action.IMPORT_VERIFIED,), Role.REVIEWER, apart=NOTICE),
    "imports.return_whole": Write(waiting("return"), (Action.IMPORT_RETURNED,), Role.REVIEWER, apart=NOTICE),
}

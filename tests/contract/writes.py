"""What a table of writes is made of: the events that a POST leaves, and the form that makes it succeed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.forms import form_fields
from tracker.accounts.models import Role
from tracker.audit.actions import Action
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


@dataclass(frozen=True)
class Sent:
    """What a person would send: from which browser, where to, and a form or JSON."""

    client: FlaskClient
    address: str
    data: Any = None
    json: Any = None
    method: str = "POST"
    headers: Mapping[str, str] | None = None

    def post(self) -> Any:
        return self.client.open(self.address, method=self.method, data=self.data, json=self.json, headers=self.headers)


# a browser in which somebody of the right role is signed in, an address with a real object behind it -> a request that succeeds
Form = Callable[[FlaskClient, str], Sent]


@dataclass(frozen=True)
class Write:
    """What a POST does: the events that it leaves, in order, and how to make it succeed."""

    form: Form
    events: tuple[Action, ...] = ()
    role: Role = Role.OFFICER
    # tables that it writes and that need no event of their own; each is marked `__audited__ = False` with a reason
    apart: frozenset[str] = frozenset()


SIGN_IN = frozenset({"sign_in_session"})
CHALLENGE = frozenset({"passkey_challenge"})
DRAFT = frozenset({"draft"})
NOTICE = frozenset({"notification"})


def with_form(**values: str) -> Form:
    """The same form whatever is in the database."""
    return lambda client, address: Sent(client, address, values)


def changed(client: FlaskClient, address: str, form_id: str, **values: str) -> Any:
    """The form that the page at `address` shows, with other words in some of its fields."""
    form = form_fields(client.get(address).text, form_id)
    for name, value in values.items():
        form[name] = value
    return form

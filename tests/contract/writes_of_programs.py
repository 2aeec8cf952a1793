"""How each write of a program succeeds, and what it leaves in the trail."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.contract.writes import Form, Sent, Write
from tests.tracker.api.conftest import token_of
from tracker.audit.actions import Action

ADDRESS, SOURCES = "/api/v1/handovers", "/api/v1/sources"
# that the call was made is counted, and when the token was used last is noted, whatever becomes of it
COUNTED = frozenset({"attempt"})
CALL = COUNTED | {"api_call"}


def create(client: FlaskClient, _: str) -> Sent:
    return Sent(client, ADDRESS, json={"title": "Of a program"}, headers=told(client, key="made"))


def change(method: str, address: str = ADDRESS) -> Form:
    def sent(client: FlaskClient, _: str) -> Sent:
        headers = told(client)
        made = client.post(address, json={"title": "Of a program"}, headers=headers)
        told_now = headers | {"If-Match": made.headers["ETag"], "Idempotency-Key": method}
        return Sent(client, made.headers["Location"], json={"title": "Changed"}, method=method, headers=told_now)

    return sent


def told(client: FlaskClient, key: str = "") -> dict[str, str]:
    """The headers of an officer's program."""
    token = {"Authorization": f"Bearer {token_of(client.application, 'officer')}"}
    return token | ({"Idempotency-Key": key} if key else {})


def create_source(client: FlaskClient, _: str) -> Sent:
    return Sent(client, SOURCES, json={"title": "A letter"}, headers=told(client, key="letter"))


PROGRAMS: dict[str, Write] = {
    "api.create_record": Write(create, (Action.RECORD_SAVED,), apart=CALL),
    "api.create_source": Write(create_source, (Action.SOURCE_SAVED,), apart=CALL),
    "api.replace_record": Write(change("PUT"), (Action.RECORD_SAVED,), apart=CALL),
    "api.change_record": Write(change("PATCH"), (Action.RECORD_SAVED,), apart=CALL),
    "api.replace_source": Write(change("PUT", SOURCES), (Action.SOURCE_SAVED,), apart=CALL),
    "api.change_source": Write(change("PATCH", SOURCES), (Action.SOURCE_SAVED,), apart=CALL),
}

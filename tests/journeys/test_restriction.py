"""Promises about a restricted record: nobody changes it by any way, no page offers it, and every refusal says why."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, contents, enter, errors_of, form_fields, inspected, minimal, page
from tracker.accounts.models import Role
from tracker.record_types import RECORD_TYPES

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
SAID = "is restricted: it is kept as it is"


class TestOlderVersions:
    def test_none_is_restored_and_none_is_offered(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        change(officer, address, place="Boten")
        assert f"{address}/history/1/restore" in page(officer, f"{address}/history/1").html
        restrict(client_as, address)
        before = kept(app)
        assert SAID in inspected(officer.post(f"{address}/history/1/restore", data={"version": "2"}), 409).text
        assert kept(app) == before
        assert f"{address}/history/1/restore" not in page(officer, f"{address}/history/1").html


class TestMerging:
    @pytest.mark.parametrize("restricted", [0, 1], ids=["the one that goes", "the one that stays"])
    def test_neither_side_may_be_restricted(self, app: Flask, client_as: ClientAs, restricted: int) -> None:
        officer = client_as(Role.OFFICER)
        both = [enter(officer, HANDOVER, minimal(HANDOVER, number)) for number in (1, 2)]
        goes, stays = both[0], both[1].rpartition("/")[2]
        form = form_fields(page(officer, f"{goes}/merge?into={stays}").html)
        restrict(client_as, both[restricted])
        before = kept(app)
        refused = officer.get(f"{goes}/merge?into={stays}")
        assert refused.status_code == (422 if restricted else 409)
        assert SAID in (errors_of(refused.text) or inspected(refused, refused.status_code).text)
        assert SAID in inspected(officer.post(f"{goes}/merge/{stays}", data=form), 409).text
        assert kept(app) == before


# --- What the tests need ---


def restrict(client_as: ClientAs, address: str) -> None:
    answer = client_as(Role.REVIEWER, "watcher").post(f"{address}/restriction", data={"reason": "The court doubts it"})
    assert answer.status_code == 303


def change(client: FlaskClient, address: str, **typed: str) -> None:
    form = form_fields(client.get(f"{address}/edit").text)
    for name, value in (typed | {"action": "save"}).items():
        form[name] = value
    assert client.post(f"{address}/edit", data=form).status_code == 303


def kept(app: Flask) -> dict[str, Any]:
    """What is stored of records and their files."""
    return {name: rows for name, rows in contents(app).items() if name.startswith(("record", "review", "attachment"))}

"""Promises about what leaves the house: noted, seen, withdrawn with a reason, and its recipients told of corrections."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.forms import approval, enter, minimal
from tests.journeys.test_personal_data import HANDOVER, change, raw_bytes
from tests.journeys.test_retention import ASKED, all_tables
from tests.pages import errors_of, page
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.database.columns import utc_now
from tracker.notifications.kinds import Kind
from tracker.notifications.models import Notification
from tracker.records.disclosure_models import Disclosure

pytestmark = pytest.mark.once

NAME = "Zubeida Vossberg"
ENTRY = {
    "party": "Burma",
    "authority": "Ministry of Home Affairs, central authority",
    "given_on": "March 2026",
    "channel": "i_24_7",
    "purpose": "Request for a visit in prison",
    "given": "names",
    "version": "1",
    "caveats": "For police use only",
}


class TestTheLog:
    def test_a_disclosure_is_noted_once_and_shown_with_everything_that_was_said(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER, "ana")
        address = named(officer)
        assert "Nobody outside received it" in page(officer, f"{address}/disclosures").text
        form = page(officer, f"{address}/disclosures/new").html
        token = re.search(r'name="token" value="([0-9a-f]{32})"', form)
        assert token
        assert '<option selected value="1">' in form, "the current version stands first"
        for _ in range(2):
            assert note(officer, address, token=token[1]).status_code == 303
        assert note(officer, address, token=token[1], purpose="Another purpose altogether").status_code == 303
        assert count(app, Disclosure) == 2, "the same form is one entry, a changed one another"
        said = page(officer, f"{address}/disclosures").text
        for words in ("Myanmar", ENTRY["authority"], "March 2026", "I-24/7", ENTRY["purpose"], "with names", ENTRY["caveats"], "Ana"):
            assert words in said, words
        assert f"{address}/readers" in page(officer, f"{address}/disclosures").links
        assert f"{address}/disclosures" in page(officer, f"{address}/readers").links
        assert f"{address}/disclosures" in page(officer, address).links
        assert [event.action for event in events(app, address) if "disclos" in event.action] == ["disclosed", "disclosed"]

    @pytest.mark.parametrize(
        ("field", "value", "why"),
        [
            ("party", "", "Say to which country"),
            ("party", "Atlantis", "is not known"),
            ("party", "Laos; Thailand", "Only one here"),
            ("party", "China", "our own state"),
            ("authority", "", "which authority"),
            ("authority", "   ", "which authority"),
            ("authority", "\t\t", "which authority"),
            ("authority", "\u3000\u3000", "which authority"),
            ("given_on", "", "Say when"),
            ("given_on", "soon", "soon"),
            ("given_on", "2199", "still to come"),
            ("given_on", str((utc_now() + timedelta(days=2)).date()), "still to come"),
            ("channel", "", "Choose one"),
            ("channel", "pigeon", "Choose one"),
            ("purpose", "short", "at least 10"),
            ("purpose", " " * 20, "for which purpose"),
            ("purpose", "x" * 301, "At most 300"),
            ("given", "everything", "Choose one"),
            ("version", "2", "Choose one"),
            ("version", "x" * 400, "Choose one"),
            ("caveats", "a\x07b", "cannot be stored"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
        self, app: Flask, client_as: ClientAs, field: str, value: str, why: str
    ) -> None:
        officer = client_as(Role.OFFICER)
        address = named(officer)
        answer = note(officer, address, **{field: value})
        assert answer.status_code == 422
        assert why in errors_of(answer.text)
        for name in ("authority", "purpose", "caveats", "given_on"):
            assert name == field or f'value="{ENTRY[name]}"' in answer.text, name
        assert count(app, Disclosure) == 0

    def test_who_may_note_and_who_may_see(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = named(officer)
        assert note(officer, address).status_code == 303
        for role, sees, notes in (
            (Role.VIEWER, 403, 403), (Role.MANAGER, 403, 403), (Role.REVIEWER, 200, 303), (Role.ADMINISTRATOR, 200, 403),
        ):  # fmt: skip
            client = client_as(role)
            assert client.get(f"{address}/disclosures").status_code == sees, role
            assert client.get(f"{address}/disclosures.csv").status_code == sees, role
            assert note(client, address).status_code == notes, role

    def test_a_wrong_entry_is_withdrawn_once_with_a_reason_and_stays(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER, "ana")
        address = named(officer)
        note(officer, address)
        place = f"{address}/disclosures/1/withdraw"
        for reason in ("", "      ", "\u3000" * 6):
            assert officer.post(place, data={"reason": reason}).status_code == 422
        assert officer.get(f"{address}/disclosures/7/withdraw").status_code == 404
        assert officer.post(place, data={"reason": f"It went to another, says {NAME}"}).status_code == 303
        again = officer.post(place, data={"reason": "Once more"}, follow_redirects=True)
        assert "withdrawn this entry already" in again.text
        said = page(officer, f"{address}/disclosures").text
        assert "It went to another, says [HND-" in said
        assert NAME not in said
        assert ENTRY["authority"] in said
        retire(client_as(Role.REVIEWER), address)
        assert due(app) == [], "nobody has to be told of what nobody received"

    def test_the_file_is_one_event_and_runs_nothing(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        address = named(officer)
        note(officer, address, authority="=HYPERLINK(1)")
        before = len(events(app, address))
        rows = list(csv.reader(io.StringIO(officer.get(f"{address}/disclosures.csv").text.lstrip("\ufeff"))))
        assert rows[1][1:3] == ["Myanmar (Burma)", "'=HYPERLINK(1)"]
        assert [event.action for event in events(app, address)[before:]] == ["exported"]
        assert "a file of who received it" in page(officer, f"{address}/readers").text

    def test_no_name_stands_in_the_log_typed_before_or_after_it_was_known_and_after_erasure_the_log_is_there(
        self, app: Flask, client_as: ClientAs, database_url: str
    ) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        ref = address.rpartition("/")[2]
        typed = {
            "authority": f"Counsel of Vossberg, Zubeida {'a' * 250}",
            "purpose": f"About {NAME.upper()} only",
            "caveats": f"{NAME} asks",
        }
        assert note(officer, address, **typed).status_code == 303
        change(officer, ref, {"subjects-0-no": "1", "subjects-0-kind": "victim", "subjects-0-name": NAME})
        assert note(officer, address, **typed).status_code == 303
        assert rows_with(app, "Vossberg") == []
        assert f"About [{ref}/1" in page(officer, f"{address}/disclosures").text
        assert officer.post(f"{address}/erasure", data=ASKED).status_code == 303
        assert reviewer.post(f"{address}/erasure/decision", data=approval(address)).status_code == 303
        assert count(app, Disclosure) == 2
        said = page(officer, f"{address}/disclosures").text
        assert "Myanmar" in said
        assert rows_with(app, "vossberg") == []
        assert [where for where in raw_bytes(database_url) if b"Vossberg" in where or b"VOSSBERG" in where] == []


# --- What the tests need ---


def named(client: FlaskClient) -> str:
    """A handover with one person; its address."""
    return enter(client, HANDOVER, minimal(HANDOVER, 7) | {"subjects-0-no": "1", "subjects-0-kind": "suspect", "subjects-0-name": NAME})


def note(client: FlaskClient, address: str, **values: str) -> Any:
    return client.post(f"{address}/disclosures/new", data=ENTRY | values)


def verify(client: FlaskClient, address: str, version: int) -> None:
    assert client.post(f"{address}/verify", data={"version": str(version)}).status_code == 303


def retire(client: FlaskClient, address: str) -> None:
    version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(f"{address}/retire").text)
    assert version
    assert client.post(f"{address}/retire", data={"version": version[1], "note": "Entered twice"}).status_code == 303


def due(app: Flask) -> list[int]:
    with stored(app) as session:
        return list(session.scalars(sa.select(Disclosure.no).where(Disclosure.due_since.is_not(None)).order_by(Disclosure.no)))


def told(app: Flask, username: str, *, unread: bool = False) -> int:
    """How often somebody was told that a correction is due."""
    with stored(app) as session:
        kept = session.scalars(sa.select(Notification).where(Notification.kind == Kind.CORRECTION_DUE)).all()
        names = dict(session.execute(sa.text("SELECT id, username FROM user_account")).all())
        return sum(1 for one in kept if names[one.user_id] == username and not (unread and one.read_at))


def count(app: Flask, model: Any) -> int:
    with stored(app) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def events(app: Flask, address: str) -> list[AuditEvent]:
    """The events about a record or about lists."""
    with stored(app) as session:
        target = AuditEvent.target.startswith(address.rpartition("/")[2])
        found = list(session.scalars(sa.select(AuditEvent).where(target).order_by(AuditEvent.no)))
        session.expunge_all()
        return found


def rows_with(app: Flask, word: str) -> list[str]:
    with stored(app) as session:
        everything = [repr(row) for table in all_tables(session) for row in session.execute(sa.text(f'SELECT * FROM "{table}"'))]
    return [row for row in everything if word.lower() in row.lower()]

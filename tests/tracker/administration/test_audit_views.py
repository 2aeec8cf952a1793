"""The page of the trail: everything, in words, for administrators only."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, stored
from tests.factories.desks import desk
from tests.forms import enter, minimal
from tests.pages import errors_of, page
from tracker.accounts.models import Role, User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.audit.words import ACTION_WORDS, GROUPS
from tracker.record_types import RECORD_TYPES

pytestmark = pytest.mark.once

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")


class TestPage:
    def test_what_was_done_is_there_in_words_with_links(self, admin: FlaskClient, client_as: ClientAs) -> None:
        ana = client_as(Role.OFFICER, "ana")
        address = enter(ana, HANDOVER, minimal(HANDOVER))
        ref = address.rpartition("/")[2]
        found = page(admin, "/audit/")
        assert f"Ana Record saved {ref} open {ref}" in found.text
        assert address in found.links
        assert f"/audit/?about={ref}" in found.links
        assert "Version: 1" in found.text

    def test_a_change_shows_before_and_after(self, app: Flask, admin: FlaskClient) -> None:
        said = {"changed": {"title": ["Old words", "New words"], "publisher": ["", "Ministry"]}}
        write(app, Action.SOURCE_SAVED, "SRC-2026-0001", detail=said)
        text = page(admin, "/audit/").text
        assert "Title: Old words → After: New words" in text
        assert "Publisher: – → After: Ministry" in text

    @pytest.mark.parametrize(
        ("action", "detail", "expected"),
        [
            (Action.RECORD_READ, {"page": "show", "version": 2}, ("What was read: the record", "Version: 2")),
            (Action.RECORD_READ, {"for": "review"}, ("Opened for: a decision in review",)),
            (Action.RECORD_SAVED, {"state": "submitted"}, ("State: waits for verification",)),
            (Action.USER_CHANGED, {"after": {"active": False}, "before": {"active": True}, "changed": ["active", "email"]},
             ("May sign in: yes → After: no", "Changed: E-mail")),
            (Action.REVIEW_DATE_SET, {"before": "2027-03-01", "after": "2028-03-02"}, ("Review date: 1 March 2027 → After: 2 March 2028",)),
            (Action.DESK_CHANGED, {"after": {"name": "Mekong", "parties": ["LAO"], "people": ["ana"], "covers_all": False}},
             ("Name: Mekong", "Partners: Laos", "Officers: Ana")),
            (Action.DESK_CHANGED, {"name": "Mekong", "closed": False}, ("Opened again",)),
            (Action.EXPORTED, {"format": "csv", "rows": 3, "filter": {"q": True, "partner": "LAO", "kind": ["handover"]}},
             ("Format: CSV", "Rows: 3", "Type: Handover; Partner: Laos; Words were typed (not kept here)")),
            (Action.EXPORTED, {"filter": {}}, ("Filter: everything",)),
            (Action.SIGNED_IN, {"method": "single_sign_on", "second_factor": True},
             ("Signed in with: single sign-on", "Second factor: yes")),
            (Action.SESSION_ENDED, {"why": "idle"}, ("Why: nothing done for too long",)),
            (Action.FILE_READ, {"kind": "pdf", "size": 340_000}, ("Type: PDF", "Size: 340 KB")),
            (Action.EXPORTED, {"never_heard_of": {"inner": "a_code"}}, ("never heard of: inner: a_code",)),
        ],
    )  # fmt: skip
    def test_promise_codes_are_words_and_what_is_unknown_stays_as_it_is(
        self, app: Flask, admin: FlaskClient, client_as: ClientAs, action: Action, detail: dict[str, Any], expected: tuple[str, ...]
    ) -> None:
        client_as(Role.OFFICER, "ana")
        write(app, action, "HND-2026-0001", detail=detail)
        text = page(admin, "/audit/?about=HND-2026-0001").text
        assert [words for words in expected if words not in text] == [], text[-600:]

    def test_a_hash_is_short_and_whole_on_demand(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.FILE_READ, "HND-2026-0001", detail={"sha256": "0123456789abcdef" * 4})
        text = page(admin, "/audit/").text
        assert "Fingerprint (SHA-256): 0123456789ab…" in text
        assert "0123456789abcdef" * 4 in text

    def test_what_it_is_about_is_called_by_its_name_and_opens(self, app: Flask, admin: FlaskClient, client_as: ClientAs) -> None:
        client_as(Role.OFFICER, "ana")
        with stored(app) as session:
            number = desk(session, "North desk").id
        for target in (f"desk:{number}", "desk:999", "user:ana", "user:gone", "handovers", "personal-data", "/never/heard"):
            write(app, Action.EXPORTED, target)
        found = page(admin, "/audit/")
        for words in ("North desk open North desk", "desk:999", "Ana (ana) open Ana (ana)", "gone", "Handovers", "Keys of personal data"):
            assert f"Exported {words}" in found.text, words
        assert "Exported /never/heard" in found.text
        assert {f"/desks/{number}", f"/audit/?about=desk:{number}", "/administration/people/ana"} <= set(found.links)
        assert "/administration/people/gone" not in found.links
        rows = {row["About (code)"]: row["About"] for row in csv.DictReader(io.StringIO(admin.get("/audit/events.csv").text))}
        assert (rows[f"desk:{number}"], rows["user:ana"]) == ("North desk", "Ana (ana)")

    def test_a_record_that_the_reader_may_not_see_is_named_but_not_linked(
        self, app: Flask, admin: FlaskClient, client_as: ClientAs
    ) -> None:
        address = enter(client_as(Role.OFFICER, "ana"), HANDOVER, minimal(HANDOVER) | {"action": "draft"})
        found = page(admin, "/audit/")
        assert address.rpartition("/")[2] in found.text
        assert address not in found.links

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER, Role.REVIEWER, Role.MANAGER])
    def test_nobody_else_sees_it(self, client_as: ClientAs, role: Role) -> None:
        client = client_as(role)
        assert client.get("/audit/").status_code == 403
        assert client.get("/audit/events.jsonl").status_code == 403
        assert client.get("/audit/events.csv").status_code == 403
        assert "/audit/" not in client.get("/").text

    def test_what_somebody_typed_is_text(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.NAME_READ, "HND-2026-0001", purpose="<script>alert(1)</script>")
        assert "<script>alert" not in admin.get("/audit/").text

    def test_a_forged_detail_is_shown_as_it_stands(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.EXPORTED, "records")
        with stored(app) as session:
            trigger = "audit_event_kept" + ("" if session.get_bind().dialect.name == "sqlite" else " ON audit_event")
            session.execute(sa.text(f"DROP TRIGGER {trigger}"))
            session.execute(sa.text("UPDATE audit_event SET detail = 'not { json', action = 'unheard_of'"))
        text = page(admin, "/audit/").text
        assert "not { json" in text
        assert "unheard of" in text


class TestFilter:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("person=ana", ["A1", "A2"]),
            ("person=-", ["C1", "D1"]),
            ("action=name_read", ["A2", "B1"]),
            ("action=all-reads", ["A1", "A2", "B1"]),
            ("action=all-reads&person=ben", ["B1"]),
            ("about=HND-2026-0001", ["A1", "B1"]),
            ("about=hnd-2026-0001", ["A1", "B1"]),
            ("about=north desk", ["D1"]),
            ("about=EXPORTED", []),
            ("purpose=TRIAL", ["A2", "B1"]),
            ("purpose=%25", ["B1"]),
            ("purpose=_", []),
            ("purpose=100%25", ["B1"]),
            ("since=2000&until=2100", ["A1", "A2", "B1", "C1", "D1"]),
            ("until=1999", []),
            ("since=2100", []),
        ],
    )
    def test_it_narrows_to_what_was_asked(
        self, app: Flask, admin: FlaskClient, client_as: ClientAs, query: str, expected: list[str]
    ) -> None:
        client_as(Role.OFFICER, "ana")
        client_as(Role.OFFICER, "ben")
        write(app, Action.RECORD_READ, "HND-2026-0001", who="ana", detail={"mark": "A1"})
        write(app, Action.NAME_READ, "HND-2026-0002", who="ana", purpose="for the trial", detail={"mark": "A2"})
        write(app, Action.NAME_READ, "HND-2026-0001", who="ben", purpose="Trial, 100% sure", detail={"mark": "B1"})
        write(app, Action.USER_ADDED, "user:cleo", detail={"mark": "C1"})
        with stored(app) as session:
            number = desk(session, "North desk").id
        write(app, Action.DESK_CHANGED, f"desk:{number}", detail={"mark": "D1"})
        text = page(admin, f"/audit/?{query}").text
        assert [mark for mark in ("A1", "A2", "B1", "C1", "D1") if f"mark: {mark}" in text] == expected

    def test_days_are_those_of_the_ministry(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.EXPORTED, "records", detail={"mark": "A1"})
        with stored(app) as session:
            at = session.scalars(sa.select(AuditEvent.at).order_by(AuditEvent.no.desc())).first()
        assert at is not None
        app.config["TIME_ZONE"] = "Pacific/Kiritimati"  # 14 hours ahead
        there = (at + timedelta(hours=14)).date()
        for day, is_there in ((there, True), (there - timedelta(days=1), False), (there + timedelta(days=1), False)):
            assert ("mark: A1" in page(admin, f"/audit/?since={day}&until={day}").text) is is_there, day

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("person=nobody-like-that", "There is no user"),
            ("action=fly", "There is no action"),
            ("since=soon", "soon"),
            ("since=2025&until=2024", "The last day comes before the first."),
        ],
    )
    def test_what_nothing_could_be_is_said_and_what_was_typed_stays(self, admin: FlaskClient, query: str, said: str) -> None:
        answer = admin.get(f"/audit/?{query}")
        assert answer.status_code == 400
        assert said in errors_of(answer.text)
        assert "<title>Error: Trail" in answer.text
        assert 'id="event-' not in answer.text
        for part in query.split("&"):
            name, _, value = part.partition("=")
            kept = f'selected value="{value}"' if name in ("person", "action") else f'id="{name}" name="{name}" type="text" value="{value}"'
            assert kept in answer.text
        assert admin.get(f"/audit/events.jsonl?{query}").status_code == 302


class TestPages:
    def test_they_follow_each_other_without_gap_or_repetition_while_events_arrive(self, app: Flask, admin: FlaskClient) -> None:
        for number in range(3):
            write(app, Action.EXPORTED, "records", times=40, detail={"run": number})
        seen: list[int] = []
        url = "/audit/"
        while url:
            found = page(admin, url)
            seen += numbers(found)
            write(app, Action.EXPORTED, "records", times=3)  # they must not push anything onto the next page
            url = next((link for link in found.links if "before=" in link), "")
        assert seen == list(range(seen[0], 0, -1))
        back = page(admin, "/audit/?before=20")
        newer = next(link for link in back.links if "after=" in link)
        assert numbers(page(admin, newer)) == list(range(69, 19, -1))

    @pytest.mark.parametrize("query", ["before=x", "after=-1", "before=99999999999999", "after=٣", "before=1", "after=99999"])
    def test_wrong_numbers_break_nothing(self, admin: FlaskClient, query: str) -> None:
        assert page(admin, f"/audit/?{query}").status == 200


class TestFile:
    def test_it_holds_what_the_page_shows_and_leaves_an_event_of_its_own(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.EXPORTED, "records", times=7)
        write(app, Action.NAME_READ, "HND-2026-0001", purpose="a secret purpose", detail={"mark": "é\u2028"})
        answer = admin.get("/audit/events.jsonl?purpose=secret&about=HND-2026-0001")
        assert answer.mimetype == "application/x-ndjson"
        assert "attachment" in answer.headers["Content-Disposition"]
        lines = answer.text.splitlines()
        assert [json.loads(line)["detail"] for line in lines] == [{"mark": "é\u2028"}]
        with stored(app) as session:
            last = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.no.desc())).first()
            assert last is not None
            assert (last.action, last.target, last.actor) == ("exported", "audit", "administrator")
            assert json.loads(last.detail) == {"filter": {"about": True, "purpose": True}, "format": "jsonl", "rows": 1}

    def test_the_one_for_spreadsheets_holds_the_words_of_the_page_and_nothing_that_runs(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.RECORD_READ, "HND-2026-0001", purpose="=1+1 secret", detail={"page": "show", "version": 2})
        answer = admin.get("/audit/events.csv?purpose=secret")
        assert answer.mimetype == "text/csv"
        (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert (row["Action"], row["Action (code)"], row["About"]) == ("Record read", "record_read", "HND-2026-0001")
        assert row["Reason or purpose"] == "'=1+1 secret"
        assert row["Detail"] == "What was read: the record\nVersion: 2"
        with stored(app) as session:
            assert row["Hash"] == session.scalar(sa.select(AuditEvent.hash).where(AuditEvent.purpose != ""))
        last = json.loads(admin.get("/audit/events.jsonl?action=exported").text.splitlines()[-1])
        assert last["detail"] == {"filter": {"purpose": True}, "format": "csv", "rows": 1}

    def test_the_command_gives_the_same_lines(self, app: Flask, admin: FlaskClient) -> None:
        write(app, Action.EXPORTED, "records", times=3)
        page_lines = admin.get("/audit/events.jsonl").text.splitlines()
        command_lines = app.test_cli_runner().invoke(args=["audit", "export"]).output.splitlines()
        assert command_lines[: len(page_lines)] == page_lines
        assert app.test_cli_runner().invoke(args=["audit", "export", "--until", "2001-01-01"]).output == ""


@pytest.mark.engine_free
class TestWords:
    def test_every_action_has_words(self) -> None:
        assert {action.value for action in Action} <= set(ACTION_WORDS)

    def test_groups_name_actions_that_exist(self) -> None:
        assert {word for _, _, words in GROUPS for word in words} <= set(ACTION_WORDS)


@pytest.fixture
def admin(client_as: ClientAs) -> FlaskClient:
    return client_as(Role.ADMINISTRATOR)


def write(app: Flask, action: Action, target: str, *, who: str = "", times: int = 1, **more: Any) -> None:
    with stored(app) as session:
        actor = session.scalars(sa.select(User).where(User.username == who)).one() if who else None
        for _ in range(times):
            audit.write(actor, session, action, target, **more)


def numbers(found: Any) -> list[int]:
    return [int(one.removeprefix("event-")) for one in found.ids if one.startswith("event-")]

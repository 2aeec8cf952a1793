"""Records written by programs: the checks, services and rights of the form, at most once, and never over somebody else's change."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import add_user, contents, stored
from tests.contract.whole_records import filled
from tests.factories import records, sources
from tests.tracker.accounts.conftest import Clock, user_of
from tests.tracker.api.conftest import Program, misfits, program_of
from tracker.accounts.models import Role, Scope
from tracker.audit.models import AuditEvent
from tracker.record_types import RECORD_TYPES
from tracker.records.models import Record, RecordVersion

OPERATIONS = "/api/v1/operations"
WHOLE = {"title": "From a program", "start": "2024-05", "parties": [{"party": "LAO", "role": "lead"}]}
KEPT = (
    *("ref", "version", "owner_id", "owner", "review_state", "verified_version", "effective_marking", "restricted_at", "merged_into"),
    *("created_at", "discarded_at", "id"),
)
TRAIL = {"audit_event", "audit_mention", "audit_head", "attempt", "api_token"}


def made(client: FlaskClient, given: dict[str, Any] | None = None, **headers: str) -> Any:
    answer = client.post(OPERATIONS, json=WHOLE if given is None else given, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer


def tried(client: FlaskClient, method: str, address: str, tag: str = "*", **given: Any) -> Any:
    return client.open(address, method=method, headers={"If-Match": tag}, **given)


class TestEveryType:
    @pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
    def test_what_a_form_says_a_program_says_too_and_reads_back(self, app: Flask, program: Program, record_type: Any) -> None:
        client = program(Role.REVIEWER)
        with stored(app) as session:
            document = filled(session, user_of(session, "reviewer"), record_type)
        described = client.get("/api/v1/openapi.json").get_json()
        kept = {child.name: child.kept for child in record_type.all_lists if child.kept}
        for name, hidden in kept.items():
            document[name] = [{key: value for key, value in row.items() if key not in hidden} for row in document[name]]
        assert misfits(document, {"$ref": f"#/components/schemas/{record_type.kind.capitalize()}Written"}, described) == []
        answer = client.post(f"/api/v1/{record_type.slug}?state=submitted", json=document)
        assert answer.status_code == 201, answer.text
        body = answer.get_json()
        assert body["review_state"] == "submitted"
        address = answer.headers["Location"]
        assert client.get(address).get_json()["document"] == body["document"]
        assert {name: body["document"][name] for name in document if name != "figures"} == {
            n: v for n, v in document.items() if n != "figures"
        }
        again = tried(client, "PUT", address, answer.headers["ETag"], json=body["document"])
        assert (again.status_code, again.get_json()["version"]) == (200, 1), "the same says nothing new"
        bare = tried(
            client,
            "PUT",
            address,
            answer.headers["ETag"],
            json={"title": "Alone", "parties_basis": "not_stated", "evidence": document["evidence"][:1]},
        )
        assert bare.status_code == 200, bare.text
        said = bare.get_json()["document"]
        assert (said["title"], said["parties"], said["figures"], said["summary"]) == ("Alone", [], [], "")


@pytest.mark.once
class TestWrites:
    def test_a_draft_is_the_default_and_is_sent_to_review_when_asked(self, app: Flask, program: Program) -> None:
        client = program(Role.OFFICER)
        draft = made(client, {})
        address = draft.headers["Location"]
        assert draft.get_json()["review_state"] == "draft"
        held = tried(client, "PATCH", f"{address}?state=submitted", draft.headers["ETag"], json={"title": "Now"})
        assert (held.status_code, [one["pointer"] for one in held.get_json()["errors"]]) == (409, ["/parties", "/evidence"])
        kept = tried(client, "PATCH", address, draft.headers["ETag"], json={"title": "Later", "reason": "by telephone"}).get_json()
        assert (kept["review_state"], kept["document"]["title"], kept["version"]) == ("draft", "Later", 2)
        with stored(app) as session:
            assert session.scalar(sa.select(RecordVersion.reason).order_by(RecordVersion.version.desc()).limit(1)) == "by telephone"
            event = session.scalars(sa.select(AuditEvent.detail).order_by(AuditEvent.no.desc()).limit(1)).one()
        assert '"by_token":1' in event.replace(" ", "")

    def test_what_is_wrong_is_said_at_its_place_and_nothing_is_stored(self, app: Flask, program: Program) -> None:
        client = program(Role.OFFICER)
        before = contents(app)
        for given, status, pointers in (
            ({"titel": "x"}, 422, ["/titel"]),
            ({"parties": [{"party": "LAO", "role": "lead"}, {"party": "Laos", "role": "lead"}]}, 422, ["/parties/1/party"]),
            ({"start": "31.12.2024"}, 422, ["/start"]),
            ({"start": "2024-02-31"}, 409, ["/start"]),
            ({"end": "2023", "start": "2024"}, 409, ["/end"]),
            ({"parent": "OPS-1999-0001"}, 409, ["/parent"]),
            ({"a/b~c": 1}, 422, ["/a~1b~0c"]),
            ({"figures": [{"metric": "arrests", "qualifier": "exact", "value_lo": 1}]}, 409, ["/figures/0/qualifier"]),
        ):
            answer = client.post(OPERATIONS, json=given)
            assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), given
            assert [error["pointer"] for error in answer.get_json()["errors"]] == pointers
        assert {name for name, rows in contents(app).items() if rows != before[name]} <= TRAIL

    @pytest.mark.once
    def test_what_may_be_there_already_is_named_until_it_was_seen(self, app: Flask, program: Program) -> None:
        client = program(Role.OFFICER)
        with stored(app) as session:
            officer = user_of(session, "officer")
            source = sources.source(session, officer).ref
            titles, cites = ("Raid on a call centre in Vientiane", "Raids on call centres in Vientiane"), [records.evidence(1, source)]
            there = [records.document("operation", ["LAO"], "2024-05", title=title, evidence=cites) for title in titles]
            refs = [records.save(session, officer, one).ref for one in there]
            hidden = records.save(session, officer, records.document("operation", ["LAO"], title=titles[0], marking="RED")).ref
        given = WHOLE | {"title": "Raid on the call centre in Vientiane", "evidence": [{"source": source}]}
        reviewer, sent = program(Role.REVIEWER), f"{OPERATIONS}?state=submitted"
        refused = reviewer.post(sent, json=given, headers={"Idempotency-Key": "k"})
        told = refused.get_json()
        assert (refused.status_code, told["errors"][0]["parameter"]) == (409, "seen")
        assert {twin["ref"] for twin in told["twins"]} == set(refs)
        assert hidden not in refused.text
        described = client.get("/api/v1/openapi.json").get_json()
        assert misfits(told, {"$ref": "#/components/schemas/Problem"}, described) == []
        one_seen = reviewer.post(f"{sent}&seen={refs[0]}", json=given).get_json()
        assert one_seen["errors"][0]["message"].endswith(f"{refs[1]}.")
        seen = "".join(f"&seen={ref}" for ref in refs)
        assert reviewer.post(sent + seen, json=given, headers={"Idempotency-Key": "k"}).status_code == 201
        draft = made(client, given | {"title": "Raid upon a call centre in Vientiane"})
        address, tag = draft.headers["Location"], draft.headers["ETag"]
        answer = tried(client, "PATCH", f"{address}?state=submitted", tag, json={})
        assert (answer.status_code, hidden in answer.text, "twins" in answer.get_json()) == (409, True, True)
        every = "".join(f"&seen={twin['ref']}" for twin in answer.get_json()["twins"])
        submitted = tried(client, "PATCH", f"{address}?state=submitted{every}", tag, json={})
        assert submitted.get_json()["review_state"] == "submitted", submitted.text
        assert tried(client, "PATCH", address, json={"summary": "Once it waits nobody is asked again"}).status_code == 200

    @pytest.mark.parametrize("name", KEPT)
    def test_no_field_that_the_tracker_keeps_can_be_written(self, program: Program, name: str) -> None:
        client = program(Role.OFFICER)
        answer = client.post(OPERATIONS, json={name: 1})
        assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, f"/{name}")

    @pytest.mark.parametrize(
        ("data", "media", "status"),
        [
            (b"{", "application/json", 400), (b'{"title": "a", "title": "b"}', "application/json", 400),
            (b"\xff", "application/json", 400), (b"[]", "application/json", 422),
            (b'{"days": NaN}', "application/json", 400), (b"[" * 900 + b"]" * 900, "application/json", 400),
            (b"9" * 5_000, "application/json", 400), (b"[" * 100_000, "application/json", 400), (b"{}", "text/plain", 415), (b"", "", 415),
            (b"title=x", "application/x-www-form-urlencoded", 415), (b"{}", "application/merge-patch+json", 415),
            (b'{"title": "' + b"x" * 2_200_000 + b'"}', "application/json", 413),
        ],
    )  # fmt: skip
    def test_what_is_no_object_of_json_is_refused(self, program: Program, data: bytes, media: str, status: int) -> None:
        answer = program(Role.OFFICER).post(OPERATIONS, data=data, content_type=media)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")

    def test_rights_are_those_of_the_person_and_the_scope(self, app: Flask, program: Program) -> None:
        address = made(program(Role.OFFICER)).headers["Location"]
        assert program(Role.VIEWER).post(OPERATIONS, json=WHOLE).status_code == 403
        reads_only = program(Role.OFFICER, scope=Scope.READ)
        assert reads_only.post(OPERATIONS, json=WHOLE).status_code == 403
        assert reads_only.get(address).status_code == 200
        assert tried(program(Role.REVIEWER), "PATCH", address, json={"title": "x"}).status_code == 404, "a draft of somebody else"
        deskless = program_of(app, Role.OFFICER, add_user(app, Role.OFFICER, "deskless", at_a_desk=False))
        with stored(app) as session:
            shared = records.save(session, user_of(session, "officer"), records.document("operation", ["LAO"])).ref
        answer = tried(deskless, "PATCH", f"{OPERATIONS}/{shared}", json={"title": "x"})
        assert (answer.status_code, "kept by" in answer.get_json()["detail"]) == (403, True)
        refused = deskless.post(OPERATIONS, json={"marking": "RED", "title": "Mine"})
        assert refused.status_code == 201, "of one's own, as by the form"
        for method, given in (("POST", f"{OPERATIONS}/{shared}"), ("DELETE", f"{OPERATIONS}/{shared}")):
            assert deskless.open(given, method=method, json={}).status_code == 405


@pytest.mark.once
class TestConditions:
    def test_nobody_changes_what_he_has_not_seen(self, app: Flask, program: Program) -> None:
        client = program(Role.OFFICER)
        first = made(client)
        address, tag = first.headers["Location"], first.headers["ETag"]
        assert client.patch(address, json={"title": "x"}).status_code == 428
        for wrong in ('"1"', f"W/{tag}", "x", '"2-0"'):
            assert tried(client, "PATCH", address, wrong, json={"title": "x"}).status_code == 412
        second = tried(client, "PATCH", address, tag, json={"title": "Second"})
        stale = tried(client, "PUT", address, tag, json={"title": "Third"})
        assert (stale.status_code, stale.headers["ETag"]) == (412, second.headers["ETag"])
        assert client.get(address).get_json()["document"]["title"] == "Second"
        assert tried(client, "PATCH", address, f'"x", {second.headers["ETag"]}', json={"title": "Third"}).status_code == 200

    def test_what_is_restricted_or_retired_stays_as_it_is(self, app: Flask, program: Program) -> None:
        client = program(Role.REVIEWER)
        address = made(client).headers["Location"]
        for change in ({"restricted_at": sa.func.now()}, {"restricted_at": None, "discarded_at": sa.func.now()}):
            with stored(app) as session:
                session.execute(sa.update(Record.__table__).values(**change))
            assert tried(client, "PATCH", address, json={"title": "x"}).status_code == 409


class TestOnce:
    @pytest.mark.once
    def test_the_same_call_again_changes_nothing_and_is_answered_again(self, app: Flask, program: Program, clock: Clock) -> None:
        client = program(Role.OFFICER)
        key = {"Idempotency-Key": "a key"}
        first = made(client, **key)
        again = made(client, **key)
        assert again.get_json() == first.get_json()
        assert again.headers["Idempotency-Replayed"] == "true"
        told = {"If-Match": first.headers["ETag"], "Idempotency-Key": "b"}
        changed = [client.patch(first.headers["Location"], json={"title": "x"}, headers=told) for _ in range(2)]
        assert [(one.status_code, one.get_json()["version"]) for one in changed] == [(200, 2)] * 2
        assert client.post(OPERATIONS, json={"title": "Another"}, headers=key).status_code == 422
        assert client.post("/api/v1/trainings", json=WHOLE, headers=key).status_code == 422
        made(program(Role.OFFICER, "other"), **key)
        for bad in ("", " ", "x" * 201, "ä"):
            assert client.post(OPERATIONS, json=WHOLE, headers={"Idempotency-Key": bad}).status_code == 400
        failed = {"Idempotency-Key": "failed"}
        assert client.post(OPERATIONS, json={"titel": "x"}, headers=failed).status_code == 422
        made(client, **failed)
        clock.move(hours=24 * 8)
        made(client, {"title": "A week later"}, **key)

    def test_twins_at_the_same_moment_make_one_record(self, app: Flask, program: Program) -> None:
        clients = [program(Role.OFFICER) for _ in range(4)]
        barrier, answers = threading.Barrier(len(clients)), []

        def send(client: FlaskClient) -> None:
            barrier.wait()
            answers.append(client.post(OPERATIONS, json=WHOLE, headers={"Idempotency-Key": "twins"}))

        threads = [threading.Thread(target=send, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answer.status_code for answer in answers] == [201] * len(clients)
        assert len({answer.get_json()["ref"] for answer in answers}) == 1
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == 1

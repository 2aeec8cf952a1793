"""Sources for programs: found by the words of their page, corrected under its rules, never over somebody else's change."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import contents, stored
from tests.factories import records, sources
from tests.factories.handovers import handover, subject
from tests.tracker.accounts.conftest import user_of
from tests.tracker.api.conftest import Program, misfits
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.records.sources import SourceVersion

SOURCES = "/api/v1/sources"
LETTER = {
    "title": "A letter",
    "publisher": "Ministry",
    "published": "2024-05",
    "lang": "en",
    "kind": "letter",
    "marking": "GREEN",
}

pytestmark = pytest.mark.once


def test_a_list_comes_in_pieces_newest_first_with_what_the_reader_may_see(app: Flask, program: Program) -> None:
    officer, viewer = program(Role.OFFICER), program(Role.VIEWER)
    refs = [officer.post(SOURCES, json={"title": f"Letter {number}", "publisher": "100%"}).get_json()["ref"] for number in range(4)]
    officer.post(SOURCES, json={"title": "Minutes"})
    with stored(app) as session:
        cited = records.document("operation", ["LAO"], evidence=[records.evidence(1, refs[2])])
        records.save(session, user_of(session, "officer"), cited)
    found, following = [], f"{SOURCES}?q=letter+100%25&limit=2"
    while following:
        answer = officer.get(following).get_json()
        assert answer["total"] == 4
        found, following = [*found, *answer["items"]], answer["next"]
    assert [one["ref"] for one in found] == refs[::-1]
    assert officer.get(found[0]["address"]).get_json() == found[0]
    assert officer.get(f"{SOURCES}?q=100_").get_json()["items"] == []
    assert [one["ref"] for one in viewer.get(SOURCES).get_json()["items"]] == [refs[2]], "only what a record cites that he may see"
    assert viewer.get(f"{SOURCES}/{refs[1]}").status_code == 404
    refused = {"q=%00": 400, "sort=title": 400, "limit=0": 400, "cursor=x": 400, "cursor=²": 400, "q=" + "x" * 101: 400}
    assert {query: viewer.get(f"{SOURCES}?{query}").status_code for query in refused} == refused
    with stored(app) as session:
        said = session.scalars(sa.select(AuditEvent.detail).where(AuditEvent.target == "list:sources").order_by(AuditEvent.no)).first()
        assert said is not None
        assert '"rows":4' in said
        assert "letter" not in said


def test_a_source_is_corrected_and_its_history_says_why(app: Flask, program: Program) -> None:
    client = program(Role.OFFICER)
    made = client.post(SOURCES, json=LETTER)
    address, body = made.headers["Location"], made.get_json()
    described = client.get("/api/v1/openapi.json").get_json()
    assert misfits(body, {"$ref": "#/components/schemas/Source"}, described) == []
    assert client.get(address, headers={"If-None-Match": made.headers["ETag"]}).status_code == 304
    kept = {"If-Match": made.headers["ETag"], "Idempotency-Key": "one"}
    for number in range(2):
        answer = client.patch(address, json={"lang": "fr", "reason": "misread"}, headers=kept)
        assert (answer.status_code, answer.get_json()["version"], answer.get_json()["title"]) == (200, 2, "A letter"), answer.text
        assert answer.headers.get("Idempotency-Replayed", "") == ("true" if number else "")
    assert client.put(address, json=LETTER).status_code == 428
    assert client.put(address, json=LETTER, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    anew = client.put(address, json={"title": "Alone"}, headers={"If-Match": answer.headers["ETag"]}).get_json()
    assert {name: anew[name] for name in ("version", "title", "publisher", "published", "kind", "marking")} == {
        "version": 3, "title": "Alone", "publisher": "", "published": "", "kind": None, "marking": "GREEN",
    }  # fmt: skip
    with stored(app) as session:
        assert list(session.scalars(sa.select(SourceVersion.reason).order_by(SourceVersion.version))) == ["", "misread", ""]


def test_what_its_form_refuses_a_program_is_refused_too(app: Flask, program: Program) -> None:
    client, other = program(Role.OFFICER), program(Role.OFFICER, "other")
    with stored(app) as session:
        officer = user_of(session, "officer")
        source = sources.source(session, officer)
        about = handover(["LAO"], "2024", "1", evidence=[records.evidence(1, source.ref)]) | {"subjects": [subject(1, name="Ada Planted")]}
        records.save(session, officer, about)
        address = f"{SOURCES}/{source.ref}"
    before = told(app)
    for given, status, pointers in (
        ({"title": ""}, 422, ["/title"]), ({"title": " "}, 409, ["/title"]), ({"titel": "x"}, 422, ["/titel"]),
        ({"url": "ftp://x.example"}, 422, ["/url"]), ({"marking": "RED"}, 409, ["/marking"]), ({"kind": "gossip"}, 422, ["/kind"]),
        ({"publisher": "Ada Planted"}, 409, ["/publisher"]), ({"reason": "Ada Planted"}, 409, ["/reason"]),
        ({"published": "31.12.2024"}, 422, ["/published"]), ({"reason": "x" * 201}, 422, ["/reason"]), ({"reason": 1}, 422, ["/reason"]),
    ):  # fmt: skip
        answer = client.patch(address, json=given, headers={"If-Match": "*"})
        assert (answer.status_code, [one["pointer"] for one in answer.get_json()["errors"]]) == (status, pointers), given
    assert other.patch(f"{SOURCES}/SRC-1999-0001", json={}, headers={"If-Match": "*"}).status_code == 404
    assert program(Role.VIEWER).patch(address, json={}, headers={"If-Match": "*"}).status_code == 403
    assert client.delete(address).headers["Allow"] == "GET, HEAD, OPTIONS, PATCH, PUT"
    assert told(app) == before


def told(app: Flask) -> dict[str, Any]:
    """What is stored of sources."""
    return {name: rows for name, rows in contents(app).items() if name.startswith("source")}

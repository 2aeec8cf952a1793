"""Records as programs read them: the lists of the pages in stable pieces, and whole records without names of persons."""

from __future__ import annotations

import copy
from dataclasses import fields
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, add_user, signed_in, stored
from tests.contract.whole_records import filled, save
from tests.factories import records, users
from tests.tracker.accounts.conftest import user_of
from tests.tracker.api.conftest import Program, misfits, program_of
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import read_document
from tracker.records.filter_names import filter_names
from tracker.records.filtering import Reader, filter_words
from tracker.records.models import Record

OPERATION = records.type_of_kind("operation")
SORTS = ("date", "-date", "title", "-title", "ref", "-ref", "changed", "-changed", "kind", "-kind")


def walked(client: FlaskClient, address: str, limit: int) -> list[dict[str, Any]]:
    """All items of a list, piece by piece."""
    found, following = [], f"{address}{'&' if '?' in address else '?'}limit={limit}"
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        body = answer.get_json()
        assert len(body["items"]) <= limit
        found += body["items"]
        following = body["next"]
    return found


def last_event(app: Flask) -> tuple[str, str, str, str]:
    """Action, target, actor and detail."""
    with stored(app) as session:
        event = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.no.desc()).limit(1)).one()
        return event.action, event.target, event.actor, event.detail


def every_filter(app: Flask) -> dict[str, Any]:
    """Each parameter that an address of a list may have, with a value that nothing has."""
    with app.test_request_context(), stored(app) as session:
        nobody = Reader(User(role=Role.VIEWER), session, "en", date(2024, 1, 1), "CHN")
        keys = tuple((name, "x") for name in filter_words(nobody, {}).dimensions)
    assert len(keys) > 5
    own: dict[str, Any] = {"basis": Basis.OFFICIAL, "keys": keys, "since": date(2024, 1, 1), "until": date(2024, 1, 1)}
    values = {str: "x", tuple: ("x",)}
    for one in fields(RecordFilter):
        if one.compare and one.name not in own:  # the others say who asks
            own[one.name] = not one.default if isinstance(one.default, bool) else values[type(one.default)]
    return RecordFilter(**own).to_args()


class TestLists:
    def test_every_order_in_pieces_is_the_list_of_the_page(self, app: Flask, program: Program, client_as: ClientAs) -> None:
        client = program(Role.VIEWER)
        with stored(app) as session:
            officer = users.user(session)
            for number, start in enumerate(("2024", "", "2023-05", "2024", "", "2022/2024", "2024-01-01")):
                kind = ("operation", "handover")[number % 2]
                records.save(session, officer, records.document(kind, ["LAO"], start, title=f"{'ABcdÄe中'[number]} record"))
        for sort in SORTS:
            expected = [row["reference"] for row in client_as(Role.VIEWER).get(f"/records.json?sort={sort}").get_json()["records"]]
            assert [one["ref"] for one in walked(client, f"/api/v1/records?sort={sort}", 3)] == expected, sort
        for limit in (1, 7):  # ends with a piece that is full, and there is nothing behind it
            assert [one["ref"] for one in walked(client, f"/api/v1/records?sort={SORTS[-1]}", limit)] == expected, limit

    @pytest.mark.once
    def test_pieces_neither_repeat_nor_skip_what_is_added_or_changed_meanwhile(self, app: Flask, program: Program) -> None:
        client = program(Role.VIEWER)
        with stored(app) as session:
            officer = users.user(session, username="officer")
            made = [records.save(session, officer, records.document("operation", ["LAO"], f"20{year}")).ref for year in (20, 21, 22, 23)]
        first = client.get("/api/v1/operations?limit=2").get_json()
        with stored(app) as session:
            records.save(session, user_of(session, "officer"), records.document("operation", ["LAO"], "2025"))
            seen = session.scalars(sa.select(Record).where(Record.ref == made[2])).one()
            records.change(session, user_of(session, "officer"), seen, read_document(seen, OPERATION) | {"start": "2019"})
        rest = walked(client, first["next"].replace("limit=2&", ""), 2)
        assert [one["ref"] for one in first["items"]] == [made[3], made[2]]
        assert {one["ref"] for one in rest} >= {made[1], made[0]}

    @pytest.mark.once
    def test_what_cannot_be_asked_is_said_by_parameter(self, app: Flask, program: Program) -> None:
        client = program(Role.VIEWER)
        for query, name in {
            "colour=red": "colour", "year=twenty": "year", "limit=0": "limit", "limit=201": "limit", "limit=²": "limit",
            "limit=1&limit=2": "limit",
            "cursor=x": "cursor", "cursor=WyItZGF0ZSIsIDEsIDFd": "cursor", "sort=owner": "sort", "measure=nothing": "measure",
            "partner=Atlantis": "partner", "direction=up": "direction", "q=" + "x" * 201: "q", "since=31.02.2024": "since",
        }.items():  # fmt: skip
            answer = client.get(f"/api/v1/records?{query}")
            assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), query
            assert [error["parameter"] for error in answer.get_json()["errors"]] == [name]
        assert client.get("/api/v1/handovers?kind=operation").status_code == 400
        answer = client.get("/api/v1/records?number=missing")
        assert (answer.status_code, answer.get_json()["errors"][0]["parameter"]) == (409, "number")
        assert "no such parameter" not in client.get("/api/v1/records", query_string=every_filter(app)).text
        with app.app_context():
            assert set(every_filter(app)) == set(filter_names()), "which files read, too"
        assert client.get("/api/v1/records?partner=Burma").status_code == 200
        assert "colour" in client.get("/api/v1/records?colour=red", headers={"Accept-Language": "zh"}).text

    @pytest.mark.once
    def test_the_first_piece_of_a_list_leaves_its_event(self, app: Flask, program: Program) -> None:
        program(Role.VIEWER).get("/api/v1/handovers?year=2024&q=secret")
        action, target, actor, detail = last_event(app)
        assert (action, target, actor) == ("exported", "list:handovers", "viewer")
        assert '"by_token":1' in detail.replace(" ", "")
        assert "secret" not in detail


class TestOne:
    @pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
    def test_a_whole_record_is_its_document_as_described(self, app: Flask, program: Program, record_type: Any) -> None:
        client = program(Role.REVIEWER)
        with stored(app) as session:
            document = filled(session, user_of(session, "reviewer"), record_type)
            ref = save(session, user_of(session, "reviewer"), record_type, copy.deepcopy(document)).ref
        answer = client.get(f"/api/v1/{record_type.slug}/{ref}")
        body = answer.get_json()
        described = client.get("/api/v1/openapi.json").get_json()
        assert misfits(body, {"$ref": f"#/components/schemas/{record_type.kind.capitalize()}"}, described) == []
        kept = {child.name: child.kept for child in record_type.all_lists if child.kept}
        for name, hidden in kept.items():
            document[name] = [{key: value for key, value in row.items() if key not in hidden} for row in document[name]]
        stored_figures = [row | {"preferred": True, "preference": "rule"} for row in document["figures"]]
        read = body["document"]
        assert {name: read[name] for name in document if name != "figures"} == {n: v for n, v in document.items() if n != "figures"}
        assert [row | {"preferred": True, "preference": "rule"} for row in read["figures"]] == stored_figures
        again = client.get(f"/api/v1/{record_type.slug}/{ref}", headers={"If-None-Match": f'W/"x", {answer.headers["ETag"]}'})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])

    @pytest.mark.once
    def test_the_reading_of_a_handover_is_written_down(self, app: Flask, program: Program) -> None:
        client = program(Role.VIEWER)
        with stored(app) as session:
            ref = records.save(session, users.user(session), records.document("handover", ["LAO"])).ref
        assert client.get(f"/api/v1/handovers/{ref}").status_code == 200
        assert last_event(app)[:3] == ("record_read", ref, "viewer")

    @pytest.mark.once
    def test_what_the_reader_may_not_see_is_not_there_and_not_named(self, app: Flask, program: Program) -> None:
        owner, other = program(Role.OFFICER, "owner"), program(Role.VIEWER)
        with stored(app) as session:
            writer = user_of(session, "owner")
            draft = save(session, writer, OPERATION, records.document("operation", ["LAO"]), draft=True).ref
            linked = records.document("operation", ["LAO"], parent=draft, links=[{"type": "related", "to": draft}])
            ref = save(session, writer, OPERATION, linked, draft=False).ref
        assert owner.get(f"/api/v1/operations/{draft}").status_code == 200
        hidden, missing = (other.get(f"/api/v1/operations/{one}") for one in (draft, "OPS-1999-0001"))
        assert (hidden.status_code, hidden.get_json()) == (404, missing.get_json())
        assert draft in owner.get(f"/api/v1/operations/{ref}").text
        assert draft not in other.get(f"/api/v1/operations/{ref}").text
        assert other.get(f"/api/v1/handovers/{ref}").status_code == 404


@pytest.mark.once
class TestEveryAnswer:
    def test_what_is_no_operation_is_told_as_a_problem(self, app: Flask) -> None:
        client = program_of(app, Role.VIEWER)
        for method, address, status in (
            ("GET", "/api/v1/unicorns", 404), ("GET", "/api/v2/records", 404), ("DELETE", "/api/v1/records", 405),
            ("POST", "/api/v1/figures", 405), ("GET", "/api/v1/records?q=a%00b", 400), ("GET", "/api/v1/handovers/%00", 404),
            ("GET", "/api/v1/handovers/", 404),
        ):  # fmt: skip
            answer = client.open(address, method=method)
            assert (answer.status_code, answer.mimetype, answer.get_json()["status"]) == (status, "application/problem+json", status), (
                address
            )
            assert "Set-Cookie" not in answer.headers
            assert not any(words in answer.text for words in ("button", "Go back")), "a program has no page"
        assert client.delete("/api/v1/records").headers["Allow"] == "GET, HEAD, OPTIONS"
        assert client.options("/api/v1/figures").headers["Allow"] == "GET, HEAD, OPTIONS"
        assert client.options("/api/v1/handovers/HND-2024-0001").headers["Allow"] == "GET, HEAD, OPTIONS, PATCH, PUT"

    def test_the_description_is_whole(self, app: Flask) -> None:
        client = program_of(app, Role.VIEWER)
        described = client.get("/api/v1/openapi.json").get_json()
        assert described["openapi"] == "3.1.0"
        known = {f"#/components/{kind}/{name}" for kind, some in described["components"].items() for name in some}
        named = set(references(described))
        assert named - known == set()
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
        routes = {(method.lower(), rule.endpoint) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
        with app.test_request_context("/", base_url="http://localhost"):
            adapter = app.url_map.bind("localhost")
            told = {
                (method, adapter.match("/api/v1" + path.replace("{ref}", "HND-2024-0001"), method=method.upper())[0])
                for path, methods in described["paths"].items()
                for method in methods
            }
        assert told == routes
        for path in described["paths"]:
            if "{" not in path and "get" in described["paths"][path]:
                body = client.get(f"/api/v1{path}").get_json()
                answer = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                assert misfits(body, answer, described) == [], path

    def test_its_address_says_what_there_is(self, app: Flask) -> None:
        client = program_of(app, Role.VIEWER)
        for address in ("/api", "/api/", "/api/v1", "/api/v1/"):
            answer = client.get(address, follow_redirects=True)
            assert (answer.status_code, answer.request.path.rstrip("/")) == (200, "/api/v1"), address
        said = answer.get_json()
        resources = {one["name"]: one for one in said["resources"]}
        assert {"records", "sources", "measures", "figures", "handovers"} <= set(resources)
        assert resources["handovers"]["methods"] == ["GET", "POST"]
        for address in (said["description"], *(one["address"] for one in resources.values())):
            assert client.get(address).status_code == 200, address
        assert signed_in(app, Role.VIEWER).get(said["documentation"]).status_code == 200
        assert (client.get("/api/v1?x=1").status_code, app.test_client().get("/api/v1").status_code) == (400, 401)

    def test_its_page_shows_every_operation_and_stands_behind_the_sign_in(self, app: Flask, client_as: ClientAs) -> None:
        add_user(app, Role.VIEWER)
        page = client_as(Role.VIEWER).get("/help/api").text
        described = program_of(app, Role.VIEWER).get("/api/v1/openapi.json").get_json()
        for path, methods in described["paths"].items():
            assert all(f"{method.upper()} {path} " in page for method in methods)
        assert app.test_client().get("/help/api").headers["Location"].startswith("/sign-in")
        assert app.test_client().get("/api/v1/openapi.json").status_code == 401


def references(value: Any) -> list[str]:
    """Every `$ref` within."""
    if isinstance(value, dict):
        return [one for name, inner in value.items() for one in ([inner] if name == "$ref" else references(inner))]
    return [one for inner in value for one in references(inner)] if isinstance(value, list) else []

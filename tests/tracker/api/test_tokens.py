"""Tokens of programs: worth what their person may, within their scope, while they last; no cookie counts."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, add_user, contents, stored
from tests.tracker.accounts.conftest import Clock, user_of
from tests.tracker.api.conftest import Program, program_of, token_of
from tracker.accounts import people
from tracker.accounts.models import ApiToken, Role, Scope
from tracker.audit.models import AuditEvent

pytestmark = pytest.mark.once
ADDRESS = "/api/v1/handovers"


class TestAccountPage:
    def test_a_token_is_made_shown_once_kept_as_a_hash_and_revoked(self, app: Flask, client_as: ClientAs) -> None:
        viewer = client_as(Role.VIEWER)
        page = viewer.post("/account/tokens/new", data={"name": " Notebook\x00  of Ana ", "scope": "read", "days": "365"})
        found = re.search(r"ct_[\w-]{40,}", page.text)
        assert found
        assert found[0] not in str(contents(app))
        account = viewer.get("/account").text
        assert found[0] not in account
        assert "Notebook of Ana" in account
        ask = {"headers": {"Authorization": f"Bearer {found[0]}"}}
        assert app.test_client().get(ADDRESS, **ask).status_code == 200
        assert ">never<" not in viewer.get("/account").text
        number = re.search(r"/account/tokens/(\d+)/revoke", account)
        assert number
        assert client_as(Role.VIEWER, "other").post(number[0]).status_code == 404
        assert viewer.post(number[0]).status_code == 302
        assert app.test_client().get(ADDRESS, **ask).status_code == 401
        with stored(app) as session:
            told = session.scalars(sa.select(AuditEvent.action).where(AuditEvent.target == "user:viewer").order_by(AuditEvent.no)).all()
        assert told[-2:] == ["token_made", "token_revoked"]

    @pytest.mark.parametrize(
        "given", [{"name": ""}, {"name": "x" * 61}, {"scope": "verify"}, {"days": "9999"}, {"days": ""}, {"days": "²"}, {"scope": ""}]
    )
    def test_what_cannot_be_made_is_said_at_its_field(self, client_as: ClientAs, given: dict[str, str]) -> None:
        answer = client_as(Role.VIEWER).post("/account/tokens/new", data={"name": "N", "scope": "read", "days": "30"} | given)
        assert answer.status_code == 422
        assert "ct_" not in answer.text

    def test_making_one_needs_a_fresh_sign_in_and_there_are_twenty_at_most(self, app: Flask, client_as: ClientAs, clock: Clock) -> None:
        client = client_as(Role.VIEWER)
        for _ in range(20):
            token_of(app, "viewer")
        sent = {"name": "N", "scope": "read", "days": "30"}
        answer = client.post("/account/tokens/new", data=sent)
        assert (answer.status_code, "revoke one first" in answer.text) == (422, True)
        clock.move(minutes=16)
        assert client.get("/account/tokens/new").headers["Location"].startswith("/confirm")
        assert client.post("/account/tokens/new", data=sent).status_code == 403


class TestWorth:
    def test_nothing_but_a_token_in_the_header_counts(self, app: Flask, client_as: ClientAs) -> None:
        token = token_of(app, add_user(app, Role.VIEWER))
        for client in (app.test_client(), client_as(Role.ADMINISTRATOR)):
            for given in ("", "Bearer", "Bearer x", f"Basic {token}", f"Bearer {token}x", "Bearer \udcff"):
                answer = client.get(ADDRESS, headers={"Authorization": given} if given else {})
                assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
                assert "Set-Cookie" not in answer.headers
            assert client.get(f"{ADDRESS}?token={token}").status_code == 401
        shown = {"Authorization": f"Bearer {token}"}
        for page in ("/handovers/", "/handovers.csv", "/codebook/handovers"):
            answer = app.test_client().get(page, headers=shown)
            assert (answer.status_code, answer.mimetype, "signed in" in answer.text) == (401, "application/problem+json", True), page
        # a codebook is named by the documentation for programs: it takes their token, and no wrong one
        for name in ("handovers.csv", "handovers.json"):
            answer = app.test_client().get(f"/codebook/{name}", headers=shown)
            assert (answer.status_code, "direction" in answer.text) == (200, True)
            answer = app.test_client().get(f"/codebook/{name}", headers={"Authorization": "Bearer ct_wrong"})
            assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
            assert app.test_client().get(f"/codebook/{name}").headers["Location"].startswith("/sign-in")

    def test_it_ends_on_its_day_and_with_the_account(self, app: Flask, clock: Clock) -> None:
        short, long = program_of(app, Role.VIEWER), app.test_client()
        long.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token_of(app, 'viewer', days=365)}"
        clock.move(hours=24 * 31)
        assert (short.get(ADDRESS).status_code, long.get(ADDRESS).status_code) == (401, 200)
        add_user(app, Role.ADMINISTRATOR)
        with stored(app) as session:
            people.disable(user_of(session, "administrator"), session, user_of(session, "viewer"), reason="left")
        assert long.get(ADDRESS).status_code == 401
        with stored(app) as session:
            people.enable(user_of(session, "administrator"), session, user_of(session, "viewer"), reason="back")
        assert long.get(ADDRESS).status_code == 401, "what was closed stays closed"

    @pytest.mark.parametrize("deed", ["end_sign_ins", "require_new_factor"])
    def test_it_ends_when_an_administrator_signs_the_person_out(self, app: Flask, program: Program, deed: str) -> None:
        client = program(Role.OFFICER)
        add_user(app, Role.ADMINISTRATOR)
        with stored(app) as session:
            getattr(people, deed)(user_of(session, "administrator"), session, user_of(session, "officer"), reason="stolen")
        assert client.get(ADDRESS).status_code == 401

    def test_where_everybody_needs_a_second_factor_a_token_does_too(self, app: Flask, program: Program) -> None:
        client = program(Role.OFFICER)
        app.config["SETTINGS"] = type(app.config["SETTINGS"])(**vars(app.config["SETTINGS"]) | {"require_second_factor": True})
        assert "second factor" in client.get(ADDRESS).get_json()["detail"]
        with stored(app) as session:
            session.execute(sa.update(ApiToken).values(is_strong=True))
            session.info.clear()
        assert client.get(ADDRESS).status_code == 200


class TestLimits:
    def test_after_too_many_calls_a_token_waits_and_is_told_how_long(self, app: Flask, clock: Clock) -> None:
        app.config["SETTINGS"] = type(app.config["SETTINGS"])(**vars(app.config["SETTINGS"]) | {"api_calls_per_minute": 2})
        client, other = program_of(app, Role.VIEWER), program_of(app, Role.VIEWER, scope=Scope.READ)
        left = [client.get(ADDRESS).headers["RateLimit-Remaining"] for _ in range(2)]
        answer = client.get(ADDRESS)
        assert (left, answer.status_code, answer.headers["RateLimit-Remaining"]) == (["1", "0"], 429, "0")
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["Retry-After"] == answer.headers["RateLimit-Reset"]
        assert other.get(ADDRESS).status_code == 200
        clock.move(seconds=61)
        assert client.get(ADDRESS).status_code == 200

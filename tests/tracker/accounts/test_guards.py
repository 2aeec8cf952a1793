"""Guards: nobody calls a view without the permission it declares."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, signed_in
from tests.pages import page
from tracker.accounts.guards import require
from tracker.accounts.models import Role
from tracker.accounts.permissions import ROLE_PERMISSIONS, Permission, may
from tracker.web.access import PUBLIC, mark, permission_of, public

pytestmark = pytest.mark.once


@pytest.mark.engine_free
class TestPermissions:
    def test_every_role_has_its_permissions(self) -> None:
        assert set(ROLE_PERMISSIONS) == set(Role)

    @pytest.mark.parametrize("role", list(Role))
    def test_everybody_may_read_and_sign_out(self, role: Role) -> None:
        assert all(may(role, permission) for permission in (Permission.RECORD_READ, Permission.FIGURES_READ, Permission.ACCOUNT_OWN))

    def test_viewers_and_managers_write_nothing(self) -> None:
        writing = {role for role in Role if may(role, Permission.RECORD_WRITE)}
        assert writing == {role for role in Role if may(role, Permission.SOURCE_WRITE)} == {Role.OFFICER, Role.REVIEWER, Role.ADMINISTRATOR}


@pytest.mark.engine_free
class TestMarks:
    def test_a_view_says_what_it_needs(self) -> None:
        assert permission_of(require(Permission.RECORD_WRITE)(lambda: "")) == Permission.RECORD_WRITE
        assert permission_of(public(lambda: "")) == PUBLIC
        assert permission_of(lambda: "") is None
        assert permission_of(mark(lambda: "", "x")) == "x"


class TestGuard:
    @pytest.mark.parametrize(
        ("role", "status"), [(Role.VIEWER, 403), (Role.MANAGER, 403), (Role.OFFICER, 200), (Role.REVIEWER, 200), (Role.ADMINISTRATOR, 200)]
    )
    def test_a_view_is_called_only_by_those_who_may(self, own_app: Flask, role: Role, status: int) -> None:
        called: list[str] = []
        own_app.add_url_rule("/watched", "watched", require(Permission.RECORD_WRITE)(lambda: called.append("x") or "done"))
        answer = signed_in(own_app, role).get("/watched")
        assert (answer.status_code, len(called)) == (status, 1 if status == 200 else 0)

    def test_nobody_is_sent_to_sign_in_with_the_way_back_only_for_pages(self, app: Flask, anonymous: FlaskClient) -> None:
        assert anonymous.get("/handovers/?year=2024").headers["Location"] == "/sign-in?next=/handovers/?year%3D2024"
        assert anonymous.post("/handovers/new").headers["Location"] == "/sign-in"

    def test_an_unknown_address_tells_nobody_more_than_that(self, anonymous: FlaskClient) -> None:
        assert anonymous.get("/unicorns/").status_code == 404
        assert anonymous.get("/handovers/HND-1999-0001").status_code == 302

    def test_a_change_of_method_does_not_pass_the_guard(self, app: Flask, client_as: ClientAs, anonymous: FlaskClient) -> None:
        viewer = client_as(Role.VIEWER)
        for headers in (
            {"X-HTTP-Method-Override": "GET"},
            {"X-Original-URL": "/help"},
            {"X-Rewrite-URL": "/help"},
            {"X-Forwarded-User": "administrator"},
        ):
            assert viewer.post("/handovers/new", headers=headers).status_code == 403
            assert anonymous.get("/records/", headers=headers).status_code == 302
        assert anonymous.head("/records/").status_code == 302
        assert anonymous.options("/records/").status_code in (200, 302)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER])
    def test_menus_and_buttons_offer_only_what_the_role_may_do(self, client_as: ClientAs, role: Role) -> None:
        client, links = client_as(role), set()
        for url in ("/records/", "/handovers/", "/sources/"):
            found = page(client, url)
            assert ("/records/new" in found.links) == may(role, Permission.RECORD_WRITE), url
            links |= {link for link in found.links if link.startswith("/") and "?" not in link}
        assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)

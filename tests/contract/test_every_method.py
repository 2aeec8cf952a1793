"""Laws of what a request may change: no GET writes, no other method is taken, no POST without the token of its own session."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import PASSWORD, add_user, contents, signed_in
from tests.contract.addresses import HANDOVER, addresses, only_takes_forms
from tests.contract.test_every_route import TABLE
from tests.forms import minimal
from tracker.accounts.models import Role

# to the router they are the list of a type, or a record, that is not there; nobody comes to them by a form that stays in the address bar
# the API: nobody comes there by a form, and no cookie counts
READ_OTHERWISE = {"accounts.sign_out", "web.set_language", "records.twins"}
ASKS_FOR_A_PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}  # as browsers do
TRAIL = {"audit_event", "audit_mention", "audit_head"}  # the only rows that a GET may write: what was read or taken out

# where whoever asks for the address of a form is led
PAGES_OF_FORMS = {
    "records.add_files": "records.show#attached",
    "records.restore_file": "records.show#attached",
    "sources.add_source_files": "sources.show#attached",
    "sources.remove_source_file": "sources.show#attached",
    "handovers.ask_erasure": "handovers.show_retention#erasure",
    "handovers.decide_erasure": "handovers.show_retention",
    "records.decide_lift": "records.restrict",
    "review.return_for_changes": "review.show",
    "review.verify_several": "review.queue",
    "people.renew_link": "people.show",
    "desks.close": "desks.edit",
    "accounts.change_password": "accounts.account",
    "accounts.check_passkey": "accounts.sign_in",
}


class TestWrites:
    @pytest.mark.once
    def test_no_get_changes_anything(self, app: Flask) -> None:
        """But the trail: reads of what is about persons are written down (settled 25)."""
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        before = contents(app)
        for method, endpoint in TABLE:
            if method == "GET":
                client.get(places[endpoint])
                client.head(places[endpoint])
        assert {name for name, rows in contents(app).items() if rows != before[name]} <= TRAIL

    @pytest.mark.once
    def test_no_method_but_those_declared_is_taken(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        taken = {(method, places[endpoint]) for method, endpoint in TABLE if method in ("PUT", "PATCH")}
        for endpoint, address in places.items():
            for method in ("PUT", "PATCH", "DELETE"):
                expected = 401 if (method, address) in taken else 405  # of the API, which knows no cookie
                assert client.open(address, method=method).status_code == expected, (method, endpoint)

    @pytest.mark.once
    def test_an_address_that_takes_only_forms_leads_people_to_a_page_and_tells_programs_the_methods(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        for endpoint in (name for method, name in TABLE if method == "POST" and only_takes_forms(app, name)):
            told = client.get(places[endpoint])
            if endpoint in READ_OTHERWISE:
                assert told.status_code in (308, 404), endpoint
                continue
            assert (told.status_code, told.headers["Allow"]) == (405, "OPTIONS, POST"), endpoint
            assert client.put(places[endpoint], headers=ASKS_FOR_A_PAGE).status_code == 405
            led = client.get(places[endpoint], headers=ASKS_FOR_A_PAGE)
            assert led.status_code == 302, endpoint
            page = client.get(led.headers["Location"], headers=ASKS_FOR_A_PAGE, follow_redirects=True)
            assert page.status_code in (200, 403, 404), (endpoint, led.headers["Location"])
            assert page.mimetype == "text/html", (endpoint, led.headers["Location"])

    @pytest.mark.once
    def test_they_come_where_the_form_stands(self, app: Flask, anonymous: FlaskClient) -> None:
        places, found, wanted = addresses(app), {}, {}
        for endpoint, page in PAGES_OF_FORMS.items():
            shown, _, anchor = page.partition("#")
            wanted[endpoint] = [places[shown] + (f"#{anchor}" if anchor else "")] * 2
            asked = (places[endpoint], f"{places[endpoint]}?next=//elsewhere.example")
            found[endpoint] = [anonymous.get(address, headers=ASKS_FOR_A_PAGE).headers["Location"] for address in asked]
        assert found == wanted

    def test_no_post_is_taken_without_the_token_of_its_own_session(self, app: Flask) -> None:
        places = addresses(app)
        app.config["WTF_CSRF_ENABLED"] = True
        client, other = token_client(app), token_client(app)
        token, foreign = token_of(client), token_of(other)
        before = contents(app)
        for endpoint in (endpoint for method, endpoint in TABLE if method == "POST" and not endpoint.startswith("api.")):
            for carried in ({}, {"csrf_token": ""}, {"csrf_token": foreign}, {"csrf_token": token[:-1]}):
                answer = client.post(places[endpoint], data=minimal(HANDOVER) | {"language": "zh", "title": "Forged"} | carried)
                assert answer.status_code == 400, (endpoint, carried)
                assert "too old" in answer.text
        assert contents(app) == before
        made = client.post("/handovers/new", data=minimal(HANDOVER) | {"csrf_token": token})
        assert made.status_code == 303


def token_client(app: Flask) -> FlaskClient:
    """Somebody signed in while forms need tokens."""
    name = add_user(app, Role.ADMINISTRATOR)
    client = app.test_client()
    data = {"username": name, "password": PASSWORD, "csrf_token": token_of(client)}
    assert client.post("/sign-in", data=data).status_code == 302
    return client


def token_of(client: FlaskClient) -> str:
    page = client.get("/sign-in", follow_redirects=True)
    match = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert match
    return match[1]

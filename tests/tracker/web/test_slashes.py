"""A slash too many at the end of an address leads to the page that is meant, and never to another server."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.app import ClientAs
from tests.contract.addresses import addresses, methods, rules
from tracker.accounts.models import Role

pytestmark = pytest.mark.once


def test_every_page_is_found_with_a_slash_at_its_end(app: Flask) -> None:
    client, places = app.test_client(), addresses(app)
    wanted, found = {}, {}
    for rule in rules(app):
        address = places[rule.endpoint]
        if "GET" in methods(rule) and not address.endswith("/") and not address.startswith("/api"):
            answer = client.head(f"{address}/?a=%2F&b=%C3%A4")
            found[address], wanted[address] = (answer.status_code, answer.headers.get("Location")), (308, f"{address}?a=%2F&b=%C3%A4")
    assert len(found) > 50
    assert found == wanted


def test_what_is_no_page_without_it_stays_what_it_is(client_as: ClientAs) -> None:
    client = client_as(Role.ADMINISTRATOR)
    asked = {"/help/": "/help", "//help/": "/help", "/help//": "http://localhost/help/"}  # the last is how the router merges slashes
    asked |= dict.fromkeys(("/unicorns/", "//evil.example/", "//evil.example//help/", "/\\evil.example/", "/api/v1/handovers/"))
    found = {path: client.get("/", environ_overrides={"PATH_INFO": path}) for path in asked}
    assert {path: answer.headers.get("Location") for path, answer in found.items()} == asked
    assert {answer.status_code for answer in found.values()} == {308, 404}
    assert "Location" not in client.post("/account/").headers

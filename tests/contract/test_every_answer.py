"""Laws of every answer: the headers it carries, what an error says, where it may fetch from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app import ClientAs, signed_in
from tests.contract.addresses import addresses
from tests.contract.test_every_route import TABLE
from tracker.accounts.models import Role

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FILE_HEADERS = {"Content-Security-Policy": f"{CSP}; sandbox"}
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


@pytest.mark.once
class TestHeaders:
    def test_every_answer_carries_the_same_headers(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        answers = {
            f"{method} {endpoint}": client.open(places[endpoint], method=method)
            for method, endpoint in TABLE
            if endpoint != "accounts.sign_out"
        }
        answers |= {"not signed in": app.test_client().get("/handovers/")} | dict(errors(app, client))
        for name, answer in answers.items():
            wanted = HEADERS | FILE_HEADERS if "attachment" in answer.headers.get("Content-Disposition", "") else HEADERS
            assert {header: answer.headers.get(header) for header in HEADERS} == wanted, name
            assert "Server" not in answer.headers, name
            assert "Strict-Transport-Security" not in answer.headers, name

    def test_error_pages_say_what_happened_and_no_more(self, app: Flask) -> None:
        client = signed_in(app, Role.VIEWER)
        for name, answer in errors(app, client):
            assert str(answer.status_code) == name.split()[0], name
            assert "<h1" in answer.text, name
            assert "Traceback" not in answer.text, name
            assert "Werkzeug" not in answer.text, name

    def test_over_tls_the_browser_is_told_to_stay_there(self, app: Flask, anonymous: FlaskClient) -> None:
        answer = anonymous.get("/sign-in", base_url="https://localhost")
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

    def test_static_files_may_be_kept_only_under_the_hash_of_their_content(self, app: Flask, anonymous: FlaskClient) -> None:
        asset = re.search(r'href="(/static/css/base[^"]+)"', anonymous.get("/sign-in").text)
        assert asset
        with anonymous.get(asset[1]) as kept, anonymous.get(asset[1].partition("?")[0]) as bare:
            assert "immutable" in kept.headers["Cache-Control"]
            assert "immutable" not in bare.headers.get("Cache-Control", "")
            assert kept.headers["Content-Security-Policy"] == CSP

    def test_nothing_is_fetched_from_elsewhere(self, app: Flask) -> None:
        places = addresses(app)
        client = signed_in(app, Role.ADMINISTRATOR)
        for method, endpoint in TABLE:
            if method == "GET":
                html = client.get(places[endpoint]).data.decode(errors="replace")
                loaded = re.findall(r'<(?:link|script|img|iframe)\b[^>]*\b(?:href|src)="([^"]+)"', html)
                assert [url for url in loaded if not url.startswith(("/static/", "data:"))] == [], endpoint

    def test_an_address_without_its_last_slash_leads_to_the_one_with_it(self, client_as: ClientAs) -> None:
        answer = client_as(Role.VIEWER).get("/handovers")
        assert answer.status_code == 308
        assert answer.headers["Location"].endswith("/handovers/")


def errors(app: Flask, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """One answer of each kind of error."""
    yield "400 filter", client.get("/figures/?measure=nothing")
    yield "403 role", signed_in(app, Role.VIEWER).get("/handovers/new")
    yield "404 type", client.get("/unicorns/")
    yield "404 record", client.get("/handovers/HND-1999-0001")
    yield "405 method", client.delete("/records/")
    yield "413 body", client.post("/language", data={"next": "x" * 2_200_000})

"""What is shown when something goes wrong."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, signed_in
from tests.pages import read_page
from tracker import create_app
from tracker.accounts.models import Role
from tracker.config import Settings
from tracker.extensions import db
from tracker.web.access import public


class TestPages:
    @pytest.mark.parametrize(
        ("url", "status", "words"),
        [
            ("/unicorns/", 404, "Nothing here"),
            ("/handovers/HND-1999-0001", 404, "Nothing here"),
            ("/handovers/new", 403, "Not for your role"),
        ],
    )
    def test_they_say_what_happened_and_how_to_go_on(self, client_as: ClientAs, url: str, status: int, words: str) -> None:
        answer = client_as(Role.VIEWER).get(url)
        found = read_page(answer.status_code, answer.text)
        assert (found.status, found.headings) == (status, [words])
        assert found.links[-1:] == ["/"]
        assert found.lang == "en"

    def test_they_speak_the_language_of_the_reader(self, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        client.post("/language", data={"language": "zh"})
        answer = client.get("/unicorns/")
        assert 'lang="zh"' in answer.text
        assert "Nothing here" not in answer.text

    def test_a_wrong_method_names_the_right_ones(self, client_as: ClientAs) -> None:
        answer = client_as(Role.VIEWER).put("/records/")
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]

    def test_an_address_in_an_error_page_is_text(self, client_as: ClientAs) -> None:
        assert "<script>" not in client_as(Role.VIEWER).get("/<script>alert(1)</script>").text

    def test_too_large_a_form_is_refused_in_words(self, client_as: ClientAs) -> None:
        answer = client_as(Role.OFFICER).post("/handovers/new", data={"title": "x" * 2_500_000})
        assert (answer.status_code, read_page(413, answer.text).headings) == (413, ["Too large"])


class TestBroken:
    """As in production: the program's own mistakes are caught and logged."""

    def test_a_statement_that_fails_ends_in_a_page_though_its_transaction_answers_nothing_more(self, own_app: Flask) -> None:
        own_app.add_url_rule("/broken", "broken", public(lambda: str(db.session.execute(sa.text("SELECT nothing FROM nowhere")))))
        answer = signed_in(own_app, Role.VIEWER).get("/broken")
        assert answer.status_code in (500, 503)
        assert "<h1" in answer.text
        assert "nowhere" not in answer.text

    def test_a_mistake_of_the_program_is_said_and_logged_but_not_shown(self, live: Flask, caplog: pytest.LogCaptureFixture) -> None:
        @public
        def broken() -> str:
            raise RuntimeError("secret detail")

        live.add_url_rule("/broken", "broken", broken)
        with caplog.at_level(logging.ERROR):
            answer = live.test_client().get("/broken")
        assert answer.status_code == 500
        assert "Something broke" in answer.text
        assert "secret detail" not in answer.text
        assert "Traceback" not in answer.text
        assert "secret detail" in caplog.text
        assert answer.headers["Content-Security-Policy"]

    def test_without_its_database_every_page_says_so_and_asks_to_come_again(
        self, live: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise sa.exc.OperationalError("SELECT 1", {}, Exception("connection refused"))

        client = live.test_client()
        with client.session_transaction() as cookie:
            cookie["sign_in"] = "a-token"
        monkeypatch.setattr(sa.Engine, "connect", refuse)
        for url in ("/records/", "/sign-in", "/handovers/new", "/", "/records.csv"):
            answer = client.get(url)
            assert answer.status_code == 503, url
            assert answer.headers["Retry-After"] == "10"
            assert "The database does not answer" in answer.text
            assert "connection refused" not in answer.text
        assert "connection refused" in caplog.text
        monkeypatch.undo()
        assert client.get("/sign-in").status_code == 200

    def test_what_the_database_refuses_is_a_mistake_not_an_outage(self, live: Flask, caplog: pytest.LogCaptureFixture) -> None:
        @public
        def wrong() -> str:
            db.session.execute(sa.text("INSERT INTO reference_counter (prefix, year, last) VALUES ('X', 1, 1), ('X', 1, 1)"))
            return ""

        live.add_url_rule("/wrong", "wrong", wrong, methods=["GET"])
        assert live.test_client().get("/wrong").status_code == 500

    @pytest.mark.parametrize("name", ["line\nend", "x\r\ny", "\x1b[31mred", '{"json": 1}', "%s%n"])
    def test_nothing_that_was_sent_makes_a_line_of_its_own_in_the_log(
        self, live: Flask, caplog: pytest.LogCaptureFixture, name: str
    ) -> None:
        @public
        def broken(**_: str) -> str:
            raise RuntimeError("broken")

        live.add_url_rule("/broken/<rest>", "broken_path", broken)
        live.test_client().get(f"/broken/{re.sub('[^a-z]', lambda found: f'%{ord(found[0]):02X}', name)}")
        (record,) = [record for record in caplog.records if "error at" in record.getMessage()]
        assert "\n" not in record.getMessage()
        assert "\x1b" not in record.getMessage()

    @pytest.fixture
    def live(self, database_url: str, cheap_passwords: None) -> Iterator[Flask]:
        app = create_app(Settings(database_url=database_url, secret_key="only-for-tests" * 3))
        app.config["WTF_CSRF_ENABLED"] = False
        yield app
        with app.app_context():
            db.engine.dispose()

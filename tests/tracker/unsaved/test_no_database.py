"""A form that comes when the database is gone is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import PASSWORD, add_user
from tests.forms import form_fields
from tests.pages import read_page
from tests.tracker.unsaved.test_ended_sign_ins import NEW, TYPED, typed_in
from tracker import create_app
from tracker.accounts.models import Role
from tracker.config import Settings
from tracker.extensions import db


class TestNoDatabase:
    """No database: 503 with Retry-After, no trace, typed form kept, recovers alone."""

    def test_no_database_typed_form_kept_and_sent_again_from_the_page(self, live: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        add_user(live, Role.OFFICER)
        client = live.test_client()
        client.post("/sign-in", data={"username": "officer", "password": PASSWORD})
        form = typed_in(client)
        with monkeypatch.context() as patch:
            patch.setattr(sa.Engine, "connect", _refuse)
            answer = client.post(NEW, data=form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        found = read_page(503, answer.text)
        assert "What you typed is here" in found.text
        assert "connection refused" not in answer.text
        back = resent(answer.text)
        assert [(name, value) for name, value in back.items(multi=True) if name != "csrf_token"] == [
            (name, value) for name, value in form.items(multi=True) if name != "csrf_token"
        ]
        for value in TYPED.values():
            assert value in found.text
        assert 'action="/handovers/new"' in answer.text
        client.post(f"/unsaved/?for={NEW}", data=form)
        assert client.post(NEW, data=back).status_code == 303
        assert "?draft=" not in client.get(NEW).text, "what was sent again and saved is not offered as unsaved"

    def test_a_database_that_goes_in_the_middle_of_the_view_loses_nothing_either(
        self, live: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        add_user(live, Role.OFFICER)
        client = live.test_client()
        client.post("/sign-in", data={"username": "officer", "password": PASSWORD})
        form = typed_in(client)
        with monkeypatch.context() as patch:

            def gone(*_: object, **__: object) -> None:
                patch.setattr(sa.Engine, "connect", _refuse)
                db.session.rollback()
                _refuse()

            patch.setattr("tracker.records.services.create", gone)
            answer = client.post(NEW, data=form)
        assert answer.status_code == 503
        assert "Seven suspects" in answer.text
        assert client.post(NEW, data=resent(answer.text)).status_code == 303

    def test_passwords_are_not_shown_again(self, live: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sa.Engine, "connect", _refuse)
        answer = live.test_client().post("/sign-in", data={"username": "ana", "password": "secret words"})
        assert answer.status_code == 503
        assert "secret words" not in answer.text

    def test_what_was_typed_is_text_there(self, live: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sa.Engine, "connect", _refuse)
        client = live.test_client()
        with client.session_transaction() as cookie:
            cookie["sign_in"] = "a-token"
        answer = client.post(NEW, data={"title": '"><script>alert(1)</script>', "<img src=x>": "y"})
        assert answer.status_code == 503
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text

    @pytest.fixture
    def live(self, database_url: str, cheap_passwords: None) -> Iterator[Flask]:
        """As in production: mistakes are caught, though forms need no token."""
        app = create_app(Settings(database_url=database_url, secret_key="only-for-tests" * 3, personal_data_keys=(b"k" * 32,)))
        app.config["WTF_CSRF_ENABLED"] = False
        yield app
        with app.app_context():
            db.engine.dispose()


def resent(html: str) -> Any:
    """The fields of the form that sends again."""
    return form_fields(html.replace('class="stack"', 'class="stack" id="entry"', 1))


def _refuse(*_: object, **__: object) -> None:
    raise sa.exc.OperationalError("SELECT 1", {}, Exception("connection refused"))

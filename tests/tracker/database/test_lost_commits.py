"""The database stores what it was given, and the connection dies before anybody hears of it: nobody guesses, nothing is made twice."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.app import ClientAs, stored
from tests.forms import enter, form_fields, minimal
from tests.pages import read_page
from tests.tracker.files.samples import pdf
from tests.tracker.records.saving import HANDOVER, changed, refs_to, version_numbers
from tests.tracker.unsaved.test_no_database import resent
from tracker.accounts.models import Role
from tracker.extensions import db
from tracker.files.models import Attachment
from tracker.records.enums import ReviewMove
from tracker.records.models import Record, Review

NEW = "/handovers/new"
LOST = "The connection to the database broke before the database said whether it has stored this"
MANY = [2, pytest.param(20, marks=pytest.mark.whole)]


class TestPromise:
    """Lost answer to COMMIT: sending again does not double."""

    @pytest.mark.parametrize("many", MANY)
    def test_promise_20_lost_commits_of_new_records_are_20_records(self, app: Flask, client_as: ClientAs, many: int) -> None:
        client = client_as(Role.OFFICER)
        for number in range(many):
            form = form_fields(client.get(NEW).text)
            for name, value in (minimal(HANDOVER, number) | {"place": f"Вьентьян {number}"}).items():
                form[name] = value
            with lost_commit(app):
                answer = client.post(NEW, data=form)
            assert_said(answer)
            assert len(refs_to(app)) == number + 1, "it was stored"
            again = resent(answer.text)
            assert {name: again[name] for name in form if name != "csrf_token"} == {
                name: form[name] for name in form if name != "csrf_token"
            }
            answer = client.post(NEW, data=again)
            assert answer.status_code == 303
            assert "no second record was made" in client.get(answer.headers["Location"]).text
        assert len(refs_to(app)) == len(version_numbers(app)) == many

    @pytest.mark.parametrize("many", MANY)
    def test_promise_20_lost_commits_of_changes_are_20_versions(self, app: Flask, client_as: ClientAs, many: int) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        for number in range(many):
            form = changed(client, address, place=f"Place {number}")
            with lost_commit(app):
                answer = client.post(f"{address}/edit", data=form)
            assert_said(answer)
            assert f"Place {number}" in answer.text
            assert client.post(f"{address}/edit", data=resent(answer.text)).status_code == 303
        assert version_numbers(app) == list(range(1, many + 2))

    @pytest.mark.parametrize("many", MANY)
    def test_promise_20_lost_commits_of_verifications_are_20_verifications(self, app: Flask, client_as: ClientAs, many: int) -> None:
        officer, reviewer = client_as(Role.OFFICER), client_as(Role.REVIEWER)
        for number in range(many):
            address = enter(officer, HANDOVER, minimal(HANDOVER, number))
            with lost_commit(app):
                answer = reviewer.post(f"{address}/verify", data={"version": "1", "note": "Read twice"})
            assert_said(answer)
            assert "Read twice" in answer.text
            again = reviewer.post(f"{address}/verify", data=resent(answer.text))
            assert again.status_code == 409, "decided already, and the page says so"
            assert "Read twice" in again.text
        with stored(app) as session:
            assert list(session.scalars(sa.select(Review.move))).count(ReviewMove.VERIFY) == many
            assert set(session.scalars(sa.select(Record.verified_version))) == {1}

    @pytest.mark.parametrize("many", MANY)
    def test_promise_20_lost_commits_of_uploads_are_20_files_that_open(self, app: Flask, client_as: ClientAs, many: int) -> None:
        client = client_as(Role.OFFICER)
        address = enter(client, HANDOVER, minimal(HANDOVER))
        for number in range(many):
            content = pdf(f"Letter {number}")
            with lost_commit(app):
                answer = client.post(f"{address}/files", data=upload(content))
            assert_said(answer)
            assert "choose it again" in answer.text
            assert "From the embassy" in answer.text
            again = client.post(f"{address}/files", data=upload(content))
            assert again.status_code == 422
            assert "attached already" in again.text
            assert client.get(f"{address}/files/{number + 1}").data == content
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == many

    def test_a_commit_that_was_answered_and_a_statement_that_failed_are_not_called_unanswered(
        self, app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client = client_as(Role.OFFICER)

        def fail(*_: object, **__: object) -> None:
            raise sa.exc.OperationalError("INSERT", {}, Exception("gone"))

        monkeypatch.setattr("tracker.records.services.create", fail)
        answer = client.post(NEW, data=minimal(HANDOVER))
        assert answer.status_code == 503
        assert LOST not in answer.text
        assert "It is not stored yet" in answer.text


def assert_said(answer: Any) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    text = read_page(503, answer.text).text
    assert LOST in text
    assert "It may have been stored" in text
    for guess in ("It is not stored", "Nothing was stored", "server closed"):
        assert guess not in text


def upload(content: bytes) -> Any:
    return MultiDict([("files", (io.BytesIO(content), "letter.pdf")), ("note", "From the embassy")])


@contextmanager
def lost_commit(app: Flask) -> Iterator[None]:
    """The next request's work is stored, and the connection is dead before the answer comes."""
    with app.app_context():
        dialect = db.engine.dialect
    commit, do_commit, losing = Session.commit, dialect.do_commit, []

    def commit_of_request(session: Session) -> None:
        if session is db.session:
            losing.append(session)
        commit(session)

    def stored_and_gone(connection: Any) -> None:
        do_commit(connection)
        if losing:
            losing.clear()
            _cut(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "commit", commit_of_request)
        patch.setattr(dialect, "do_commit", stored_and_gone)
        yield
    assert not losing


def _cut(connection: Any) -> None:
    said = "server closed the connection unexpectedly"
    if isinstance(connection.driver_connection, sqlite3.Connection):
        raise sqlite3.OperationalError(said)
    connection.driver_connection.close()
    raise psycopg.OperationalError(said)

"""The sealed book of a record's names, and the master key above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.app import ClientAs, stored
from tests.contract.whole_records import filled
from tests.factories import records, users
from tests.factories.handovers import handover, subject
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.database.sealing import SealError
from tracker.extensions import db
from tracker.personal_data.books import Books
from tracker.personal_data.keys import spellings_of
from tracker.personal_data.models import SubjectKey, VersionRedaction
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import read_document
from tracker.records.models import RecordVersion
from tracker.records.naming import with_texts

HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
NAME = "Zubeida Vossberg"


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.test_request_context():
        yield db.session
        db.session.rollback()


class TestTheBook:
    def test_a_name_in_each_text_of_a_record_is_masked_and_opens_as_it_was_typed(self, session: Session) -> None:
        actor = users.user(session)
        whole = filled(session, actor, HANDOVER)
        texts: list[str] = []
        with_texts(whole, HANDOVER, lambda text: texts.append(text) or text)
        assert len(texts) >= 15, "title, summary, place, decision, notes, words, quotations, names, numbers"
        typed = with_texts(whole, HANDOVER, lambda text: f"{text} VOSSBERG, Zubeida") | {"subjects": [subject(1, NAME)]}
        record = records.save(session, actor, typed)
        held = read_document(record, HANDOVER)
        assert "VOSSBERG" not in repr(held)
        assert NAME not in repr(held)
        books = Books(session, record.ref)
        opened = with_texts(held, HANDOVER, books.opened)
        assert {name: opened[name] for name in typed if name != "subjects"} == {name: typed[name] for name in typed if name != "subjects"}

    def test_every_string_of_a_document_is_a_text_or_a_word_of_the_house(self, session: Session) -> None:
        """A new field in which people write freely must be declared as one, or names would stay in it."""
        document = filled(session, users.user(session), HANDOVER)
        marked = with_texts(document, HANDOVER, lambda _: "")
        left = {word for word in strings(marked) if " " in word}
        assert left == set(), "free text that nobody masks"

    def test_a_number_is_given_to_one_person_for_good(self, session: Session) -> None:
        actor = users.user(session)
        record = records.save(session, actor, handover(["LAO"], "2024", subjects=[subject(1, NAME), subject(2, "Ada Other")]))
        document = read_document(record, HANDOVER)
        records.change(session, actor, record, document | {"subjects": document["subjects"][:1]})
        left = read_document(record, HANDOVER)
        records.change(session, actor, record, left | {"subjects": [*left["subjects"], subject(2, "Eve Third")]})
        assert [row["no"] for row in read_document(record, HANDOVER)["subjects"]] == [1, 3]
        assert Books(session, record.ref).spelling(2, 1) == "Ada Other"

    def test_an_old_version_brings_a_person_back_with_the_name(self, session: Session) -> None:
        actor = users.user(session)
        record = records.save(session, actor, handover(["LAO"], "2024", subjects=[subject(1, NAME)]))
        old = read_document(record, HANDOVER)
        records.change(session, actor, record, old | {"subjects": []})
        records.change(session, actor, record, old)
        row = read_document(record, HANDOVER)["subjects"][0]
        assert Books(session, record.ref).spelling(row["no"], row["name"]) == NAME

    def test_the_same_name_typed_again_changes_nothing(self, session: Session) -> None:
        actor = users.user(session)
        record = records.save(session, actor, handover(["LAO"], "2024", title=f"Of {NAME}", subjects=[subject(1, NAME)]))
        again = read_document(record, HANDOVER) | {"title": f"Of {NAME}", "subjects": [subject(1, NAME)]}
        assert records.change(session, actor, record, again) is False

    def test_an_old_version_changes_in_its_text_only_and_only_while_it_is_being_masked(self, session: Session) -> None:
        actor = users.user(session)
        record = records.save(session, actor, handover(["LAO"], "2024", title=f"Of {NAME}"))
        before = dict(session.get_one(RecordVersion, (record.id, 1)).payload)
        records.change(session, actor, record, read_document(record, HANDOVER) | {"subjects": [subject(1, NAME)]})
        masked = session.get_one(RecordVersion, (record.id, 1)).payload
        assert masked == before | {"title": f"Of [{record.ref}/1]"}
        assert [(row.version, row.is_open) for row in session.scalars(sa.select(VersionRedaction))] == [(1, False)]
        placeholder = f"[{record.ref}/1]"
        for statement in (
            sa.update(RecordVersion).values(payload={"title": placeholder}),
            sa.update(VersionRedaction).values(is_open=True),
            sa.delete(VersionRedaction),
        ):
            refused(session, statement)
        session.add(VersionRedaction(record_id=record.id, version=2, by_id=actor.id))
        session.flush()
        second = RecordVersion.__table__.c.version == 2
        for values in ({"by_id": 999}, {"payload": {"title": "nothing"}}, {"review_state": "verified"}, {"form_token": "x"}):
            refused(session, sa.update(RecordVersion.__table__).where(second).values(values))


class TestTheMasterKey:
    def test_rotation_seals_all_keys_anew_or_none(self, app: Flask) -> None:
        with stored(app) as session:
            actor = users.user(session)
            for number in range(5):
                records.save(session, actor, handover(["LAO"], "2024", subjects=[subject(1, f"{NAME} {number}")]))
        old = app.config["SETTINGS"].personal_data_keys[0]
        run = app.test_cli_runner().invoke
        keys(app, b"n" * 32)
        assert run(args=["personal-data", "rotate-key"]).exit_code == 1
        keys(app, old)
        assert names_in(app) == [[f"{NAME} {number}"] for number in range(5)]
        keys(app, b"n" * 32, old)
        assert "5 keys" in run(args=["personal-data", "rotate-key"]).output
        keys(app, b"n" * 32)
        assert names_in(app) == [[f"{NAME} {number}"] for number in range(5)]
        keys(app, old)
        with pytest.raises(SealError):
            names_in(app)

    @pytest.mark.once
    def test_without_another_key_nothing_is_rotated_and_nothing_said_to_be(self, app: Flask) -> None:
        answer = app.test_cli_runner().invoke(args=["personal-data", "rotate-key"])
        assert (answer.exit_code, "only one key is set" in answer.output) == (1, True)
        with stored(app) as session:
            assert session.scalar(sa.select(AuditEvent.no).where(AuditEvent.action == "key_rotated")) is None

    @pytest.mark.once
    def test_under_another_key_pages_say_whose_matter_it_is(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.REVIEWER)
        with stored(app) as session:
            ref = records.save(session, users.user(session), handover(["LAO"], "2024", subjects=[subject(1, NAME)])).ref
        keys(app, b"n" * 32)
        assert client.get(f"/handovers/{ref}").status_code == 200
        answer = client.post(f"/handovers/{ref}/names", data={"purpose": "Answer to the letter of the partner"})
        assert answer.status_code == 503
        assert "PERSONAL_DATA_KEY must be the key it was sealed under" in answer.text

    def test_a_key_moved_to_another_person_does_not_open(self, session: Session) -> None:
        actor = users.user(session)
        record = records.save(session, actor, handover(["LAO"], "2024", subjects=[subject(1, NAME), subject(2, "Ada Other")]))
        first, second = session.scalars(sa.select(SubjectKey).where(SubjectKey.record_id == record.id).order_by(SubjectKey.no))
        second.wrapped, second.spellings = first.wrapped, first.spellings
        with pytest.raises(SealError):
            spellings_of(second)

    def test_without_a_master_key_no_name_is_stored(self, app: Flask, session: Session) -> None:
        keys(app)
        with pytest.raises(ValueError, match="at least one key"):
            records.save(session, users.user(session), handover(["LAO"], "2024", subjects=[subject(1, NAME)]))


def keys(app: Flask, *values: bytes) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], personal_data_keys=values)


def names_in(app: Flask) -> list[list[str]]:
    with app.app_context():
        found = db.session.scalars(sa.select(SubjectKey).order_by(SubjectKey.pseudonym))
        return [spellings_of(key) for key in found]


def strings(value: Any) -> Iterator[str]:
    """Every string inside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def refused(session: Session, statement: Any) -> None:
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(statement)

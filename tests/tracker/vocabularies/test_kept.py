"""What outlives a request is kept for one state of the reference data and never from a transaction that came to nothing."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tracker.extensions import db
from tracker.vocabularies.kept import kept
from tracker.vocabularies.models import Party, PartyKind, VocabularyVersion
from tracker.vocabularies.parties import names_by_code


def test_it_is_asked_for_once(app: Flask) -> None:
    asked: list[int] = []
    for _ in range(3):
        with stored(app) as session:
            assert kept(session, "once", lambda: asked.append(1) or len(asked)) == 1
    assert asked == [1]


def test_what_a_transaction_sees_that_comes_to_nothing_is_seen_by_nobody_else(app: Flask) -> None:
    with app.app_context():
        db.session.add(own_party("First desk"))
        db.session.flush()
        assert names_by_code(db.session, "en")["XDESK"] == "First desk"
        db.session.rollback()
        db.session.add(own_party("Second desk"))  # on SQLite it gets the number of the first
        db.session.commit()
    with stored(app) as session:
        assert names_by_code(session, "en")["XDESK"] == "Second desk"


def test_other_reference_data_under_the_same_numbers_are_read_anew(app: Flask) -> None:
    with stored(app) as session:
        assert "XDESK" not in names_by_code(session, "en")
        last = session.scalars(sa.select(Party).order_by(Party.id.desc())).first()
        assert last
        code = last.code
    with stored(app) as session:  # as a backup that is put back under a running server: past the session, the same numbers
        swap(session, code)
    with stored(app) as session:
        names = names_by_code(session, "en")
        assert names["XDESK"] == "Of the backup"
        assert code not in names


def swap(session: Session, code: str) -> None:
    connection = session.connection()
    party, version = Party.__table__, VocabularyVersion.__table__
    connection.execute(sa.update(party).where(party.c.code == code).values(code="XDESK", name_en="Of the backup", kind="organisation"))
    loaded_at = connection.execute(sa.select(sa.func.max(version.c.loaded_at))).scalar_one()
    connection.execute(sa.update(version).values(loaded_at=loaded_at + timedelta(hours=1)))


def own_party(name: str) -> Party:
    return Party(kind=PartyKind.ORGANISATION, code="XDESK", name_en=name)

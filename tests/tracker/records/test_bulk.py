"""Many records at once are the records that one save after the other makes, seen by nobody before they are published."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import records, sources, users
from tests.factories.many import any_record
from tests.factories.records import REPORTING_STATE, figure
from tracker.accounts.models import User
from tracker.counting.models import Fact
from tracker.database import search
from tracker.records import facts, findable, registry
from tracker.records.bulk import BulkWriter, delete_withheld, publish
from tracker.records.documents import read_payload
from tracker.records.models import Record, RecordVersion
from tracker.records.visibility import own_drafts, visible_to

MANY = 24


@pytest.fixture
def officer(session: Session) -> User:
    return users.user(session)


def documents(session: Session, officer: User) -> list[dict[str, Any]]:
    chance = random.Random(7)
    source = sources.source(session, officer).ref
    found = [any_record(chance, number) for number in range(MANY)]
    for number, document in enumerate(found):
        document["evidence"] = [records.evidence(1, source)]
        document["identifiers"] = [{"scheme": "desk_file", "value": f"F-{number}"}]
        document["aliases"] = [{"name": "Zébra & Co", "lang": ""}, {"name": "Aurora", "lang": "en"}]
    found[0]["figures"] += [figure("seized_drugs", "12.5", "kg", no=21), figure("seized_drugs", "2", "kg", no=22, contained_in=21)]
    return found


def indexed(session: Session) -> list[Any]:
    """What each record is found by."""
    table, key = search._table(session)
    return list(session.execute(sa.select(key, table.c.body, table.c.plain).order_by(key)))


def test_many_records_at_once_are_what_single_saves_make(session: Session, officer: User) -> None:
    given = documents(session, officer)
    made = BulkWriter(officer, session, REPORTING_STATE, draft=False, reason="").write(given)
    ids = sa.select(Record.id).where(Record.id.in_([one.id for one in made]))
    assert session.scalars(ids.where(visible_to(officer))).all() == []
    assert facts.check(session, REPORTING_STATE) == []
    found_by = indexed(session)
    assert findable.rebuild(session) == MANY
    assert indexed(session) == found_by
    publish(session, ids)
    session.expire_all()
    assert len(session.scalars(ids.where(visible_to(officer))).all()) == MANY
    assert facts.check(session, REPORTING_STATE) == []
    for document, one in zip(given, made, strict=True):
        record = session.get_one(Record, one.id)
        record_type = registry.by_kind(record.kind)
        assert read_payload(session, record, record_type) == session.get_one(RecordVersion, (one.id, 1)).payload
        assert record.title == document["title"]
        alone = records.save(session, officer, document | {"identifiers": []})
        said, other = (dict(session.get_one(RecordVersion, (key, 1)).payload) for key in (one.id, alone.id))
        assert said | {"ref": "", "identifiers": []} == other | {"ref": ""}
        assert session.scalar(sa.select(sa.func.count()).where(Fact.record_id == one.id)) == session.scalar(
            sa.select(sa.func.count()).where(Fact.record_id == alone.id)
        )


def test_withheld_drafts_are_on_nobodys_desk_and_can_be_deleted(session: Session, officer: User) -> None:
    made = BulkWriter(officer, session, REPORTING_STATE, draft=True, reason="").write(documents(session, officer))
    assert session.scalars(sa.select(Record.id).where(own_drafts(officer.id))).all() == []
    delete_withheld(session, [one.id for one in made])
    assert session.scalars(sa.select(Record.id)).all() == []
    assert session.scalars(sa.select(RecordVersion.record_id)).all() == []


def test_what_was_published_is_not_deleted(session: Session, officer: User) -> None:
    made = BulkWriter(officer, session, REPORTING_STATE, draft=False, reason="").write(documents(session, officer)[:2])
    publish(session, sa.select(Record.id))
    with pytest.raises(sa.exc.DBAPIError, match="never deleted"), session.begin_nested():
        delete_withheld(session, [one.id for one in made])

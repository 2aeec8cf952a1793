"""The law that lets pages and files read a record from one row: the newest version says what the record's own tables say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import ClientAs, stored
from tests.contract.addresses import addresses
from tests.contract.test_every_event import WRITES
from tests.contract.whole_records import STATE, counted, filled, save
from tests.contract.writes_of_records import NAMED
from tests.factories import users
from tests.factories.handovers import subject
from tracker.accounts.models import Role
from tracker.demo.loading import load
from tracker.record_types import RECORD_TYPES
from tracker.records import services
from tracker.records.documents import read_document, read_payload
from tracker.records.models import Record
from tracker.records.queries import newest_document
from tracker.records.record_type import RecordType
from tracker.records.registry import by_kind
from tracker.records.source_documents import read_source
from tracker.records.sources import Source, SourceVersion

# every way of writing that can change what a record says, its state, its owner or its names
ABOUT_RECORDS = [name for name in WRITES if name.split(".")[0] in ("records", "review", "bin", "merging", "handovers", "sources", "desks")]
every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)


@every_type
def test_what_is_saved_changed_and_emptied_again_stands_in_its_newest_version(app: Flask, record_type: RecordType) -> None:
    with app.test_request_context(), stored(app) as session:
        actor = users.user(session, username="writer")
        whole = filled(session, actor, record_type)
        record = save(session, actor, record_type, whole)
        compare(session)
        few = counted(record_type, "Little is left of it", (), "", status="planned")
        for document in (few, whole | {"identifiers": [], "title": "Back again"}):
            services.update(actor, session, record, record_type, document, STATE, expected_version=record.version, draft=False)
            compare(session)
        assert record.version == 3


@every_type
def test_a_draft_stands_in_its_newest_version(app: Flask, record_type: RecordType) -> None:
    with stored(app) as session:
        actor = users.user(session, username="writer")
        record = save(session, actor, record_type, counted(record_type, "", (), ""), draft=True)
        compare(session)
        document = counted(record_type, "A title by now")
        services.update(actor, session, record, record_type, document, STATE, expected_version=1, draft=True)
        compare(session)


def test_names_that_came_up_later_are_masked_in_both(app: Flask) -> None:
    record_type = next(one for one in RECORD_TYPES if one.kind == "handover")
    with stored(app) as session:
        actor, name = users.user(session, username="writer"), NAMED["subjects-0-name"]
        record = save(session, actor, record_type, counted(record_type, f"Handover of {name}", place=name))
        document = read_document(record, record_type) | {"subjects": [subject(1, name)]}
        services.update(actor, session, record, record_type, document, STATE, expected_version=1, draft=False)
        compare(session)
        assert name not in str(record.newest.payload)


@pytest.mark.whole
@pytest.mark.parametrize("endpoint", ABOUT_RECORDS)
def test_after_every_write_each_record_stands_in_its_newest_version(app: Flask, client_as: ClientAs, endpoint: str) -> None:
    address, write = addresses(app)[endpoint], WRITES[endpoint]
    assert write.form(client_as(write.role), address).post().status_code in (200, 302, 303)
    client_as(Role.OFFICER)
    with stored(app) as session:
        compare(session)


def test_the_records_of_the_demo_stand_in_their_newest_versions(app: Flask) -> None:
    with stored(app) as session:
        load(session, STATE)
        compare(session)


def compare(session: Session) -> None:
    """Each record as its tables say it, and as its newest version does with the state that changes without a version; each source too."""
    session.flush()
    session.expire_all()
    records = session.scalars(sa.select(Record).order_by(Record.id)).all()
    assert records
    for record in records:
        record_type = by_kind(record.kind)
        assert newest_document(record, record_type) == read_document(record, record_type), record.ref
        state = {"review_state": record.review_state.value, "owner_id": record.owner_id}
        state |= {"is_out": bool(record.merged_into_id), "is_restricted": bool(record.restricted_at)}
        assert record.newest.payload | state == read_payload(session, record, record_type), record.ref
    for source in session.scalars(sa.select(Source)):
        assert session.get_one(SourceVersion, (source.id, source.version)).payload == read_source(source), source.ref

"""A database made before sources had versions keeps all it says of them, and what its handovers have cited is known."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.contract.filled_database import open_database
from tests.factories import records, sources, users
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tracker.accounts.models import Role
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.config import Settings
from tracker.database import migrations
from tracker.record_types import RECORD_TYPES
from tracker.records import registry
from tracker.records.documents import read_document
from tracker.records.source_documents import read_source
from tracker.records.source_services import change_source
from tracker.records.sources import NamedCitation, Source, SourceVersion

BEFORE, HERE = "0014", "head"


def test_each_source_has_its_first_version_and_each_citation_of_a_handover_is_remembered(database_url: str) -> None:
    engine, app = open_database(database_url), Flask("tests")
    app.config["SETTINGS"] = Settings(personal_data_keys=(b"k" * 32,))
    registry.load(app, RECORD_TYPES)
    with app.app_context(), Session(engine) as session:
        ana, ben = users.user(session), users.user(session, Role.REVIEWER)
        more = {"kind": "press_article", "reliability": "B", "lang": "zh", "is_translation": True, "publisher": "Legal Daily"}
        plain, filled = sources.source(session, ana), sources.source(session, ana, published="2024-07", marking="GREEN", **more)
        dropped = sources.source(session, ana)
        change_source(ben, session, filled, read_source(filled) | {"title": "Corrected"}, records.REPORTING_STATE, expected_version=1)
        record = records.save(session, ana, handover(["LAO"], "2024", sources=[plain.ref, dropped.ref]))
        less = read_document(record, records.type_of_kind("handover"))
        records.change(session, ana, record, less | {"evidence": less["evidence"][:1]})
        records.save(session, ana, agreement(["LAO"], "2024", sources=[filled.ref]))
        audit.write(None, session, Action.SOURCE_SAVED, plain.ref)
        session.commit()
        known = {plain.id: (1, ana.id), filled.id: (2, ben.id), dropped.id: (1, ana.id)}
        corrected_at = session.get_one(SourceVersion, (filled.id, 2)).valid_from
        citations, filled_id = {(plain.id, record.id), (dropped.id, record.id)}, filled.id
        documents = {one.id: read_source(one) for one in (plain, filled, dropped)}
    migrations.downgrade(database_url, BEFORE)
    migrations.upgrade(database_url, HERE)
    with Session(engine) as session:
        rows = {row.source_id: row for row in session.scalars(sa.select(SourceVersion))}
        assert {source_id: (row.version, row.by_id) for source_id, row in rows.items()} == known
        assert {source_id: row.payload for source_id, row in rows.items()} == documents
        assert abs((rows[filled_id].valid_from - corrected_at).total_seconds()) < 5
        assert {(one.id, one.version) for one in session.scalars(sa.select(Source))} == {
            (key, number) for key, (number, _) in known.items()
        }
        assert {(row.source_id, row.record_id) for row in session.scalars(sa.select(NamedCitation))} == citations
    engine.dispose()

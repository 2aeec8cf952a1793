"""The search text of all records, made again: after a restore, since an index belongs to its engine."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectin_polymorphic, selectinload

from tracker.records import registry
from tracker.records.models import Record, RecordParty
from tracker.records.services import make_findable
from tracker.records.sources import Evidence

_BATCH = 500


def rebuild(session: Session) -> int:
    """Write the search text of every record; how many there are."""
    ids = list(session.scalars(sa.select(Record.id).order_by(Record.id)))
    for start in range(0, len(ids), _BATCH):
        for record in session.scalars(_whole().where(Record.id.in_(ids[start : start + _BATCH]))):
            make_findable(session, record, registry.by_kind(record.kind))
        session.flush()
        session.expunge_all()
    return len(ids)


def _whole() -> sa.Select[Record]:
    """Records with what they are found by, in a few statements for a whole batch."""
    return sa.select(Record).options(
        selectin_polymorphic(Record, [record_type.model for record_type in registry.every_type()]),
        selectinload(Record.aliases),
        selectinload(Record.identifiers),
        selectinload(Record.parties).joinedload(RecordParty.party),
        selectinload(Record.evidence).options(joinedload(Evidence.source)),
    )

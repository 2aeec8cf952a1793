"""All facts again, and whether those that are stored are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import strictest
from tracker.counting.models import Basis, Fact, FactKey
from tracker.counting.projection import project
from tracker.counting.services import COLUMNS, fact_tuples, fact_values, forget_facts, set_state, write_facts
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import RecordType

_BATCH = 500


def speaking_versions(session: Session, basis: Basis) -> Iterator[tuple[int, Document]]:
    """What each record says for `basis`: its newest version, or the one that is official (C41)."""
    number = Record.verified_version if basis is Basis.OFFICIAL else Record.version
    joined = sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == number)
    columns: Any = (RecordVersion.payload, *_SYSTEM)
    statement: Any = sa.select(*columns).join(RecordVersion, joined).order_by(Record.id).limit(_BATCH)
    last = 0
    while rows := session.execute(statement.where(Record.id > last)).all():  # by pieces, so that the reader may write between them
        for payload, record_id, *system in rows:
            yield record_id, _speaking(payload, basis, *system)
        last = rows[-1].id


def write_speaking(session: Session, record: Record, record_type: RecordType, reporting_state: str) -> None:
    """Write the facts of one record anew for both bases: after a save and after each move of review.

    Who may read the record is decided by the stricter marking of its newest and its official version, for both.
    """
    session.flush()
    numbers = {Basis.WORKING: record.version, Basis.OFFICIAL: record.verified_version}
    said: dict[Basis, Document] = {
        basis: dict(session.get_one(RecordVersion, (record.id, number)).payload) for basis, number in numbers.items() if number
    }
    record.effective_marking = strictest(payload["marking"] for payload in said.values())
    for basis in Basis:
        if basis not in said:
            forget_facts(session, record.id, basis)
            continue
        payload = said[basis]
        system = (getattr(record, column.key) for column in _SYSTEM[1:])
        write_facts(session, record.id, _speaking(payload, basis, *system), record_type.contribution, reporting_state, basis)


# what the record itself says of a version, whatever was true on the day of its save
_SYSTEM = (Record.id, Record.review_state, Record.owner_id, Record.effective_marking, Record.restricted_at, Record.merged_into_id)


def _speaking(
    payload: Document, basis: Basis, state: ReviewState, owner_id: int, marking: str, restricted_at: Any, merged_into_id: Any
) -> Document:
    state = ReviewState.VERIFIED if basis is Basis.OFFICIAL else state
    said = {"review_state": state.value, "owner_id": owner_id, "marking": marking}
    return payload | said | {"is_out": merged_into_id is not None, "is_restricted": restricted_at is not None}


def values_of_new(record_id: int, payload: Document, reporting_state: str, *, marking: str) -> tuple[list[Any], list[Any]]:
    """The rows of `fact` and of `fact_key`, as `fact_tuples` gives them, for a record that has one version only."""
    said = _speaking(payload, Basis.WORKING, ReviewState(payload["review_state"]), payload["owner_id"], marking, None, None)
    return fact_tuples(record_id, said, _projected(said, reporting_state), Basis.WORKING)


def rebuild(session: Session, reporting_state: str, basis: Basis = Basis.WORKING) -> int:
    """Make all facts of `basis` again from the stored versions; the number of records that contribute."""
    for table in (Fact, FactKey):
        session.execute(sa.delete(table).where(table.basis == basis))
    contributing = 0
    waiting: dict[type[Fact | FactKey], list[dict[str, Any]]] = {Fact: [], FactKey: []}
    for record_id, payload in speaking_versions(session, basis):
        rows, keys = fact_values(record_id, payload, _projected(payload, reporting_state), basis)
        contributing += bool(rows)
        waiting[Fact] += rows
        waiting[FactKey] += keys
        if len(waiting[Fact]) >= _BATCH:
            _insert(session, waiting)
    _insert(session, waiting)
    set_state(session, basis, reporting_state)
    return contributing


def check(session: Session, reporting_state: str, basis: Basis = Basis.WORKING) -> list[str]:
    """Compare the stored facts with those that the versions give now; one line for each record that differs."""
    columns = [column for column in Fact.__table__.columns if column.name in COLUMNS]
    names = [column.name for column in columns]
    stored: dict[int, Counter[Any]] = {}
    for row in session.execute(sa.select(*columns).where(Fact.basis == basis)):
        stored.setdefault(row.record_id, Counter())[_comparable(dict(zip(names, row, strict=True)))] += 1
    for record_id, dimension, code in session.execute(
        sa.select(FactKey.record_id, FactKey.dimension, FactKey.code).where(FactKey.basis == basis)
    ):
        stored.setdefault(record_id, Counter())[dimension, code] += 1
    problems = []
    for record_id, payload in speaking_versions(session, basis):
        rows, keys = fact_values(record_id, payload, _projected(payload, reporting_state), basis)
        expected = Counter([*(_comparable(row) for row in rows), *((key["dimension"], key["code"]) for key in keys)])
        if stored.pop(record_id, Counter()) != expected:
            problems.append(f"{payload['ref']}: the stored facts are not those of its version")
    problems += [f"record {record_id}: facts without a version" for record_id in sorted(stored)]
    return problems


def _insert(session: Session, waiting: dict[type[Fact | FactKey], list[dict[str, Any]]]) -> None:
    table: Any
    for table, rows in waiting.items():
        if rows:
            session.execute(sa.insert(table.__table__), rows)
            rows.clear()


def _projected(payload: Document, reporting_state: str) -> Any:
    return project(payload, registry.by_kind(payload["kind"]).contribution, reporting_state)


def _comparable(row: Any) -> tuple[Any, ...]:
    values = (row.get(name) for name in COLUMNS)
    return tuple(
        f"{value:.3f}" if name.startswith("value_") and value is not None else value for name, value in zip(COLUMNS, values, strict=True)
    )

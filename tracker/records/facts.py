"""All facts again, and whether those that are stored are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.models import Basis, Fact, FactKey
from tracker.counting.projection import project
from tracker.counting.services import COLUMNS, fact_values, set_state
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.models import Record, RecordVersion

_BATCH = 500


def speaking_versions(session: Session, basis: Basis) -> Iterator[tuple[int, Document]]:
    """The version of each record that speaks for `basis`: the newest, or the last verified one."""
    newest = sa.select(RecordVersion.record_id, sa.func.max(RecordVersion.version).label("version"))
    if basis is Basis.OFFICIAL:
        retired = sa.select(Record.id).where(Record.review_state == ReviewState.RETIRED)
        newest = newest.where(RecordVersion.review_state == ReviewState.VERIFIED, RecordVersion.record_id.not_in(retired))
    speaking = newest.group_by(RecordVersion.record_id).subquery()
    joined = sa.and_(RecordVersion.record_id == speaking.c.record_id, RecordVersion.version == speaking.c.version)
    statement = sa.select(RecordVersion.record_id, RecordVersion.payload).join(speaking, joined).order_by(RecordVersion.record_id)
    yield from session.execute(statement.execution_options(yield_per=_BATCH))


def rebuild(session: Session, reporting_state: str, basis: Basis = Basis.WORKING) -> int:
    """Make all facts of `basis` again from the stored versions; the number of records that contribute."""
    for table in (Fact, FactKey):
        session.execute(sa.delete(table).where(table.basis == basis))
    contributing = 0
    waiting: dict[type[Fact | FactKey], list[dict[str, Any]]] = {Fact: [], FactKey: []}
    for record_id, payload in list(speaking_versions(session, basis)):
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
    for table, rows in waiting.items():
        if rows:
            session.execute(sa.insert(table), rows)
            rows.clear()


def _projected(payload: Document, reporting_state: str) -> Any:
    return project(payload, registry.by_kind(payload["kind"]).contribution, reporting_state)


def _comparable(row: Any) -> tuple[Any, ...]:
    values = (row.get(name) for name in COLUMNS)
    return tuple(
        f"{value:.3f}" if name.startswith("value_") and value is not None else value for name, value in zip(COLUMNS, values, strict=True)
    )

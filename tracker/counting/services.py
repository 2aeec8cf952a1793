"""Writing facts: in the transaction of the save, and all of them again when the rules change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.measures import Contribution, Payload
from tracker.counting.models import Basis, Fact, FactKey, FactState
from tracker.counting.projection import RULE_VERSION, FactRow, Projection, project

_FACTS: Any = Fact.__table__  # rows are given as plain values: the mapper would look at each of them again
_KEYS: Any = FactKey.__table__
_OF_PAYLOAD = ("kind", "marking", "status", "review_state", "owner_id")
FACT_NAMES = (*FactRow._fields, "basis", "record_id", *_OF_PAYLOAD)
KEY_NAMES = ("basis", "record_id", "dimension", "code")
COLUMNS = [column.name for column in Fact.__table__.columns if column.name != "id"]


def write_facts(session: Session, record_id: int, payload: Payload, contribution: Contribution, reporting_state: str, basis: Basis) -> None:
    """Replace what the record contributes to `basis` by what this version contributes."""
    forget_facts(session, record_id, basis)
    rows, keys = fact_values(record_id, payload, project(payload, contribution, reporting_state), basis)
    if rows:
        session.execute(sa.insert(_FACTS), rows)
    if keys:
        session.execute(sa.insert(_KEYS), keys)


def forget_facts(session: Session, record_id: int, basis: Basis) -> None:
    """The record contributes nothing to `basis` any more."""
    for table in (Fact, FactKey):
        session.execute(sa.delete(table).where(table.record_id == record_id, table.basis == basis))


def fact_tuples(
    record_id: int, payload: Payload, projected: Projection, basis: Basis
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows of `fact` and of `fact_key` for one version, as values in the order of FACT_NAMES and KEY_NAMES."""
    of_record = (basis, record_id, *(payload[name] for name in _OF_PAYLOAD))
    rows = [(*_storable(fact), *of_record) for fact in projected.facts]
    return rows, [(basis, record_id, *key) for key in sorted(projected.keys)]


def fact_values(record_id: int, payload: Payload, projected: Projection, basis: Basis) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The same with the names of their columns."""
    rows, keys = fact_tuples(record_id, payload, projected, basis)
    return [dict(zip(FACT_NAMES, row, strict=True)) for row in rows], [dict(zip(KEY_NAMES, key, strict=True)) for key in keys]


def set_owner(session: Session, record_ids: Collection[int], owner_id: int) -> None:
    """The facts of records that were handed over are their new owner's."""
    moved = sa.update(Fact).where(Fact.record_id.in_(record_ids)).values(owner_id=owner_id)
    session.execute(moved.execution_options(synchronize_session=False))


def decide_facts(session: Session, record_ids: sa.Select[Any], review_state: str, *, is_official: bool) -> None:
    """The newest version of each of these records is in `review_state` now; with `is_official` it is what the official figures count.

    Official are then the same facts: of one version the same comes out, whichever basis asks.
    """
    plain: Any = {"synchronize_session": False}
    moved = sa.update(Fact).where(Fact.record_id.in_(record_ids), Fact.basis == Basis.WORKING).values(review_state=review_state)
    session.execute(moved, execution_options=plain)
    for table in (_FACTS, _KEYS) if is_official else ():
        session.execute(sa.delete(table).where(table.c.record_id.in_(record_ids), table.c.basis == Basis.OFFICIAL))
        names = [column.name for column in table.columns if column.name not in ("id", "basis")]
        official = sa.literal(Basis.OFFICIAL, table.c.basis.type)
        same = sa.select(official, *(table.c[name] for name in names)).where(table.c.record_id.in_(record_ids))
        session.execute(sa.insert(table).from_select(["basis", *names], same.where(table.c.basis == Basis.WORKING)))


def set_state(session: Session, basis: Basis, reporting_state: str) -> None:
    """Remember under which rules the facts of `basis` were made."""
    session.merge(FactState(basis=basis, rule_version=RULE_VERSION, reporting_state=reporting_state))


def is_current(session: Session, basis: Basis, reporting_state: str) -> bool:
    """Whether the facts of `basis` follow today's rules and today's reporting state."""
    state = session.get(FactState, basis)
    return state is not None and (state.rule_version, state.reporting_state) == (RULE_VERSION, reporting_state)


def _storable(fact: FactRow) -> FactRow:
    """A day that no calendar of the database holds is no bound at all."""
    floor = date(1, 1, 2)
    return fact._replace(end_lo=date(1, 1, 1)) if fact.end_lo and fact.end_lo < floor else fact

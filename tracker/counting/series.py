"""Named running totals: the latest value counts, once, and what it contains is not added to it (C26, C27).

A series is a name that figures carry. A *cumulative* figure of it is a value of the running total as of a day; one that is new in a
period is contained in the total, whatever record it stands on. What surely came after the latest value is in none, and is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Fact, NumberState, Scope

CUMULATIVE, NEW = "cumulative", "new_in_period"
Condition = sa.ColumnElement[bool]


def running(chosen: RecordFilter, others: Sequence[Condition], rows: Sequence[Condition]) -> list[Condition]:
    """The facts that make the running total of `chosen.series`, among those of `others` (the rest of the filter) in `rows`.

    With an upper bound of days a value counts whose day surely lies before it. What is new and only perhaps lies before it is among
    the facts too, for the upper bound only (`days.surely_in`). Without a series there is none.
    """
    if not chosen.series:
        return [sa.false()]
    mine: list[Condition] = [Fact.series == chosen.series]
    if chosen.until:
        may_be_by = sa.or_(Fact.lo <= chosen.until, Fact.lo.is_(None))
        mine.append(sa.or_(Fact.hi <= chosen.until, sa.and_(Fact.nature == NEW, may_be_by)))
    values = [*mine, *others, *rows, Fact.nature == CUMULATIVE, Fact.number_state == NumberState.VALUE]
    latest = _latest(values, Fact.id)
    has_value = sa.exists(sa.select(Fact.id).where(*values).correlate(None))
    later = Fact.lo > sa.func.coalesce(*(_latest(values, column).scalar_subquery() for column in (Fact.hi, Fact.lo)))
    one_unit = Fact.unit == _latest(values, Fact.unit).scalar_subquery()  # C1
    alone = [sa.not_(has_value)]
    if chosen.until:
        alone.append(_is_beside_dated([*mine, *others, *rows]))
    new = sa.and_(Fact.nature == NEW, sa.or_(sa.and_(*alone), sa.and_(later, one_unit)))
    return [*mine, sa.or_(Fact.id.in_(latest), new)]


def _is_beside_dated(found: Sequence[Condition]) -> Condition:
    """The fact has a day, or another number that is new has one: what is undated is not the total of a day on its own."""
    is_dated = sa.or_(Fact.lo.is_not(None), Fact.hi.is_not(None))
    dated = [*found, is_dated, Fact.nature == NEW, Fact.number_state == NumberState.VALUE]
    return sa.or_(is_dated, sa.exists(sa.select(Fact.id).where(*dated).correlate(None)))


def _latest(values: Sequence[Condition], column: Any) -> sa.Select[Any]:
    """`column` of the latest value: as of the latest day; of two of one day the larger, then the one recorded last."""
    day = sa.func.coalesce(Fact.hi, Fact.lo)
    order = (
        day.is_(None),
        day.desc(),
        sa.func.coalesce(Fact.lo, Fact.hi).desc(),
        Fact.value_lo.desc(),
        Fact.record_id.desc(),
        Fact.id.desc(),
    )
    return sa.select(column).where(*values).order_by(*order).limit(1).correlate(None)


def of_series(chosen: RecordFilter) -> Condition:
    """The record has a figure of `chosen.series`."""
    figure = aliased(Fact)
    found = sa.exists().where(figure.record_id == Fact.record_id, figure.basis == Fact.basis, figure.series == chosen.series)
    return found.correlate_except(figure)


def records_in_series(session: Session, where: Sequence[Condition]) -> dict[str, list[int]]:
    """The ids of the records with figures of each series, under the conditions of a filter."""
    found: dict[str, list[int]] = {}
    statement = sa.select(Fact.series, Fact.record_id).where(*where, Fact.scope == Scope.TOTAL).distinct()
    for series, record_id in session.execute(statement.order_by(Fact.series, Fact.record_id)):
        found.setdefault(series, []).append(record_id)
    return found

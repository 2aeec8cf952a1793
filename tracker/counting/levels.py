"""Operations and their phases: each figure counts at one level (C34)."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.counting.filters import RecordFilter, item_and_unit
from tracker.counting.measures import SEIZURES, Measure
from tracker.counting.models import Basis, Fact, FactKey, NumberState, Scope, Standing
from tracker.counting.projection import ITSELF, PHASE_OF
from tracker.counting.quantities import NOT_SPECIFIED


def told_above(chosen: RecordFilter, measure: Measure) -> sa.Select[int]:
    """The ids of phases for which something above them gives the number of `measure` itself, so that theirs is in it already.

    Only a number that the reader may see and that counts speaks for its phases; words do not. It does so whatever else the filter
    asks for: a phase is not counted in one table and in its parent's number in the next.
    """
    above = _above(chosen.basis)
    itself, told = aliased(FactKey), aliased(Fact)
    found: sa.Select[Any] = (
        sa.select(above.c.record_id)
        .join(itself, sa.and_(itself.basis == chosen.basis, itself.dimension == ITSELF, itself.code == above.c.ref))
        .join(told, sa.and_(told.record_id == itself.record_id, told.basis == chosen.basis))
        .where(told.measure.in_(measure.facts), told.unit.in_(measure.fact_units or (measure.unit,)), told.scope == Scope.TOTAL)
        .where(told.standing == Standing.COUNTED, told.nature == "new_in_period", told.number_state == NumberState.VALUE)
    )
    return found if chosen.clearance is None else found.where(chosen.clearance.covers(told.marking, told.record_id))


def of_item(chosen: RecordFilter) -> list[sa.ColumnElement[bool]]:
    """C35: what is new, of one item in one unit where the filter names them; C34: and of no phase whose operation says it."""
    found = [Fact.nature == "new_in_period", sa.not_(item_told_above(chosen))]
    named = item_and_unit(chosen.item)
    return [*found, _is_item(Fact, named[0]), Fact.unit == named[1]] if named else found


def with_item(chosen: RecordFilter) -> sa.ColumnElement[bool]:
    """The record says something of the item that the filter names, in its unit: a number or words (C31)."""
    item, unit = item_and_unit(chosen.item) or ("", "")
    seized = aliased(Fact)
    found = sa.exists().where(seized.record_id == Fact.record_id, seized.basis == Fact.basis, seized.measure.in_(SEIZURES.facts))
    return found.where(_is_item(seized, item), seized.unit == unit).correlate_except(seized)


def _is_item(fact: Any, item: str) -> sa.ColumnElement[bool]:
    """Whether a fact is of an item; '' asks, as addresses of earlier versions do, for what is of none that is stated."""
    found: sa.ColumnElement[bool] = fact.item == item if item else fact.item.in_(["", *NOT_SPECIFIED.values()])
    return found


def item_told_above(chosen: RecordFilter) -> sa.ColumnElement[bool]:
    """The same of one item in one unit: an operation that says how much cocaine speaks for no other substance of its phases (C35)."""
    above = _above(chosen.basis)
    itself, told = aliased(FactKey), aliased(Fact)
    found = (
        sa.exists()
        .where(above.c.record_id == Fact.record_id, itself.basis == chosen.basis, itself.dimension == ITSELF, itself.code == above.c.ref)
        .where(told.record_id == itself.record_id, told.basis == chosen.basis, told.scope == Scope.TOTAL)
        .where(told.measure == Fact.measure, told.item == Fact.item, told.unit == Fact.unit)
        .where(told.standing == Standing.COUNTED, told.nature == "new_in_period", told.number_state == NumberState.VALUE)
    )
    if chosen.clearance is not None:
        found = found.where(chosen.clearance.covers(told.marking, told.record_id))
    return found.correlate_except(above, itself, told)


@cache
def _above(basis: Basis) -> sa.CTE:
    """Each phase with the reference of its parent, of that one's parent, and so on.

    Made once for each basis, so that a statement of many figures asks for it once, too.
    """
    phase, itself, parent = aliased(FactKey), aliased(FactKey), aliased(FactKey)
    first = sa.select(phase.record_id.label("record_id"), phase.code.label("ref"))
    steps = first.where(phase.basis == basis, phase.dimension == PHASE_OF).cte(recursive=True)
    further = (
        sa.select(steps.c.record_id, parent.code)
        .join(itself, sa.and_(itself.basis == basis, itself.dimension == ITSELF, itself.code == steps.c.ref))
        .join(parent, sa.and_(parent.basis == basis, parent.dimension == PHASE_OF, parent.record_id == itself.record_id))
    )
    return steps.union(further)

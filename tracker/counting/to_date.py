"""A year up to one of its days, so that a year that goes on is set against the same days of the year before (C15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.cells import Cell
from tracker.counting.conditions import conditions, in_row
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Fact, NumberState


@dataclass(frozen=True)
class PartOfYear:
    """What happened from 1 January to `last`: `measure`, which adds up over the years, over the records of `chosen`."""

    measure: Measure
    chosen: RecordFilter
    last: date

    @property
    def behind(self) -> RecordFilter:
        """The filter of the records that may lie in these days: those that the upper bound counts."""
        return self.chosen.narrowed(measure=self.measure.code, year=str(self.last.year), until=self.last)


def same_day(day: date, year: int) -> date:
    """That day of another year; of 29 February the last day of February."""
    return date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)


def to_date(session: Session, parts: Sequence[PartOfYear]) -> list[Cell]:
    """The cells of `parts`, in their order, by one statement; those of one measure and one filter are of different years.

    A date that is known to the month or the year may lie before or after the day: the lower bound is what surely had happened
    by then, the upper what may have.
    """
    assert all(part.measure.mode is Mode.FLOW for part in parts)  # what ended or lasted has no such part of a year
    alike: dict[
        tuple[str, int], list[int]
    ] = {}  # parts of the same figures are counted together: building SQL takes longer than running it
    for place, part in enumerate(parts):
        alike.setdefault((part.measure.code, id(part.chosen)), []).append(place)
    if not alike:
        return []
    groups = list(alike.values())
    statements = [_statement(session, number, [parts[place] for place in places]) for number, places in enumerate(groups)]
    found = [Cell()] * len(parts)
    for number, year, *numbers in session.execute(sa.union_all(*statements) if len(statements) > 1 else statements[0]):
        for place in groups[number]:
            if parts[place].last.year == year:
                found[place] = _cell(parts[place].measure, numbers)
    return found


def _statement(session: Session, number: int, parts: Sequence[PartOfYear]) -> sa.Select[Any]:
    """The numbers of parts of different years, by year."""
    measure, chosen = parts[0].measure, parts[0].chosen
    has_value = Fact.number_state == NumberState.VALUE
    is_sure = sa.and_(has_value, sa.or_(*(sa.and_(Fact.year == part.last.year, Fact.hi <= part.last) for part in parts)))

    def records(condition: Any) -> Any:
        return sa.func.count(sa.distinct(sa.case((condition, Fact.record_id))))

    def total(condition: Any, value: Any = 1) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, value))), 0)

    in_words = Fact.number_state == NumberState.UNQUANTIFIED
    numbers = [
        records(has_value),
        total(is_sure, Fact.value_lo) if measure.is_quantity else records(is_sure),
        total(has_value, Fact.value_hi) if measure.is_quantity else records(has_value),
        total(sa.and_(has_value, Fact.value_hi.is_(None))),
        total(Fact.is_about),
        total(in_words) if measure.is_quantity else records(in_words),
        records(Fact.number_state == NumberState.MISSING),
        records(Fact.is_inferred),
        total(Fact.is_open_list),
    ]
    # C12: what may belong to another year stands beside every year
    is_in = sa.or_(*(sa.and_(Fact.year == part.last.year, Fact.lo <= part.last) for part in parts))
    where = [is_in, *conditions(session, chosen, measure), *in_row(chosen, measure)]
    return sa.select(sa.literal(number), Fact.year, *numbers).where(*where).group_by(Fact.year)


def _cell(measure: Measure, numbers: Sequence[Any]) -> Cell:
    records, lower, upper, unbounded, about, unquantified, missing, inferred, open_lists = numbers
    bounds = Decimal(str(lower)), None if measure.is_quantity and unbounded else Decimal(str(upper))
    return Cell(records, *bounds, bool(about) and measure.is_quantity, unquantified, missing, inferred, bool(open_lists))

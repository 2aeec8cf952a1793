"""When what is in force ends, record by record: the next to end first; and what was in force lately and is so no longer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.conditions import conditions, in_row
from tracker.counting.filters import A_YEAR, PAST, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import EndState, Fact, Scope
from tracker.counting.spans import ends_as, possible, until_lately
from tracker.partial_dates import days_as_edtf

_ONE_DAY = timedelta(days=1)
_NO_DAY = date.min + _ONE_DAY


@dataclass(frozen=True)
class Ending:
    """When a record is in force no longer: on a day in [first, last], as far as that is known (C16)."""

    record_id: int
    is_recorded: bool  # an end, not only a date of expiry, which ends nothing by itself (C14)
    first: date | None
    last: date | None
    is_inferred: bool
    is_near: bool  # perhaps within a year
    is_past: bool  # the date of expiry has gone by

    @property
    def edtf(self) -> str:
        """The day as far as it is known; '' where nothing is."""
        return days_as_edtf(self.first, self.last) + ("?" if self.is_inferred and (self.first or self.last) else "")


def next_to_end(
    session: Session, chosen: RecordFilter, measure: Measure, today: date, partners: Collection[str] | None = None
) -> sa.Select[Any]:
    """Rows for `ending_of` of what is in force today: known ends first, the nearest before.

    In the row that `chosen` names, or in those of any of `partners`.
    """
    where = [*conditions(session, chosen, measure), possible(Mode.STOCK, today, today)]
    row = in_row(chosen, measure) if partners is None else [Fact.scope == Scope.PARTNER, Fact.partner.in_(sorted(partners))]
    unknown = sa.case((sa.func.coalesce(Fact.end_hi, Fact.end_lo).is_(None), 2), (Fact.end_hi.is_(None), 1), else_=0)
    return _in_order((unknown, sa.func.coalesce(Fact.end_lo, Fact.end_hi), Fact.record_id), today).where(*where, *row)


def no_longer(session: Session, chosen: RecordFilter, measure: Measure, today: date) -> sa.Select[Any]:
    """Rows for `ending_of` of what was in force until some day of the last two years and is so no longer; the latest first."""
    where = [*conditions(session, chosen, measure), *in_row(chosen, measure)]
    return _in_order((Fact.end_hi.desc(), Fact.record_id.desc()), today).where(*until_lately(where, today))


def ending_of(row: Any) -> Ending:
    """What a row of the statements above says; the columns hold the last days in force."""
    first, last = (day + _ONE_DAY if day else None for day in (row.end_lo, row.end_hi))
    if row.end_state == EndState.DATED and (row.end_hi is None or first == _NO_DAY):
        first = None  # somebody recorded an end and no day: it may have been any since the beginning
    return Ending(row.record_id, row.end_state == EndState.DATED, first, last, row.is_end_inferred, bool(row.is_near), bool(row.is_past))


def _in_order(order: tuple[Any, ...], today: date) -> sa.Select[Any]:
    """The columns, with the place of each row as `turn`."""
    near, past = (sa.case((sa.and_(*ends_as(asked, today)), 1), else_=0) for asked in (A_YEAR, PAST))
    turn = sa.func.row_number().over(order_by=order).label("turn")
    told = (Fact.record_id, Fact.end_state, Fact.end_lo, Fact.end_hi, Fact.is_end_inferred)
    return sa.select(*told, near.label("is_near"), past.label("is_past"), turn).order_by(*order)

"""One year by month, as far as the months are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from babel.dates import get_month_names
from flask_babel import gettext

from tracker.counting.cells import TOTAL
from tracker.counting.conditions import conditions, in_column, in_row
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Fact, NumberState
from tracker.records.filtering import Reader
from tracker.summaries.links import list_url
from tracker.summaries.matrix import Column, Matrix, Row, Section, Shown

MONTHS = range(1, 13)
UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Spread:
    """Records of one year by (first month, last month) in which they may have been."""

    counts: dict[tuple[int, int], int]

    def certain(self, month: int) -> int:
        return self.counts.get((month, month), 0)

    def possible(self, month: int) -> int:
        return sum(count for (first, last), count in self.counts.items() if first <= month <= last)

    @property
    def unknown(self) -> int:
        return sum(count for (first, last), count in self.counts.items() if first != last)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def by_month(reader: Reader, measures: Sequence[Measure], chosen: RecordFilter, year: int) -> Matrix:
    """A row for each measure, a column for each month; what is only known to the year stands beside the months."""
    names = get_month_names("abbreviated", context="stand-alone", locale=reader.locale)
    columns = [Column(str(month), names[month]) for month in MONTHS]
    columns += [Column(UNKNOWN, gettext("Month not known"), "uncertain"), Column(TOTAL, str(year), "total")]
    asked = [(measure, chosen.narrowed(measure=measure.code, year=str(year))) for measure in measures]
    rows = tuple(_row(measure, one, spread, year) for (measure, one), spread in zip(asked, _spreads(reader, asked), strict=True))
    return Matrix(tuple(columns), (Section("", rows),), rows[0])


def _row(measure: Measure, chosen: RecordFilter, spread: _Spread, year: int) -> Row:
    cells = [_month(spread, chosen, year, month) for month in MONTHS]
    cells.append(Shown(str(spread.unknown), extra="uncertain"))
    cells.append(Shown(str(spread.total), list_url(chosen) if spread.total else "", extra="total"))
    return Row(measure.code, str(measure.label), tuple(cells))


def _month(spread: _Spread, chosen: RecordFilter, year: int, month: int) -> Shown:
    """C43: a month opens its list where the filter can name exactly its records, that is where no other may belong to it."""
    count, possible = spread.certain(month), spread.possible(month)
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if count and count == possible:
        return Shown(str(count), list_url(chosen.narrowed(since=first, until=last)))
    return Shown(str(count))


def _spreads(reader: Reader, asked: Sequence[tuple[Measure, RecordFilter]]) -> list[_Spread]:
    """The spread of each, by one statement."""
    months = [sa.cast(sa.extract("month", day), sa.Integer) for day in (Fact.lo, Fact.hi)]
    statements = []
    for number, (measure, chosen) in enumerate(asked):
        where = [*conditions(reader.session, chosen, measure), *in_row(chosen, measure), *in_column(measure, chosen.year, reader.today)]
        counted: Any = sa.select(sa.literal(number), *months, sa.func.count(sa.distinct(Fact.record_id))).group_by(*months)
        statements.append(counted.where(*where, Fact.number_state == NumberState.VALUE))
    spreads = [_Spread({}) for _ in asked]
    for number, first, last, count in reader.session.execute(sa.union_all(*statements)):
        spreads[number].counts[first, last] = count
    return spreads

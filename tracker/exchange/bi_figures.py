"""The figures as a view of the database: each measure by partner and year, by the same conditions on facts as the pages (C1-C41).

Only the assembly is here: what counts, what surely and what perhaps lasted, and every number of a cell come from
`tracker/counting`. Running totals are no part of it: they are the latest value of one named series (C26).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.counting.aggregates import numbers_of
from tracker.counting.clearance import Clearance
from tracker.counting.conditions import conditions, is_inferred, year_of
from tracker.counting.filters import NOT_STATED, SHARED, UNCERTAIN, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Basis, Fact, NumberState, Scope
from tracker.counting.spans import certain, possible
from tracker.database.year_days import FirstDay, LastDay

TOTAL = "total"  # the partner and the period of a distinct total: the rows are not to be added up (C3)
COLUMNS = (
    *("basis", "measure", "item", "unit", "partner", "period", "year"),
    *("records", "lower", "upper", "about", "unquantified", "missing", "inferred", "open_list"),
)
_ROW: Any = sa.case(
    (Fact.scope == Scope.PARTNER, Fact.partner),
    (Fact.scope == Scope.SHARED, SHARED),
    (Fact.scope == Scope.NOT_STATED, NOT_STATED),
    else_=TOTAL,
)
_IN_A_ROW = Fact.scope != Scope.MENTIONED
_NO_YEAR: Any = sa.cast(sa.null(), sa.Integer)
_NUMBER: Any = sa.Numeric(asdecimal=False)


def filter_up_to(markings: tuple[str, ...], basis: Basis, reporting_state: str) -> RecordFilter:
    """All records with one of these markings; nobody is named on what is RED."""
    return RecordFilter(basis=basis, reporting_state=reporting_state, clearance=Clearance(markings, 0, sa.select(sa.literal(0))))


def markings_up_to(marking: Marking) -> tuple[str, ...]:
    """The markings that are no stricter than `marking`."""
    every = list(Marking)
    return tuple(one.value for one in every[: every.index(marking) + 1])


def figures(session: Session, measures: Iterable[Measure], markings: tuple[str, ...], reporting_state: str) -> Any:
    """The statement of the view, with the columns `COLUMNS`: a row for each cell in which anything is known."""
    counted = [measure for measure in measures if not measure.is_running]
    asked = [(one, filter_up_to(markings, basis, reporting_state)) for basis in Basis for one in counted]
    flows = sa.union_all(*(_flow(session, one, chosen) for one, chosen in asked if not one.is_span)).subquery()
    spans = [part for one, chosen in asked if one.is_span for part in _spans(session, one, chosen)]
    return sa.union_all(_with_totals(flows), *spans)


# --- What adds up over the years ---


def _flow(session: Session, measure: Measure, chosen: RecordFilter) -> sa.Select[Any]:
    """By row and column of time, the numbers as `aggregates` adds them up."""
    by_end = measure.mode is Mode.ENDED
    year, lo, hi = (Fact.end_year, Fact.end_lo, Fact.end_hi) if by_end else (Fact.year, Fact.lo, Fact.hi)
    unknown = sa.case((sa.and_(lo.is_not(None), hi.is_not(None)), UNCERTAIN), else_=NOT_STATED)
    period = sa.case((year.is_(None), unknown), else_=sa.cast(year, sa.String(12)))
    item, unit = (Fact.item, Fact.unit) if measure.by_item else (sa.literal(""), sa.literal(measure.unit))
    records, lower, upper, unbounded, about, unquantified, missing, inferred, open_list = numbers_of(
        Fact, measure.mode, measure.is_quantity, None
    )
    if not measure.is_quantity:
        lower, upper, unbounded, about, missing = records, records, sa.literal(0), sa.literal(0), sa.literal(0)
    named = {
        "records": records, "lower": lower, "upper": upper, "unbounded": unbounded, "about": about,
        "unquantified": unquantified, "missing": missing, "inferred": inferred, "open_list": open_list,
    }  # fmt: skip
    key = [item.label("item"), unit.label("unit"), _ROW.label("partner"), period.label("period"), year.label("year")]
    return (
        sa.select(*_name(measure, chosen), *key, *(number.label(name) for name, number in named.items()))
        .where(*conditions(session, chosen, measure), _IN_A_ROW)
        .group_by(*([Fact.item, Fact.unit] if measure.by_item else []), _ROW, period, year)
    )


def _with_totals(flows: Any) -> sa.Select[Any]:
    """The columns, and over all of them the total of each row: a record stands in one column only."""
    part = flows.c
    each = sa.union_all(sa.select(sa.literal(0).label("whole")), sa.select(sa.literal(1))).subquery()
    is_whole = each.c.whole == 1
    key = [part.basis, part.measure, part.item, part.unit, part.partner]
    period = sa.case((is_whole, TOTAL), else_=part.period)
    year = sa.case((is_whole, _NO_YEAR), else_=part.year)

    def added(column: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(column), 0)

    whole, words, missing, inferred = (
        sa.cast(added(column), sa.Integer) for column in (part.records, part.unquantified, part.missing, part.inferred)
    )
    has_number = added(part.records) > 0  # C31, C32: words without a number, and records that give none, are no zero
    lower = sa.case((has_number, added(part.lower)))
    upper = sa.case((sa.and_(has_number, added(part.unbounded) == 0), added(part.upper)))
    bounds = [sa.type_coerce(bound, _NUMBER) for bound in (lower, upper)]  # 7.5 kg: the first measure counts whole records
    numbers = [whole, *bounds, _flag(part.about), words, missing, inferred, _flag(part.open_list)]
    known = added(part.records) + added(part.unquantified) + added(part.missing) > 0
    named = zip((*key, period, year, *numbers), COLUMNS, strict=True)
    joined = sa.select(*(column.label(name) for column, name in named)).select_from(flows.join(each, sa.true()))
    return joined.group_by(*key, period, year).having(known)


def _flag(column: Any) -> Any:
    return sa.case((sa.func.sum(column) > 0, 1), else_=0)


# --- What lasts ---


def _spans(session: Session, measure: Measure, chosen: RecordFilter) -> Iterator[sa.Select[Any]]:
    """By row and year, what surely and what perhaps was there (C11, C14, C16)."""
    where = [*conditions(session, chosen, measure), _IN_A_ROW]
    window = _windows(measure, where)
    inferred = is_inferred(measure.mode, Fact)
    sure = certain(measure.mode, window.c.first, window.c.last)
    has_value = Fact.number_state == NumberState.VALUE
    in_window = sa.select(*_span_columns(measure, chosen, window.c.period, window.c.year, sure, inferred))
    joined = in_window.join(window, possible(measure.mode, window.c.first, window.c.last))
    yield joined.where(*where, has_value).group_by(_ROW, window.c.period, window.c.year)
    if measure.mode is Mode.ACTIVE:
        undated = sa.or_(Fact.lo.is_(None), Fact.hi.is_(None))
        for period, more in ((NOT_STATED, [undated]), (TOTAL, [])):
            columns = _span_columns(measure, chosen, sa.literal(period), _NO_YEAR, sa.true(), inferred)
            yield sa.select(*columns).where(*where, has_value, *more).group_by(_ROW)


def _span_columns(measure: Measure, chosen: RecordFilter, period: Any, year: Any, sure: Any, inferred: Any) -> list[Any]:
    def records(condition: Any) -> Any:
        return sa.func.count(sa.distinct(sa.case((condition, Fact.record_id))))

    whole, none = sa.func.count(sa.distinct(Fact.record_id)), sa.literal(0)
    key = [sa.literal(""), sa.literal(measure.unit), _ROW, period, year]
    numbers = [whole, records(sure), whole, none, none, none, records(inferred), _flag(sa.case((Fact.is_open_list, 1), else_=0))]
    return [*_name(measure, chosen), *(column.label(name) for column, name in zip((*key, *numbers), COLUMNS[2:], strict=True))]


def _windows(measure: Measure, where: list[Any]) -> Any:
    """The days that count for each column: from the year of the first start to this one; of a stock also today."""
    today = sa.func.current_date()
    this_year = year_of(today)
    begun = sa.select(sa.func.min(year_of(sa.func.coalesce(Fact.lo, Fact.hi))).label("year")).where(*where, Fact.scope == Scope.TOTAL)
    years = begun.cte(recursive=True)
    years = years.union_all(sa.select(years.c.year + 1).where(years.c.year < this_year))
    year = years.c.year
    last: Any = LastDay(year)
    if measure.mode is Mode.STOCK:
        last = sa.case((year == this_year, today), else_=last)
    named = sa.select(sa.cast(year, sa.String(12)).label("period"), year.label("year"), last.label("last")).where(year.is_not(None))
    if measure.mode is Mode.STOCK:
        now = sa.select(sa.literal(TOTAL), _NO_YEAR, today)
        stock = sa.union_all(named, now).subquery()
        return sa.select(stock, stock.c.last.label("first")).subquery()
    return named.add_columns(FirstDay(year).label("first")).subquery()


def _name(measure: Measure, chosen: RecordFilter) -> list[Any]:
    return [sa.literal(chosen.basis.value).label("basis"), sa.literal(measure.code).label("measure")]

"""A filter as conditions on facts: the only place where "these records" becomes SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import User
from tracker.counting import filters
from tracker.counting.filters import RecordFilter
from tracker.counting.levels import of_item, told_above, with_item
from tracker.counting.measures import RUNNING_TOTAL, Measure, Mode
from tracker.counting.models import EndState, Fact, FactKey, Scope, Standing
from tracker.counting.projection import RECORDS
from tracker.counting.series import of_series, running
from tracker.counting.spans import ending, possible, span_window, until_lately
from tracker.database import search
from tracker.vocabularies.models import Membership, Party, VocabTerm

Condition = sa.ColumnElement[bool]
Days = tuple[Any, Any]  # two columns or subqueries: the first and the last day
WORLD = "001"  # UN M49


def conditions(session: Session, chosen: RecordFilter, measure: Measure | None) -> list[Condition]:
    """All conditions of `chosen` on `Fact` but those of the row and the column."""
    found: list[Condition] = [Fact.basis == chosen.basis]
    if measure is not None and measure.is_running:
        return _of_running_total(session, chosen)
    if measure is None:
        found.append(Fact.measure == RECORDS)
    else:
        found.append(Fact.measure.in_(measure.facts))
        if measure.by_item:
            found += of_item(chosen)
        else:
            found.append(Fact.unit.in_(measure.fact_units or (measure.unit,)))
            if measure.is_quantity:
                # C26: only what is new in a period is added up; C36: and only in one unit, above.
                found += [Fact.nature == "new_in_period", Fact.record_id.not_in(told_above(chosen, measure))]
        if measure.kind:
            found.append(Fact.kind == measure.kind)
        if measure.mode is Mode.ENDED:
            found.append(Fact.end_state != EndState.ONGOING)
        if not chosen.standing:
            # A statement has no number: it is told apart by its number state (C31).
            found.append(Fact.standing.in_([Standing.COUNTED, Standing.STATEMENT]))
        if chosen.number:
            found.append(Fact.number_state == chosen.number)
    if chosen.series:
        found.append(of_series(chosen))
    if chosen.ends == filters.LATELY:
        found.append(_until_lately(session, chosen))
    elif chosen.ends:
        found += ending(chosen)
    return [*found, *_of_records(session, chosen, measure)]


def _until_lately(session: Session, chosen: RecordFilter) -> Condition:
    """Records of what was in force until lately, told by the facts of the stock; all else is asked of the record itself."""
    assert chosen.stock is not None
    assert chosen.today is not None
    row = chosen.row_of_stock()
    where = [*conditions(session, row, chosen.stock), *in_row(row, chosen.stock)]
    return Fact.record_id.in_(sa.select(Fact.record_id).where(*until_lately(where, chosen.today)))


def figures_in_series(session: Session, chosen: RecordFilter) -> list[Condition]:
    """All conditions of `chosen` on the figures of any series: values, what is contained in them, words."""
    counted = Fact.standing.in_([Standing.COUNTED, Standing.STATEMENT])
    return [Fact.basis == chosen.basis, Fact.series != "", counted, *_of_records(session, chosen, None)]


def _of_running_total(session: Session, chosen: RecordFilter) -> list[Condition]:
    """C26: the latest value of the series, and C27: nothing that is contained in it."""
    others = figures_in_series(session, replace(chosen, until=None))  # up to which day, the series itself decides
    number = [Fact.number_state == chosen.number] if chosen.number else []
    return [*others, *number, *running(chosen, others, in_row(chosen, RUNNING_TOTAL))]


def _of_records(session: Session, chosen: RecordFilter, measure: Measure | None) -> list[Condition]:
    """What `chosen` asks of the records, whatever is counted of them."""
    found: list[Condition] = []
    if not chosen.inferred:
        found.append(sa.not_(is_inferred(measure.mode if measure else Mode.FLOW, Fact, by_end=measure is not None and bool(chosen.ends))))
    found += _narrowing(chosen)
    if chosen.item and not (measure and measure.by_item):  # what is counted is something else, of records that say something of the item
        found.append(with_item(chosen))
    for dimension, code in chosen.keys:
        found.append(_has_key(chosen, dimension, code))
    if chosen.text:
        found.append(search.matching(session, Fact.record_id, chosen.text))
    return found


def _narrowing(chosen: RecordFilter) -> list[Condition]:
    """The fields of a filter that ask for one column of the facts each."""
    found: list[Condition] = []
    if chosen.standing:
        found.append(Fact.standing == chosen.standing)
    if chosen.kind:
        found.append(Fact.kind.in_(chosen.kind))
    if chosen.status:
        found.append(Fact.status.in_(chosen.status))
    if chosen.review:
        found.append(Fact.review_state.in_(chosen.review))
    if chosen.owner:
        found.append(Fact.owner_id.in_(sa.select(User.id).where(User.username == chosen.owner)))
    if chosen.clearance is not None:
        found.append(chosen.clearance.covers(Fact.marking, Fact.record_id))
    if chosen.since:
        found.append(Fact.hi >= chosen.since)
    if chosen.until:
        found.append(Fact.lo <= chosen.until)
    return found


def is_inferred(mode: Mode, fact: Any, *, by_end: bool = False) -> Condition:
    """C13: whether the date by which a measure counts was worked out by somebody: the end for what ended, either for what lasts.

    `by_end`: a stock of which the filter asks for its end.
    """
    if mode is Mode.ENDED:
        return fact.is_end_inferred
    return sa.or_(fact.is_inferred, fact.is_end_inferred) if mode is Mode.ACTIVE or by_end else fact.is_inferred


def in_column(measure: Measure | None, year: str, today: date) -> list[Condition]:
    """The column `year` of a table of `measure`: a year or part of one, uncertain, one uncertain range, not stated."""
    mode = measure.mode if measure else Mode.FLOW
    if not year:
        return [possible(mode, today, today)] if mode is Mode.STOCK else []  # the total of a stock is today's
    if mode in (Mode.ACTIVE, Mode.STOCK) and year.isdigit():
        first, last = span_window(mode, int(year), today)
        return [possible(mode, first, last)]
    end = mode is Mode.ENDED
    column, lo, hi = (Fact.end_year, Fact.end_lo, Fact.end_hi) if end else (Fact.year, Fact.lo, Fact.hi)
    known = sa.and_(lo.is_not(None), hi.is_not(None))
    if year.isdigit():
        return [column == int(year)]
    if year == filters.UNCERTAIN:
        return [column.is_(None), known]
    if year == filters.NOT_STATED:
        return [column.is_(None), sa.not_(known)]
    part = filters.part_of_year(year)
    if part:
        return [column == part.year, number_in_year(part.step, lo, hi) == part.number]
    bounds = filters.year_range(year)
    assert bounds is not None  # read_filter lets nothing else through
    return [column.is_(None), year_of(lo) == bounds[0], year_of(hi) == bounds[1]]


def in_row(chosen: RecordFilter, measure: Measure | None) -> list[Condition]:
    """The row of a partner table that `chosen` asks for; with none, the distinct total (C3)."""
    found: list[Condition] = []
    if not chosen.partner and not chosen.region and not chosen.group:
        return [Fact.scope == Scope.TOTAL]
    plain = not chosen.measure
    days = days_of_record(measure)
    if chosen.partner == filters.NOT_STATED:
        found.append(Fact.scope == Scope.NOT_STATED)
    elif chosen.partner == filters.SHARED:
        found.append(Fact.scope == Scope.SHARED)
    else:
        # A list without a measure also finds those who are only mentioned; rows of tables never do (C5).
        found.append(Fact.scope.in_([Scope.PARTNER, Scope.MENTIONED]) if plain else Fact.scope == Scope.PARTNER)
    if chosen.partner and chosen.partner not in (filters.NOT_STATED, filters.SHARED):
        itself = Fact.partner == chosen.partner
        if expands(chosen, measure):
            unexpanded = sa.and_(itself, sa.not_(is_expanded(chosen.reporting_state, days)))
            found.append(sa.or_(unexpanded, is_member_of_partner(chosen.partner, days)))
        else:
            found.append(itself)
    if chosen.region:
        found.append(Fact.partner.in_(_countries_of(chosen.region)))
    if chosen.group:
        found.append(in_group(chosen.group, days))
    return found


def year_of(column: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.extract("year", column), sa.Integer)


def number_in_year(step: filters.Step, lo: Any, hi: Any) -> sa.ColumnElement[int]:
    """The quarter or month in which both bounds of a date lie, 0 where that is not known: nothing is moved to January (C12)."""
    first, last = (_month_of(day) for day in (lo, hi))
    if step is filters.Step.QUARTER:
        first, last = (first + 2) // 3, (last + 2) // 3
    return sa.case((first == last, first), else_=0)


def _month_of(column: Any) -> sa.ColumnElement[int]:
    return sa.cast(sa.extract("month", column), sa.Integer)


def days_of_record(measure: Measure | None) -> Days:
    """The days on which the record may have been, by its counting date (C10): by them members are told (C6).

    The days of a stock's facts are those of its force, so there the date stands in the facts of the record itself, in all of them.
    """
    if measure is None or measure.mode is not Mode.STOCK:
        return Fact.lo, Fact.hi
    itself = aliased(Fact)
    of_record = (itself.record_id == Fact.record_id, itself.basis == Fact.basis, itself.measure == RECORDS)
    lo, hi = (
        sa.select(sa.func.min(column)).where(*of_record).correlate_except(itself).scalar_subquery() for column in (itself.lo, itself.hi)
    )
    return lo, hi


def membership_on_date(membership: Any, days: Days) -> Condition:
    """C6: a member through all of the days on which the record may have been."""
    since = sa.or_(membership.valid_from.is_(None), membership.valid_from <= days[0])
    until = sa.or_(membership.valid_to.is_(None), membership.valid_to >= days[1])
    return sa.and_(since, until)


def expands(chosen: RecordFilter, measure: Measure | None) -> bool:
    """Whether members stand for their group (C6): quantities are never counted whole in several rows (C33)."""
    return chosen.expand and not (measure and measure.is_quantity)


def group_unchanged(group_id: Any, days: Days) -> Condition:
    """C6: a date that straddles a change of members does not expand, since nobody can say to whom."""
    lo, hi = days
    other, dated_member = aliased(Membership), aliased(Membership)
    joined = sa.and_(other.valid_from > lo, other.valid_from <= hi)
    left = sa.and_(other.valid_to >= lo, other.valid_to < hi)
    changed = sa.exists().where(other.group_id == group_id, sa.or_(joined, left)).correlate_except(other)
    with_dates = sa.or_(dated_member.valid_from.is_not(None), dated_member.valid_to.is_not(None))
    dated = sa.exists().where(dated_member.group_id == group_id, with_dates).correlate_except(dated_member)
    known = sa.and_(lo.is_not(None), hi.is_not(None))
    return sa.and_(sa.not_(changed), sa.or_(known, sa.not_(dated)))


def is_expanded(reporting_state: str, days: Days) -> Condition:
    """The fact's partner is a group whose members of the day stand for it, so it has no row of its own."""
    group, member, held = aliased(Party), aliased(Party), aliased(Membership)
    return (
        sa.exists()
        .where(group.code == Fact.partner, held.group_id == group.id, member.id == held.member_id, member.code != reporting_state)
        .where(membership_on_date(held, days), group_unchanged(group.id, days))
        .correlate_except(group, member, held)
    )


def is_member_of_partner(code: str, days: Days) -> Condition:
    """The fact stands in the row of a group that `code` belonged to on the record's date."""
    group, member, held = aliased(Party), aliased(Party), aliased(Membership)
    return (
        sa.exists()
        .where(group.code == Fact.partner, member.code == code, held.group_id == group.id, held.member_id == member.id)
        .where(membership_on_date(held, days), group_unchanged(group.id, days))
        .correlate_except(group, member, held)
    )


def in_group(code: str, days: Days) -> Condition:
    """The partner is the group itself, or was a member of it on the record's date (C9: counted again)."""
    group, member, held = aliased(Party), aliased(Party), aliased(Membership)
    belongs = (
        sa.exists()
        .where(group.code == code, member.code == Fact.partner, held.group_id == group.id, held.member_id == member.id)
        .where(membership_on_date(held, days))
        .correlate_except(group, member, held)
    )
    return sa.or_(Fact.partner == code, belongs)


def _countries_of(region: str) -> sa.Select[str]:
    if region == WORLD:
        return sa.select(Party.code).where(Party.region_m49.is_not(None))
    if region == filters.NO_REGION:
        return sa.select(Party.code).where(Party.region_m49.is_(None))
    inside = sa.select(VocabTerm.code).where(
        VocabTerm.scheme == "m49", sa.or_(VocabTerm.code == region, VocabTerm.parent_id == f"m49:{region}")
    )
    return sa.select(Party.code).where(Party.region_m49.in_(inside))


def _has_key(chosen: RecordFilter, dimension: str, code: str) -> Condition:
    key = aliased(FactKey)  # a table by properties joins the keys itself
    found = sa.exists().where(key.basis == chosen.basis, key.record_id == Fact.record_id, key.dimension == dimension, key.code == code)
    return found.correlate_except(key)

"""The rows that a table of figures can have, as selections of facts with the key of the row they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.counting.conditions import days_of_record, expands, group_unchanged, in_row, is_expanded, membership_on_date
from tracker.counting.filters import NO_ITEM, NO_REGION, NOT_STATED, SHARED, RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Fact, FactKey, Scope
from tracker.vocabularies.models import Membership, Party, PartyKind, VocabTerm

PARTNER, REGION, CONTINENT, GROUP, KIND, AGENCY = "partner", "region", "continent", "group", "kind", "agency"
ITEM = "item"  # with its unit: of measures that add up only within both (C35)


@dataclass(frozen=True)
class Rows:
    """What the rows of a table are: a dimension of partners, the record type, or a property of records."""

    dimension: str
    # the field of the filter that a row narrows; properties narrow the keys
    is_key: bool = False


# properties of which a record has one value, so that it stands in one row
_SEVERAL_VALUES = ("crime", "iccs", "role", AGENCY)


def is_sole(chosen: RecordFilter, measure: Measure | None, rows: Rows | None = None) -> bool:
    """Whether each record has at most one fact in a row (of the total, without `rows`): then facts are counted as they are."""
    if measure and (measure.is_quantity or measure.is_span):
        return False
    if chosen.region or chosen.group or chosen.expand:
        return False
    if rows is None or rows.dimension in (PARTNER, KIND):
        return True
    return rows.is_key and rows.dimension not in _SEVERAL_VALUES


def are_apart(rows: Rows, chosen: RecordFilter, measure: Measure) -> bool:
    """Whether no row is in two of the selections of `facts_by_row`."""
    return rows.is_key or rows.dimension in (KIND, ITEM) or not (rows.dimension == GROUP or expands(chosen, measure))


def facts_by_row(rows: Rows, chosen: RecordFilter, measure: Measure, columns: Sequence[Any], where: Sequence[Any]) -> list[sa.Select[Any]]:
    """Selections that together hold every fact of `where` once for each row it stands in, `row` first."""
    # The filter's own partner, region or group narrows which records, and so the rows of properties and types too.
    if rows.is_key or rows.dimension in (KIND, ITEM):
        # C4: an agency of the reporting state is no row either
        partners = [FactKey.code.not_in(_agencies_of(chosen.reporting_state))] if rows.dimension == AGENCY else []
        return [_by_property(rows, columns, [*where, *partners, *in_row(chosen, measure)])]
    parts = {PARTNER: _by_partner, REGION: _by_region, CONTINENT: _by_continent, GROUP: _by_group}[rows.dimension](
        chosen, measure, columns, [*where, *_named_rows(chosen, measure)]
    )
    if rows.dimension == GROUP or chosen.partner or chosen.region or chosen.group:
        return parts
    beside = sa.case((Fact.scope == Scope.SHARED, SHARED), else_=NOT_STATED)
    return [*parts, _select(beside, columns, where).where(Fact.scope.in_([Scope.SHARED, Scope.NOT_STATED]))]


def _named_rows(chosen: RecordFilter, measure: Measure) -> list[Any]:
    return in_row(chosen, measure) if chosen.partner or chosen.region or chosen.group else []


def _select(row: Any, columns: Sequence[Any], where: Sequence[Any]) -> sa.Select[Any]:
    return sa.select(row.label("row"), *columns).where(*where)


def _agencies_of(country: str) -> sa.Select[str]:
    state, agency = aliased(Party), aliased(Party)
    return sa.select(agency.code).join(state, state.id == agency.parent_id).where(state.code == country)


def _by_property(rows: Rows, columns: Sequence[Any], where: Sequence[Any]) -> sa.Select[Any]:
    if rows.dimension == KIND:
        return _select(Fact.kind, columns, where)
    if rows.dimension == ITEM:  # as `filters.item_key` writes it
        return _select(sa.func.coalesce(sa.func.nullif(Fact.item, ""), NO_ITEM) + ":" + Fact.unit, columns, where)
    joined = sa.and_(FactKey.record_id == Fact.record_id, FactKey.basis == Fact.basis, FactKey.dimension == rows.dimension)
    return _select(FactKey.code, columns, where).join(FactKey, joined)


def _by_partner(chosen: RecordFilter, measure: Measure, columns: Sequence[Any], where: Sequence[Any]) -> list[sa.Select[Any]]:
    """A row for each country, organisation and group (C3); with `expand`, members stand for their group (C6)."""
    direct = _select(Fact.partner, columns, where).where(Fact.scope == Scope.PARTNER)
    if not expands(chosen, measure):
        return [direct]
    days = days_of_record(measure)
    direct = direct.where(sa.not_(is_expanded(chosen.reporting_state, days)))
    group, member = aliased(Party), aliased(Party)
    expanded = (
        _select(member.code, columns, where)
        .join(group, group.code == Fact.partner)
        .join(Membership, Membership.group_id == group.id)
        .join(member, member.id == Membership.member_id)
        .where(Fact.scope == Scope.PARTNER, membership_on_date(Membership, days), group_unchanged(group.id, days))
        .where(member.code != chosen.reporting_state)
    )
    return [direct, expanded]


def _by_region(_chosen: RecordFilter, _measure: Measure, columns: Sequence[Any], where: Sequence[Any]) -> list[sa.Select[Any]]:
    """C9: region rows count distinct records again; they are never sums of country rows."""
    row = sa.func.coalesce(Party.region_m49, NO_REGION)
    return [_select(row, columns, where).join(Party, Party.code == Fact.partner).where(Fact.scope == Scope.PARTNER)]


def _by_continent(_chosen: RecordFilter, _measure: Measure, columns: Sequence[Any], where: Sequence[Any]) -> list[sa.Select[Any]]:
    region, continent = aliased(VocabTerm), aliased(VocabTerm)
    statement = (
        _select(sa.func.coalesce(continent.code, NO_REGION), columns, where)
        .join(Party, Party.code == Fact.partner)
        .outerjoin(region, sa.and_(region.scheme == "m49", region.code == Party.region_m49))
        .outerjoin(continent, continent.id == region.parent_id)
        .where(Fact.scope == Scope.PARTNER)
    )
    return [statement]


def _by_group(_chosen: RecordFilter, measure: Measure, columns: Sequence[Any], where: Sequence[Any]) -> list[sa.Select[Any]]:
    """A row for each organisation and group: records with itself or with a member of the day as partner (C9)."""
    group, member = aliased(Party), aliased(Party)
    itself = (
        _select(Fact.partner, columns, where)
        .join(group, group.code == Fact.partner)
        .where(Fact.scope == Scope.PARTNER, group.kind.in_([PartyKind.ORGANISATION, PartyKind.GROUP]))
    )
    members = (
        _select(group.code, columns, where)
        .join(member, member.code == Fact.partner)
        .join(Membership, Membership.member_id == member.id)
        .join(group, group.id == Membership.group_id)
        .where(Fact.scope == Scope.PARTNER, membership_on_date(Membership, days_of_record(measure)))
    )
    return [itself, members]

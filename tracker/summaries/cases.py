"""Records that show a counting rule: for each rule one that the reader may see, found by few questions for all rules together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased

from tracker.counting.conditions import conditions
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import EndState, Fact, FactKey, NumberState, Scope, Standing
from tracker.counting.projection import RECORDS
from tracker.counting.rows import PARTNER, Rows, facts_by_row
from tracker.records import registry
from tracker.records.enums import Nature
from tracker.records.figures import Figure
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Membership, Party, PartyKind

Condition = Any
_GROUP = 6  # its case is counted once more, with the switch

_COLUMNS = (
    "record_id", "measure", "unit", "item", "scope", "standing", "partner", "year", "lo", "hi", "end_state", "end_year",
    "number_state", "value_lo", "value_hi", "is_about", "nature", "person_status",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One record with what it contributes to the figures. Its title is left out: titles may hold names."""

    id: int
    ref: str
    kind: str
    facts: tuple[Any, ...]  # rows of `_COLUMNS`
    figures: tuple[Any, ...] = ()  # what it says beside its facts: contained or not preferred
    crimes: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()  # the rows in which it stands where groups are expanded (C6)

    @property
    def url(self) -> str:
        return url_for("records.show", record_type=registry.by_kind(self.kind).slug, ref=self.ref)

    @property
    def whole(self) -> Any:
        """The fact by which the record counts as one of its type."""
        return next(self.of(Scope.TOTAL, *registry.by_kind(self.kind).main_measure.facts))

    def of(self, scope: Scope, *measures: str) -> Iterator[Any]:
        """Its facts in `scope`, of `measures` where some are named."""
        return (fact for fact in self.facts if fact.scope == scope and (not measures or fact.measure in measures))

    def rows(self) -> list[str]:
        """The codes of the partners in whose rows it stands."""
        return sorted({fact.partner for fact in self.of(Scope.PARTNER, RECORDS)})

    def quantities(self) -> list[Any]:
        """Its facts in the total that are numbers of a source, not the record itself."""
        records = {RECORDS, *_facts_of()}
        return [fact for fact in self.of(Scope.TOTAL) if fact.measure not in records]


def find_cases(reader: Reader, chosen: RecordFilter) -> Mapping[int, Case]:
    """For each rule that has one a record of `chosen` that shows it, the latest; six questions at most."""
    base = [Fact.basis == chosen.basis]
    if chosen.clearance is not None:
        base.append(chosen.clearance.covers(Fact.marking, Fact.record_id))
    latest = (Fact.lo.desc().nulls_last(), Fact.record_id.desc())
    parts = [
        sa.select(sa.literal(number).label("rule"), Fact.record_id).where(*base, *where).order_by(*latest).limit(1).subquery()
        for number, where in _wanted(reader).items()
    ]
    found: dict[int, int] = dict(reader.session.execute(sa.union_all(*(sa.select(part) for part in parts))).all())
    records = _read(reader, chosen, base, set(found.values()))
    cases = {rule: records[record_id] for rule, record_id in found.items() if record_id in records}
    if _GROUP in cases:
        cases[_GROUP] = replace(cases[_GROUP], expanded=_expanded(reader, chosen, cases[_GROUP]))
    return cases


def _expanded(reader: Reader, chosen: RecordFilter, case: Case) -> tuple[str, ...]:
    """C6, by the very selection that a table with the switch counts."""
    measure = registry.by_kind(case.kind).main_measure
    where = [*conditions(reader.session, chosen, measure), Fact.record_id == case.id]
    parts = facts_by_row(Rows(PARTNER), chosen.narrowed(expand=True), measure, [Fact.record_id], where)
    return tuple(sorted({row.row for row in reader.session.execute(sa.union_all(*parts))}))


def _read(reader: Reader, chosen: RecordFilter, base: Sequence[Condition], ids: set[int]) -> dict[int, Case]:
    """The cases with these ids, but those whose record as it now stands is not for the reader."""
    columns = [getattr(Fact, name) for name in _COLUMNS]
    statement = sa.select(Record.ref, Record.kind, *columns).join(Record, Record.id == Fact.record_id)
    facts: dict[int, list[Any]] = {}
    for row in reader.session.execute(statement.where(*base, Fact.record_id.in_(ids), visible_to(reader.user)).order_by(Fact.id)):
        facts.setdefault(row.record_id, []).append(row)
    figures: dict[int, list[Any]] = {}
    for row in reader.session.execute(sa.select(Figure.__table__).where(Figure.record_id.in_(facts)).order_by(Figure.no)):
        figures.setdefault(row.record_id, []).append(row)
    crimes: dict[int, list[str]] = {}
    keys = sa.select(FactKey.record_id, FactKey.code).where(FactKey.basis == chosen.basis, FactKey.dimension == "crime")
    for record_id, code in reader.session.execute(keys.where(FactKey.record_id.in_(facts)).order_by(FactKey.code)):
        crimes.setdefault(record_id, []).append(code)
    return {
        key: Case(key, rows[0].ref, rows[0].kind, tuple(rows), tuple(figures.get(key, ())), tuple(crimes.get(key, ())))
        for key, rows in facts.items()
    }


def _wanted(reader: Reader) -> dict[int, list[Condition]]:
    """What makes a fact a case of a rule, by the number of the rule."""
    ours = reader.reporting_state
    one = [Fact.measure.in_(_facts_of(main=True)), Fact.standing == Standing.COUNTED]
    itself, in_a_row = [Fact.scope == Scope.TOTAL, *one], [Fact.scope == Scope.PARTNER, *one]
    mentioned = [Fact.measure == RECORDS, Fact.scope == Scope.MENTIONED, Fact.standing == Standing.COUNTED]
    in_total = [Fact.scope == Scope.TOTAL, Fact.standing == Standing.COUNTED]
    number = [*in_total, Fact.measure.in_(_facts_of(is_quantity=True)), Fact.number_state == NumberState.VALUE]
    new = [*number, Fact.nature == Nature.NEW_IN_PERIOD.value]
    other = [*in_total, Fact.measure.not_in([RECORDS, *_facts_of()])]
    lasting = [*in_total, Fact.measure.in_(_facts_of(mode=Mode.ACTIVE))]
    several = [*in_a_row, _in_another_row()]
    no_agency = sa.select(Party.code).where(Party.kind != PartyKind.AGENCY, Party.code != ours)
    with_members = sa.select(Party.code).join(Membership, Membership.group_id == Party.id)
    said = (Standing.COUNTED, Standing.STATEMENT)
    dated = [Fact.lo.is_not(None), Fact.hi.is_not(None)]
    return {
        1: [*new, _counts()],
        3: several,
        4: [*mentioned, Fact.partner == ours],
        5: [*mentioned, Fact.partner.in_(no_agency)],
        6: [*in_a_row, Fact.partner.in_(with_members)],
        7: [*in_a_row, Fact.is_open_list],
        8: [Fact.scope == Scope.NOT_STATED, *one],
        9: [*in_a_row, _in_another_row(same_region=True)],
        10: [*itself, Fact.year.is_not(None)],
        11: [*lasting, Fact.end_year > Fact.year],
        12: [*itself, Fact.year.is_(None), *dated],
        13: [*itself, Fact.is_inferred],
        14: [*lasting, Fact.end_state == EndState.NOT_STATED, *dated],
        18: [Fact.measure.in_(_facts_of(mode=Mode.STOCK)), Fact.scope == Scope.PARTNER, _in_another_row()],
        19: [*in_total, Fact.measure == "force_not_known"],
        20: [*in_total, Fact.measure == "amendments"],
        21: [*new, _counts(), Fact.unit == "person", Fact.value_lo > 1],
        25: [*new, Fact.person_status != ""],
        26: [*number, Fact.nature != Nature.NEW_IN_PERIOD.value],
        27: [*itself, _has_part()],
        28: [*itself, _has_competitor()],
        29: [*new, sa.or_(Fact.value_hi.is_(None), Fact.value_hi != Fact.value_lo)],
        30: [*itself, _has_crimes()],
        31: [Fact.scope == Scope.TOTAL, Fact.standing.in_(said), Fact.number_state == NumberState.UNQUANTIFIED],
        32: [*number, Fact.value_lo == 0, Fact.value_hi == 0],
        33: [Fact.scope == Scope.SHARED, *new[1:]],
        34: [Fact.scope == Scope.TOTAL, Fact.standing == Standing.PHASE],
        35: [*other, Fact.item != "", Fact.number_state == NumberState.VALUE],
        36: [*other, Fact.unit == "delegation_mixed"],
        37: [*new, _counts(), Fact.unit == "participant"],
    }


def _facts_of(*, mode: Mode | None = None, is_quantity: bool = False, main: bool = False) -> list[str]:
    """The fact measures that measures of this kind read."""
    found = [one for one in registry.every_measure().values() if one.is_quantity == is_quantity and one.main >= main]
    return sorted({name for one in found if mode in (None, one.mode) for name in one.facts})


def _counts() -> Condition:
    """The record itself counts as one of its type: a statement about several does not, nor does a phase."""
    itself = aliased(Fact)
    found = sa.exists().where(itself.record_id == Fact.record_id, itself.basis == Fact.basis, itself.scope == Scope.TOTAL)
    return found.where(itself.measure.in_(_facts_of(main=True)), itself.standing == Standing.COUNTED).correlate(Fact)


def _in_another_row(*, same_region: bool = False) -> Condition:
    """The record stands in the row of a further partner (C3), of the same region where that is asked (C9)."""
    other = aliased(Fact)
    found = sa.exists().where(
        other.record_id == Fact.record_id,
        other.basis == Fact.basis,
        other.measure == Fact.measure,
        other.scope == Scope.PARTNER,
        other.partner > Fact.partner,
    )
    if same_region:
        here, there = aliased(Party), aliased(Party)
        found = found.where(here.code == Fact.partner, there.code == other.partner, here.region_m49 == there.region_m49)
    return found.correlate(Fact)


def _has_part() -> Condition:
    """A figure of the record lies in another one of the same kind (C27), in the version that is verified."""
    part, container = aliased(Figure), aliased(Figure)
    same = [getattr(part, name) == getattr(container, name) for name in ("metric", "unit", "nature")]
    found = sa.exists().where(part.record_id == Fact.record_id, part.contained_in_id == container.id, part.country_id.is_(None), *same)
    return sa.and_(found.where(container.value_lo.is_not(None), part.preferred).correlate(Fact), _is_as_verified())


def _has_competitor() -> Condition:
    """A figure of the record is kept beside the one that counts (C28)."""
    found = sa.exists().where(Figure.record_id == Fact.record_id, sa.not_(Figure.preferred), Figure.value_lo.is_not(None))
    return sa.and_(found.correlate(Fact), _is_as_verified())


def _is_as_verified() -> Condition:
    """Figures hang on the newest version: it must be the one that counts."""
    found = sa.exists().where(Record.id == Fact.record_id, Record.version == Record.verified_version)
    return found.correlate(Fact)


def _has_crimes() -> Condition:
    """The record has two crime types (C30)."""
    one, other = aliased(FactKey), aliased(FactKey)
    keys = [key.basis == Fact.basis for key in (one, other)] + [key.record_id == Fact.record_id for key in (one, other)]
    both = [key.dimension == "crime" for key in (one, other)]
    return sa.exists().where(*keys, *both, one.code < other.code).correlate(Fact)

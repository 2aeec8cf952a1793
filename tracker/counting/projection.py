"""The projection: one pure function from a version of a record to the facts it contributes.

Every rule that decides *what one version counts* is here and nowhere else, under its number; rules that depend on
the selection are in `queries.py`. Plain values in, plain values out: no database, no clock, no settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tracker.counting.measures import Contribution, Payload
from tracker.counting.models import EndState, NumberState, Scope, Standing
from tracker.counting.quantities import figure_facts
from tracker.counting.rivals import COMPETING, competing_in
from tracker.partial_dates import PartialDate, parse_edtf

# C42: printed with every figure. A change of what counts is a new version here and a rebuild, never an edit of history.
RULE_VERSION = "4"

# Records that name a partner, statements and phases included: a measure of its own, for all types.
RECORDS = "records"

# The keys of a record by which others find it, and of a phase the record it is a part of (C34).
ITSELF, PHASE_OF = "ref", "phase_of"

_STANDING_OF_STATUS = {"planned": Standing.PLANNED, "cancelled": Standing.CANCELLED}


class FactRow(NamedTuple):
    """The columns of `Fact` that a version decides. A tuple, since most rows are another one with a value or two changed."""

    measure: str
    unit: str
    scope: Scope
    standing: Standing
    partner: str | None = None
    item: str = ""
    year: int | None = None
    lo: date | None = None
    hi: date | None = None
    is_inferred: bool = False
    end_state: EndState | None = None
    end_year: int | None = None
    end_lo: date | None = None
    end_hi: date | None = None
    is_end_inferred: bool = False
    number_state: NumberState = NumberState.VALUE
    value_lo: Any = 1
    value_hi: Any = 1
    is_about: bool = False
    nature: str = "new_in_period"
    series: str = ""
    person_status: str = ""
    is_open_list: bool = False


@dataclass(frozen=True)
class Projection:
    """What one version contributes: facts, and the keys by which it is filtered."""

    facts: tuple[FactRow, ...] = ()
    keys: frozenset[tuple[str, str]] = frozenset()


def project(payload: Payload, contribution: Contribution, reporting_state: str) -> Projection:
    """The facts and keys of one version; none for drafts and for what is retired or merged."""
    if payload["review_state"] in ("draft", "retired") or payload.get("is_out"):
        return Projection()
    return Projection(tuple(_facts(payload, contribution, reporting_state)), frozenset(_keys(payload, contribution)))


def counting_partners(payload: Payload, reporting_state: str) -> list[str]:
    """The codes of the partners in whose rows the record stands, each once.

    C4: the reporting state is never a row, nor is an agency of its own. C5: only roles that count as partner put a
    party in a row. C6: a group stays one partner. An agency counts once, in the row of its country.
    """
    rows = {entry["belongs_to"] or entry["party"] for entry in payload["parties"] if entry["counts_as_partner"]}
    return sorted(rows - {reporting_state})


def standing_of(payload: Payload, contribution: Contribution) -> Standing:
    """Whether the record counts as one of its type, or why it does not."""
    if payload.get("is_restricted"):
        return Standing.RESTRICTED
    special = contribution.standing(payload) if contribution.standing else None
    if special:
        return special
    if payload["status"] in _STANDING_OF_STATUS:
        return _STANDING_OF_STATUS[payload["status"]]
    # C31: a statement about several is searched and cited, never counted as one.
    if payload["is_group_entry"]:
        return Standing.STATEMENT
    return Standing.COUNTED


def _facts(payload: Payload, contribution: Contribution, reporting_state: str) -> Iterator[FactRow]:
    partners = counting_partners(payload, reporting_state)
    standing = standing_of(payload, contribution)
    named = Standing.COUNTED if standing in (Standing.STATEMENT, Standing.PHASE) else standing
    counted_on = contribution.counting_date(payload)
    base = FactRow(
        measure=contribution.measure_of(payload) if contribution.measure_of else contribution.measure,
        unit=contribution.unit,
        scope=Scope.TOTAL,
        standing=standing,
        is_open_list=not payload["parties_complete"],  # C7
        **_when(counted_on),
        **(_ending(payload) if contribution.lasts else {}),
    )
    if standing is Standing.STATEMENT:
        # Its one figure without a number says what it is about (C31): listed as a statement, 0 in its kind.
        base = base._replace(number_state=NumberState.UNQUANTIFIED, value_lo=None, value_hi=None)
    yield from _in_every_row(base, partners)
    record = base._replace(measure=RECORDS, unit="activity", standing=named, number_state=NumberState.VALUE, value_lo=1, value_hi=1)
    yield from _in_every_row(record, partners)
    for code in sorted({entry["party"] for entry in payload["parties"]} | _home_of_agencies(payload)):
        if code not in partners:
            yield record._replace(scope=Scope.MENTIONED, partner=code)
    if standing is Standing.COUNTED:
        for measure, unit in contribution.extra_facts(payload) if contribution.extra_facts else ():
            yield from _in_every_row(base._replace(measure=measure, unit=unit), partners)
        for span_measure in contribution.span_measures:
            yield from _span_facts(payload, span_measure, base, reporting_state, partners)
    yield from figure_facts(payload, contribution, base, partners)


def _in_every_row(fact: FactRow, partners: list[str]) -> Iterator[FactRow]:
    """C2: one event is one record in the total. C3: and counts 1 in each partner's row. C8: or in `not stated`."""
    yield fact
    for partner in partners:
        yield fact._replace(scope=Scope.PARTNER, partner=partner)
    if not partners:
        yield fact._replace(scope=Scope.NOT_STATED)


def _span_facts(payload: Payload, measured: Any, base: FactRow, reporting_state: str, partners: list[str]) -> Iterator[FactRow]:
    for partner, spans in measured.spans(payload, reporting_state, partners).items():
        for span in spans:
            goes_on = span.end_lo is None
            fact = base._replace(
                measure=measured.measure,
                unit=measured.unit,
                year=None,
                lo=span.lo,
                hi=span.hi,
                end_state=EndState.ONGOING if goes_on else EndState.DATED,
                end_lo=span.due_lo if goes_on else span.end_lo,
                end_hi=span.due_hi if goes_on else span.end_hi,
                is_inferred=span.is_inferred,
                is_end_inferred=span.is_end_inferred,
            )
            yield fact._replace(scope=Scope.TOTAL if partner is None else Scope.PARTNER, partner=partner)
            if partner is None and not partners:
                yield fact._replace(scope=Scope.NOT_STATED)


def _when(counted_on: PartialDate) -> dict[str, Any]:
    """C12: a date is an interval; both ends in one year make that year, nothing is moved. C13: inferred is marked."""
    return {"year": counted_on.year, "lo": counted_on.lower, "hi": counted_on.upper, "is_inferred": counted_on.is_inferred}


def _ending(payload: Payload) -> dict[str, Any]:
    """C14: no end means ongoing if the status says so, else not stated; a planned end closes nothing."""
    end = parse_edtf(payload["end"])
    if not end.is_stated:
        return {"end_state": EndState.ONGOING if payload["status"] == "ongoing" else EndState.NOT_STATED}
    known = {"end_year": end.year, "end_lo": end.lower, "end_hi": end.upper}
    return known | {"end_state": EndState.DATED, "is_end_inferred": end.is_inferred}


def _home_of_agencies(payload: Payload) -> set[str]:
    return {entry["belongs_to"] for entry in payload["parties"] if entry["belongs_to"]}


def _keys(payload: Payload, contribution: Contribution) -> Iterator[tuple[str, str]]:
    for entry in payload["crimes"]:
        yield "crime", entry["term"]
        iccs = entry["iccs"]
        # A broader ICCS code holds its narrower ones: 02 -> 0202 -> 020221.
        for length in (2, 4, 5, 6):
            if len(iccs) >= length:
                yield "iccs", iccs[:length]
        if entry["is_primary"]:
            yield "crime_primary", entry["term"]
            yield "iccs_primary", iccs[:2]
    if not payload["crimes"]:
        yield "crime", "not_stated"
        yield "iccs", "not_stated"
    if not any(entry["is_primary"] for entry in payload["crimes"]):
        yield "crime_primary", "not_stated"
        yield "iccs_primary", "not_stated"
    for entry in payload["parties"]:
        yield "role", entry["role"]
        if entry["kind"] == "agency":
            yield "agency", entry["party"]
    # C34: phases find what stands above them, and its own figures
    is_phase = standing_of(payload, contribution) is Standing.PHASE
    if is_phase:
        yield PHASE_OF, payload["parent"]
    if is_phase or payload["figures"]:
        yield ITSELF, payload["ref"]
    for state in competing_in(payload["figures"]):  # C28
        yield COMPETING, state
    for dimension in contribution.dimensions:
        # C24: what is not stated is a row of its own, never guessed and never left out.
        yield dimension, payload[dimension] or "not_stated"

"""The second count: slow, obvious, written from the counting rules alone.

It walks whole records - the documents that officers save - in plain Python, and knows neither facts nor projection
nor queries. The property tests hold every figure of the product against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.oracle.agreements import Agreements
from tests.oracle.quantities import Quantities
from tests.oracle.values import (
    ACTIVE,
    ALL,
    ENDED,
    ENDINGS,
    EVERY_MEASURE,
    FLOW_COUNTS,
    NO_REGION,
    NOT_STATED,
    ONE,
    PROPERTIES,
    QUANTITIES,
    SHARED,
    STOCK,
    UNCERTAIN,
    WORDS,
    Amount,
    Answer,
    Answers,
    Entry,
    Known,
    read_reference,
)
from tracker.partial_dates import PartialDate

__all__ = [
    "ALL",
    "ENDINGS",
    "EVERY_MEASURE",
    "NOT_STATED",
    "PROPERTIES",
    "SHARED",
    "UNCERTAIN",
    "Answer",
    "Known",
    "Oracle",
    "read_reference",
]


class Oracle(Agreements, Quantities):
    """Every figure that the records of a data set give."""

    # --- The question ---

    def table(
        self,
        measure: str,
        rows: str,
        years: Iterable[int] = (),
        *,
        expand: bool = False,
        inferred: bool = True,
        ranges: bool = False,
        step: str = "year",
    ) -> Answers:
        """Every cell of `measure` by `rows`; `years` are the columns of measures that do not add up."""
        entries: dict[tuple[str, str], dict[int, Entry]] = {}
        for record in self.records:
            uses_inferred = self.is_inferred(measure, record)
            if uses_inferred and not inferred:  # C13: the switch removes them
                continue
            for (key, column), amounts in self.given(measure, record, tuple(years), ranges, step).items():
                for row in (ALL,) if key == ALL else self.rows_of(rows, record, key, expand and measure not in QUANTITIES):
                    self._put(entries, measure, record, (row, column), amounts, uses_inferred)
                if key == ALL and rows in ("kind", *PROPERTIES):
                    for row in self.properties(rows, record):
                        self._put(entries, measure, record, (row, column), amounts, uses_inferred)
        answers = Answers()
        for place, given in entries.items():
            answers.cells[place] = self.answer(measure, given.values())
            answers.ids[place] = frozenset(given)
        for column in {column for _, column in entries}:
            # settled: what is counted again; a statement without a number is counted nowhere, so nowhere again
            standing = [
                record
                for (row, there), given in entries.items()
                if row != ALL and there == column
                for record, entry in given.items()
                if any(amount.state == "value" for amount in entry.amounts)
            ]
            answers.repeated[column] = sum(1 for record in set(standing) if standing.count(record) > 1)
        return answers

    def part_of_year(self, measure: str, last: date) -> Answer:
        """C15: from 1 January to `last`; the lower bound is what surely had happened by then, the upper what may have."""
        surely, perhaps = [], []
        for record in self.records:
            when = self.counting_date(record)
            amounts = self.given(measure, record, (), False, "year").get((ALL, str(last.year)))
            if amounts and when.lower and when.upper and when.lower <= last:
                entry = Entry(record, amounts, self.is_inferred(measure, record))
                perhaps.append(entry)
                surely += [entry] if when.upper <= last else []
        return replace(self.answer(measure, perhaps), lower=self.answer(measure, surely).lower)

    def _put(
        self,
        entries: dict[tuple[str, str], dict[int, Entry]],
        measure: str,
        record: Known,
        place: tuple[str, str],
        amounts: tuple[Amount, ...],
        uses_inferred: bool,
    ) -> None:
        held = entries.setdefault(place, {})
        before = held.get(record.id)
        if before is None:
            held[record.id] = Entry(record, amounts, uses_inferred)
        elif measure in QUANTITIES:  # parts of one record by country may meet in one region
            held[record.id] = Entry(record, before.amounts + amounts, uses_inferred)
        else:  # C3, C9: a record counts once in a row, by the most that is known of any of its partners there
            held[record.id] = Entry(record, (max(before.amounts[0], amounts[0], key=lambda amount: amount.lower),), uses_inferred)

    def answer(self, measure: str, entries: Iterable[Entry]) -> Answer:
        """C29, C31, C7: sums of bounds, statements without a number beside them, a plus for open lists."""
        entries = list(entries)
        amounts = [amount for entry in entries for amount in entry.amounts]
        numbers = [amount for amount in amounts if amount.state == "value"]
        uppers = [amount.upper for amount in numbers]
        return Answer(
            records=sum(1 for entry in entries if any(amount.state == "value" for amount in entry.amounts)),
            lower=sum((amount.lower for amount in numbers), Decimal(0)),
            upper=None if None in uppers else sum((upper or Decimal(0) for upper in uppers), Decimal(0)),
            about=any(amount.about for amount in numbers),
            unquantified=sum(1 for amount in amounts if amount.state == "unquantified"),
            missing=sum(1 for amount in amounts if amount.state == "missing"),
            inferred=sum(1 for entry in entries if entry.inferred),
            open_list=any(not entry.record.document["parties_complete"] for entry in entries),
        )

    def given(
        self, measure: str, record: Known, years: tuple[int, ...], ranges: bool, step: str
    ) -> dict[tuple[str, str], tuple[Amount, ...]]:
        """What the record gives, by (`ALL` or partner or `shared` or `not_stated`, column)."""
        given: dict[tuple[str, str], tuple[Amount, ...]] = {}
        if measure in QUANTITIES:
            amounts: Iterator[tuple[str, tuple[Amount, ...]]] = self.quantities(measure, record)
        elif not self.counts(measure, record):
            return {}
        elif measure in STOCK:
            return self.stock(record, years)
        else:
            # C31: a statement about several is listed beside the number, never counted
            one = WORDS if record.document["is_group_entry"] and measure != "records" else ONE
            if one is WORDS and measure in ACTIVE:
                return {}
            amounts = ((key, (one,)) for key in (ALL, *(self.partners(record) or (NOT_STATED,))))
        columns = (
            self.active(record, years) if measure in ACTIVE else dict.fromkeys((*self.columns(measure, record, ranges, step), ALL), ONE)
        )
        for key, numbers in amounts:
            for column, presence in columns.items():
                given[key, column] = (presence,) if measure in ACTIVE else numbers
        return given

    # --- Who counts ---

    def counts(self, measure: str, record: Known) -> bool:
        """Whether the record is 1, or as a statement about several a line of words, in `measure`."""
        kind = record.document["kind"]
        if self.is_outside(record):
            return False
        if measure == "records":  # naming the partner, statements included
            return True
        if self.is_phase(record):  # a phase is 0, its parent 1
            return False
        if measure == "activities":  # what is said of activities is none
            return kind != "statement" and not self.is_amendment(record)
        wanted = (FLOW_COUNTS | ACTIVE | ENDED | STOCK)[measure]
        if kind != wanted:
            return False
        if measure == "amendments":
            return self.is_amendment(record)
        if measure == "agreements_force_not_known":  # C19
            known = self.entries_into_force(record) or self.is_over(record)
            return not (known or record.document["is_group_entry"] or self.is_amendment(record))
        if measure in STOCK:
            return not (record.document["is_group_entry"] or self.is_amendment(record))
        if measure in ENDED:
            return self.end(record).is_stated or record.document["status"] != "ongoing"
        return not self.is_amendment(record)

    # --- In which rows ---

    def rows_of(self, rows: str, record: Known, key: str, expand: bool) -> list[str]:
        """The rows of one partner (or `shared`, `not_stated`) of the record."""
        if rows in ("kind", *PROPERTIES):
            return []
        if key in (SHARED, NOT_STATED):
            return [] if rows == "group" else [key]
        when = self.counting_date(record)
        if rows == "partner":
            return (self.members(key, when) if expand else []) or [key]
        if rows == "group":
            itself = [key] if self.reference.kinds[key] in ("organisation", "group") else []
            return [*itself, *self.groups(key, when)]
        region = self.reference.regions.get(key, NO_REGION)
        return [self.reference.continents.get(region, region) if rows == "continent" else region]

    def members(self, group: str, when: PartialDate) -> list[str]:
        """C6: the members on the record's date without the reporting state; none where the date straddles a change."""
        ours = [membership for membership in self.reference.memberships if membership.group == group]
        if any(membership.may_change(when) for membership in ours):
            return []
        return [membership.member for membership in ours if membership.covers(when) and membership.member != self.ours]

    def groups(self, country: str, when: PartialDate) -> list[str]:
        """The groups to which the country belonged on every day that the record's date can mean."""
        mine = [membership for membership in self.reference.memberships if membership.member == country]
        return [membership.group for membership in mine if membership.covers(when)]

    def properties(self, rows: str, record: Known) -> list[str]:
        """The rows of a type or of a property."""
        kind = record.document["kind"]
        if rows == "kind":
            return [kind]
        return [record.document[rows] or NOT_STATED] if kind in PROPERTIES[rows] else []

    # --- In which columns ---

    def is_inferred(self, measure: str, record: Known) -> bool:
        """C13: whether the date by which the measure counts was worked out by somebody."""
        if measure in ENDED:
            return self.end(record).is_inferred
        if measure in ACTIVE:
            return self.counting_date(record).is_inferred or self.end(record).is_inferred
        if measure in STOCK:
            return any(day.is_inferred for day in self.entries_into_force(record))
        return self.counting_date(record).is_inferred

    def columns(self, measure: str, record: Known, ranges: bool, step: str) -> tuple[str, ...]:
        """C12: that year and the part of it, 0 where the part is not known; an uncertain year; or not stated."""
        when = self.end(record) if measure in ENDED else self.counting_date(record)
        if when.lower is None or when.upper is None:
            return (NOT_STATED,)
        if when.lower.year != when.upper.year:
            return (f"{when.lower.year}-{when.upper.year}" if ranges else UNCERTAIN,)
        year = str(when.lower.year)
        if step == "month":
            return (year, f"{year}m{when.lower.month if when.lower.month == when.upper.month else 0:02}")
        if step == "quarter":
            first, last = ("111222333444"[day.month - 1] for day in (when.lower, when.upper))
            return (year, f"{year}q{first if first == last else 0}")
        return (year,)

    def active(self, record: Known, years: tuple[int, ...]) -> dict[str, Amount]:
        """C11, C14: by year, 1 for certain or between 0 and 1 for possible; once in the total."""
        start, end = self.counting_date(record), self.end(record)
        goes_on = not end.is_stated and record.document["status"] == "ongoing"
        columns = {ALL: ONE}
        if start.lower is None or start.upper is None:
            return columns | {NOT_STATED: ONE}
        for year in years:
            first, last = date(year, 1, 1), date(year, 12, 31)
            if start.lower > last or (end.upper is not None and end.upper < first):
                continue
            still_on = goes_on or max(end.lower or start.lower, start.lower) >= first
            columns[str(year)] = Amount(lower=Decimal(int(start.upper <= last and still_on)))
        return columns

"""The second count: slow, obvious, written from the counting rules alone.

It walks whole records - the documents that officers save - in plain Python, and knows neither facts nor projection
nor queries. The property tests hold every figure of the product against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.partial_dates import PartialDate, parse_edtf

ALL = ""  # the column of a row's total and the row of the distinct total
SHARED, NOT_STATED, UNCERTAIN, NO_REGION = "shared", "not_stated", "uncertain", "none"

FLOW_COUNTS = {
    "agreements_signed": "agreement",
    "agreements_force_not_known": "agreement",
    "amendments": "agreement",
    "operations_started": "operation",
    "handovers": "handover",
    "trainings_started": "training",
    "activities": "",
    "records": "",
}
ACTIVE = {"operations_active": "operation", "trainings_active": "training"}
ENDED = {"operations_ended": "operation", "trainings_ended": "training"}
STOCK = {"agreements_in_force": "agreement"}
# measure -> metric, unit, and the type whose records are reported as giving no number when they have no such figure
QUANTITIES = {
    "arrests": ("arrests", "person", ""),
    "persons_handed_over": ("handed_over", "person", "handover"),
    "participants": ("participants", "participant", "training"),
    "participant_days": ("participant_days", "participant_day", ""),
}
ENDINGS = ("expired", "terminated", "replaced")
EVERY_MEASURE = (*FLOW_COUNTS, *ACTIVE, *ENDED, *STOCK, *QUANTITIES)
# property of a record -> the types that have it
PROPERTIES = {
    "direction": ("handover",),
    "legal_basis": ("handover",),
    "binding": ("agreement",),
    "form": ("agreement",),
    "op_type": ("operation",),
    "delivery": ("training",),
    "our_role": ("training",),
}


@dataclass(frozen=True)
class Membership:
    group: str
    member: str
    first: date | None
    last: date | None

    def covers(self, when: PartialDate) -> bool:
        """Whether it lasted through every day that `when` can mean; one that nobody dated lasted through all days."""
        begun = self.first is None or (when.lower is not None and self.first <= when.lower)
        return begun and (self.last is None or (when.upper is not None and when.upper <= self.last))

    def may_change(self, when: PartialDate) -> bool:
        """Whether it may have begun or ended among the days that `when` can mean, after the first of them."""
        if when.lower is None or when.upper is None:
            return bool(self.first or self.last)
        begun = self.first is not None and when.lower < self.first <= when.upper
        return begun or (self.last is not None and when.lower <= self.last < when.upper)


@dataclass(frozen=True)
class Reference:
    """The shipped reference data as plain values."""

    kinds: dict[str, str]
    homes: dict[str, str]  # agency -> its country
    regions: dict[str, str]  # country -> sub-region
    continents: dict[str, str]  # sub-region -> region
    memberships: tuple[Membership, ...]
    counting_roles: frozenset[str]


def read_reference(session: Session) -> Reference:
    """Reference data by plain SQL."""
    parties = session.execute(
        sa.text("SELECT p.code, p.kind, p.region_m49, h.code FROM party p LEFT JOIN party h ON h.id = p.parent_id")
    ).all()
    regions = session.execute(sa.text("SELECT code, parent_id FROM vocab_term WHERE scheme = 'm49' AND parent_id IS NOT NULL")).all()
    members = session.execute(
        sa.text(
            "SELECT g.code, m.code, x.valid_from, x.valid_to FROM membership x"
            " JOIN party g ON g.id = x.group_id JOIN party m ON m.id = x.member_id"
        ).columns(sa.column("a"), sa.column("b"), sa.column("c", sa.Date), sa.column("d", sa.Date))
    ).all()
    roles = session.execute(sa.text("SELECT code FROM vocab_term WHERE scheme = 'role' AND counts_as_partner")).scalars()
    return Reference(
        kinds={code: kind for code, kind, _, _ in parties},
        homes={code: home for code, kind, _, home in parties if kind == "agency" and home},
        regions={code: region for code, _, region, _ in parties if region},
        continents={code: parent.partition(":")[2] for code, parent in regions},
        memberships=tuple(Membership(*row) for row in members),
        counting_roles=frozenset(roles),
    )


@dataclass(frozen=True)
class Known:
    """One stored record: its key, its reference, what was saved, and whether it is only a draft."""

    id: int
    ref: str
    document: dict[str, Any]
    draft: bool = False


@dataclass(frozen=True)
class Amount:
    """A number with its bounds; words only (`unquantified`); or nothing at all (`missing`)."""

    state: str = "value"
    lower: Decimal = Decimal(1)
    upper: Decimal | None = Decimal(1)
    about: bool = False


ONE = Amount()
WORDS = Amount("unquantified", Decimal(0), Decimal(0))
MISSING = Amount("missing", Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Answer:
    """What one cell must say."""

    records: int = 0
    lower: Decimal = Decimal(0)
    upper: Decimal | None = Decimal(0)
    about: bool = False
    unquantified: int = 0
    missing: int = 0
    inferred: int = 0
    open_list: bool = False


@dataclass(frozen=True)
class Entry:
    """What one record gives to one cell."""

    record: Known
    amounts: tuple[Amount, ...]
    inferred: bool


@dataclass
class Answers:
    """A whole table: by (row, column), and per column how many records stand in several rows."""

    cells: dict[tuple[str, str], Answer] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    ids: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)


class Oracle:
    """All records of a data set, and every figure that they give."""

    def __init__(
        self,
        reference: Reference,
        records: Sequence[Known],
        reporting_state: str,
        today: date,
        readable: Callable[[Known], bool] = lambda _: True,
    ) -> None:
        self.reference = reference
        # a draft is not yet a record of anything; what a reader may not read is not in his figures
        self.records = [record for record in records if not record.draft and readable(record)]
        self.kind_of = {record.ref: record.document["kind"] for record in records}
        self.ours = reporting_state
        self.today = today

    # --- The question ---

    def table(
        self, measure: str, rows: str, years: Iterable[int] = (), *, expand: bool = False, inferred: bool = True, ranges: bool = False
    ) -> Answers:
        """Every cell of `measure` by `rows`; `years` are the columns of measures that do not add up."""
        entries: dict[tuple[str, str], dict[int, Entry]] = {}
        for record in self.records:
            uses_inferred = self.is_inferred(measure, record)
            if uses_inferred and not inferred:  # C13: the switch removes them
                continue
            for (key, column), amounts in self.given(measure, record, tuple(years), ranges).items():
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

    def given(self, measure: str, record: Known, years: tuple[int, ...], ranges: bool) -> dict[tuple[str, str], tuple[Amount, ...]]:
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
        columns = self.active(record, years) if measure in ACTIVE else dict.fromkeys((self.column(measure, record, ranges), ALL), ONE)
        for key, numbers in amounts:
            for column, presence in columns.items():
                given[key, column] = (presence,) if measure in ACTIVE else numbers
        return given

    # --- Who counts ---

    def is_outside(self, record: Known) -> bool:
        """Planned, cancelled, requested, granted and refused stand outside every count."""
        document = record.document
        return document["status"] in ("planned", "cancelled") or (document["kind"] == "handover" and document["stage"] != "done")

    def is_phase(self, record: Known) -> bool:
        """A part of a larger operation is counted with that."""
        document = record.document
        return document["kind"] == "operation" and document["parent"] is not None and self.kind_of[document["parent"]] == "operation"

    def is_amendment(self, record: Known) -> bool:
        """C20: amendments, protocols and renewals, linked to what they change."""
        links = {link["type"] for link in record.document["links"]}
        return record.document["kind"] == "agreement" and bool(links & {"amends", "supplements", "renews"})

    def counts(self, measure: str, record: Known) -> bool:
        """Whether the record is 1, or as a statement about several a line of words, in `measure`."""
        kind = record.document["kind"]
        if self.is_outside(record):
            return False
        if measure == "records":  # naming the partner, statements included
            return True
        if self.is_phase(record):  # a phase is 0, its parent 1
            return False
        if measure == "activities":
            return not self.is_amendment(record)
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

    def partners(self, record: Known) -> list[str]:
        """C4, C5: parties in roles that count, an agency as its country, ours never."""
        found: list[str] = []
        for entry in record.document["parties"]:
            code = self.reference.homes.get(entry["party"], entry["party"])
            if entry["role"] in self.reference.counting_roles and code != self.ours and code not in found:
                found.append(code)
        return found

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

    def counting_date(self, record: Known) -> PartialDate:
        """C10: start of what lasts, day of a handover, last signature of an agreement."""
        document = record.document
        if document["kind"] == "agreement":
            written = [document["start"], *(action["date"] for action in document["actions"] if action["action"] == "signed")]
            signed = [parse_edtf(text) for text in written if text]
            if len(signed) > 1:
                return self._last(signed)
            return signed[0] if signed else parse_edtf("")
        return parse_edtf(document["start"])

    def _last(self, days: list[PartialDate]) -> PartialDate:
        lowers = [day.lower for day in days if day.lower]
        lower = max(lowers) if lowers else None
        upper = None if any(day.upper is None for day in days) else max(day.upper for day in days if day.upper)
        basis = next((day.basis for day in days if day.is_inferred), days[0].basis)
        return PartialDate("(several)", lower, upper, basis)

    def end(self, record: Known) -> PartialDate:
        return parse_edtf(record.document["end"])

    def is_inferred(self, measure: str, record: Known) -> bool:
        """C13: whether the date by which the measure counts was worked out by somebody."""
        if measure in ENDED:
            return self.end(record).is_inferred
        if measure in ACTIVE:
            return self.counting_date(record).is_inferred or self.end(record).is_inferred
        if measure in STOCK:
            return any(day.is_inferred for day in self.entries_into_force(record))
        return self.counting_date(record).is_inferred

    def column(self, measure: str, record: Known, ranges: bool) -> str:
        """C12: that year, an uncertain one, or not stated."""
        when = self.end(record) if measure in ENDED else self.counting_date(record)
        if when.lower is None or when.upper is None:
            return NOT_STATED
        if when.lower.year == when.upper.year:
            return str(when.lower.year)
        return f"{when.lower.year}-{when.upper.year}" if ranges else UNCERTAIN

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

    # --- Agreements in force ---

    def is_over(self, record: Known) -> bool:
        """The instrument has ended, by itself or by another, whatever is known of its beginning."""
        return bool(self._dates(record, ENDINGS, None))

    def entries_into_force(self, record: Known) -> list[PartialDate]:
        """Dated entries into force of the instrument as a whole."""
        return [
            parse_edtf(action["date"])
            for action in record.document.get("actions", [])
            if action["action"] == "entered_into_force" and action["party"] is None and action["date"]
        ]

    def stock(self, record: Known, years: tuple[int, ...]) -> dict[tuple[str, str], tuple[Amount, ...]]:
        """C16, C18: on the last day of each year, today in the current one and in the total."""
        given: dict[tuple[str, str], tuple[Amount, ...]] = {}
        partners = self.partners(record)
        for column, day in [(ALL, self.today), *((str(year), min(date(year, 12, 31), self.today)) for year in years)]:
            for key in (ALL, *(partners or (NOT_STATED,))):
                sides = [self.ours, *([key] if key in partners else [])]
                states = [self.instrument_on(record, day), *(self.party_on(record, side, day) for side in sides)]
                if all(possible for _, possible in states):
                    given[key, column] = (Amount(lower=Decimal(int(all(certain for certain, _ in states)))),)
        return given

    def instrument_on(self, record: Known, day: date) -> tuple[bool, bool]:
        """Whether the instrument is certainly, whether possibly in force on `day`."""
        bilateral = len(self.partners(record)) == 1 and record.document["parties_complete"]
        ends = self._dates(record, ENDINGS, None)
        if bilateral:  # a denunciation by one side ends it
            for party in (self.ours, *self.partners(record)):
                ends += self._dates(record, ("denounced", "withdrawn"), party)
        begun = self.entries_into_force(record)
        return self._state(begun, ends, self._pauses(record, None), day)

    def party_on(self, record: Known, party: str, day: date) -> tuple[bool, bool]:
        """Whether the party certainly, whether possibly takes part on `day`: with the instrument unless it says otherwise."""
        begun = [when for when in self._dates(record, ("entered_into_force",), party) if when.is_stated]
        ends = self._dates(record, ("denounced", "withdrawn"), party)
        return self._state(begun, ends, self._pauses(record, party), day, from_the_start=not begun)

    def _state(
        self,
        begun: list[PartialDate],
        ends: list[PartialDate],
        pauses: list[tuple[PartialDate, PartialDate | None]],
        day: date,
        *,
        from_the_start: bool = False,
    ) -> tuple[bool, bool]:
        certain = from_the_start or any(when.upper and when.upper <= day for when in begun)
        # C17: a resumption is a move into force; what was resumed had begun, however little is known of when
        certain = certain or (bool(begun) and any(resumed and resumed.upper and resumed.upper <= day for _, resumed in pauses))
        possible = from_the_start or any(when.lower is None or when.lower <= day for when in begun)
        had_not_ended = any(resumed and resumed.lower and resumed.lower > day for _, resumed in pauses)
        for when in ends:
            certain = certain and (had_not_ended or (when.lower is not None and when.lower > day))
            possible = possible and (when.upper is None or when.upper > day)
        for suspended, resumed in pauses:
            may_have_begun = suspended.lower is None or suspended.lower <= day
            may_go_on = resumed is None or resumed.upper is None or resumed.upper > day
            has_begun = suspended.upper is not None and suspended.upper <= day
            goes_on = resumed is None or (resumed.lower is not None and resumed.lower > day)
            certain = certain and not (may_have_begun and may_go_on)
            possible = possible and not (has_begun and goes_on)
        return certain, possible

    def _dates(self, record: Known, names: tuple[str, ...], party: str | None) -> list[PartialDate]:
        return [
            parse_edtf(action["date"])
            for action in record.document.get("actions", [])
            if action["action"] in names and self.reference.homes.get(action["party"], action["party"]) == party
        ]

    def _pauses(self, record: Known, party: str | None) -> list[tuple[PartialDate, PartialDate | None]]:
        """Suspensions, each with its resumption where there is one."""
        turns = sorted(
            [(when, True) for when in self._dates(record, ("suspended",), party)]
            + [(when, False) for when in self._dates(record, ("resumed",), party)],
            key=lambda turn: (turn[0].lower or date.min, turn[0].upper or date.max),
        )
        pauses: list[tuple[PartialDate, PartialDate | None]] = []
        for when, is_pause in turns:
            if is_pause and not (pauses and pauses[-1][1] is None):  # what is suspended cannot be suspended again
                pauses.append((when, None))
            elif not is_pause and pauses and pauses[-1][1] is None:
                pauses[-1] = (pauses[-1][0], when)
        return pauses

    # --- Quantities ---

    def figures(self, measure: str, record: Known) -> list[dict[str, Any]]:
        """The figures of a measure; C28: only the preferred ones; C26: only what is new in a period is added up."""
        metric, unit, _ = QUANTITIES[measure]
        written = record.document["figures"]
        found = [figure for figure in written if figure["metric"] == metric and figure["unit"] == unit]
        stated = any(figure["metric"] == "participant_days" for figure in written)
        if measure == "participant_days" and record.document.get("days") and not stated:
            # C37: what a course of so many days with so many participants comes to
            found = [
                figure | {bound: _times(figure[bound], record.document["days"]) for bound in ("value_lo", "value_hi")}
                for figure in written
                if figure["metric"] == "participants" and figure["unit"] == "participant" and figure["qualifier"] != "unquantified"
            ]
        return [figure for figure in found if figure["preferred"] and figure["nature"] == "new_in_period"]

    def quantities(self, measure: str, record: Known) -> Iterator[tuple[str, tuple[Amount, ...]]]:
        """By row: what the record's figures add to it. C27: what is contained in another is not added to the total again."""
        if self.is_outside(record):
            return
        figures = {figure["no"]: figure for figure in self.figures(measure, record)}
        rows: dict[str, list[Amount]] = {}
        for figure in figures.values():
            if self._container(figure, figures):
                continue
            whole = _amount(figure)
            rows.setdefault(ALL, []).append(whole)
            shares = [
                (row, _amount(part))
                for part in figures.values()
                if self._top(part, figures) is figure
                and part["country"]
                and not figure["country"]
                and not self._inside_a_country(part, figures)
                and (row := self.row_of(record, part)) not in (SHARED, NOT_STATED)
            ]
            for row, share in shares:
                rows.setdefault(row, []).append(share)
            rest = _less(whole, [share for _, share in shares])
            if rest.upper != 0 or not shares:
                row = SHARED if shares else self.row_of(record, figure)
                rows.setdefault(row, []).append(rest)
        if self.lacks(measure, record):
            partners = self.partners(record)
            row = NOT_STATED if not partners else partners[0] if len(partners) == 1 else SHARED
            rows |= {ALL: [MISSING], row: [MISSING]}
        for row, amounts in rows.items():
            yield row, tuple(amounts)

    def lacks(self, measure: str, record: Known) -> bool:
        """Whether the record should have such a number and gives none, not even in words."""
        metric, unit, kind = QUANTITIES[measure]
        has = any(figure["metric"] == metric and figure["unit"] == unit and figure["preferred"] for figure in record.document["figures"])
        counted = record.document["kind"] == kind and not record.document["is_group_entry"] and not self.is_phase(record)
        return counted and not has

    def _container(self, figure: dict[str, Any], figures: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
        """C27: the number of the same thing that holds this one; words without a number hold nothing."""
        container = figures.get(figure["contained_in"])
        if container is None or container["qualifier"] == "unquantified" or container["item"] != figure["item"]:
            return None
        return container

    def _top(self, figure: dict[str, Any], figures: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
        """The number that holds this one and is held by none."""
        container, top = self._container(figure, figures), None
        while container:
            container, top = self._container(container, figures), container
        return top

    def _inside_a_country(self, figure: dict[str, Any], figures: dict[int, dict[str, Any]]) -> bool:
        """A part of a country's number is in that country's row already."""
        container = self._container(figure, figures)
        while container:
            if container["country"]:
                return True
            container = self._container(container, figures)
        return False

    def row_of(self, record: Known, figure: dict[str, Any]) -> str:
        """C33: the row of the partner to which the source gives it, else that of the only partner, else shared."""
        partners = self.partners(record)
        if not partners:
            return NOT_STATED
        if figure["country"]:
            return str(figure["country"]) if figure["country"] in partners else SHARED
        return partners[0] if len(partners) == 1 and record.document["parties_complete"] else SHARED


def _amount(figure: dict[str, Any]) -> Amount:
    """C29, C31: the bounds of a figure; words without number have none."""
    if figure["qualifier"] == "unquantified":
        return WORDS
    upper = None if figure["value_hi"] is None else Decimal(figure["value_hi"])
    return Amount("value", Decimal(figure["value_lo"]), upper, figure["qualifier"] == "about")


def _less(whole: Amount, parts: list[Amount]) -> Amount:
    """What is left of a number when parts of it are known; a part in words may be all of the rest."""
    if whole.state != "value" or not parts:
        return whole
    is_open = any(part.upper is None or part.state != "value" for part in parts)
    lower = Decimal(0) if is_open else max(Decimal(0), whole.lower - sum((part.upper or Decimal(0) for part in parts), Decimal(0)))
    upper = None if whole.upper is None else max(Decimal(0), whole.upper - sum((part.lower for part in parts), Decimal(0)))
    return Amount("value", lower, upper, whole.about)


def _times(value: str | None, days: str) -> str | None:
    return None if value is None else str(Decimal(value) * Decimal(days))

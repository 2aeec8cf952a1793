"""The one meaning of "these records": carried in addresses, applied to figures, lists, files and drill-downs alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.counting.clearance import Clearance
from tracker.counting.measures import Measure
from tracker.counting.models import Basis, NumberState, Standing
from tracker.partial_dates import DateError, parse_typed

UNCERTAIN = "uncertain"
NOT_STATED = "not_stated"
SHARED = "shared"
PAST = "past"
LATELY = "lately"  # in force until some day of the last two years, and no longer
SOON, A_YEAR = "90", "365"  # the days that pages ask for
NO_REGION = NO_ITEM = "none"

_YEAR = re.compile(r"[12]\d{3}", re.ASCII)
_RANGE = re.compile(r"([12]\d{3})-([12]\d{3})", re.ASCII)
_PART = re.compile(r"([12]\d{3})(?:q([0-4])|m(0\d|1[0-2]))", re.ASCII)
_DAYS = re.compile(r"[1-9]\d{0,3}", re.ASCII)
_ITEM = re.compile(r"([a-z0-9_]{1,49}):([a-z0-9_]{1,49})", re.ASCII)
TEXT_LENGTH, SERIES_LENGTH = 200, 100


class Step(StrEnum):
    """How long a column of time is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


@dataclass(frozen=True)
class PartOfYear:
    """A quarter or month of a year, `2024q1` or `2024m03`; number 0 is the rest: dates known to the year, but to no such part of it."""

    year: int
    step: Step
    number: int

    @property
    def key(self) -> str:
        """The part as it stands in addresses."""
        return f"{self.year}q{self.number}" if self.step is Step.QUARTER else f"{self.year}m{self.number:02}"


class FilterError(ValueError):
    """An address asks for something that does not exist; `problems` says which part, in words for people."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems

    @property
    def by_parameter(self) -> str:
        """The same for whoever wrote the address: each part under its name there."""
        return " ".join(f"{name}: {said}" for name, said in self.problems.items())


@dataclass(frozen=True)
class RecordFilter:
    """Which records are meant; an empty field does not narrow.

    `measure` narrows to records that contribute to that measure, in the given row (`partner`, `region`, `group` ...)
    and column (`year`). Without it the filter means all records, counted or not.
    """

    kind: tuple[str, ...] = ()
    measure: str = ""
    basis: Basis = Basis.WORKING  # C41: all records until the review workflow exists
    partner: str = ""  # code, `not_stated`, `shared`
    region: str = ""  # UN M49 of a region or sub-region
    group: str = ""  # records with a member on the record's date, or with the group itself
    expand: bool = False  # C6: a group stands in the rows of its members of the day
    year: str = ""  # `2024`, `uncertain`, `2023-2024` (one uncertain range), `not_stated`; `2024q1`, `2024m03`: see `PartOfYear`
    since: date | None = None
    until: date | None = None
    inferred: bool = True  # C13: False leaves inferred dates out
    status: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    standing: str = ""
    number: str = ""  # `value`, `unquantified`, `missing`: what is known of the number that `measure` adds up
    owner: str = ""
    text: str = ""
    # what was seized and its unit, `cocaine:kg`, `none:kg` where no item is stated (C35): of seizures, what is added up; else which records
    item: str = ""
    ends: str = ""  # of what is in force `today`: within so many days, `90`; its date is `past`; `not_stated`; `lately`: no longer
    series: str = ""  # with the measure of running totals: whose latest value; else the records that have a figure of it
    # single properties of the records: direction, legal_basis, crime ... as (dimension, code)
    keys: tuple[tuple[str, str], ...] = ()
    reporting_state: str = field(default="", compare=False)
    stock: Measure | None = field(default=None, compare=False)  # of which `ends` is asked
    today: date | None = field(default=None, compare=False)  # the reader's: from it the days of `ends` are told
    clearance: Clearance | None = field(default=None, compare=False)  # what the reader may see; None is all, for programs without a reader

    def narrowed(self, **changes: Any) -> RecordFilter:
        """The same filter with `changes`; `keys={"direction": "inward"}` adds a key, `keys_without="direction"` drops it."""
        dropped = changes.pop("keys_without", None)
        if dropped:
            return replace(self.narrowed(**changes), keys=tuple(pair for pair in self.keys if pair[0] != dropped))
        added = changes.pop("keys", None)
        if added:
            kept = [(name, code) for name, code in self.keys if name not in added]
            changes["keys"] = (*kept, *sorted(added.items()))
        return replace(self, **changes)

    def row_of_stock(self) -> RecordFilter:
        """The row that this filter names, of the stock of which it asks for the end: nothing else that it asks of the records."""
        assert self.stock is not None
        kept = ("basis", "partner", "region", "group", "expand", "reporting_state", "today", "clearance")
        return RecordFilter(measure=self.stock.code, **{name: getattr(self, name) for name in kept})

    def key(self, dimension: str) -> str:
        """The code asked for in `dimension`, or ''."""
        return dict(self.keys).get(dimension, "")

    def to_args(self) -> dict[str, str | list[str]]:
        """The parameters of an address that means this filter."""
        args: dict[str, str | list[str]] = {}
        if self.basis is not Basis.WORKING:
            args["basis"] = self.basis.value
        for name in ("kind", "status", "review"):
            if getattr(self, name):
                args[name] = list(getattr(self, name))
        for name in ("measure", "partner", "region", "group", "year", "standing", "number", "owner", "item", "ends", "series"):
            if getattr(self, name):
                args[name] = getattr(self, name)
        if self.expand:
            args["expand"] = "1"
        if not self.inferred:
            args["inferred"] = "0"
        if self.since:
            args["since"] = self.since.isoformat()
        if self.until:
            args["until"] = self.until.isoformat()
        if self.text:
            args["q"] = self.text
        return args | dict(self.keys)


@dataclass(frozen=True)
class FilterWords:
    """What an address may ask for: the known values of each field."""

    kinds: frozenset[str]
    measures: frozenset[str]
    dimensions: Mapping[str, frozenset[str]]
    partners: frozenset[str]
    regions: frozenset[str]
    statuses: frozenset[str]
    reviews: frozenset[str]
    owners: frozenset[str]


def read_filter(args: Mapping[str, Any], words: FilterWords, unknown: Any, locale: str = "en") -> RecordFilter:
    """The filter that an address means.

    `args` is a werkzeug MultiDict; `unknown(name, value)` words a problem. Raises FilterError for values that no
    record could have, so that a mistyped address never shows another selection as if it had been asked for.
    """
    problems: dict[str, str] = {}

    def one(name: str, allowed: frozenset[str] | None) -> str:
        value = str(args.get(name, "")).strip()
        if value and allowed is not None and value not in allowed:
            problems[name] = unknown(name, value)
            return ""
        return value

    def many(name: str, allowed: frozenset[str]) -> tuple[str, ...]:
        values = [value for value in args.getlist(name) if value]  # type: ignore[attr-defined]
        bad = [value for value in values if value not in allowed]
        if bad:
            problems[name] = unknown(name, bad[0])
        return tuple(sorted({value for value in values if value in allowed}))

    def bound(name: str, upper: bool) -> date | None:
        value = str(args.get(name, "")).strip()
        day, problem = _bound(value, upper, locale) if value else (None, "")
        if value and day is None:
            problems[name] = problem or unknown(name, value)
        return day

    year = one("year", None)
    chosen = RecordFilter(
        kind=many("kind", words.kinds),
        measure=one("measure", words.measures),
        basis=Basis(one("basis", frozenset(Basis)) or Basis.WORKING),
        partner=one("partner", words.partners | {NOT_STATED, SHARED}),
        region=one("region", words.regions | {NO_REGION}),
        group=one("group", words.partners),
        expand=args.get("expand") == "1",
        year=year,
        since=bound("since", upper=False),
        until=bound("until", upper=True),
        inferred=args.get("inferred") != "0",
        status=many("status", words.statuses),
        review=many("review", words.reviews),
        standing=one("standing", frozenset(Standing)),
        number=one("number", frozenset(NumberState)),
        owner=one("owner", words.owners),
        text=str(args.get("q", "")).strip()[:TEXT_LENGTH],
        item=one("item", None),
        ends=one("ends", None),
        series=" ".join(str(args.get("series", "")).split())[:SERIES_LENGTH],
        keys=tuple(sorted((name, code) for name, allowed in words.dimensions.items() if (code := one(name, allowed)))),
    )
    for name, value, is_known in (("year", year, is_year), ("item", chosen.item, item_and_unit), ("ends", chosen.ends, is_end)):
        if value and not is_known(value):
            problems[name] = unknown(name, value)
    if problems:
        raise FilterError(problems)
    return chosen


def item_key(item: str, unit: str) -> str:
    """An item in its unit as a filter and a row name them."""
    return f"{item or NO_ITEM}:{unit}"


def item_and_unit(key: str) -> tuple[str, str] | None:
    """The codes that `cocaine:kg` means, an item that is not stated as ''; None for what is no such key."""
    match = _ITEM.fullmatch(key)
    return ("" if match[1] == NO_ITEM else match[1], match[2]) if match else None


def _bound(value: str, upper: bool, locale: str) -> tuple[date | None, str]:
    """The first or last day of a date as people type it, or what is wrong with it."""
    try:
        typed = parse_typed(value, locale)
    except DateError as error:
        return None, str(error)
    return (typed.upper if upper else typed.lower), ""


def is_year(text: str) -> bool:
    """Whether `text` can name a column of time."""
    return text in (UNCERTAIN, NOT_STATED) or bool(_YEAR.fullmatch(text) or _RANGE.fullmatch(text) or _PART.fullmatch(text))


def is_end(text: str) -> bool:
    """Whether `text` can say when something ends."""
    return text in (PAST, NOT_STATED, LATELY) or bool(_DAYS.fullmatch(text))


def year_range(year: str) -> tuple[int, int] | None:
    """The two years of an uncertain range `2023-2024`, or None."""
    match = _RANGE.fullmatch(year)
    return (int(match[1]), int(match[2])) if match else None


def part_of_year(year: str) -> PartOfYear | None:
    """The quarter or month that `2024q1` or `2024m03` means, or None."""
    match = _PART.fullmatch(year)
    if not match:
        return None
    quarter, month = match[2], match[3]
    return PartOfYear(int(match[1]), Step.QUARTER if quarter else Step.MONTH, int(quarter or month))

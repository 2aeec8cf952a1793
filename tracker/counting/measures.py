"""What can be counted: measures that the figures offer, and how a record type says what its records contribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.counting.models import Standing
from tracker.partial_dates import PartialDate

# A whole record as plain values; `tracker.records.documents` writes and describes it.
Payload = Mapping[str, Any]


class Mode(StrEnum):
    """How a measure uses time (C11, C16). The word "in" alone is not offered."""

    FLOW = "flow"  # what happened in the year; adds up across years
    ACTIVE = "active"  # what was going on at any time of the year; does not add up
    ENDED = "ended"  # what ended in the year; adds up
    STOCK = "stock"  # what was in force on the last day of the year, today in the current one


@dataclass(frozen=True)
class Measure:
    """One thing that can be counted, by its unit (C1)."""

    code: str
    label: LazyString
    unit: str
    date_label: LazyString  # the counting date, printed in the header (C10)
    facts: tuple[str, ...]  # the measures of the fact rows it reads
    mode: Mode = Mode.FLOW
    is_quantity: bool = False  # a sum of figures rather than a number of records
    kind: str = ""  # only what records of this type give: arrests in operations are not those of a training
    main: bool = False  # the count of its type's records
    fact_units: tuple[str, ...] = ()  # where facts of several units are counted as records; else its own unit
    by_item: bool = False  # facts of many items and units, which add up only within one of each (C35)
    is_running: bool = False  # the latest value of one named series (C26); only a filter that names the series has a number

    @property
    def is_span(self) -> bool:
        """Whether its cells have a certain and a possible number."""
        return self.mode in (Mode.ACTIVE, Mode.STOCK)


# in whatever unit its series has
RUNNING_TOTAL = Measure(
    "running_total", _l("Running total"), "", _l("day as of which a source gives it"), facts=(), is_quantity=True, is_running=True
)


# of whatever was seized, in its own unit
SEIZURES = Measure(
    "seizures",
    _l("Seizures"),
    "",
    _l("counting date of each type"),
    facts=("seized_drugs", "seized_weapons", "seized_goods"),
    is_quantity=True,
    by_item=True,
)


@dataclass(frozen=True)
class Span:
    """A stretch of time with uncertain ends, by its days: first day in [lo, hi], last day in [end_lo, end_hi].

    No `lo`: no lower bound; no `end_lo`: goes on; no `end_hi`: no upper bound.
    """

    lo: date | None
    hi: date | None
    end_lo: date | None
    end_hi: date | None
    is_inferred: bool = False  # C13: its beginning was worked out by somebody


@dataclass(frozen=True)
class SpanMeasure:
    """Stretches of time that a record is in force or the like, in total and per counting partner."""

    measure: str
    unit: str
    # (payload, reporting state, partners) -> spans of the record itself under None and of each partner under its code
    spans: Callable[[Payload, str, Sequence[str]], Mapping[str | None, Sequence[Span]]]


@dataclass(frozen=True)
class Contribution:
    """How a record type turns a record into facts; everything else is the same for all types."""

    measure: str  # the fact measure of one record, `handovers`
    unit: str
    counting_date: Callable[[Payload], PartialDate]
    lasts: bool = False  # has a start and an end (C11)
    measure_of: Callable[[Payload], str] | None = None  # where some records count as something else (C20)
    standing: Callable[[Payload], Standing | None] | None = None
    main_metric: tuple[str, str] | None = None  # (metric, unit) of the figure reported as missing when a record has none
    derived_figures: Callable[[Payload], list[dict[str, Any]]] | None = None
    span_measures: tuple[SpanMeasure, ...] = ()
    extra_facts: Callable[[Payload], tuple[tuple[str, str], ...]] | None = None  # further (measure, unit) it counts 1 in
    dimensions: tuple[str, ...] = field(default=())  # columns by which figures of this type are broken down

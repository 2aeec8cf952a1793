"""Which two periods an address of the matrix sets beside each other, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_interval
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.periods import Period
from tracker.counting.to_date import same_day
from tracker.partial_dates import DateError, parse_typed
from tracker.records.filtering import Reader

BEFORE, ANOTHER = "before", "period"
FIELDS = ("other_since", "other_until")
_FIRST, _LAST = 1001, 2999  # years that an address can name, and the year before


@dataclass(frozen=True)
class Comparison:
    """A period and the one it is compared with; `code` says how that was chosen."""

    code: str
    this: Period
    other: Period

    @property
    def both(self) -> tuple[Period, Period]:
        return self.this, self.other

    def args(self) -> dict[str, str]:
        """The parameters of an address that sets the same beside; the days of this period are those of the filter."""
        if self.code == BEFORE:
            return {"columns": BEFORE}
        days = (self.other.first.isoformat(), self.other.last.isoformat())
        return {"columns": ANOTHER} | dict(zip(FIELDS, days, strict=True))


def read_comparison(
    reader: Reader, code: str, measure: Measure, chosen: RecordFilter, given: Mapping[str, Any], problems: dict[str, str]
) -> Comparison | None:
    """The periods that an address means; None where a problem is added."""
    this, other = _this(reader, measure, chosen), None
    if code == BEFORE and measure.mode is Mode.FLOW and this.first <= reader.today < this.last:
        this = Period(this.first, reader.today)  # C15: the days that are still to come have no like in the year before
    if this.first > this.last:
        problems["until"] = gettext("The last day comes before the first.")
    elif not _can_be_named(this):
        problems["since"] = gettext("Nothing is counted in years so far away.")
    if problems:
        return None
    other = _before(this, problems) if code == BEFORE else _typed(reader, given, problems)
    if other is None:
        return None
    if measure.mode is not Mode.FLOW:
        odd = [name for name, period in (("since", this), ("other_since", other)) if not period.is_a_year]
        if odd:
            problems[odd[0]] = gettext("“%(measure)s” is compared by whole years only.", measure=measure.label)
    return None if problems else Comparison(code, this, other)


def period_label(period: Period, locale: str) -> str:
    """`2024`, `2022–2024`, `1 Jan – 27 Nov 2026`: the day first, as everywhere in English."""
    if period.is_of_years:
        first, last = period.first.year, period.last.year
        return str(first) if first == last else f"{first}–{last}"
    return str(format_interval(period.first, period.last, "yMMMd", locale="en_GB" if locale.startswith("en") else locale)).replace(
        "\u2009", " "
    )


def _this(reader: Reader, measure: Measure, chosen: RecordFilter) -> Period:
    """The days of the filter; one that is missing ends or begins a year. Without both, the running year to date, or the last one."""
    since, until, today = chosen.since, chosen.until, reader.today
    if since is None and until is None:
        if measure.mode is Mode.FLOW:
            return Period(date(today.year, 1, 1), today)
        year = today.year if measure.mode is Mode.STOCK else today.year - 1
        return Period(date(year, 1, 1), date(year, 12, 31))
    if until is None:
        assert since is not None
        goes_on = measure.mode is Mode.FLOW and since <= today
        return Period(since, today if goes_on else date(since.year, 12, 31))
    return Period(since or date(until.year, 1, 1), until)


def _before(this: Period, problems: dict[str, str]) -> Period | None:
    if this.is_a_year:
        year = this.first.year - 1
        return Period(date(year, 1, 1), date(year, 12, 31))
    other = Period(same_day(this.first, this.first.year - 1), same_day(this.last, this.last.year - 1))
    if other.last < this.first:
        return other
    problems["since"] = gettext("These days are more than a year: name the other period yourself.")
    return None


def _typed(reader: Reader, given: Mapping[str, Any], problems: dict[str, str]) -> Period | None:
    """The other period as people type it: `2024` alone is all of that year."""
    since, until = (str(given.get(name, "")).strip() for name in FIELDS)
    if not since:
        problems["other_since"] = gettext("Say with which period to compare: from and to, or a year alone.")
        return None
    first = _day(reader, "other_since", since, problems)
    last = _day(reader, "other_until" if until else "other_since", until or since, problems, upper=True)
    if first is None or last is None:
        return None
    if first > last:
        problems["other_until"] = gettext("The last day comes before the first.")
    elif not _can_be_named(Period(first, last)):
        problems["other_since"] = gettext("Nothing is counted in years so far away.")
    return None if problems else Period(first, last)


def _day(reader: Reader, name: str, typed: str, problems: dict[str, str], *, upper: bool = False) -> date | None:
    try:
        found = parse_typed(typed, reader.locale)
    except DateError as error:
        problems[name] = str(error)
        return None
    day = found.upper if upper else found.lower
    if day is None:
        problems[name] = gettext("“%(typed)s” names no day to begin or end with.", typed=typed[:60])
    return day


def _can_be_named(period: Period) -> bool:
    return period.first.year >= _FIRST and period.last.year <= _LAST

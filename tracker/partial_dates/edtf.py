"""Dates known only in part, written in a small subset of EDTF.

Source: ISO 8601-2:2019 and the Extended Date/Time Format (Library of Congress), levels 0 and 1, with the quarters of level 2.
In this product an interval in one date means "somewhere within", never a duration; a duration is two dates.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

FIRST_YEAR = 1500
LAST_YEAR = 2199
MAX_LENGTH = 100
"""Longer text is refused before any pattern sees it."""

OPEN = ".."
_MARK = "[?~%]?"
_POINT = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d))?)?({_MARK})", re.ASCII)
_DATE = rf"\d{{4}}(?:-\d\d){{0,2}}{_MARK}"
SHAPE = rf"{_DATE}|(?:{_DATE}|\.\.)/(?:{_DATE}|\.\.)?|/(?:{_DATE}|\.\.)"
"""What text of the subset looks like, as a regular expression; JSON Schema knows it too."""
_SHAPE = re.compile(SHAPE, re.ASCII)

# First month of each season and quarter; every one lasts three months, and winter runs into the next year.
_THREE_MONTHS_FROM = {21: 3, 22: 6, 23: 9, 24: 12, 33: 1, 34: 4, 35: 7, 36: 10}


class DateBasis(StrEnum):
    """Where the date comes from: the source says it, somebody worked it out, or there is none."""

    STATED = "stated"
    INFERRED = "inferred"
    NOT_STATED = "not_stated"


class DateError(ValueError):
    """A date that cannot be taken. `message` is translated when it is shown and says what is wrong and what to write."""

    def __init__(self, message: LazyString | str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class PartialDate:
    """One date as far as it is known: canonical EDTF text, its first and last possible day, and its basis.

    `lower` or `upper` is None where the date is open to that side; both are None only for `NOT_STATED`.
    Make it with `parse_edtf` or `parse_typed`, which keep text and bounds together.
    """

    edtf: str
    lower: date | None
    upper: date | None
    basis: DateBasis

    @property
    def is_stated(self) -> bool:
        """There is a date at all, stated or inferred; only `NOT_STATED` has none."""
        return self.basis is not DateBasis.NOT_STATED

    @property
    def is_inferred(self) -> bool:
        return self.basis is DateBasis.INFERRED

    @property
    def is_approximate(self) -> bool:
        return "~" in self.edtf or "%" in self.edtf

    @property
    def is_day(self) -> bool:
        """Exactly one day is possible."""
        return self.lower is not None and self.lower == self.upper

    @property
    def year(self) -> int | None:
        """The one calendar year in which the date counts; None if it is uncertain or not stated."""
        if self.lower is None or self.upper is None or self.lower.year != self.upper.year:
            return None
        return self.lower.year

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last possible year where they differ ("year uncertain"); None otherwise."""
        if self.lower is None or self.upper is None or self.lower.year == self.upper.year:
            return None
        return self.lower.year, self.upper.year


NOT_STATED = PartialDate("", None, None, DateBasis.NOT_STATED)


@dataclass(frozen=True)
class _Point:
    text: str
    mark: str
    lower: date
    upper: date


def looks_like_edtf(text: str) -> bool:
    """Has the shape of the subset, whether or not such a day exists."""
    return _SHAPE.fullmatch(text) is not None


def is_year(year: int) -> bool:
    """A year that a date may have here."""
    return FIRST_YEAR <= year <= LAST_YEAR


def split_mark(point: str) -> tuple[str, str]:
    """`2024-07~` -> (`2024-07`, `~`); the mark is empty where there is none."""
    return (point[:-1], point[-1]) if point[-1:] in ("?", "~", "%") else (point, "")


@lru_cache(maxsize=4_096)  # the text alone decides; records have few days between them, each asked for several times
def parse_edtf(text: str, basis: DateBasis | None = None) -> PartialDate:
    """Read EDTF text of the subset; empty text is `NOT_STATED`.

    `?` and `%` make the basis inferred unless one is given. A single date given as inferred gets its `?`, so that the text alone
    says so; the ends of an interval are left as written. `a/` and `/b` become `a/..` and `../b`, and `a/a` becomes `a`.

    Raises DateError: not of the subset, no such day, outside 1500-2199, or the start after the end.
    """
    text = text.strip() if len(text) <= MAX_LENGTH else text
    if not text:
        return NOT_STATED
    if len(text) > MAX_LENGTH or not looks_like_edtf(text):
        raise DateError(lazy_gettext("This is not a date in EDTF: write, for example, 2024-07-10, 2024-07, 2024? or 2023-09/2024-09."))
    if basis is DateBasis.NOT_STATED:
        raise DateError(lazy_gettext("A date is written here, so it cannot be “not stated” as well: empty the date, or change the basis."))
    if basis is None:
        basis = DateBasis.INFERRED if "?" in text or "%" in text else DateBasis.STATED
    start, slash, end = text.partition("/")
    if not slash or start == end:
        return _single(start, basis)
    return _interval(start or OPEN, end or OPEN, basis)


def _single(text: str, basis: DateBasis) -> PartialDate:
    if text == OPEN:
        raise _no_bound()
    point = _point(text)
    mark = point.mark
    if basis is DateBasis.INFERRED:
        mark = {"": "?", "~": "%"}.get(mark, mark)
    return PartialDate(point.text + mark, point.lower, point.upper, basis)


def _interval(start: str, end: str, basis: DateBasis) -> PartialDate:
    first = None if start == OPEN else _point(start)
    last = None if end == OPEN else _point(end)
    if first is None and last is None:
        raise _no_bound()
    if first and last and first.lower > last.upper:
        raise DateError(
            lazy_gettext("The start (%(start)s) is after the end (%(end)s): write the earlier one first.", start=first.text, end=last.text)
        )
    return PartialDate(f"{start}/{end}", first.lower if first else None, last.upper if last else None, basis)


def _point(text: str) -> _Point:
    match = _POINT.fullmatch(text)
    assert match is not None, "callers check the shape"
    year, part, day = int(match[1]), match[2], match[3]
    plain, mark = split_mark(text)
    if not is_year(year):
        raise DateError(
            lazy_gettext(
                "The year %(year)s is outside %(first)s to %(last)s: check its four digits.",
                year=match[1],
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        )
    if part is None:
        return _Point(plain, mark, date(year, 1, 1), date(year, 12, 31))
    month = int(part)
    if day is None and month in _THREE_MONTHS_FROM:
        lower = date(year, _THREE_MONTHS_FROM[month], 1)
        return _Point(plain, mark, lower, _last_day(*_months_later(lower, 2)))
    if not 1 <= month <= 12:
        raise _no_month(year, month)
    if day is None:
        return _Point(plain, mark, date(year, month, 1), _last_day(year, month))
    days = monthrange(year, month)[1]
    if not 1 <= int(day) <= days:
        raise DateError(
            lazy_gettext(
                "There is no day %(day)s in %(month)s, which has %(days)s days: write the right day, or the month alone as %(month)s.",
                day=int(day),
                days=days,
                month=f"{year}-{part}",
            )
        )
    return _Point(plain, mark, date(year, month, int(day)), date(year, month, int(day)))


def days_as_edtf(first: date | None, last: date | None) -> str:
    """The shortest text for some day from `first` to `last`: a year, a month, a day, an interval; '' where neither is known."""
    if first and last and first.day == 1 and first.year == last.year:
        if (first.month, last) == (1, date(first.year, 12, 31)):
            return str(first.year)
        if last == _last_day(first.year, first.month):
            return f"{first.year}-{first.month:02}"
    if first == last:
        return str(first or "")
    return f"{first or '..'}/{last or '..'}"


def _months_later(start: date, months: int) -> tuple[int, int]:
    years, month = divmod(start.month - 1 + months, 12)
    return start.year + years, month + 1


def _last_day(year: int, month: int) -> date:
    return date(*_months_later(date(year, month, 1), 1), 1) - timedelta(days=1)


def _no_month(year: int, month: int) -> DateError:
    if month == (year + 1) % 100:
        return DateError(
            lazy_gettext(
                "There is no month %(month)s: if two years are meant, write %(first)s/%(last)s.",
                month=month,
                first=year,
                last=year + 1,
            )
        )
    return DateError(lazy_gettext("There is no month %(month)s: months run from 1 to 12, as in %(year)s-12.", month=month, year=year))


def _no_bound() -> DateError:
    return DateError(lazy_gettext("An interval open to both sides says nothing: write one of its ends, or leave the date empty."))

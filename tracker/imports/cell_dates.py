"""Dates as the cells of other people's tables hold them: the order of day and month is a property of the column, never of one cell.

`3/4/2012` alone says nothing; a column in which some first number is above 12 and no second one is has the day first. Where a column
does not tell, somebody is asked; so it is with the century of years of two digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext

from tracker.partial_dates import NOT_STATED, DateError, PartialDate, parse_edtf, parse_typed

# what tables write where nothing is known, and no `#N/A`: a lookup has failed there; 9999-12-31 stands for "no end" in many databases
_NOTHING = frozenset(
    {
        *("", "-", "--", "–", "—", ".", "?", "-9", "-99", "-999"),
        *("na", "n/a", "n.a.", "<na>", "nan", "nat", "none", "null", "nil", "unknown", "unk", "not known", "n/k"),
        *("not stated", "not available", "tbc", "t.b.c.", "tbd", "t.b.d.", "to be confirmed", "to be determined"),
        *("不详", "未知", "不明", "无", "待定", "未提供", "暂无"),
    }
)
_NO_END = re.compile(r"9999(?:[-/.]?12[-/.]?31)?(?:[ T]00:00(?::00)?)?|31[-/.]12[-/.]9999|12[-/.]31[-/.]9999")
# the same sign twice: `10-12/2017` is October to December to those who write it
_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})\s?(?P<sign>[-/.])\s?(?P<two>\d{1,2})\s?(?P=sign)\s?(?P<year>\d{4}|\d{2})(?P<mark>[?~%]?)"
    r"(?:[ T]00:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2}|[Xx]{2})(?:(?P=sign)(?P<day>\d{1,2}|[Xx]{2}))?-?(?P<mark>[?~%]?)"
    r"(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?",
    re.ASCII,
)
_RANGE_SIGN = re.compile(r"\.\.| - |–|(?<=\d{4})-(?=\d{1,2}[./]\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAYS_WITH_HYPHENS = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{4}", re.ASCII)
_FROM_TO = re.compile(r"[-–—－~～至到]|\b(?:to|until|till)\b", re.IGNORECASE)
_SOMEWHERE = re.compile(r"\.\.|\b(?:between|or)\b|之间|或", re.IGNORECASE)
_MONTHS = 12
_SHORT = 2  # digits of a year whose century has to be said
_DAY_ZERO, _DAY_NUMBERS, _DIGITS = date(1899, 12, 30), range(20_000, 60_001), 5  # as spreadsheets count days: 1954 to 2064


class Order(StrEnum):
    """Which of two numbers is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True)
class Style:
    """How one column writes its dates: None where nobody has said. `pivot`: years of two digits above it are of the 20th century.
    `has_day_numbers`: whole numbers in it are days as spreadsheets count them."""

    order: Order | None = None
    pivot: int | None = None
    has_day_numbers: bool = False


@dataclass(frozen=True)
class Evidence:
    """What the cells of one column say about its style, each with the first cell that says so."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0  # both numbers are 12 or less and differ
    short_years: int = 0
    example: str = ""
    contrary: str = ""  # a cell that says the opposite of `example`
    short: str = ""  # a cell with a year of two digits

    @property
    def order(self) -> Order | None:
        """The order that the column proves; None where nothing or both are proved."""
        if bool(self.day_first) == bool(self.month_first):
            return None
        return Order.DAY_FIRST if self.day_first else Order.MONTH_FIRST

    @property
    def asks_order(self) -> bool:
        """Whether cells can be read in two ways and the others do not decide."""
        return bool(self.either) and self.order is None

    def short_year(self, pivot: int) -> int:
        """The year of `short` if this were the pivot."""
        match = _NUMBERS.fullmatch(self.short)
        return _year(self.short, match["year"], Style(pivot=pivot)) if match else 0


def evidence_of(cells: Iterable[str]) -> Evidence:
    """What the dates of one column prove."""
    counts = {Order.DAY_FIRST: 0, Order.MONTH_FIRST: 0}
    examples: dict[Order, str] = {}
    days: dict[Order, str] = {}  # examples that exist: `31.02.2017` shows the order, and convinces nobody
    either, short, short_one = 0, 0, ""
    for cell in (end.strip() for text in cells for end in _RANGE_SIGN.split(text)):
        match = _NUMBERS.fullmatch(cell)
        if match is None:
            continue
        one, two = int(match["one"]), int(match["two"])
        if len(match["year"]) == _SHORT:
            short, short_one = short + 1, short_one or cell
        order = Order.DAY_FIRST if one > _MONTHS >= two else Order.MONTH_FIRST if two > _MONTHS >= one else None
        if order:
            counts[order] += 1
            examples.setdefault(order, cell)
            if order not in days and _exists(match):
                days[order] = cell
        elif one != two:
            either += 1
    first, second = counts[Order.DAY_FIRST], counts[Order.MONTH_FIRST]
    usual = Order.DAY_FIRST if first >= second else Order.MONTH_FIRST
    other = Order.MONTH_FIRST if usual is Order.DAY_FIRST else Order.DAY_FIRST
    examples |= days
    return Evidence(first, second, either, short, examples.get(usual, ""), examples.get(other, ""), short_one)


def _exists(match: re.Match[str]) -> bool:
    """Whether the numbers, one of which is above 12, are a day; of years of two digits those from 2000 are meant."""
    month, day = sorted((int(match["one"]), int(match["two"])))
    try:
        date(int(match["year"]) + (2000 if len(match["year"]) == _SHORT else 0), month, day)
    except ValueError:
        return False
    return True


def is_nothing(cell: str) -> bool:
    """Whether the cell says that nothing is known."""
    text = " ".join(cell.split())
    return text.lower() in _NOTHING or ("9999" in text and _NO_END.fullmatch(text) is not None)


def day_of_number(text: str) -> str:
    """The day that a spreadsheet keeps as this number, `2021-04-01` of `44287`; '' for what is none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) in _DAY_NUMBERS
    return (_DAY_ZERO + timedelta(days=int(text))).isoformat() if is_number else ""


def read_date(cell: str, style: Style, locale: str = "en") -> PartialDate:
    """The date of one cell as far as it is known; NOT_STATED for what stands for nothing. Raises DateError, which says what to do."""
    text = " ".join(cell.split())
    if is_nothing(text):
        return NOT_STATED
    numbers = _NUMBERS.fullmatch(text)
    if numbers:
        return parse_edtf(_day(text, numbers, style))
    edtf = _year_first(text)
    if edtf:
        return parse_edtf(edtf)
    ends = [end.strip() for end in _RANGE_SIGN.split(text, maxsplit=1)]
    if len(ends) == 2 and any(_NUMBERS.fullmatch(end) or _YEAR_FIRST.fullmatch(end) for end in ends):
        first, last = (read_date(end, style, locale) for end in ends)
        if first.lower and last.upper:
            return parse_edtf(f"{first.edtf}/{last.edtf}")
    if day := day_of_number(text):
        if style.has_day_numbers:
            return parse_edtf(day)
        raise DateError(
            gettext(
                "“%(typed)s” is no date. It may be the day number of a spreadsheet, %(day)s: write %(day)s if that is meant.",
                typed=text,
                day=day,
            )
        )
    return parse_typed(text, locale)


def first_and_last(cell: str, edtf: str) -> tuple[str, str] | None:
    """The days from which and to which something lasted, as `3-14 September 2018` says; `edtf` is how the cell was read. None for a day
    somewhere between two: so are EDTF's own notations meant, and `between`."""
    days = edtf.split("/")
    text = " ".join(cell.split())
    if len(days) != 2 or not all(map(_DAY.fullmatch, days)) or text.replace(" ", "") == edtf or _SOMEWHERE.search(text):
        return None
    return (days[0], days[1]) if _FROM_TO.search(_DAYS_WITH_HYPHENS.sub("", text)) else None


def _day(text: str, match: re.Match[str], style: Style) -> str:
    one, two = int(match["one"]), int(match["two"])
    order = style.order
    if one > _MONTHS or two > _MONTHS or one == two:
        order = Order.DAY_FIRST if one > _MONTHS else Order.MONTH_FIRST if two > _MONTHS else (order or Order.DAY_FIRST)
    if order is None:
        raise DateError(
            gettext(
                "“%(typed)s” can be read in two ways: say for the column whether the day or the month stands first, or write it as "
                "2024-05-31.",
                typed=text,
            )
        )
    day, month = (one, two) if order is Order.DAY_FIRST else (two, one)
    if style.order and order is not style.order:
        raise DateError(gettext("“%(typed)s” has no such month in the order of this column: check the cell.", typed=text))
    year, mark = _year(text, match["year"], style), match["mark"]
    return f"{year:04d}-{month:02d}-{day:02d}{mark}"


def _year(text: str, digits: str, style: Style) -> int:
    if len(digits) != _SHORT:
        return int(digits)
    if style.pivot is None:
        raise DateError(gettext("“%(typed)s” has a year of two digits: say for the column which century is meant.", typed=text))
    return int(digits) + (1900 if int(digits) > style.pivot else 2000)


def _year_first(text: str) -> str:
    """`1980-01-xx`, `2010-XX-XX-`, `1953-05-5`: a part that is crossed out is not known, nor is what follows a month that is not."""
    match = _YEAR_FIRST.fullmatch(text)
    if match is None:
        return ""
    year, month, day, mark = match.group("year", "month", "day", "mark")
    parts = [year]
    for part in (month, day):
        if part is None or part.lower() == "xx":
            break
        parts.append(part.zfill(2))
    return "-".join(parts) + mark

"""One date without marks, read from symbols: `10 M07 2024` gives `2024-07-10`."""

from __future__ import annotations

import re
from datetime import date

from tracker.partial_dates import refusals
from tracker.partial_dates.edtf import is_year, parse_edtf

_SEP = r"(?: ?[-/.] ?| )"
_SIGNS = frozenset("-/.")  # two of them part no date: `2017-10/12` is October to December to those who write it
_GAP = r"[-/., ]{0,3}"
_YEAR_WORD = r" ?年?"

_YEAR = re.compile(rf"(\d{{4}}){_YEAR_WORD}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})(?:{_SEP}(\d{{1,2}}))?", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})({_SEP})(\d{{1,2}})({_SEP})(\d{{4}})", re.ASCII)
_MONTH_YEAR = re.compile(rf"(\d{{1,2}}){_SEP}(\d{{4}})", re.ASCII)
_HAN = re.compile(r"(\d{4}) ?年 ?(\d{1,2}) ?月(?: ?(\d{1,2}) ?日?)?", re.ASCII)
_HAN_NAMED = re.compile(r"(\d{4}) ?年 ?M(\d\d)", re.ASCII)
_DAY_NAME_YEAR = re.compile(rf"(\d{{1,2}}){_GAP}M(\d\d){_GAP}(\d{{4}})", re.ASCII)
_NAME_DAY_YEAR = re.compile(rf"M(\d\d){_GAP}(\d{{1,2}})[-/., ]{{1,3}}(\d{{4}})", re.ASCII)
_NAME_YEAR = re.compile(rf"M(\d\d){_GAP}(\d{{4}})", re.ASCII)
_YEAR_NAME_DAY = re.compile(rf"(\d{{4}}){_GAP}M(\d\d)(?:[-/., ]{{1,3}}(\d{{1,2}}))?", re.ASCII)
_NAMED_PART = re.compile(rf"([QSH])(\d{{1,2}}){_GAP}(\d{{4}}){_YEAR_WORD}|(\d{{4}}){_YEAR_WORD}{_GAP}([QSH])(\d{{1,2}})", re.ASCII)
_WINTER = re.compile(
    rf"S24 (\d{{4}}){_YEAR_WORD} ?(?:-|/|TO) ?(\d{{4}}|\d\d){_YEAR_WORD}"
    rf"|(\d{{4}}){_YEAR_WORD} ?(?:-|/|TO) ?(\d{{4}}|\d\d){_YEAR_WORD} ?S24",
    re.ASCII,
)
_DECADE = re.compile(r"D(\d{4})", re.ASCII)
_WEEKDAY_FIRST = re.compile(r"W([0-6])[., ]{0,3}(.*)", re.ASCII)
_WEEKDAY_LAST = re.compile(r"(.*[^., ])[., ]{0,3}W([0-6])", re.ASCII)


def read_point(text: str, locale: str | None) -> str | None:
    """EDTF without marks for one date; None if the text has no shape known here.

    Half years and decades come back as an interval. Raises DateError where the shape is known but the date is not one:
    no such day, the wrong weekday, or two readings.
    """
    weekday = _WEEKDAY_FIRST.fullmatch(text)
    if weekday:
        return _checked_weekday(weekday[2], int(weekday[1]), locale)
    weekday = _WEEKDAY_LAST.fullmatch(text)
    if weekday:
        return _checked_weekday(weekday[1], int(weekday[2]), locale)
    edtf = _read_numbers(text, locale) or _read_names(text) or _read_parts_of_years(text)
    # Reading it here makes a day that does not exist an error of this one date and not of a range around it.
    return parse_edtf(edtf).edtf if edtf else None


def _checked_weekday(text: str, weekday: int, locale: str | None) -> str | None:
    edtf = read_point(text, locale)
    if edtf is None or len(edtf) != len("2024-07-10"):
        return None
    day = date.fromisoformat(edtf)
    if day.weekday() != weekday:
        raise refusals.wrong_weekday(day, weekday, locale)
    return edtf


def _read_numbers(text: str, locale: str | None) -> str | None:
    if match := _YEAR.fullmatch(text):
        return match[1]
    if match := _COMPACT.fullmatch(text):
        # `10072024` has its year at the end; nothing but the ISO order is taken without separators.
        return _joined(*match.groups()) if is_year(int(match[1])) else None
    if len(_SIGNS.intersection(text)) > 1:
        return None
    if match := _YEAR_FIRST.fullmatch(text) or _HAN.fullmatch(text):
        if match[3] is None and len(match[2]) == 2 and int(match[2]) > 12:
            # `2024/25` and `2023–24` are two years to whoever types them; only EDTF itself may mean a season by it.
            return None
        return _joined(match[1], match[2], match[3])
    if match := _MONTH_YEAR.fullmatch(text):
        return _joined(match[2], match[1])
    if match := _YEAR_LAST.fullmatch(text):
        return _day_and_month(text, match, locale)
    return None


def _day_and_month(text: str, match: re.Match[str], locale: str | None) -> str | None:
    """`27.3.2024`: with dots the day is first; with anything else only a number above 12 tells which is the day."""
    one, two, year = int(match[1]), int(match[3]), match[5]
    separators = {match[2].strip(), match[4].strip()}
    if len(separators) > 1:
        return None
    day_first = _joined(year, match[3], match[1])
    if separators == {"."} or one > 12 or one == two or not (one and two):
        return day_first
    month_first = _joined(year, match[1], match[3])
    if two > 12:
        return month_first
    days = [date.fromisoformat(parse_edtf(edtf).edtf) for edtf in (day_first, month_first)]
    raise refusals.day_or_month(text, days[0], days[1], locale)


def _read_names(text: str) -> str | None:
    if match := _DAY_NAME_YEAR.fullmatch(text):
        return _joined(match[3], match[2], match[1])
    if match := _NAME_DAY_YEAR.fullmatch(text):
        return _joined(match[3], match[1], match[2])
    if match := _NAME_YEAR.fullmatch(text):
        return _joined(match[2], match[1])
    if match := _YEAR_NAME_DAY.fullmatch(text):
        return _joined(match[1], match[2], match[3])
    if match := _HAN_NAMED.fullmatch(text):
        return _joined(match[1], match[2])
    return None


def _read_parts_of_years(text: str) -> str | None:
    if match := _WINTER.fullmatch(text):
        first, last = match[1] or match[3], match[2] or match[4]
        return f"{first}-24" if int(last[-2:]) == (int(first) + 1) % 100 else None
    if match := _NAMED_PART.fullmatch(text):
        kind, number, year = match[1] or match[5], int(match[2] or match[6]), match[3] or match[4]
        if kind == "Q":
            return f"{year}-{32 + number}"
        if kind == "H":
            return f"{year}-01/{year}-06" if number == 1 else f"{year}-07/{year}-12"
        if number == 24:
            raise refusals.which_winter(int(year))
        return f"{year}-{number}"
    if match := _DECADE.fullmatch(text):
        first_year = int(match[1])
        if first_year % 100 == 0:
            raise refusals.decade_or_century(first_year)
        return f"{first_year}/{first_year + 9}"
    return None


def _joined(year: str, month: str, day: str | None = None) -> str:
    return f"{year}-{month:0>2}" + (f"-{day:0>2}" if day else "")

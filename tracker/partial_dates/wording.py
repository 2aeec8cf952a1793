"""A partial date in the reader's words, and where it counts.

Phrases come from the catalogue of the request's language (English outside of an application), names of months from the CLDR.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import flask_babel
from babel import Locale

from tracker.partial_dates.calendar_words import day_and_weekday_words, day_words, month_words, reader_locale, year_words
from tracker.partial_dates.edtf import OPEN, DateError, PartialDate, split_mark
from tracker.partial_dates.typed import parse_typed

gettext: Callable[..., str] = flask_babel.gettext  # published without types

_DayWords = Callable[[date, Locale], str]


def describe(d: PartialDate, locale: str | None = None) -> str:
    """`10 July 2024`, `about 2023`, `between September 2023 and September 2024`, `by September 2024`, `not stated`."""
    with _speaking(locale) as reader:
        return _sentence(d, reader, day_words)


def counts_in(d: PartialDate, locale: str | None = None) -> str:
    """The row of a yearly table that the date falls into: a calendar year, "year uncertain", or "year not stated"."""
    with _speaking(locale) as reader:
        return _counting(d, reader, bound=True)


def weekday(d: PartialDate, locale: str | None = None) -> str:
    """`Wednesday 10 July 2024` for a single day, without its marks; empty for anything less exact."""
    if d.lower is None or not d.is_day:
        return ""
    with _speaking(locale) as reader:
        return day_and_weekday_words(d.lower, reader)


def live_line(typed: str, locale: str | None = None, *, counts: bool = True) -> tuple[str, bool]:
    """What stands under the date box while somebody types, and whether the text is a date.

    `("Wednesday 10 July 2024 - counts in 2024", True)`, without the latter where it does not count (`counts`), or the words of the
    error and False.
    """
    with _speaking(locale) as reader:
        try:
            d = parse_typed(typed, str(reader))
        except DateError as error:
            return str(error), False
        counting = _counting(d, reader, bound=False)
        if not d.is_stated:
            return counting, True
        said = _sentence(d, reader, day_and_weekday_words)
        return gettext("%(date)s - %(counting)s", date=said, counting=counting) if counts else said, True


def as_typed(d: PartialDate, locale: str | None = None) -> str:
    """Text for the edit box that `parse_typed` turns back into exactly this date: words where they can, EDTF where they cannot.

    Empty for `NOT_STATED`.
    """
    if not d.is_stated:
        return ""
    for text in (describe(d, locale), d.edtf):
        if _reads_back(text, d):
            return text
    return f"{d.edtf} ({d.basis})"


def _reads_back(text: str, d: PartialDate) -> bool:
    try:
        return parse_typed(text) == d
    except DateError:
        return False


@contextmanager
def _speaking(locale: str | None) -> Iterator[Locale]:
    """The locale to write in, for the phrases of the catalogue too."""
    reader = reader_locale(locale)
    if locale is None:
        yield reader
        return
    with flask_babel.force_locale(str(reader)):
        yield reader


def _sentence(d: PartialDate, reader: Locale, in_words: _DayWords) -> str:
    if not d.is_stated:
        return gettext("not stated")
    words = _plain_sentence(d, reader, in_words)
    if d.is_inferred:
        return gettext("%(date)s (inferred)", date=words)
    if "?" in d.edtf or "%" in d.edtf:
        # The doubt is the source's own: it is stated there as uncertain.
        return gettext("%(date)s (uncertain)", date=words)
    return words


def _plain_sentence(d: PartialDate, reader: Locale, in_words: _DayWords) -> str:
    """The date without what is said of its basis."""
    start, slash, end = d.edtf.partition("/")
    if not slash:
        return _end_words(start, reader, in_words)
    if start == OPEN:
        return gettext("by %(date)s", date=_end_words(end, reader, in_words))
    if end == OPEN:
        return gettext("%(date)s or later", date=_end_words(start, reader, in_words))
    return gettext("between %(start)s and %(end)s", start=_end_words(start, reader, in_words), end=_end_words(end, reader, in_words))


def _end_words(point: str, reader: Locale, in_words: _DayWords) -> str:
    plain, mark = split_mark(point)
    words = _point_words(plain, reader, in_words)
    return gettext("about %(date)s", date=words) if mark in ("~", "%") else words


def _point_words(plain: str, reader: Locale, in_words: _DayWords) -> str:
    year, _, rest = plain.partition("-")
    if not rest:
        return year_words(int(year), reader)
    if "-" in rest:
        return in_words(date.fromisoformat(plain), reader)
    if int(rest) <= 12:
        return month_words(int(year), int(rest), reader)
    return _part_words(int(year), int(rest))


def _part_words(year: int, code: int) -> str:
    """Seasons and quarters; a winter names both of its years, because "winter 2024" is two winters to two readers."""
    match code:
        case 21:
            return gettext("spring %(year)s", year=year)
        case 22:
            return gettext("summer %(year)s", year=year)
        case 23:
            return gettext("autumn %(year)s", year=year)
        case 24:
            return gettext("winter %(year)s-%(next_year)s", year=year, next_year=year + 1)
        case 33:
            return gettext("first quarter of %(year)s", year=year)
        case 34:
            return gettext("second quarter of %(year)s", year=year)
        case 35:
            return gettext("third quarter of %(year)s", year=year)
        case _:
            return gettext("fourth quarter of %(year)s", year=year)


def _counting(d: PartialDate, reader: Locale, bound: bool) -> str:
    """`bound` adds the known side of an open date; the live line leaves it out, having just said it."""
    if d.year is not None:
        words = gettext("counts in %(year)s", year=d.year)
    elif d.years is not None:
        first, last = d.years
        if last == first + 1:
            words = gettext("year uncertain: %(first)s or %(last)s", first=first, last=last)
        else:
            words = gettext("year uncertain: between %(first)s and %(last)s", first=first, last=last)
    elif d.is_stated and bound:
        return gettext("year not stated (%(bound)s)", bound=_plain_sentence(d, reader, day_words))
    else:
        return gettext("year not stated")
    return gettext("%(counting)s, marked as inferred", counting=words) if d.is_inferred else words

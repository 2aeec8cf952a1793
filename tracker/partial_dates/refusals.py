"""Why a typed date is not taken, in words that end with what to write instead."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from tracker.partial_dates.calendar_words import day_words, month_words, reader_locale, weekday_words
from tracker.partial_dates.edtf import MAX_LENGTH, DateError
from tracker.partial_dates.symbols import fold, one_dash, to_symbols

_TIME = re.compile(r"\d{1,2}:\d\d|\dt\d|\b\d{1,2} ?(?:am|pm|a\.m|p\.m)\b|oclock|\d{1,2} ?[时時点點](?!\w)|\b\d{1,2}h\d\d\b")
_PART = re.compile(
    r"\b(?P<early>early|beginning of|start of)\b|\b(?P<mid>mid|middle of)\b|\b(?P<late>late|end of)\b"
    r"|(?P<han_early>[年月]初|上旬)|(?P<han_mid>年中|月中|中旬)|(?P<han_late>[年月][底末]|下旬)"
)
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|2[01])\d\d(?!\d)")
_MONTH = re.compile(r"M(\d\d)|年(\d{1,2})月")

# Thirds of a year and of a month: not a definition of "early", only an example of a range that says which months are meant.
_THIRD = {"early": 0, "mid": 1, "late": 2}


def too_long() -> DateError:
    return DateError(
        lazy_gettext("A date has at most %(count)s characters: write the date here and put the rest in a note.", count=MAX_LENGTH)
    )


def unreadable(typed: str) -> DateError:
    return DateError(
        lazy_gettext(
            "“%(typed)s” cannot be read as a date: write, for example, 27 March 2024, 2024-03-27, March 2024, 2024, "
            "about 2023, between September 2023 and September 2024, or by September 2024.",
            typed=typed,
        )
    )


def year_missing(typed: str) -> DateError:
    return DateError(
        lazy_gettext(
            "“%(typed)s” needs every year written with four digits, for example 10 July 2024, July 2024, 2024 or 2023-2024.", typed=typed
        )
    )


def time_of_day(typed: str) -> DateError:
    return DateError(
        lazy_gettext("“%(typed)s” has a time of day: write the date alone, for example 10 July 2024; a time can go in a note.", typed=typed)
    )


def day_or_month(typed: str, first: date, second: date, locale: str | None) -> DateError:
    """`3/4/2024` has two readings, and a guess would put half of them into the wrong month."""
    words = reader_locale(locale)
    return DateError(
        lazy_gettext(
            "“%(typed)s” can be %(first)s or %(second)s: write %(first)s or %(first_iso)s for the one, "
            "%(second)s or %(second_iso)s for the other.",
            typed=typed,
            first=day_words(first, words),
            second=day_words(second, words),
            first_iso=first.isoformat(),
            second_iso=second.isoformat(),
        )
    )


def wrong_weekday(day: date, written: int, locale: str | None) -> DateError:
    words = reader_locale(locale)
    # 1 January 2024 was a Monday: it lends its week for the name of the weekday that was written.
    return DateError(
        lazy_gettext(
            "%(date)s is a %(right)s, not a %(wrong)s: check the day, or leave the weekday out.",
            date=day_words(day, words),
            right=weekday_words(day, words),
            wrong=weekday_words(date(2024, 1, 1 + written), words),
        )
    )


def which_winter(year: int) -> DateError:
    """`winter 2024` is the one that begins in 2024 to some and the one that ends in it to others."""
    return DateError(
        lazy_gettext(
            "Winter %(year)s can begin in December %(before)s or in December %(year)s: "
            "write winter %(before)s-%(year)s or winter %(year)s-%(after)s.",
            year=year,
            before=year - 1,
            after=year + 1,
        )
    )


def decade_or_century(year: int) -> DateError:
    return DateError(
        lazy_gettext(
            "“%(year)ss” can be ten years or a hundred: write %(year)s-%(decade)s or %(year)s-%(century)s.",
            year=year,
            decade=year + 9,
            century=year + 99,
        )
    )


def not_neighbours(typed: str, start: str, end: str) -> DateError:
    """`2020 or 2024` names two dates with others between them; EDTF of this subset can only say "between"."""
    return DateError(
        lazy_gettext(
            "“%(typed)s” leaves out the time between them: write %(start)s/%(end)s if any time from the one to the other is possible.",
            typed=typed,
            start=start,
            end=end,
        )
    )


def more_than_one_split(typed: str) -> DateError:
    return DateError(
        lazy_gettext("“%(typed)s” can be split in more than one way: write the two dates with “to” between them.", typed=typed)
    )


def refuse_before_reading(typed: str, folded: str, locale: str | None) -> DateError | None:
    """What no reading can save: a time of day, or `early`, `mid`, `late`."""
    if _TIME.search(folded):
        return time_of_day(typed)
    found = _PART.search(one_dash(folded)) if not _ends_a_year(folded) else None
    if found is None:
        return None
    third = _THIRD[(found.lastgroup or "").removeprefix("han_")]
    return DateError(
        lazy_gettext(
            "“%(word)s” does not say which dates are meant: write a range, for example %(example)s.",
            word=found[0],
            example=_range_example(folded, third, locale),
        )
    )


def _ends_a_year(folded: str) -> bool:
    """`by the end of 2024` and `since the start of 2024` are exact, unlike `the end of 2024`."""
    exact = re.search(r"\b(?:by|before|until) (?:the )?end of|\b(?:since|from) the (?:start|beginning) of|[年月][底末][以之]?前", folded)
    return exact is not None


def _range_example(folded: str, third: int, locale: str | None) -> LazyString | str:
    words = reader_locale(locale)
    year_found = _YEAR.search(folded)
    year = int(year_found[0]) if year_found else 2024
    month_found = _MONTH.search(to_symbols(fold(folded)))
    if month_found is None or not 1 <= (month := int(month_found[1] or month_found[2])) <= 12:
        first, last = month_words(year, 4 * third + 1, words), month_words(year, 4 * third + 4, words)
    else:
        end = monthrange(year, month)[1] if third == 2 else 10 * third + 10
        first, last = day_words(date(year, month, 10 * third + 1), words), day_words(date(year, month, end), words)
    return lazy_gettext("between %(start)s and %(end)s", start=first, end=last)


def refuse_unread(typed: str, symbols: str) -> DateError:
    """The last word on text that nothing could read: a missing year is named, all else gets examples."""
    has_year = re.search(r"\d{4}", symbols)
    short_year = re.fullmatch(r"\d{4} ?[-/] ?\d\d", symbols)
    has_date = re.search(r"M\d\d", symbols) or (re.search(r"\d", symbols) and re.fullmatch(r"[-\d/., ~?%年月日]+", symbols))
    return year_missing(typed) if has_date and (not has_year or short_year) else unreadable(typed)

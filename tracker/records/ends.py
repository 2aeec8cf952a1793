"""When what is in force ends, in words: what a filter asks for, and what is known of one record."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext, ngettext

from tracker.counting.endings import Ending
from tracker.counting.filters import A_YEAR, LATELY, NOT_STATED, PAST
from tracker.partial_dates import describe, parse_edtf


def day_in_words(day: date) -> str:
    """`3 March 2027`."""
    return describe(parse_edtf(day.isoformat()))


def ends_words(ends: str, today: date) -> str:
    """How what is in force ends: `ends within 90 days, by 25 February 2027`."""
    if ends == NOT_STATED:
        return gettext("in force, no end stated")
    if ends == PAST:
        return gettext("past its date of expiry, no end recorded")
    if ends == LATELY:
        return gettext("in force until lately: ended, denounced or suspended in the last two years")
    last = day_in_words(today + timedelta(days=int(ends)))
    if ends == A_YEAR:
        return gettext("ends within a year, by %(day)s", day=last)
    return ngettext("ends within %(num)d day, by %(day)s", "ends within %(num)d days, by %(day)s", int(ends), day=last)


def end_in_words(ending: Ending) -> str:
    """`3 March 2027`, as far as it is known."""
    if ending.edtf:
        return describe(parse_edtf(ending.edtf))
    return gettext("an end is recorded, its day is not stated") if ending.is_recorded else gettext("no end stated")


def end_tag(ending: Ending) -> tuple[str, str]:
    """What makes an end worth a look, with its tone: it is near, or its day has gone by; '' for nothing."""
    if ending.is_past:
        return gettext("past its date"), "bad"
    return (gettext("within a year"), "warn") if ending.is_near else ("", "")

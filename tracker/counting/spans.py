"""What lasts, on a day and towards its end: what surely does, and what may (C11, C14, C16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.counting.filters import NOT_STATED, PAST, RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.models import EndState, Fact

Condition = sa.ColumnElement[bool]
_ONE_DAY, _LATELY = timedelta(days=1), timedelta(days=730)


def span_window(mode: Mode, year: int, today: date) -> tuple[date, date]:
    """The days that a span must touch: all of the year, or its last day (today in the current year)."""
    last = date(year, 12, 31)
    if mode is Mode.STOCK:
        last = min(last, today) if year == today.year else last
        return last, last
    return date(year, 1, 1), last


def certain(mode: Mode, first: Any, last: Any, fact: Any = Fact) -> Condition:
    """The span surely touches [first, last]: C14's lower bound, C16's stock."""
    goes_on = sa.or_(fact.end_state == EndState.ONGOING, fact.end_lo >= first)
    if mode is Mode.ACTIVE:
        goes_on = sa.or_(goes_on, fact.lo >= first)  # whatever began in the window was active in it
    return sa.and_(fact.hi.is_not(None), fact.hi <= last, goes_on)


def possible(mode: Mode, first: Any, last: Any, fact: Any = Fact) -> Condition:
    """The span may touch [first, last]: the upper bound."""
    goes_on = sa.or_(fact.end_state == EndState.ONGOING, fact.end_hi.is_(None), fact.end_hi >= first)
    if mode is Mode.STOCK:
        begun = sa.or_(fact.lo <= last, sa.and_(fact.lo.is_(None), fact.hi.is_not(None)))
    else:
        begun = sa.and_(fact.lo <= last, fact.hi.is_not(None))  # one bound only is "not stated" (C12)
    return sa.and_(begun, goes_on)


def ending(chosen: RecordFilter) -> list[Condition]:
    """What is in force today, perhaps, and ends as `chosen.ends` asks, perhaps: facts of a stock."""
    assert chosen.today is not None  # `filter_of` and `all_records` know the reader's day
    return [possible(Mode.STOCK, chosen.today, chosen.today), *ends_as(chosen.ends, chosen.today)]


def surely_ending(chosen: RecordFilter, fact: Any) -> list[Condition]:
    """What of that is surely in force today and surely ends so; no condition where the filter does not ask for an end."""
    if not chosen.ends:
        return []
    assert chosen.today is not None
    found = [certain(Mode.STOCK, chosen.today, chosen.today, fact)]
    if chosen.ends.isdigit():  # an end that lies in the past or is not stated is so for sure
        found.append(sa.and_(fact.end_hi.is_not(None), fact.end_hi <= _last_day(chosen.ends, chosen.today)))
    return found


def ends_as(asked: str, today: date) -> list[Condition]:
    """How facts of what is in force today end, or may end.

    The last day is the one before the end (C16): what expires today was in force until yesterday, as far as its date tells.
    A date of expiry ends nothing by itself (C14): what goes on after it, since nobody recorded an end, is past its date.
    """
    if asked == NOT_STATED:
        return [Fact.end_lo.is_(None), Fact.end_hi.is_(None)]
    yesterday = today - _ONE_DAY
    if asked == PAST:
        return [Fact.end_state == EndState.ONGOING, Fact.end_hi < yesterday]
    begins = sa.or_(Fact.end_lo <= _last_day(asked, today), sa.and_(Fact.end_lo.is_(None), Fact.end_hi.is_not(None)))
    return [begins, sa.or_(Fact.end_hi.is_(None), Fact.end_hi >= yesterday)]


def until_lately(where: Sequence[Condition], today: date) -> list[Condition]:
    """Of the facts of a stock with `where`: in force until some day of the last two years, in records of which none is so today."""
    still = sa.select(Fact.record_id).where(*where, possible(Mode.STOCK, today, today))
    ended = [Fact.end_state == EndState.DATED, Fact.end_hi < today, Fact.end_hi >= today - _LATELY]
    return [*where, *ended, Fact.record_id.not_in(still)]


def _last_day(asked: str, today: date) -> date:
    return today + timedelta(days=int(asked)) - _ONE_DAY

"""The days that a filter names, and what surely lies in them (C12, C15, C26)."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tracker.counting.days import Bounds, days_of, surely_in
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import RUNNING_TOTAL, Measure, Mode
from tracker.trainings import TRAINING

FIRST, LAST = date(2024, 3, 1), date(2024, 8, 31)
STARTED, ACTIVE = (next(one for one in TRAINING.measures if one.mode is mode) for mode in (Mode.FLOW, Mode.ACTIVE))

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("measure", "since", "until", "days"),
    [
        (STARTED, FIRST, LAST, (FIRST, LAST)),
        (STARTED, FIRST, None, (FIRST, None)),
        (STARTED, None, LAST, (None, LAST)),
        (STARTED, None, None, None),
        (ACTIVE, FIRST, LAST, None),  # C14
        (RUNNING_TOTAL, FIRST, LAST, (None, LAST)),
        (RUNNING_TOTAL, FIRST, None, None),
    ],
)
def test_c15_and_c26_only_what_has_a_counting_date_has_days(
    measure: Measure, since: date | None, until: date | None, days: Bounds | None
) -> None:
    assert days_of(measure, RecordFilter(since=since, until=until)) == days


@pytest.mark.parametrize(
    ("lo", "hi", "days"),
    [
        (FIRST, LAST, (True, True)),
        (date(2024, 4, 1), date(2024, 4, 30), (True, True)),
        (date(2024, 2, 29), LAST, (False, True)),
        (FIRST, date(2024, 9, 1), (True, False)),
    ],
)
def test_c12_what_is_known_to_the_month_lies_surely_in_days_that_hold_it_whole(lo: date, hi: date, days: tuple[bool, bool]) -> None:
    facts = SimpleNamespace(lo=lo, hi=hi)
    found: list[list[Any]] = [surely_in(asked, facts) for asked in ((FIRST, LAST), (FIRST, None), (None, LAST))]
    assert found == [[*days], [days[0]], [days[1]]]

"""The stock of one day and that of another differ by what moved into force and out of it between them (C17)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.factories import records
from tests.factories.agreements import Action, agreement
from tests.oracle import moves as slow
from tests.tracker.counting.projecting import facts
from tracker.counting.models import EndState, Scope
from tracker.records.documents import Document

OURS, PARTNER = records.REPORTING_STATE, "KAZ"
FIRST, DAYS = date(2020, 1, 1), 400
STEPS = ("entered_into_force", "entered_into_force", "suspended", "resumed", "expired", "terminated", "denounced", "withdrawn", "ratified")
ACTORS = (None, None, None, OURS, PARTNER)


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def lives(draw: st.DrawFn) -> Document:
    """Any order of steps, each on a day of its own, also those that make no sense: sources say such things."""
    days = draw(st.lists(st.integers(0, DAYS), max_size=8, unique=True))
    actions: list[Action] = []
    for day in days:
        name, actor = draw(st.sampled_from(STEPS)), draw(st.sampled_from(ACTORS))
        if actor == PARTNER and name not in ("denounced", "withdrawn"):  # what a partner does else is of no account in the total
            actor = None
        actions.append((name, _day(day).isoformat(), actor))
    return agreement([PARTNER], "2019", actions=actions)


def stock(documents: list[Document], day: date) -> int:
    """How many are in force on `day`, as the projection says."""
    return sum(
        any(_holds(fact, day) for fact in facts(document, "in_force", Scope.TOTAL)) for document in documents
    )  # fmt: skip


def _holds(fact: Any, day: date) -> bool:
    assert fact.lo == fact.hi  # whole days only
    return bool(fact.lo <= day and (fact.end_state is EndState.ONGOING or day <= fact.end_lo))


class TestTheIdentity:
    @given(st.lists(lives(), min_size=1, max_size=5), st.integers(-10, DAYS), st.integers(1, DAYS))
    def test_c17_stocks_differ_by_what_moved_between_them(self, documents: list[Document], start: int, length: int) -> None:
        before, then = _day(start), _day(start + length)
        counts = [slow.moves(document, OURS, PARTNER, before, then) for document in documents]
        into = sum(count[slow.ENTERED] + count[slow.RESUMED] for count in counts)
        out = sum(count[slow.ENDED] + count[slow.SUSPENDED] for count in counts)
        assert stock(documents, then) == stock(documents, before) + into - out

    def test_c17_one_life_by_its_moves(self) -> None:
        life: list[Action] = [
            ("entered_into_force", "2020-05-01"), ("suspended", "2021-03-01"), ("resumed", "2022-02-01"), ("terminated", "2024-08-15"),
        ]  # fmt: skip
        document = agreement([PARTNER], "2019-11-01", actions=life)
        found = slow.moves(document, OURS, PARTNER, date(2020, 4, 30), date(2024, 8, 15))
        assert found == {slow.ENTERED: 1, slow.SUSPENDED: 1, slow.RESUMED: 1, slow.ENDED: 1}
        assert (stock([document], date(2024, 8, 14)), stock([document], date(2024, 8, 15))) == (1, 0)

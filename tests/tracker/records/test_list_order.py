"""Lists of what is in force in the order of their ends."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.factories import records
from tests.factories.agreements import Action, agreement
from tests.factories.trainings import training
from tracker.accounts.models import User
from tracker.counting.filters import RecordFilter
from tracker.records import queries
from tracker.records.filtering import Reader
from tracker.records.list_order import BY_END, SORTS, sorts_of

BEGUN: Action = ("entered_into_force", "2020-05-01")
IN_FORCE = RecordFilter(measure="agreements_in_force")


def test_what_is_in_force_can_be_listed_by_its_end_and_what_says_none_is_last(session: Session, officer: User) -> None:
    reader = Reader(officer, session, "en", date(2026, 6, 30), records.REPORTING_STATE)
    # expected order: the first possible day counts; an end on record goes before the date of expiry
    ends = {"soon": "2026-07-15", "perhaps in August": "2026-08", "on record": "2030", "late": "2027-03-01", "never": ""}
    for title, expires_on in reversed(ends.items()):
        ended: list[Action] = [("terminated", "2026-09-01")] if title == "on record" else []
        # interrupted once, so that it was in force twice
        pause: list[Action] = [("suspended", "2021-01-01"), ("resumed", "2021-06-01")] if title == "soon" else []
        records.save(session, officer, agreement(["LAO", "THA"], actions=[BEGUN, *pause, *ended], expires_on=expires_on, title=title))
    records.save(session, officer, training(["LAO"], "2024"))
    for chosen in (IN_FORCE, IN_FORCE.narrowed(partner="THA"), IN_FORCE.narrowed(year="2026")):
        known = list(ends)[:-1]
        for sort, expected in ((BY_END, [*known, "never"]), (f"-{BY_END}", [*reversed(known), "never"])):
            pages = [queries.page_of_records(reader, chosen, number, sort, size=3) for number in (1, 2)]
            assert [row.title for page in pages for row in page.rows] == expected
            assert queries.ids_in_order(reader, chosen, sort) == [row.id for page in pages for row in page.rows]
    # what was in force on another day says nothing of its end, nor does what happened
    assert [sorts_of(reader, one) == SORTS for one in (IN_FORCE, IN_FORCE.narrowed(year="2025"), RecordFilter())] == [False, True, True]

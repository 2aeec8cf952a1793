"""A year up to one of its days (C15)."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import oracle
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.profiles import whole_data_sets
from tests.tracker.counting.datasets import Plan, data_sets, store
from tests.tracker.counting.desk import TODAY, Desk
from tracker.counting import queries
from tracker.counting.cells import Cell
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.to_date import PartOfYear, same_day, to_date
from tracker.records import registry

DAYS = st.sampled_from([date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 7, 1), date(2024, 7, 3), date(2022, 11, 15)])


def part(measure: Measure, last: date) -> PartOfYear:
    return PartOfYear(measure, RecordFilter(reporting_state=records.REPORTING_STATE), last)


def cell(desk: Desk, code: str, last: date) -> Cell:
    return to_date(desk.session, [part(desk.measure(code), last)])[0]


@pytest.mark.engine_free
class TestTheSameDay:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [(date(2026, 11, 26), date(2025, 11, 26)), (date(2024, 2, 29), date(2023, 2, 28)), (date(2026, 2, 28), date(2025, 2, 28))],
    )
    def test_c15_of_the_year_before(self, day: date, expected: date) -> None:
        assert same_day(day, day.year - 1) == expected


@pytest.mark.once
class TestPartsOfYears:
    def test_c15_what_came_after_the_day_is_left_out_in_both_years(self, desk: Desk) -> None:
        days = ("2025-01-01", "2025-06-30", "2025-07-01", "2026-06-30", "2024-06-30")
        desk.store(*(handover(["USA"], day, "2") for day in days))
        found = [cell(desk, code, day) for code in ("handovers", "persons_handed_over") for day in (TODAY, same_day(TODAY, 2025))]
        assert [(one.records, one.lower, one.upper) for one in found] == [(1, 1, 1), (2, 2, 2), (1, 2, 2), (2, 4, 4)]

    def test_c15_two_years_asked_together_are_answered_in_their_order(self, desk: Desk) -> None:
        desk.store(*(handover(["USA"], day) for day in ("2025-01-01", "2025-06-30", "2025-07-01", "2026-06-30")))
        measure, chosen = desk.measure("handovers"), RecordFilter(reporting_state=records.REPORTING_STATE)
        days = (TODAY, date(2024, 6, 30), same_day(TODAY, 2025))
        assert [one.records for one in to_date(desk.session, [PartOfYear(measure, chosen, day) for day in days])] == [1, 0, 2]

    def test_c15_what_is_known_to_the_month_or_the_year_makes_a_range(self, desk: Desk) -> None:
        desk.store(*(handover(["USA"], day, "2") for day in ("2025-03", "2025-06", "2025", "2025-08", "2024/2025", "")))
        shown = cell(desk, "handovers", date(2025, 6, 10)), cell(desk, "persons_handed_over", date(2025, 6, 10))
        assert [(one.records, one.lower, one.upper) for one in shown] == [(3, 1, 3), (3, 2, 6)]

    def test_c15_bounds_and_words_stay_as_they_are(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2025-02", arrests="at least 10"), operation(["LAO"], "2025-02", arrests="a large number"))
        shown = cell(desk, "arrests", date(2025, 6, 10))
        assert (shown.records, shown.lower, shown.upper, shown.unquantified) == (1, 10, None, 1)

    def test_c15_about_is_said_of_quantities(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2025-02", figures=[figure("arrests", "about 20")]))
        assert [cell(desk, code, date(2025, 6, 10)).about for code in ("arrests", "operations_started")] == [True, False]

    def test_c15_nothing_asked_is_nothing_answered(self, desk: Desk) -> None:
        assert to_date(desk.session, []) == []


class TestBothCounts:
    @given(data_sets(), DAYS)
    @whole_data_sets(share=12)
    def test_c15_every_part_says_what_a_slow_count_says_and_opens_its_records(
        self, session: Session, plans: list[Plan], last: date
    ) -> None:
        session.rollback()
        known = store(session, users.user(session), plans)
        slow = oracle.Oracle(oracle.read_reference(session), known, records.REPORTING_STATE, TODAY)
        flows = [
            measure for measure in registry.every_measure().values() if measure.mode is Mode.FLOW and measure.code in oracle.EVERY_MEASURE
        ]
        parts = [part(measure, last) for measure in flows]
        found: list[Any] = []
        for asked, got in zip(parts, to_date(session, parts), strict=True):
            want = slow.part_of_year(asked.measure.code, last)
            found += [
                f"{asked.measure.code} {field.name}: {getattr(got, field.name)} for {getattr(want, field.name)}"
                for field in fields(oracle.Answer)
                if getattr(got, field.name) != getattr(want, field.name)
            ]
            behind = len(session.execute(queries.record_ids(session, asked.behind, asked.measure, TODAY)).all())
            if behind != got.records:
                found.append(f"{asked.measure.code}: {behind} records behind {got.records}")
        session.rollback()
        assert not found, "\n".join(found)

"""Named running totals: the latest value counts once, and nothing that it contains is added to it (C26, C27)."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories.handovers import handover
from tests.factories.records import figure
from tests.factories.statements import running_total, statement
from tests.profiles import whole_data_sets
from tests.tracker.counting.desk import TODAY, Desk
from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.counting import queries
from tracker.counting.cells import TOTAL, Cell
from tracker.counting.clearance import Clearance
from tracker.partial_dates import parse_edtf
from tracker.records.documents import Document
from tracker.records.numbers import parse_number

SERIES = "Reported arrests"
MEASURE = "running_total"


def part(number: str, start: str = "", **more: Any) -> Document:
    """A handover whose persons are contained in the series."""
    return handover(["MMR"], start, figures=[figure("handed_over", number, series=SERIES, contained_basis="inferred", **more)])


def total(desk: Desk, series: str = SERIES, **narrowed: object) -> Cell:
    return desk.table(MEASURE, series=series, **narrowed).cell(TOTAL)  # type: ignore[arg-type]


def bounds(cell: Cell) -> tuple[int, Decimal, Decimal | None]:
    return cell.records, cell.lower, cell.upper


class TestTheLatestValue:
    def test_c26_the_latest_value_counts_once_and_values_are_never_added(self, desk: Desk) -> None:
        desk.store(running_total("4666", "2023-10-16"), running_total("more than 57,000", "2025-07"), running_total("50000", "2024-09"))
        assert bounds(total(desk)) == (1, 57_000, None)
        assert bounds(total(desk, until=date(2024, 9, 30))) == (1, 50_000, 50_000)
        assert bounds(total(desk, until=date(2023, 12, 31))) == (1, 4_666, 4_666)
        assert total(desk, until=date(2023, 10, 15)).records == 0

    def test_c26_a_value_known_to_the_month_is_of_no_day_within_it(self, desk: Desk) -> None:
        desk.store(running_total("100", "2024-08"), running_total("200", "2024-09"))
        assert total(desk, until=date(2024, 9, 15)).lower == 100
        assert total(desk, until=date(2024, 9, 30)).lower == 200

    def test_c26_words_are_no_value_and_what_is_not_preferred_is_none(self, desk: Desk) -> None:
        unsure = figure("arrests", "900", nature="cumulative", as_of="2025", series=SERIES, preferred=False)
        desk.store(running_total("100", "2024-08"), running_total("tens of thousands", "2025"), statement([], "2025", figures=[unsure]))
        assert total(desk).lower == 100

    def test_c26_every_series_has_a_total_of_its_own_and_no_sum(self, desk: Desk) -> None:
        desk.store(running_total("100", "2024-08"), running_total("7", "2024-09", series="Another  one"))
        assert (total(desk).lower, total(desk, "Another one").lower, total(desk, "").records) == (100, 7, 0)
        assert desk.count("arrests") == 0

    def test_c26_what_the_reader_may_not_see_is_no_value_for_him(self, desk: Desk) -> None:
        desk.store(running_total("100", "2024-08"), running_total("200", "2024-09") | {"marking": "RED"})
        assert total(desk, clearance=Clearance((Marking.CLEAR, Marking.GREEN, Marking.AMBER), 0, [])).lower == 100

    def test_c43_the_list_holds_the_record_of_the_value(self, desk: Desk) -> None:
        desk.store(running_total("100", "2024-08"))
        latest = desk.store(running_total("200", "2024-09"))[0]
        found = queries.record_ids(desk.session, desk.chosen(MEASURE, series=SERIES), desk.measure(MEASURE), TODAY)
        assert list(desk.session.scalars(found)) == [latest.id]


class TestWhatIsContained:
    def test_c27_ten_inside_fifty_thousand_are_fifty_thousand_and_still_ten_handed_over(self, desk: Desk) -> None:
        desk.store(running_total("more than 50,000", "2024-09"), part("10", "2024-01-30"), part("1"))
        assert bounds(total(desk)) == (1, 50_000, None)
        assert desk.table("persons_handed_over").cell(TOTAL).lower == 11

    def test_c27_without_the_total_in_the_selection_its_parts_count(self, desk: Desk) -> None:
        desk.store(running_total("50000", "2024-09"), part("10", "2024-01-30"), part("5", "2024-10"))
        assert total(desk, until=date(2024, 6, 30)).lower == 10

    def test_c27_what_surely_came_after_the_total_is_added_to_it(self, desk: Desk) -> None:
        desk.store(running_total("50000", "2024-09"), part("10", "2024-10-01"), part("7", "2024"), part("3"))
        assert bounds(total(desk)) == (2, 50_010, 50_010)

    def test_c1_what_is_in_another_unit_is_not_added(self, desk: Desk) -> None:
        later = statement([], "2025", figures=[figure("cases_opened", "5", "case", series=SERIES)])
        desk.store(running_total("50000", "2024-09"), later)
        assert total(desk).lower == 50_000


class TestUpToADay:
    def test_c26_what_surely_came_after_the_day_is_not_in_the_total(self, desk: Desk) -> None:
        desk.store(running_total("1000", "2024-03-01"), part("7", "2025/.."))
        for day in (date(2024, 9, 30), date(2024, 12, 31)):
            assert bounds(total(desk, until=day)) == (1, 1_000, 1_000)
        assert bounds(total(desk)) == (2, 1_007, 1_007)

    def test_c26_what_only_perhaps_came_before_the_day_is_in_the_upper_bound_alone(self, desk: Desk) -> None:
        desk.store(running_total("1000", "2024-03-01"), part("7", "2024-08/.."), part("5", "2024-09"), part("3", "2024-09-02"))
        assert bounds(total(desk, until=date(2024, 9, 15))) == (4, 1_003, 1_015)
        found = desk.chosen(MEASURE, series=SERIES, until=date(2024, 9, 15))
        assert len(list(desk.session.scalars(queries.record_ids(desk.session, found, desk.measure(MEASURE), TODAY)))) == 4  # C43
        assert bounds(total(desk, until=date(2024, 9, 30))) == (4, 1_008, 1_015)

    def test_c26_without_an_upper_bound_of_the_number_there_is_none_of_the_total(self, desk: Desk) -> None:
        desk.store(running_total("1000", "2024-03-01"), part("at least 7", "2024-08/.."))
        assert bounds(total(desk, until=date(2024, 9, 15))) == (2, 1_000, None)

    def test_c26_what_is_undated_is_not_the_total_of_a_day_on_its_own(self, desk: Desk) -> None:
        desk.store(part("10"), running_total("1000", "2024-03-01"))
        assert total(desk, until=date(2020, 12, 31)).records == 0
        assert bounds(total(desk, until=date(2024, 12, 31))) == (1, 1_000, 1_000)

    def test_c26_beside_a_dated_one_it_may_lie_before_the_day(self, desk: Desk) -> None:
        desk.store(part("10"), part("4", "2019-05"))
        assert bounds(total(desk, until=date(2020, 12, 31))) == (2, 4, 14)
        assert total(desk, until=date(2019, 4, 30)).records == 0
        assert bounds(total(desk)) == (2, 14, 14)


DAYS = (
    "",
    "2023-10-16",
    "2023-12",
    "2024",
    "2024-01-30",
    "2024-09",
    "2024-09-30",
    "2024-10-01",
    "../2024-09",
    "2025-07",
    "2024-09/..",
    "2025/..",
)
UNTIL = (None, date(2023, 12, 31), date(2024, 9, 15), date(2024, 9, 30), date(2024, 12, 31))
LINES = st.lists(
    st.tuples(st.booleans(), st.sampled_from(DAYS), st.sampled_from(("10", "at least 200", "about 30", "several"))), max_size=6
)


class TestBothCounts:
    @whole_data_sets(4)
    @given(lines=LINES, until=st.sampled_from(UNTIL))
    def test_every_running_total_is_what_a_slow_count_says(
        self, session: Session, officer: User, lines: list[tuple[bool, str, str]], until: date | None
    ) -> None:
        with session.begin_nested() as nested:
            desk = Desk(session, officer)
            desk.store(*(running_total(number, day) if is_value else part(number, day) for is_value, day, number in lines))
            cell = total(desk, until=until)
            nested.rollback()
        assert (cell.lower, cell.upper) == slow_count(lines, until)


def slow_count(lines: list[tuple[bool, str, str]], until: date | None) -> tuple[Decimal, Decimal | None]:
    """By the words of C26 and C27 alone; of two values of one day the larger, then the one recorded last."""
    values, parts = [], []
    for place, (is_value, edtf, typed) in enumerate(lines):
        day, number = parse_edtf(edtf), parse_number(typed)
        assert number
        is_sure = until is None or (day.upper is not None and day.upper <= until)
        may_be = not is_value and (until is None or day.lower is None or day.lower <= until)
        if (is_sure or may_be) and number.lower is not None:
            last, first = day.upper or day.lower or date.min, day.lower or day.upper or date.min
            sure = number.lower if is_sure else Decimal(0)
            (values if is_value else parts).append((last, first, sure, place, number.upper, day.lower))
    if values:
        last, _, lower, _, upper, _ = max(values)
        added = [one for one in parts if one[5] is not None and one[5] > last != date.min]
    else:
        lower, upper = Decimal(0), Decimal(0)
        added = parts if until is None or any(one[0] != date.min for one in parts) else []
    uppers = [upper, *(one[4] for one in added)]
    whole = None if None in uppers else sum((one or Decimal(0) for one in uppers), Decimal(0))
    return lower + sum((one[2] for one in added), Decimal(0)), whole

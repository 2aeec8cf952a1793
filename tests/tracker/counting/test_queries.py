"""Figures of small stored data sets: who is counted, and when. The examples of the counting rules, literally."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import records
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.trainings import training
from tests.tracker.counting.desk import TODAY, Desk
from tracker.accounts.models import User
from tracker.counting import queries
from tracker.counting.filters import RecordFilter, Step
from tracker.counting.rows import Rows
from tracker.records import registry

pytestmark = pytest.mark.once  # on both engines the property-based tests count every cell


class TestPartners:
    def test_c3_a_record_counts_once_in_each_partners_row(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "KHM", "THA"], "2024"), operation(["THA"], "2024"))
        table = desk.table("operations_started")
        assert [table.cell(row).records for row in ("LAO", "KHM", "THA")] == [1, 1, 2]
        assert table.cell(queries.TOTAL).records == 2
        assert table.sum_of_rows().records == 4
        assert table.counted_again() == 2
        assert table.repeated[queries.TOTAL] == 1

    def test_c2_the_world_total_is_the_number_of_distinct_records(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "KHM", "THA"], "2024"), training(["LAO", "THA"], "2024"))
        assert desk.totals("activities")[""] == 2

    def test_c4_the_reporting_state_has_no_row(self, desk: Desk) -> None:
        desk.store(operation(["CHN", "CHN_MPS", "LAO"], "2024"))
        assert desk.table("operations_started").rows == ("LAO",)

    def test_c5_observers_have_no_row(self, desk: Desk) -> None:
        desk.store(operation(["LAO", ("THA", "observer"), ("KHM", "venue"), ("USA", "mentioned")], "2024"))
        assert desk.table("operations_started").rows == ("LAO",)

    def test_c6_a_group_is_one_row_until_it_is_expanded(self, desk: Desk) -> None:
        desk.store(operation(["SCO"], "2024-07-01"))
        assert desk.totals("operations_started") == {"": 1, "SCO": 1}

    def test_c6_an_sco_event_of_1_july_2024_expands_to_eight_rows_without_ours(self, desk: Desk) -> None:
        desk.store(operation(["SCO"], "2024-07-01"))
        assert desk.table("operations_started", expand=True).rows == ("IND", "IRN", "KAZ", "KGZ", "PAK", "RUS", "TJK", "UZB")

    def test_c6_an_sco_event_of_5_july_2024_expands_to_nine_rows_without_ours(self, desk: Desk) -> None:
        desk.store(operation(["SCO"], "2024-07-05"))
        assert desk.table("operations_started", expand=True).rows == ("BLR", "IND", "IRN", "KAZ", "KGZ", "PAK", "RUS", "TJK", "UZB")

    @pytest.mark.parametrize("start", ["2024-07", "2024", "", "../2024-09", "2024-08/.."])
    def test_c6_a_group_is_not_expanded_when_nobody_can_say_to_whom(self, desk: Desk, start: str) -> None:
        desk.store(operation(["SCO"], start))
        assert desk.table("operations_started", expand=True).rows == ("SCO",)

    def test_c6_behind_an_expanded_row_are_the_records_of_the_group(self, desk: Desk) -> None:
        desk.store(operation(["SCO"], "2024-07-01"), operation(["KAZ"], "2024"), operation(["SCO", "KAZ"], "2024-07-02"))
        assert desk.totals("operations_started", expand=True)["KAZ"] == 3
        assert desk.count("operations_started", expand=True, partner="KAZ") == 3
        assert desk.count("operations_started", partner="KAZ") == 2

    def test_c6_the_members_of_a_stock_are_those_of_the_signature_not_of_the_entry_into_force(self, desk: Desk) -> None:
        # IRN joined the SCO between the two
        desk.store(agreement(["SCO"], "2022-01-01", actions=[("entered_into_force", "2023-12-01")]))
        table = desk.table("agreements_in_force", expand=True)
        assert table.rows == ("IND", "KAZ", "KGZ", "PAK", "RUS", "TJK", "UZB")
        assert [desk.count("agreements_in_force", expand=True, partner=code) for code in ("IRN", "KAZ", "SCO")] == [0, 1, 0]

    def test_c9_so_are_the_groups_in_whose_rows_a_stock_is_counted_again(self, desk: Desk) -> None:
        desk.store(agreement(["IRN"], "2022-01-01", actions=[("entered_into_force", "2023-12-01")]))
        assert "SCO" not in desk.table("agreements_in_force", "group").rows
        assert desk.count("agreements_in_force", group="SCO") == 0

    def test_c9_of_a_record_without_date_only_members_that_nobody_dated_are_counted_again(self, desk: Desk) -> None:
        desk.store(operation(["KAZ"], ""), operation(["USA"], ""))
        assert desk.totals("operations_started", rows="group")["G7"] == 1
        assert "NATO" not in desk.table("operations_started", "group").rows

    def test_c6_a_quantity_of_a_group_is_never_counted_whole_for_its_members(self, desk: Desk) -> None:
        desk.store(operation(["SCO"], "2024-07-01", arrests="30"))
        table = desk.table("arrests", expand=True)
        assert table.rows == ("SCO",)
        assert desk.count("arrests", expand=True, partner="KAZ") == 0

    def test_c7_an_open_list_puts_a_plus_on_its_cells(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024", complete=False), operation(["THA"], "2024"), operation(["LAO"], "", complete=False))
        table = desk.table("operations_started")
        assert table.cell("LAO", "2024").open_list
        assert not table.cell("THA", "2024").open_list
        assert table.cell(queries.TOTAL).open_list
        assert desk.table("operations_active").cell("LAO", "not_stated").open_list

    def test_c8_the_rows_and_not_stated_are_together_all_records(self, desk: Desk) -> None:
        stored = desk.store(operation(["LAO"], "2024"), operation([], "2024"), operation([("THA", "mentioned")], "2023"))
        found: set[int] = set()
        for row in desk.table("operations_started").rows:
            measure, chosen = desk.measure("operations_started"), desk.chosen("operations_started", partner=row)
            found |= set(desk.session.scalars(queries.record_ids(desk.session, chosen, measure, TODAY)))
        assert desk.totals("operations_started") == {"": 3, "LAO": 1, "not_stated": 2}
        assert found == {record.id for record in stored}

    def test_c9_regions_and_continents_count_distinct_records_again(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "KHM", "THA"], "2024"), operation(["THA", "USA"], "2024"), operation(["INTERPOL"], "2024"))
        assert desk.totals("operations_started", rows="region") == {"": 3, "035": 2, "021": 1, "none": 1}
        assert desk.totals("operations_started", rows="continent") == {"": 3, "142": 2, "019": 1, "none": 1}

    def test_c9_groups_count_the_records_of_their_members_of_the_day_again(self, desk: Desk) -> None:
        desk.store(operation(["BLR"], "2024-07-01"), operation(["BLR"], "2024-07-05"), operation(["SCO", "KAZ"], "2024"))
        assert desk.totals("operations_started", rows="group")["SCO"] == 2

    def test_records_naming_a_partner_include_statements(self, desk: Desk) -> None:
        desk.store(training(["LAO"], "2024", is_group_entry=True), training(["LAO"], "2024"))
        assert desk.totals("records") == {"": 2, "LAO": 2}
        cell = desk.table("trainings_started").cell("LAO")
        assert (cell.records, cell.unquantified) == (1, 1)

    def test_a_phase_counts_nothing_and_its_parent_one(self, desk: Desk) -> None:
        (parent,) = desk.store(operation(["LAO"], "2024"))
        desk.store(operation(["LAO"], "2024", parent=parent.ref, arrests="5"))
        assert desk.totals("operations_started") == {"": 1, "LAO": 1}
        assert desk.totals("arrests")["LAO"] == 1


class TestTime:
    def test_c11_started_active_and_ended_are_three_numbers(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2022-11", "2024-02"))
        assert desk.columns("operations_started") == {"": 1, "2022": 1}
        assert desk.columns("operations_active") == {"": 1, "2022": 1, "2023": 1, "2024": 1}
        assert desk.columns("operations_ended") == {"": 1, "2024": 1}

    def test_c11_what_goes_on_is_active_until_this_year_and_has_not_ended(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024", status="ongoing"))
        assert desk.columns("operations_active") == {"": 1, "2024": 1, "2025": 1, "2026": 1}
        assert desk.columns("operations_ended") == {}

    def test_c12_the_rows_of_an_uncertain_and_a_missing_year_complete_the_total(self, desk: Desk) -> None:
        desk.store(*(handover(["USA"], start) for start in ("2023-12", "2023-09~/2024-09~", "", "../2024-09")))
        assert desk.columns("handovers") == {"": 4, "2023": 1, "uncertain": 1, "not_stated": 2}
        assert desk.columns("handovers", ranges=True) == {"": 4, "2023": 1, "2023-2024": 1, "not_stated": 2}

    def test_c12_an_end_without_upper_or_lower_bound_is_not_stated(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024-02", "../2024-09"))
        assert desk.columns("operations_ended") == {"": 1, "not_stated": 1}

    def test_c13_inferred_dates_count_are_marked_and_can_be_switched_off(self, desk: Desk) -> None:
        desk.store(handover(["USA"], "2024?"), handover(["USA"], "2024"))
        cell = desk.table("handovers").cell("USA", "2024")
        assert (cell.records, cell.inferred) == (2, 1)
        assert desk.table("handovers", inferred=False).cell("USA", "2024").records == 1
        assert desk.count("handovers", inferred=False, partner="USA") == 1

    def test_c13_what_ended_is_inferred_when_its_end_is(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2023", "2024?"), operation(["THA"], "2023?", "2024"))
        table = desk.table("operations_ended")
        assert (table.cell("LAO", "2024").inferred, table.cell("THA", "2024").inferred) == (1, 0)
        assert desk.table("operations_ended", inferred=False).rows == ("THA",)

    def test_c14_without_an_end_activity_has_a_lower_and_an_upper_bound(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024-05"))
        table = desk.table("operations_active")
        cells = [table.cell("LAO", year) for year in ("2024", "2025", "2026")]
        assert [(cell.lower, cell.upper) for cell in cells] == [(1, 1), (0, 1), (0, 1)]

    @pytest.mark.parametrize("start", ["2024", "2024-01-01"])
    def test_c14_what_may_have_begun_on_the_first_day_of_a_year_was_surely_active_in_it(self, desk: Desk, start: str) -> None:
        desk.store(operation(["LAO"], start))
        assert desk.table("operations_active").cell("LAO", "2024").lower == 1

    def test_c12_every_month_is_in_its_quarter(self, desk: Desk) -> None:
        desk.store(*(operation(["LAO"], f"2024-{month:02}") for month in range(1, 13)))
        asked = desk.measure("operations_started"), desk.chosen("operations_started"), Rows("partner"), TODAY
        table = queries.table(desk.session, *asked, step=Step.QUARTER)
        assert [table.cell("LAO", f"2024q{number}").records for number in range(5)] == [0, 3, 3, 3, 3]

    def test_c14_an_ongoing_operation_is_certainly_active_in_spite_of_its_planned_end(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024-05", status="ongoing", planned_end="2024-12"))
        cell = desk.table("operations_active").cell("LAO", "2026")
        assert (cell.lower, cell.upper) == (1, 1)

    def test_c43_the_total_of_what_was_active_is_its_list_even_where_no_year_is_stated(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024-05", "2024-06"), operation(["LAO"], ""))
        assert desk.columns("operations_active") == {"": 2, "2024": 1, "not_stated": 1}
        assert desk.count("operations_active") == 2


class TestFoot:
    def test_c3_the_foot_names_the_records_of_its_own_column(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "THA"], "2022", "2024"), operation(["LAO", "THA"], "2023/2024"), operation(["LAO", "THA"], ""))
        started, active, ended = (desk.table(f"operations_{what}").repeated for what in ("started", "active", "ended"))
        assert (started["2022"], started["uncertain"], started["not_stated"], started[""]) == (1, 1, 1, 3)
        assert (active["2023"], active["not_stated"]) == (2, 1)
        assert (ended["2024"], ended.get("2022", 0)) == (1, 0)


class TestGroups:
    @pytest.mark.parametrize(("day", "count"), [("2024-07-05", 1), ("2024-07", 0), ("2024-07-01", 0)])
    def test_c9_a_group_holds_who_was_a_member_on_all_days_of_the_date(self, desk: Desk, day: str, count: int) -> None:
        desk.store(operation(["BLR"], day))
        assert desk.count("operations_started", group="SCO") == desk.totals("operations_started", rows="group").get("SCO", 0) == count

    @pytest.mark.parametrize(("date", "is_whole"), [("2020-01-15/2020-02-15", True), ("2020-01-10/2020-01-20", False)])
    def test_c6_a_date_on_which_a_member_may_have_left_already_expands_to_nobody(self, desk: Desk, date: str, is_whole: bool) -> None:
        desk.store(operation(["EU"], date))
        assert ("EU" in desk.totals("operations_started", expand=True)) is is_whole

    def test_c9_a_region_counts_a_record_of_two_of_its_countries_once(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "THA"], "2024"))
        assert desk.table("operations_started", region="035").cell(queries.TOTAL).records == 1


class TestCrimes:
    def test_c30_primary_types_add_to_the_total_and_any_types_do_not(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024", crimes=["drugs", "cybercrime"]), operation(["LAO"], "2024", crimes=["cybercrime"]))
        desk.store(operation(["LAO"], "2024"))

        def by(dimension: str) -> queries.Table:
            chosen = desk.chosen("operations_started")
            return queries.table(desk.session, desk.measure("operations_started"), chosen, Rows(dimension, is_key=True), TODAY)

        rows = {name: {row: by(name).cell(row).records for row in by(name).rows} for name in ("crime_primary", "crime")}
        assert rows["crime_primary"] == {"drugs": 1, "cybercrime": 1, "not_stated": 1}
        assert rows["crime"] == {"drugs": 1, "cybercrime": 2, "not_stated": 1}
        assert [int(by(name).counted_again()) for name in ("crime_primary", "crime")] == [0, 1]


class TestSameQuestion:
    @pytest.mark.parametrize(
        ("narrowed", "count"),
        [
            ({}, 5), ({"year": "2024"}, 2), ({"year": "2023"}, 1), ({"year": "uncertain"}, 1), ({"year": "2023-2024"}, 1),
            ({"year": "2022-2023"}, 0), ({"year": "not_stated"}, 1), ({"partner": "USA"}, 3), ({"partner": "USA", "year": "2024"}, 1),
            ({"partner": "not_stated"}, 1), ({"region": "143"}, 1), ({"region": "142"}, 1), ({"group": "SCO"}, 1),
            ({"kind": ("training",)}, 0), ({"keys": {"direction": "inward"}}, 1), ({"inferred": False, "year": "2024"}, 1),
        ],
    )  # fmt: skip
    def test_c43_behind_a_cell_are_exactly_its_records(self, desk: Desk, narrowed: dict[str, object], count: int) -> None:
        desk.store(
            handover(["USA"], "2023", "3", direction="inward"), handover(["USA"], "2024?", "10"), handover(["KAZ"], "2024", "1"),
            handover(["USA"], "2023/2024", "1"), handover([], "", "several"),
        )  # fmt: skip
        assert desk.count("handovers", **narrowed) == count  # type: ignore[arg-type]

    def test_c42_the_same_question_has_the_same_answer(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "THA"], "2024", arrests="30"), handover(["USA"], "2024?", "several"))
        for code in registry.every_measure():
            assert desk.table(code).cells == desk.table(code).cells

    def test_c42_the_reporting_state_is_part_of_the_question(self, session: Session, officer: User) -> None:
        records.save(session, officer, operation(["LAO", "CHN"], "2024"), reporting_state="LAO")
        chosen = RecordFilter(measure="operations_started", reporting_state="LAO")
        table = queries.table(session, registry.every_measure()["operations_started"], chosen, Rows("partner"), TODAY)
        assert table.rows == ("CHN",)

    def test_c43_one_figure_is_the_one_of_its_row_and_column(self, desk: Desk) -> None:
        desk.store(handover(["USA"], "2023", "3"), handover(["USA"], "2024", "10"), handover(["KAZ"], "2024", "1"))
        measure = desk.measure("persons_handed_over")
        cell = queries.total(desk.session, measure, desk.chosen("persons_handed_over", partner="USA", year="2024"), TODAY)
        assert (cell.records, cell.lower) == (1, 10)

"""What the figures of one version contribute: bounds, what contains what, and whose row."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.trainings import training
from tests.tracker.counting.projecting import ONE, facts, projected, rows, the_total
from tracker.counting.models import NumberState, Scope, Standing
from tracker.counting.projection import RECORDS


class TestFigures:
    @pytest.mark.parametrize("nature", ["cumulative", "snapshot", "new_in_period"])
    def test_c26_the_nature_of_a_figure_travels_with_it(self, nature: str) -> None:
        document = operation(["LAO"], "2024", figures=[figure("arrests", "30", nature=nature)])
        assert {fact.nature for fact in facts(document, "arrests")} == {nature}

    @pytest.mark.parametrize(("nature", "year"), [("cumulative", 2023), ("snapshot", 2023), ("new_in_period", 2024)])
    def test_c26_a_running_total_is_of_its_own_day_and_what_is_new_of_the_records(self, nature: str, year: int) -> None:
        document = operation(["LAO"], "2024", figures=[figure("arrests", "30", nature=nature, as_of="2023-09")])
        assert {fact.year for fact in facts(document, "arrests")} == {year}

    def test_c27_what_is_contained_in_a_figure_of_the_same_thing_is_not_added_again(self) -> None:
        document = operation(["LAO"], "2024", figures=[figure("arrests", "50000"), figure("arrests", "10", contained_in=1)])
        assert rows(document, "arrests") == {"total": (50000, 50000), "LAO": (50000, 50000)}

    def test_c27_containment_holds_inside_one_metric_only(self) -> None:
        document = operation(["LAO"], "2024", figures=[figure("suspects_identified", "50000"), figure("arrests", "10", contained_in=1)])
        assert rows(document, "arrests")["total"] == (10, 10)

    def test_c27_words_without_a_number_contain_nothing(self) -> None:
        document = operation(["LAO"], "2024", figures=[figure("arrests", "many"), figure("arrests", "10", country="LAO", contained_in=1)])
        numbers = [fact for fact in facts(document, "arrests", Scope.TOTAL) if fact.number_state is NumberState.VALUE]
        assert [fact.value_lo for fact in numbers] == [10]

    def test_c27_what_is_contained_in_a_running_total_is_still_added(self) -> None:
        running = figure("arrests", "50000", nature="cumulative")
        document = operation(["LAO"], "2024", figures=[running, figure("arrests", "10", contained_in=1)])
        added = [fact.value_lo for fact in facts(document, "arrests", Scope.TOTAL) if fact.nature == "new_in_period"]
        assert added == [10]

    def test_c28_of_competing_figures_only_the_preferred_one_counts(self) -> None:
        document = handover(["USA"], "2024", figures=[figure("handed_over", "1", preferred=False), figure("handed_over", "2")])
        assert rows(document, "handed_over") == {"total": (2, 2), "USA": (2, 2)}
        assert ("competing", "added") not in projected(document).keys

    def test_c28_numbers_that_are_still_added_up_make_the_record_found(self) -> None:
        document = handover(["USA"], "2024", figures=[figure("handed_over", "1"), figure("handed_over", "2")])
        assert ("competing", "added") in projected(document).keys

    @pytest.mark.parametrize(
        ("typed", "bounds"),
        [("10", (10, 10)), ("about 20", (20, 20)), ("at least 2,100", (2100, None)), ("at most 5", (0, 5)), ("3-8", (3, 8)), ("0", (0, 0))],
    )
    def test_c29_every_qualifier_has_its_bounds(self, typed: str, bounds: tuple[int, int | None]) -> None:
        fact = the_total(handover(["USA"], "2024", typed), "handed_over")
        assert (fact.value_lo, fact.value_hi) == bounds
        assert fact.is_about is typed.startswith("about")

    def test_c31_words_without_a_number_are_neither_zero_nor_one(self) -> None:
        fact = the_total(operation(["LAO"], "2024", arrests="a large number"), "arrests")
        assert (fact.number_state, fact.value_lo, fact.value_hi) == (NumberState.UNQUANTIFIED, None, None)

    def test_c31_a_statement_about_several_counts_nothing_in_its_kind_and_is_listed(self) -> None:
        document = training(["LAO"], "2024", is_group_entry=True)
        fact = the_total(document, "trainings")
        assert (fact.standing, fact.number_state, fact.value_lo) == (Standing.STATEMENT, NumberState.UNQUANTIFIED, None)
        assert rows(document, RECORDS) == {"total": ONE, "LAO": ONE}

    def test_c31_numbers_that_a_statement_gives_count_as_quantities(self) -> None:
        assert rows(training(["LAO"], "2024", participants="500", is_group_entry=True), "participants")["total"] == (500, 500)

    def test_c31_what_several_activities_come_to_counts_none_and_words_on_it_are_listed_once(self) -> None:
        numbered, worded = (operation(["LAO"], "2024", figures=[figure("trainings", number, "training")]) for number in ("4", "several"))
        assert facts(numbered, "trainings") == []
        assert the_total(worded, "trainings").number_state is NumberState.UNQUANTIFIED
        entry = operation(["LAO"], "2024", figures=[figure("operations", "several", "operation")], is_group_entry=True)
        assert the_total(entry, "operations").number_state is NumberState.UNQUANTIFIED

    def test_c31_what_several_activities_come_to_hides_no_number_after_it(self) -> None:
        document = operation(["LAO"], "2024", figures=[figure("trainings", "4", "training"), figure("arrests", "30")])
        assert rows(document, "arrests")["total"] == (30, 30)

    @pytest.mark.parametrize(("item", "expected"), [("cocaine", "cocaine"), (None, "drug")])
    def test_c35_the_item_travels_with_the_number(self, item: str | None, expected: str) -> None:
        document = operation(["LAO"], "2024", figures=[figure("seized_drugs", "12", "kg", item=item)])
        assert {(fact.item, fact.unit) for fact in facts(document, "seized_drugs")} == {(expected, "kg")}

    def test_c32_a_number_of_zero_is_a_statement(self) -> None:
        fact = the_total(handover(["USA"], "2024", "0"), "handed_over")
        assert (fact.number_state, fact.value_lo, fact.value_hi) == (NumberState.VALUE, 0, 0)

    def test_c32_a_number_that_nobody_gave_is_missing_and_not_zero(self) -> None:
        fact = the_total(handover(["USA"], "2024"), "handed_over")
        assert (fact.number_state, fact.value_lo, fact.value_hi, fact.is_about) == (NumberState.MISSING, None, None, False)

    @pytest.mark.parametrize(("partners", "row"), [(["USA"], "USA"), (["LAO", "USA"], "shared"), ([], "not_stated")])
    def test_c32_it_is_missing_in_the_row_of_the_one_partner_only(self, partners: list[str], row: str) -> None:
        assert [fact.partner or fact.scope for fact in facts(handover(partners, "2024"), "handed_over")] == ["total", row]

    def test_c36_each_unit_is_a_number_of_its_own(self) -> None:
        mixed = figure("participants", "40", "delegation_mixed")
        document = training(["LAO"], "2024", participants="20", figures=[mixed])
        by_unit = {fact.unit: fact.value_lo for fact in facts(document, "participants", Scope.TOTAL)}
        assert by_unit == {"participant": 20, "delegation_mixed": 40}

    def test_c36_delegations_of_several_kinds_put_no_country_in_a_row(self) -> None:
        document = training([], "2024", figures=[figure("attendance", "122", "delegation_mixed")])
        assert all(fact.partner is None for fact in projected(document).facts)


class TestSplitByCountry:
    def test_c33_an_unsplit_figure_of_two_partners_is_shared(self) -> None:
        assert rows(operation(["LAO", "THA"], "2024", arrests="30"), "arrests") == {"total": (30, 30), "shared": (30, 30)}

    def test_c33_with_one_partner_and_a_complete_list_it_is_that_partners(self) -> None:
        assert rows(operation(["LAO"], "2024", arrests="30"), "arrests") == {"total": (30, 30), "LAO": (30, 30)}

    def test_c33_with_one_partner_and_an_open_list_it_is_shared(self) -> None:
        assert rows(operation(["LAO"], "2024", arrests="30", complete=False), "arrests") == {"total": (30, 30), "shared": (30, 30)}

    def test_c33_without_a_partner_it_is_not_stated(self) -> None:
        assert rows(operation([], "2024", arrests="30"), "arrests") == {"total": (30, 30), "not_stated": (30, 30)}

    def test_c33_a_figure_belongs_to_the_country_to_which_the_source_gives_it(self) -> None:
        split = [figure("arrests", "10", country="LAO"), figure("arrests", "5", country="THA")]
        document = operation(["LAO", "THA"], "2024", figures=split)
        by_row = Counter[str]()
        for fact in facts(document, "arrests"):
            by_row[fact.partner or fact.scope.value] += int(fact.value_lo)
        assert by_row == {"total": 15, "LAO": 10, "THA": 5}

    def test_c33_what_the_parts_leave_of_the_whole_is_shared(self) -> None:
        part = figure("arrests", "10", country="LAO", contained_in=1)
        document = operation(["LAO", "THA"], "2024", figures=[figure("arrests", "30"), part])
        assert rows(document, "arrests") == {"total": (30, 30), "LAO": (10, 10), "shared": (20, 20)}

    def test_c33_the_rest_of_a_whole_without_upper_bound_has_none_either(self) -> None:
        whole, part = figure("arrests", "at least 30"), figure("arrests", "at least 10", country="LAO", contained_in=1)
        assert rows(operation(["LAO", "THA"], "2024", figures=[whole, part]), "arrests")["shared"] == (0, None)

    def test_c33_parts_that_may_be_more_than_the_whole_leave_nothing_at_the_least_and_never_less(self) -> None:
        part = figure("arrests", "20-50", country="LAO", contained_in=1)
        document = operation(["LAO", "THA"], "2024", figures=[figure("arrests", "30"), part])
        assert rows(document, "arrests")["shared"] == (0, 10)

    @pytest.mark.parametrize("whole", [30, 29])
    def test_c33_nothing_is_left_when_the_parts_are_the_whole_or_more(self, whole: int) -> None:
        parts = [figure("arrests", "10", country="LAO", contained_in=1), figure("arrests", "20", country="THA", contained_in=1)]
        document = operation(["LAO", "THA"], "2024", figures=[figure("arrests", str(whole)), *parts])
        assert rows(document, "arrests") == {"total": (whole, whole), "LAO": (10, 10), "THA": (20, 20)}

    def test_c33_parts_of_a_part_leave_the_rest_of_the_whole_once(self) -> None:
        chain = [figure("arrests", "50"), figure("arrests", "20", contained_in=1), figure("arrests", "5", country="LAO", contained_in=2)]
        found = facts(operation(["LAO", "THA"], "2024", figures=chain), "arrests")
        assert sum(fact.value_lo for fact in found if fact.scope is Scope.SHARED) == 45
        assert sum(fact.value_lo for fact in found if fact.scope is Scope.TOTAL) == 50

    def test_c33_a_part_of_a_countrys_figure_is_in_that_row_already(self) -> None:
        of_whom = figure("arrests", "10", country="LAO", contained_in=1, person_status="convicted")
        found = facts(operation(["LAO", "THA"], "2024", figures=[figure("arrests", "30", country="LAO"), of_whom]), "arrests")
        assert sum(fact.value_lo for fact in found if fact.partner == "LAO") == 30

    def test_c33_a_part_in_words_leaves_an_unknown_rest_and_hides_nothing(self) -> None:
        part = figure("arrests", "several", country="LAO", contained_in=1)
        document = operation(["LAO", "THA"], "2024", figures=[figure("arrests", "30"), part])
        (shared,) = facts(document, "arrests", Scope.SHARED)
        assert (shared.value_lo, shared.value_hi) == (0, 30)

    def test_c33_a_figure_of_our_own_country_is_in_no_row_of_a_partner(self) -> None:
        document = operation(["LAO"], "2024", figures=[figure("arrests", "7", country="CHN")])
        assert rows(document, "arrests") == {"total": (7, 7), "shared": (7, 7)}


class TestTrainings:
    def test_c37_trainings_participants_and_participant_days_are_three_numbers(self) -> None:
        document = training(["LAO"], "2024", participants="20", days="10")
        assert the_total(document, "trainings").value_lo == 1
        participants, days = the_total(document, "participants"), the_total(document, "participant_days")
        assert (participants.value_lo, participants.unit) == (20, "participant")
        assert (days.value_lo, days.unit) == (Decimal(200), "participant_day")

    def test_c37_an_online_course_is_one_training_in_one_row_for_each_recipient(self) -> None:
        document = training(["LAO", "KHM", "THA"], "2024", delivery="online_live")
        assert rows(document, "trainings") == {"total": ONE, "LAO": ONE, "KHM": ONE, "THA": ONE}

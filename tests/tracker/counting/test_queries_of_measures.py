"""Figures of small stored data sets: agreements in force and quantities. The examples of the counting rules, literally."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from tests.factories.agreements import Action, agreement
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.trainings import training
from tests.tracker.counting.desk import TODAY, Desk
from tracker.counting import queries
from tracker.counting.models import Fact
from tracker.counting.rows import Rows
from tracker.record_types import RECORD_TYPES
from tracker.records import registry

pytestmark = pytest.mark.once


class TestAgreements:
    def test_c16_the_stock_of_a_day(self, desk: Desk) -> None:
        life: list[Action] = [
            ("entered_into_force", "2020-05-01"), ("suspended", "2021-03-01"), ("resumed", "2022-02-01"), ("terminated", "2024-08-15"),
        ]  # fmt: skip
        desk.store(agreement(["KAZ", "UZB"], "2019-11-01", actions=life))
        days = {
            date(2020, 4, 30): 0, date(2020, 5, 1): 1, date(2021, 2, 28): 1, date(2021, 3, 1): 0, date(2022, 1, 31): 0,
            date(2022, 2, 1): 1, date(2024, 8, 14): 1, date(2024, 8, 15): 0,
        }  # fmt: skip
        assert {day: desk.stock(day) for day in days} == {day: (count, count) for day, count in days.items()}

    def test_c16_the_flow_counts_the_signature_and_the_stock_the_last_day_of_the_year(self, desk: Desk) -> None:
        desk.store(agreement(["KAZ"], "2019-11-01", actions=[("entered_into_force", "2020-05-01"), ("expired", "2022-05-01")]))
        assert desk.columns("agreements_signed") == {"": 1, "2019": 1}
        assert desk.columns("agreements_in_force") == {"2020": 1, "2021": 1}

    def test_c43_behind_the_stock_of_today_are_only_agreements_in_force_today(self, desk: Desk) -> None:
        begun: Action = ("entered_into_force", "2020-05-01")
        desk.store(agreement(["KAZ"], "2019", actions=[begun]), agreement(["UZB"], "2019", actions=[begun, ("expired", "2022")]))
        assert desk.totals("agreements_in_force")[""] == 1
        assert desk.count("agreements_in_force") == 1

    def test_c16_a_partly_known_entry_into_force_gives_a_lower_and_an_upper_stock(self, desk: Desk) -> None:
        desk.store(agreement(["KAZ"], "2019", actions=[("entered_into_force", "2020")]))
        assert [desk.stock(day) for day in (date(2019, 12, 31), date(2020, 6, 1), date(2020, 12, 31))] == [(0, 0), (0, 1), (1, 1)]

    def test_c16_what_began_by_a_day_may_have_been_in_force_in_any_year_before(self, desk: Desk) -> None:
        desk.store(agreement(["KAZ"], actions=[("entered_into_force", "../2021-06")]))
        figures = [
            queries.total(desk.session, desk.measure("agreements_in_force"), desk.chosen("agreements_in_force", year=year), TODAY)
            for year in ("2019", "2020", "2021")
        ]
        assert [(cell.lower, cell.upper) for cell in figures] == [(0, 1), (0, 1), (1, 1)]
        assert desk.count("agreements_in_force", year="2019") == 1

    def test_c18_in_force_for_a_country_needs_both_sides(self, desk: Desk) -> None:
        actions: list[Action] = [
            ("entered_into_force", "2020-01-01"), ("entered_into_force", "2022-01-01", "CHN"), ("withdrawn", "2024-01-01", "UZB"),
        ]  # fmt: skip
        desk.store(agreement(["KAZ", "UZB", "TJK"], "2019", actions=[*actions, ("entered_into_force", "2023-01-01", "TJK")]))
        rows = {day: desk.table("agreements_in_force", today=day) for day in (date(2021, 6, 1), date(2022, 6, 1), date(2024, 6, 1))}
        found = {day.year: {row: table.cell(row).records for row in ("", "KAZ", "UZB", "TJK")} for day, table in rows.items()}
        assert found == {
            2021: {"": 0, "KAZ": 0, "UZB": 0, "TJK": 0},
            2022: {"": 1, "KAZ": 1, "UZB": 1, "TJK": 0},
            2024: {"": 1, "KAZ": 1, "UZB": 0, "TJK": 1},
        }

    def test_c19_force_not_known_is_shown_beside_the_stock(self, desk: Desk) -> None:
        desk.store(agreement(["KAZ"], "2019"), agreement(["UZB"], "2019", actions=[("entered_into_force", "2020")]))
        assert desk.totals("agreements_force_not_known") == {"": 1, "KAZ": 1}
        assert desk.totals("agreements_in_force") == {"": 1, "UZB": 1}

    def test_c20_amendments_are_outside_the_instruments(self, desk: Desk) -> None:
        (treaty,) = desk.store(agreement(["KAZ"], "2019", actions=[("entered_into_force", "2020")]))
        begun: list[Action] = [("entered_into_force", "2021")]
        desk.store(agreement(["KAZ"], "2020", links=[{"type": "amends", "to": treaty.ref}], actions=begun))
        found = {code: desk.totals(code).get("", 0) for code in ("agreements_signed", "agreements_in_force", "amendments", "activities")}
        assert found == {"agreements_signed": 1, "agreements_in_force": 1, "amendments": 1, "activities": 1}

    def test_c20_binding_and_not_binding_are_separate_rows(self, desk: Desk) -> None:
        desk.store(*(agreement(["KAZ"], "2019", binding=binding) for binding in ("binding", "non_binding", "not_stated")))
        assert desk.totals("agreements_signed", rows="binding") == {"": 3, "binding": 1, "non_binding": 1, "not_stated": 1}


class TestQuantities:
    def test_c21_the_seed_s29_is_one_handover_of_ten_persons(self, desk: Desk) -> None:
        desk.store(handover(["MMR"], "2023-09~/2024-09~", "10"))
        assert desk.table("handovers").cell(queries.TOTAL).records == 1
        assert desk.table("persons_handed_over").cell(queries.TOTAL).lower == 10

    def test_c22_the_total_is_the_sum_of_the_directions(self, desk: Desk) -> None:
        directions = ("inward", "inward", "outward", "transit", "not_stated")
        desk.store(*(handover(["USA"], "2024", "2", direction=direction) for direction in directions))
        assert desk.totals("handovers", rows="direction") == {"": 5, "inward": 2, "outward": 1, "transit": 1, "not_stated": 1}
        assert desk.table("persons_handed_over").cell(queries.TOTAL).lower == 10

    def test_c24_legal_basis_not_stated_is_its_own_row(self, desk: Desk) -> None:
        desk.store(handover(["USA"], "2024"), handover(["USA"], "2024", legal_basis="deportation"))
        assert desk.totals("handovers", rows="legal_basis") == {"": 2, "deportation": 1, "not_stated": 1}

    def test_c26_only_what_is_new_in_a_period_is_summed(self, desk: Desk) -> None:
        running = [figure("arrests", "50000", nature="cumulative"), figure("arrests", "57000", nature="snapshot")]
        desk.store(operation(["LAO"], "2024", arrests="10", figures=running))
        cell = desk.table("arrests").cell(queries.TOTAL)
        assert (cell.records, cell.lower, cell.upper) == (1, 10, 10)

    def test_c26_a_published_running_total_is_never_added_up(self, desk: Desk) -> None:
        numbers = ("4666", "31000", "about 44000", "at least 50000", "at least 57000")
        running = [figure(metric, number, nature="cumulative") for metric in ("handed_over", "arrests") for number in numbers]
        desk.store(operation(["MMR"], figures=running, is_group_entry=True), handover(["MMR"], "", "10"))
        assert desk.table("arrests").cell(queries.TOTAL).is_empty
        assert desk.table("persons_handed_over").cell(queries.TOTAL).lower == 10

    def test_c27_ten_inside_fifty_thousand_are_fifty_thousand(self, desk: Desk) -> None:
        desk.store(operation(["MMR"], "2024", figures=[figure("arrests", "50000"), figure("arrests", "10", contained_in=1)]))
        assert desk.table("arrests").cell(queries.TOTAL).lower == 50000

    def test_c28_competing_figures_are_never_added(self, desk: Desk) -> None:
        desk.store(handover(["USA"], "2024", figures=[figure("handed_over", "1", preferred=False), figure("handed_over", "2")]))
        assert desk.table("persons_handed_over").cell(queries.TOTAL).lower == 2

    def test_c29_at_least_2100_and_exactly_10_are_at_least_2110(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024", arrests="at least 2,100"), operation(["LAO"], "2024", arrests="10"))
        cell = desk.table("arrests").cell("LAO", "2024")
        assert (cell.lower, cell.upper) == (2110, None)

    def test_c29_every_bound_is_summed_by_itself(self, desk: Desk) -> None:
        desk.store(*(operation(["LAO"], "2024", arrests=number) for number in ("3-8", "at most 5", "about 20")))
        cell = desk.table("arrests").cell("LAO", "2024")
        assert (cell.lower, cell.upper, cell.about) == (23, 33, True)

    def test_c31_statements_without_a_number_are_counted_beside_it(self, desk: Desk) -> None:
        desk.store(operation(["LAO"], "2024", arrests="a large number"), operation(["LAO"], "2024", arrests="7"))
        cell = desk.table("arrests").cell("LAO", "2024")
        assert (cell.records, cell.lower, cell.unquantified) == (1, 7, 1)

    def test_c31_two_statements_of_one_record_are_two_statements(self, desk: Desk) -> None:
        several = [figure("arrests", "several", country=country) for country in ("LAO", "THA")]
        desk.store(operation(["LAO", "THA"], "2024", figures=several))
        table = desk.table("arrests")
        assert [table.cell(row).unquantified for row in ("LAO", "THA", queries.TOTAL)] == [1, 1, 2]

    def test_records_naming_a_partner_include_statements(self, desk: Desk) -> None:
        desk.store(training(["LAO"], "2024", is_group_entry=True), training(["LAO"], "2024"))
        assert desk.totals("records") == {"": 2, "LAO": 2}
        cell = desk.table("trainings_started").cell("LAO")
        assert (cell.records, cell.unquantified) == (1, 1)

    def test_c12_ranges_and_c3_what_repeats_are_told_only_where_they_are_asked_for(self, desk: Desk) -> None:
        desk.store(handover(["USA", "KAZ"], "2023/2024"))
        asked = desk.measure("handovers"), desk.chosen("handovers")
        (plain,) = queries.answers(desk.session, [queries.Question(*asked)], TODAY)
        assert (plain.ranges, plain.repeated, queries.table(desk.session, *asked, Rows("partner"), TODAY).ranges) == ((), {}, ())

    def test_c32_zero_is_a_number_and_missing_is_none(self, desk: Desk) -> None:
        desk.store(handover(["USA"], "2024", "0"), handover(["KAZ"], "2024"))
        table = desk.table("persons_handed_over")
        zero, missing, absent = table.cell("USA"), table.cell("KAZ"), table.cell("LAO")
        assert (zero.records, zero.lower, zero.is_empty) == (1, 0, False)
        assert (missing.records, missing.missing, missing.is_empty) == (0, 1, False)
        assert absent.is_empty

    def test_c33_thirty_unsplit_arrests_of_two_partners_are_shared(self, desk: Desk) -> None:
        desk.store(operation(["LAO", "THA"], "2024", arrests="30"))
        table = desk.table("arrests")
        assert (table.cell("LAO").is_empty, table.cell("THA").is_empty) == (True, True)
        assert (table.cell("shared").lower, table.cell(queries.TOTAL).lower) == (30, 30)

    def test_c35_seizures_of_different_items_and_units_meet_in_no_sum(self, desk: Desk) -> None:
        seized = [figure("seized_drugs", "12", unit, item=item) for unit, item in (("kg", "cocaine"), ("kg", "heroin"), ("piece", None))]
        desk.store(operation(["LAO"], "2024", figures=seized))
        facts = desk.session.execute(
            sa.select(Fact.item, Fact.unit, Fact.value_lo).where(Fact.measure == "seized_drugs", Fact.scope == "total")
        )
        assert sorted(map(tuple, facts)) == [("cocaine", "kg", 12), ("drug", "piece", 12), ("heroin", "kg", 12)]
        quantities = [measure for measure in registry.every_measure().values() if measure.is_quantity and not measure.by_item]
        assert not {"seized_drugs", "seized_money"} & {fact for measure in quantities for fact in measure.facts}
        assert all(desk.table(measure.code).cell(queries.TOTAL).is_empty for measure in quantities)

    def test_c36_mixed_delegations_leave_the_participants_and_the_countries_unchanged(self, desk: Desk) -> None:
        desk.store(training(["LAO"], "2024", participants="20"))
        before = desk.table("participants").cells, desk.table("trainings_started").rows
        desk.store(training([], "2019", figures=[figure("participants", "122", "delegation_mixed")]))
        assert desk.table("participants").cell(queries.TOTAL).lower == before[0][queries.TOTAL, queries.TOTAL].lower
        assert desk.table("trainings_started").rows == (*before[1], "not_stated")

    def test_c37_a_course_repeated_is_a_new_training(self, desk: Desk) -> None:
        desk.store(*(training(["LAO"], "2024-05", "2024-06", participants="20", days="10", title="The same course") for _ in range(2)))
        found = [desk.table(code).cell("LAO").lower for code in ("trainings_started", "participants", "participant_days")]
        assert found == [2, 40, 400]

    def test_c2_a_record_with_several_numbers_is_one_record(self, desk: Desk) -> None:
        split = [figure("arrests", "10", country="LAO"), figure("arrests", "5", country="THA")]
        desk.store(operation(["LAO", "THA"], "2024", figures=split))
        table = desk.table("arrests")
        assert [(table.cell(row).records, table.cell(row).lower) for row in (queries.TOTAL, "LAO", "THA")] == [(1, 15), (1, 10), (1, 5)]

    def test_c1_each_type_has_one_count_of_its_records(self) -> None:
        for record_type in RECORD_TYPES:
            (main,) = (measure for measure in record_type.measures if measure.main)
            assert not main.is_quantity
            assert main.facts == (record_type.contribution.measure,)

    def test_c1_the_measures_of_one_type_do_not_take_figures_of_another(self, desk: Desk) -> None:
        desk.store(training(["LAO"], "2024", figures=[figure("arrests", "5")]), operation(["LAO"], "2024", arrests="7"))
        assert desk.table("arrests").cell(queries.TOTAL).lower == 7

"""What one version of a record contributes, rule by rule: plain values in, plain values out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from tests.factories import records
from tests.factories.agreements import agreement
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.factories.records import figure
from tests.factories.trainings import training
from tests.tracker.counting.projecting import ONE, facts, projected, rows, the_total
from tracker.counting.models import EndState, Scope, Standing
from tracker.counting.projection import RECORDS, Projection, counting_partners, standing_of
from tracker.records.documents import Document


def standing(document: Document, **system: Any) -> Standing:
    return standing_of(records.payload(document, **system), records.type_of_kind(document["kind"]).contribution)


class TestUnitsAndPartners:
    @pytest.mark.parametrize(
        "document",
        [
            agreement(["KAZ"], "2024", actions=[("entered_into_force", "2024-05-01")]),
            operation(["THA"], "2024", arrests="30", is_group_entry=False),
            handover(["USA"], "2024", "1"),
            training(["LAO"], "2024", days="3", participants="20"),
        ],
        ids=lambda document: document["kind"],
    )
    def test_c1_every_fact_has_a_unit(self, document: Document) -> None:
        assert all(fact.unit and fact.measure for fact in projected(document).facts)

    def test_c1_each_kind_counts_in_its_own_unit(self) -> None:
        assert the_total(handover(["USA"]), "handovers").unit == "handover"
        assert the_total(operation(["USA"]), "operations").unit == "operation"
        assert the_total(training(["USA"]), "trainings").unit == "training"
        assert the_total(agreement(["USA"]), "agreements").unit == "agreement"

    def test_c2_one_event_is_one_record_in_the_total_whatever_the_number_of_countries(self) -> None:
        assert len(facts(operation(["LAO", "KHM", "THA"], "2024"), "operations", Scope.TOTAL)) == 1

    def test_c3_a_record_counts_one_in_each_partners_row(self) -> None:
        assert rows(operation(["LAO", "KHM", "THA"], "2024"), "operations") == {"total": ONE, "LAO": ONE, "KHM": ONE, "THA": ONE}

    def test_c3_a_partner_in_two_roles_has_one_row(self) -> None:
        assert rows(operation([("LAO", "lead"), ("LAO", "host")]), "operations") == {"total": ONE, "LAO": ONE}

    def test_c3_an_agency_counts_once_in_the_row_of_its_country(self) -> None:
        assert rows(operation(["THA", "THA_RTP"]), "operations") == {"total": ONE, "THA": ONE}
        assert rows(operation(["THA_RTP"]), "operations") == {"total": ONE, "THA": ONE}

    def test_c5_who_is_only_named_is_mentioned_with_its_country(self) -> None:
        document = operation([("THA", "observer"), ("THA_RTP", "observer"), ("LAO_MPS", "mentioned"), "KHM"])
        assert [fact.partner for fact in facts(document, RECORDS, Scope.MENTIONED)] == ["LAO", "LAO_MPS", "THA", "THA_RTP"]

    def test_c4_the_reporting_state_is_never_a_row(self) -> None:
        assert rows(operation(["CHN", "LAO"]), "operations") == {"total": ONE, "LAO": ONE}

    def test_c4_nor_are_agencies_of_the_reporting_state(self) -> None:
        assert rows(operation(["CHN_MPS", "LAO"]), "operations") == {"total": ONE, "LAO": ONE}

    def test_c4_the_reporting_state_is_a_setting_and_no_constant(self) -> None:
        document = records.payload(operation(["CHN", "LAO"]))
        assert counting_partners(document, "LAO") == ["CHN"]

    @pytest.mark.parametrize("role", ["observer", "mentioned", "venue"])
    def test_c5_a_role_that_does_not_count_puts_nobody_in_a_row(self, role: str) -> None:
        assert rows(operation(["LAO", ("THA", role)]), "operations") == {"total": ONE, "LAO": ONE}

    def test_c5_the_flag_kept_with_the_version_decides_and_not_the_name_of_the_role(self) -> None:
        document = records.payload(operation([("THA", "observer")]))
        document["parties"][0]["counts_as_partner"] = True
        assert counting_partners(document, "CHN") == ["THA"]

    def test_c5_who_is_only_mentioned_is_found_by_lists(self) -> None:
        mentioned = [fact.partner for fact in facts(operation(["LAO", ("THA", "mentioned")]), RECORDS, Scope.MENTIONED)]
        assert mentioned == ["THA"]

    def test_c6_a_group_is_one_partner_and_stays_a_group(self) -> None:
        assert rows(operation(["SCO"], "2024-07-01"), "operations") == {"total": ONE, "SCO": ONE}

    def test_c7_an_open_list_of_partners_marks_every_fact_of_the_record(self) -> None:
        found = projected(operation(["LAO", "THA"], "2024", complete=False, arrests="3")).facts
        assert found
        assert all(fact.is_open_list for fact in found)
        assert not any(fact.is_open_list for fact in projected(operation(["LAO", "THA"], "2024")).facts)

    @pytest.mark.parametrize("partners", [[], ["CHN"], [("LAO", "mentioned")]], ids=["nobody", "only ours", "only mentioned"])
    def test_c8_without_a_counting_partner_the_row_is_not_stated(self, partners: list[records.Partner]) -> None:
        assert rows(operation(partners), "operations") == {"total": ONE, "not_stated": ONE}


class TestDates:
    def test_c10_a_handover_counts_on_the_day_of_the_physical_handover(self) -> None:
        document = handover(["USA"], "2024-07-10", requested_on="2022-01-01", granted_on="2023-05-05")
        assert the_total(document, "handovers").year == 2024

    @pytest.mark.parametrize(("make", "measure"), [(operation, "operations"), (training, "trainings")])
    def test_c10_operations_and_trainings_count_on_their_start(self, make: Any, measure: str) -> None:
        assert the_total(make(["USA"], "2022-11", "2024-02"), measure).year == 2022

    def test_c10_an_agreement_counts_on_its_last_signature(self) -> None:
        document = agreement(["KAZ"], actions=[("signed", "2022-12-30", "CHN"), ("signed", "2023-01-05", "KAZ")])
        assert the_total(document, "agreements").year == 2023

    def test_c10_a_later_accession_does_not_move_the_counting_date(self) -> None:
        document = agreement(["KAZ", "UZB"], "2020-05", actions=[("acceded", "2023-01-05", "UZB")])
        assert the_total(document, "agreements").year == 2020

    def test_c11_what_lasts_carries_its_start_and_its_end(self) -> None:
        fact = the_total(operation(["THA"], "2022-11", "2024-02"), "operations")
        assert (fact.lo, fact.hi, fact.year) == (date(2022, 11, 1), date(2022, 11, 30), 2022)
        assert (fact.end_hi, fact.end_year, fact.end_state) == (date(2024, 2, 29), 2024, EndState.DATED)

    @pytest.mark.parametrize(
        ("edtf", "year", "bounds"),
        [
            ("2023-12", 2023, (date(2023, 12, 1), date(2023, 12, 31))),
            ("2024", 2024, (date(2024, 1, 1), date(2024, 12, 31))),
            ("2023-09~/2024-09~", None, (date(2023, 9, 1), date(2024, 9, 30))),
            ("", None, (None, None)),
            ("../2024-09", None, (None, date(2024, 9, 30))),
            ("2023-12/..", None, (date(2023, 12, 1), None)),
        ],
    )
    def test_c12_a_date_is_an_interval_and_nothing_is_moved_to_a_day(self, edtf: str, year: int | None, bounds: tuple[Any, Any]) -> None:
        fact = the_total(handover(["USA"], edtf), "handovers")
        assert (fact.year, (fact.lo, fact.hi)) == (year, bounds)

    def test_c13_an_inferred_date_counts_in_its_year_and_is_marked(self) -> None:
        fact = the_total(handover(["USA"], "2024?"), "handovers")
        assert (fact.year, fact.is_inferred) == (2024, True)
        assert not the_total(handover(["USA"], "2024~"), "handovers").is_inferred

    def test_c11_what_does_not_last_has_no_end_and_an_end_not_stated_was_worked_out_by_nobody(self) -> None:
        assert the_total(handover(["USA"], "2024"), "handovers").end_state is None
        assert not the_total(operation(["LAO"], "2024"), "operations").is_end_inferred

    def test_c14_without_an_end_the_status_says_whether_it_is_ongoing(self) -> None:
        assert the_total(operation(["THA"], "2023", status="ongoing"), "operations").end_state is EndState.ONGOING
        assert the_total(operation(["THA"], "2023", status="completed"), "operations").end_state is EndState.NOT_STATED
        assert the_total(operation(["THA"], "2023"), "operations").end_state is EndState.NOT_STATED

    def test_c14_a_past_planned_end_closes_nothing(self) -> None:
        fact = the_total(operation(["THA"], "2020", status="ongoing", planned_end="2021-01-01"), "operations")
        assert (fact.end_state, fact.end_hi, fact.end_year) == (EndState.ONGOING, None, None)

    def test_c12_the_end_has_a_year_of_its_own_as_uncertain_as_its_text(self) -> None:
        ends = {end: the_total(operation(["THA"], "2024-02", end), "operations") for end in ("2024/2025", "../2024-09", "2024-09")}
        assert {end: fact.end_year for end, fact in ends.items()} == {"2024/2025": None, "../2024-09": None, "2024-09": 2024}
        assert ends["../2024-09"].end_lo is None


class TestStanding:
    def test_a_phase_counts_nothing_as_an_operation_and_its_parent_one(self) -> None:
        assert standing(operation(["THA"]), parent_kind="operation") is Standing.PHASE
        assert standing(operation(["THA"])) is Standing.COUNTED

    def test_only_a_parent_operation_makes_a_phase(self) -> None:
        assert standing(operation(["THA"]), parent_kind="training") is Standing.COUNTED
        assert standing(training(["THA"]), parent_kind="training") is Standing.COUNTED

    @pytest.mark.parametrize("status", ["planned", "cancelled"])
    def test_what_is_planned_or_cancelled_stands_outside_every_count(self, status: str) -> None:
        found = projected(operation(["THA"], arrests="5", status=status)).facts
        assert {fact.standing for fact in found} == {Standing(status)}
        assert standing(operation(["THA"], status=status), parent_kind="operation") is Standing(status)

    @pytest.mark.parametrize("status", ["ongoing", "completed", "suspended", "unknown"])
    def test_every_other_status_counts(self, status: str) -> None:
        assert standing(operation(["THA"], status=status)) is Standing.COUNTED

    @pytest.mark.parametrize("stage", ["requested", "granted", "refused"])
    def test_only_a_handover_that_is_done_counts(self, stage: str) -> None:
        found = projected(handover(["USA"], "2024", "3", stage=stage)).facts
        assert {fact.standing for fact in found} == {Standing(stage)}
        assert standing(handover(["USA"], stage="done")) is Standing.COUNTED

    @pytest.mark.parametrize("review_state", ["draft", "retired"])
    def test_drafts_and_retired_records_contribute_nothing(self, review_state: str) -> None:
        assert projected(handover(["USA"], "2024", "1"), review_state=review_state) == Projection()

    def test_restricted_and_merged_records_contribute_nothing(self) -> None:
        assert projected(handover(["USA"], "2024", "1"), is_out=True) == Projection()


class TestAgreements:
    def test_c16_the_flow_is_by_signature_and_the_stock_by_the_entry_into_force_of_the_instrument(self) -> None:
        document = agreement(["KAZ"], "2019-11-01", actions=[("entered_into_force", "2021-03-01")])
        assert the_total(document, "agreements").year == 2019
        assert the_total(document, "in_force").lo == date(2021, 3, 1)

    def test_c18_one_in_the_stock_and_one_in_each_partys_row(self) -> None:
        document = agreement(["KAZ", "UZB"], "2019", actions=[("entered_into_force", "2021-03-01")])
        assert rows(document, "in_force") == {"total": ONE, "KAZ": ONE, "UZB": ONE}

    def test_c19_without_a_known_entry_into_force_it_stands_beside_the_stock_and_never_inside(self) -> None:
        document = agreement(["KAZ"], "2019", actions=[("ratified", "2020", "KAZ")])
        assert rows(document, "force_not_known") == {"total": ONE, "KAZ": ONE}
        assert facts(document, "in_force") == []
        known = agreement(["KAZ"], "2019", actions=[("entered_into_force", "2020")])
        assert facts(known, "force_not_known") == []

    def test_c8_in_force_with_nobody_stated_is_in_that_row(self) -> None:
        assert rows(agreement([], "2019", actions=[("entered_into_force", "2020")]), "in_force") == {"total": ONE, "not_stated": ONE}

    @pytest.mark.parametrize("link", ["amends", "supplements", "renews"])
    def test_c20_what_changes_another_instrument_is_counted_as_such_and_not_as_an_instrument(self, link: str) -> None:
        document = agreement(["KAZ"], "2019", links=[{"type": link, "to": "AGR-2026-0001"}], actions=[("entered_into_force", "2020")])
        assert rows(document, "amendments") == {"total": ONE, "KAZ": ONE}
        assert facts(document, "agreements") == facts(document, "in_force") == facts(document, "force_not_known") == []

    def test_c20_what_replaces_another_is_an_instrument_of_its_own(self) -> None:
        document = agreement(["KAZ"], "2019", links=[{"type": "replaces", "to": "AGR-2026-0001"}])
        assert rows(document, "agreements") == {"total": ONE, "KAZ": ONE}

    @pytest.mark.parametrize("binding", ["binding", "non_binding", "not_stated"])
    def test_c20_binding_and_not_binding_are_separate_rows(self, binding: str) -> None:
        assert ("binding", binding) in projected(agreement(["KAZ"], binding=binding)).keys


class TestHandovers:
    def test_c21_events_and_persons_are_two_numbers(self) -> None:
        document = handover(["MMR"], "2023/2024", "10")
        assert rows(document, "handovers") == {"total": ONE, "MMR": ONE}
        assert rows(document, "handed_over") == {"total": (10, 10), "MMR": (10, 10)}

    @pytest.mark.parametrize("direction", ["inward", "outward", "transit", "not_stated"])
    def test_c22_directions_are_rows_and_never_netted(self, direction: str) -> None:
        found = projected(handover(["MMR"], "2024", "10", direction=direction))
        assert {code for dimension, code in found.keys if dimension == "direction"} == {direction}
        assert all(fact.value_lo >= 0 for fact in found.facts)

    def test_c23_a_person_handed_over_twice_is_two_person_handovers(self) -> None:
        again = [handover(["USA"], day, "1") for day in ("2023-05-01", "2024-06-01")]
        assert sum(the_total(document, "handed_over").value_lo for document in again) == 2

    def test_c24_legal_basis_not_stated_is_its_own_row(self) -> None:
        keys = projected(handover(["USA"], "2024", "1")).keys
        assert {code for dimension, code in keys if dimension == "legal_basis"} == {"not_stated"}

    def test_c24_no_text_makes_a_handover_an_extradition(self) -> None:
        document = handover(["USA"], "2024", "1", summary="The fugitive was handed over to the extradition team.", title="Extradited")
        assert ("legal_basis", "not_stated") in projected(document).keys

    def test_c25_suspect_accused_and_convicted_stay_separate_facts(self) -> None:
        persons = (("3", "suspect"), ("2", "accused"), ("1", "convicted"))
        split = [figure("handed_over", number, person_status=status) for number, status in persons]
        found = facts(handover(["USA"], "2024", figures=split), "handed_over", Scope.TOTAL)
        assert Counter({fact.person_status: fact.value_lo for fact in found}) == {"suspect": 3, "accused": 2, "convicted": 1}


class TestKeys:
    def test_c30_a_crime_type_or_that_none_is_stated_never_both(self) -> None:
        def crimes(*named: str) -> set[tuple[str, str]]:
            return {key for key in projected(operation(["LAO"], "2024", crimes=named)).keys if key[0] in ("crime", "crime_primary")}

        assert crimes("drugs") == {("crime", "drugs"), ("crime_primary", "drugs")}
        assert crimes() == {("crime", "not_stated"), ("crime_primary", "not_stated")}

    def test_c30_a_narrower_code_of_the_classification_stands_in_all_broader_ones(self) -> None:
        keys = projected(operation(["LAO"], "2024", crimes=["telecom_fraud", "kidnapping"])).keys
        codes = {"07", "0701", "02", "0202", "02022", "020221"}
        assert {key for key in keys if key[0].startswith("iccs")} == {("iccs", code) for code in codes} | {("iccs_primary", "07")}

    def test_c5_roles_and_agencies_are_found_by_their_own_names(self) -> None:
        keys = projected(operation([("THA_RTP", "lead"), ("LAO", "observer")])).keys
        assert {key for key in keys if key[0] in ("role", "agency")} == {("role", "lead"), ("role", "observer"), ("agency", "THA_RTP")}

    def test_c34_a_phase_names_its_parent_and_what_others_may_look_for_itself(self) -> None:
        def levels(kind: str | None, arrests: str) -> set[str]:
            document = operation(["LAO"], "2024", arrests=arrests, parent="OPS-2026-0001")
            return {dimension for dimension, _ in projected(document, parent_kind=kind).keys} & {"ref", "phase_of"}

        assert levels("operation", "") == levels("operation", "30") == {"ref", "phase_of"}
        assert (levels(None, "30"), levels(None, "")) == ({"ref"}, set())


class TestSameInputs:
    def test_c42_the_same_version_always_contributes_the_same(self) -> None:
        document = operation(["THA", "LAO", "SCO"], "2024", arrests="at least 5", crimes=["drugs", "kidnapping"])
        other_order = document | {"parties": document["parties"][::-1], "crimes": document["crimes"][::-1]}
        assert projected(document) == projected(document)
        assert Counter(projected(document).facts) == Counter(projected(other_order).facts)
        assert projected(document).keys == projected(other_order).keys

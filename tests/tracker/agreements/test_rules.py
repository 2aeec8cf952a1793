"""The life of an agreement in dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories import records
from tests.factories.agreements import Action, agreement
from tracker.agreements import rules
from tracker.counting.measures import Span
from tracker.records.documents import Document

OURS = records.REPORTING_STATE
BEGUN: Action = ("entered_into_force", "2020-05-01")


def payload(*actions: Action, partners: Any = ("KAZ",), **columns: Any) -> Document:
    return records.payload(agreement(list(partners), actions=actions, **columns))


def spans(*actions: Action, partners: Any = ("KAZ",), row: str | None = None, **columns: Any) -> list[Span]:
    document = payload(*actions, partners=partners, **columns)
    counting = [code for code in partners if isinstance(code, str)]
    return list(rules.spans_in_force(document, OURS, counting).get(row, []))


class TestSignature:
    def test_c10_the_last_signature_counts(self) -> None:
        document = payload(("signed", "2019-06-05", "CHN"), ("signed", "2019-11-20", "KAZ"))
        assert rules.counting_date(document).edtf == "2019-11-20"

    def test_c10_the_date_of_the_form_is_a_signature_among_the_others(self) -> None:
        assert rules.counting_date(payload(start="2019-11")).edtf == "2019-11"  # the only one, as it was written
        assert rules.counting_date(payload(("signed", "2018-01-01", "CHN"), start="2019-11-20")).edtf == "2019-11-20"

    @pytest.mark.parametrize("later", ["acceded", "ratified", "notified", "entered_into_force", "amended"])
    def test_c10_nothing_but_a_signature_moves_it(self, later: str) -> None:
        document = payload(("signed", "2019-06-05", "CHN"), (later, "2023-01-01", "KAZ"))
        assert rules.counting_date(document).edtf == "2019-06-05"

    def test_c10_without_any_signature_it_is_not_stated(self) -> None:
        assert not rules.counting_date(payload(BEGUN)).is_stated

    def test_c12_the_last_of_partly_known_signatures_is_partly_known(self) -> None:
        found = rules.counting_date(payload(("signed", "2019", "CHN"), ("signed", "2019-06/2020-02", "KAZ")))
        assert (found.lower, found.upper) == (date(2019, 6, 1), date(2020, 2, 29))

    def test_c12_a_signature_without_upper_bound_leaves_the_last_one_open(self) -> None:
        found = rules.counting_date(payload(("signed", "2019-05-01", "CHN"), ("signed", "2018/..", "KAZ")))
        assert (found.lower, found.upper) == (date(2019, 5, 1), None)

    def test_c12_of_signatures_without_lower_bound_the_last_one_has_none_either(self) -> None:
        found = rules.counting_date(payload(("signed", "../2019-05", "CHN"), ("signed", "../2018", "KAZ")))
        assert (found.edtf, found.lower, found.upper) == ("../2019-05-31", None, date(2019, 5, 31))

    def test_c13_one_inferred_signature_makes_the_date_inferred(self) -> None:
        assert rules.counting_date(payload(("signed", "2019-05-01", "CHN"), ("signed", "2018?", "KAZ"))).is_inferred


class TestInForce:
    def test_c16_from_the_entry_into_force_of_the_instrument(self) -> None:
        assert spans(BEGUN) == [Span(date(2020, 5, 1), date(2020, 5, 1), None, None)]

    @pytest.mark.parametrize("action", ["negotiated", "signed", "ratified", "acceded", "notified", "provisionally_applied", "extended"])
    def test_c16_nothing_else_puts_it_in_force(self, action: str) -> None:
        assert spans((action, "2020-05-01")) == []

    @pytest.mark.parametrize("end", ["expired", "terminated", "replaced"])
    def test_c16_until_the_day_before_its_end(self, end: str) -> None:
        (span,) = spans(BEGUN, (end, "2022-03-01"))
        assert (span.end_lo, span.end_hi) == (date(2022, 2, 28), date(2022, 2, 28))

    def test_c16_an_end_in_an_uncertain_month_leaves_the_last_day_uncertain(self) -> None:
        (span,) = spans(BEGUN, ("expired", "2022-03"))
        assert (span.end_lo, span.end_hi) == (date(2022, 2, 28), date(2022, 3, 30))

    def test_c16_an_end_nobody_dated_may_have_come_at_any_time(self) -> None:
        (span,) = spans(BEGUN, ("terminated", ""))
        assert span.end_hi is None
        assert span.end_lo is not None

    def test_c16_a_suspension_interrupts_and_a_resumption_begins_again(self) -> None:
        found = spans(BEGUN, ("suspended", "2021-03-01"), ("resumed", "2022-02-01"))
        assert [(span.lo, span.end_hi) for span in found] == [(date(2020, 5, 1), date(2021, 2, 28)), (date(2022, 2, 1), None)]

    def test_c17_what_was_resumed_had_begun_however_little_is_known_of_when(self) -> None:
        before, after = spans(("entered_into_force", "2021-06/.."), ("suspended", "2022-03-01"), ("resumed", "2022-06-20"))
        assert (before.lo, before.hi, before.end_hi) == (date(2021, 6, 1), None, date(2022, 2, 28))
        assert after == Span(date(2022, 6, 20), date(2022, 6, 20), None, None)

    def test_c16_an_end_in_the_year_of_the_beginning_comes_after_it(self) -> None:
        (span,) = spans(("entered_into_force", "2022-05-01"), ("expired", "2022"))
        assert (span.lo, span.end_hi) == (date(2022, 5, 1), date(2022, 12, 30))

    def test_c16_an_end_in_the_year_of_an_interruption_comes_after_the_resumption(self) -> None:
        pause: tuple[Action, ...] = (("suspended", "2022-03-01"), ("resumed", "2022-09-01"))
        found = spans(BEGUN, *pause, ("terminated", "2022"))
        assert [(span.lo, span.end_hi) for span in found] == [
            (date(2020, 5, 1), date(2022, 2, 28)),
            (date(2022, 9, 1), date(2022, 12, 30)),
        ]

    def test_c16_a_resumption_of_uncertain_date_comes_after_the_interruption(self) -> None:
        found = spans(BEGUN, ("suspended", "2022-02-02"), ("resumed", "2021/2022"))
        assert [(span.hi, span.end_hi) for span in found] == [(date(2020, 5, 1), date(2022, 2, 1)), (date(2022, 12, 31), None)]

    def test_c16_of_two_ends_the_first_is_the_end(self) -> None:
        (span,) = spans(BEGUN, ("terminated", "2024-10/2025-02"), ("expired", "2024-12-31"))
        assert (span.end_lo, span.end_hi) == (date(2024, 9, 30), date(2024, 12, 30))

    def test_c16_an_end_that_finds_it_suspended_may_have_come_before_the_last_interruption_only(self) -> None:
        pauses: tuple[Action, ...] = (("suspended", "2021-03-01"), ("resumed", "2022-01-01"), ("suspended", "2022-09-01"))
        found = spans(BEGUN, *pauses, ("terminated", "2022-06/2023"))
        assert [(span.end_lo, span.end_hi) for span in found] == [
            (date(2021, 2, 28), date(2021, 2, 28)),
            (date(2022, 5, 31), date(2022, 8, 31)),
        ]

    def test_c16_an_end_nobody_dated_may_have_been_the_first_of_two(self) -> None:
        (span,) = spans(BEGUN, ("withdrawn", "2024-10/2025-02", OURS), ("denounced", "", "KAZ"))
        assert (span.end_lo, span.end_hi) == (date(2020, 5, 1), date(2025, 2, 27))

    def test_c16_what_is_over_is_not_resumed(self) -> None:
        (span,) = spans(BEGUN, ("suspended", "2021-01-01"), ("terminated", "2022-01-01"), ("resumed", "2023-01-01"))
        assert span.end_hi == date(2020, 12, 31)

    def test_c18_a_party_that_left_may_enter_again(self) -> None:
        again: tuple[Action, ...] = (
            ("entered_into_force", "2020-05-01", "KAZ"), ("withdrawn", "2022", "KAZ"), ("entered_into_force", "2022-06-01", "KAZ"),
        )  # fmt: skip
        found = spans(BEGUN, *again, partners=("KAZ", "UZB"), row="KAZ")
        assert [(span.lo, span.end_hi) for span in found] == [(date(2020, 5, 1), date(2022, 12, 30)), (date(2022, 6, 1), None)]

    def test_c19_an_entry_into_force_without_date_puts_it_in_no_stock(self) -> None:
        assert spans(("entered_into_force", "")) == []
        assert rules.is_force_not_known(payload(("entered_into_force", "")))

    def test_c19_a_partys_entry_into_force_is_not_that_of_the_instrument(self) -> None:
        assert rules.is_force_not_known(payload(("entered_into_force", "2020", "KAZ")))

    def test_c19_what_is_known_to_be_over_is_not_of_unknown_force(self) -> None:
        assert not rules.is_force_not_known(payload(("terminated", "2022")))

    @pytest.mark.parametrize("link", ["amends", "supplements", "renews"])
    def test_c20_what_changes_another_instrument_has_no_force_of_its_own(self, link: str) -> None:
        document = payload(BEGUN, links=[{"type": link, "to": "AGR-2026-0001"}])
        assert rules.changes_another(document)
        assert rules.spans_in_force(document, OURS, ["KAZ"]) == {}


class TestBothSides:
    many = ("KAZ", "UZB", "TJK")

    def test_c18_every_party_takes_part_from_the_start_unless_it_says_otherwise(self) -> None:
        for row in (None, *self.many):
            assert spans(BEGUN, partners=self.many, row=row) == [Span(date(2020, 5, 1), date(2020, 5, 1), None, None)]

    def test_c18_a_party_may_come_later(self) -> None:
        joined: Action = ("entered_into_force", "2023-01-01", "TJK")
        assert [span.lo for span in spans(BEGUN, joined, partners=self.many, row="TJK")] == [date(2023, 1, 1)]
        assert [span.lo for span in spans(BEGUN, joined, partners=self.many, row="KAZ")] == [date(2020, 5, 1)]

    def test_c18_nothing_is_in_force_before_the_reporting_state_takes_part(self) -> None:
        ours: Action = ("entered_into_force", "2022-01-01", OURS)
        for row in (None, *self.many):
            assert [span.lo for span in spans(BEGUN, ours, partners=self.many, row=row)] == [date(2022, 1, 1)]

    @pytest.mark.parametrize(("joined", "days"), [("2021-12-31", 1), ("2022-01-01", 0), ("2023-01-01", 0)])
    def test_c18_who_joins_on_the_last_day_takes_part_on_it_and_later_never(self, joined: str, days: int) -> None:
        found = spans(BEGUN, ("expired", "2022-01-01"), ("entered_into_force", joined, "KAZ"), partners=self.many, row="KAZ")
        assert found == [Span(date(2021, 12, 31), date(2021, 12, 31), date(2021, 12, 31), date(2021, 12, 31))] * days

    def test_c18_a_beginning_of_which_nobody_knows_by_when_makes_that_of_both_unknown(self) -> None:
        unknown: Action = ("entered_into_force", "2021-06/..")
        (span,) = spans(unknown, (*BEGUN, "KAZ"), partners=self.many, row="KAZ")
        assert (span.lo, span.hi) == (date(2021, 6, 1), None)
        (span,) = spans(BEGUN, (*unknown, "KAZ"), partners=self.many, row="KAZ")
        assert (span.lo, span.hi) == (date(2021, 6, 1), None)

    @pytest.mark.parametrize("end", ["denounced", "withdrawn"])
    def test_c18_a_withdrawal_ends_it_for_that_party_alone(self, end: str) -> None:
        leaves: Action = (end, "2024-01-01", "UZB")
        assert [span.end_hi for span in spans(BEGUN, leaves, partners=self.many, row="UZB")] == [date(2023, 12, 31)]
        assert [span.end_hi for span in spans(BEGUN, leaves, partners=self.many)] == [None]

    def test_c18_our_own_withdrawal_ends_it_for_everybody(self) -> None:
        leaves: Action = ("withdrawn", "2024-01-01", OURS)
        for row in (None, *self.many):
            assert [span.end_hi for span in spans(BEGUN, leaves, partners=self.many, row=row)] == [date(2023, 12, 31)]

    def test_c18_a_suspension_for_one_party_interrupts_its_row_alone(self) -> None:
        pause: tuple[Action, ...] = (("suspended", "2021-01-01", "KAZ"), ("resumed", "2022-01-01", "KAZ"))
        assert len(spans(BEGUN, *pause, partners=self.many, row="KAZ")) == 2
        assert len(spans(BEGUN, *pause, partners=self.many)) == 1

    @pytest.mark.parametrize("party", ["KAZ", OURS])
    def test_denunciation_by_either_side_ends_a_bilateral_instrument(self, party: str) -> None:
        for row in (None, "KAZ"):
            assert [span.end_hi for span in spans(BEGUN, ("denounced", "2024-01-01", party), row=row)] == [date(2023, 12, 31)]

    def test_only_the_two_sides_can_end_a_bilateral_instrument(self) -> None:
        partners = ("KAZ", ("BLR", "observer"))
        assert [span.end_hi for span in spans(BEGUN, ("denounced", "2024-01-01", "BLR"), partners=partners)] == [None]

    def test_an_open_list_of_parties_is_not_bilateral(self) -> None:
        assert [span.end_hi for span in spans(BEGUN, ("denounced", "2024-01-01", "KAZ"), complete=False)] == [None]

    def test_a_country_may_act_by_its_agency(self) -> None:
        document = records.payload(agreement(["THA_RTP", "LAO"], actions=[BEGUN, ("withdrawn", "2024-01-01", "THA_RTP")]))
        (span,) = rules.spans_in_force(document, OURS, ["LAO", "THA"])["THA"]
        assert span.end_hi == date(2023, 12, 31)


class TestInferredEnds:
    @pytest.mark.parametrize(
        ("actions", "expires_on", "is_inferred"),
        [
            ((("terminated", "2024?"),), "", True), ((("terminated", "2024"),), "", False),
            ((("denounced", "2024?", "UZB"),), "", True),  # of the side alone
            ((("terminated", "2024?"), ("expired", "2023")), "", True),  # one of two ends
            ((), "2028?", True), ((("terminated", "2024"),), "2028?", False),  # C14: what has ended is not due
        ],
    )  # fmt: skip
    def test_c13_an_end_is_inferred_where_any_date_is_that_it_rests_on(
        self, actions: tuple[Action, ...], expires_on: str, is_inferred: bool
    ) -> None:
        (span,) = spans(BEGUN, *actions, partners=("KAZ", "UZB"), row="UZB", expires_on=expires_on)
        assert span.is_end_inferred is is_inferred


class TestStockAndFlow:
    def test_c17_stock_then_plus_moves_is_stock_now(self) -> None:
        """In force on D2 = in force on D1 + what began or resumed - what ended or was suspended in (D1, D2]."""
        lives: list[tuple[Action, ...]] = [
            (BEGUN,),
            (BEGUN, ("expired", "2021-07-01")),
            (BEGUN, ("suspended", "2021-01-01"), ("resumed", "2022-06-01")),
            (("entered_into_force", "2021-12-31"), ("suspended", "2022-01-01"), ("terminated", "2022-02-01")),
        ]
        days = [date(2020, 4, 30), date(2020, 5, 1), date(2021, 1, 1), date(2021, 12, 31), date(2022, 1, 1), date(2023, 1, 1)]
        all_spans = [span for life in lives for span in spans(*life)]

        def stock(day: date) -> int:
            return sum(1 for span in all_spans if span.lo and span.lo <= day and (span.end_hi is None or span.end_hi >= day))

        for first in days:
            for last in (day for day in days if day > first):
                began = sum(1 for span in all_spans if span.lo and first < span.lo <= last)
                left = sum(1 for span in all_spans if span.end_hi and first <= span.end_hi < last)
                assert stock(last) == stock(first) + began - left

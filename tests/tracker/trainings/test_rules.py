"""What only trainings obey: participants and participant-days (C37)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.factories import records
from tests.factories.records import figure
from tests.factories.trainings import training
from tracker.records.documents import Document
from tracker.trainings import rules


def days_of(*figures: Document, days: str | None = "10", **columns: Any) -> list[Document]:
    return rules.participant_days(records.payload(training(["LAO"], "2024", figures=figures, days=days, **columns)))


def bounds(found: list[Document]) -> list[Any]:
    return [tuple(None if entry[name] is None else Decimal(entry[name]) for name in ("value_lo", "value_hi")) for entry in found]


class TestCountingDate:
    def test_c10_it_counts_on_its_start(self) -> None:
        assert rules.counting_date(records.payload(training(["LAO"], "2023-12-28", "2024-01-10"))).edtf == "2023-12-28"


class TestParticipantDays:
    def test_participants_times_days(self) -> None:
        (found,) = days_of(figure("participants", "20"))
        assert (found["metric"], found["unit"], bounds([found])) == ("participant_days", "participant_day", [(200, 200)])

    def test_half_days_count(self) -> None:
        assert bounds(days_of(figure("participants", "20"), days="0.5")) == [(10, 10)]

    @pytest.mark.parametrize(
        ("typed", "expected"), [("at least 20", (200, None)), ("at most 5", (0, 50)), ("3-8", (30, 80)), ("0", (0, 0))]
    )
    def test_c29_bounds_stay_bounds(self, typed: str, expected: tuple[int, int | None]) -> None:
        assert bounds(days_of(figure("participants", typed))) == [expected]

    def test_an_unknown_number_of_days_gives_nothing(self) -> None:
        assert days_of(figure("participants", "20"), days=None) == []

    def test_c31_participants_in_words_give_nothing(self) -> None:
        assert days_of(figure("participants", "several")) == []

    def test_c36_mixed_delegations_are_no_participants(self) -> None:
        assert days_of(figure("participants", "40", "delegation_mixed")) == []

    def test_what_the_source_states_itself_is_not_computed(self) -> None:
        assert days_of(figure("participants", "20"), figure("participant_days", "150")) == []

    def test_c33_the_split_by_country_and_the_containment_stay(self) -> None:
        whole, part = days_of(figure("participants", "20"), figure("participants", "5", country="LAO", contained_in=1))
        assert (part["country"], part["contained_in"]) == ("LAO", whole["no"])
        assert bounds([whole, part]) == [(200, 200), (50, 50)]

    def test_the_figures_themselves_are_left_alone(self) -> None:
        document = records.payload(training(["LAO"], "2024", participants="20", days="10"))
        rules.participant_days(document)
        assert document["figures"] == [figure("participants", "20", no=1)]

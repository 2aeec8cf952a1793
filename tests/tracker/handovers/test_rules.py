"""What only handovers obey."""

from __future__ import annotations

import pytest

from tests.factories import records
from tests.factories.handovers import handover
from tracker.counting.models import Standing
from tracker.handovers import rules
from tracker.handovers.models import Direction, Stage


class TestCounting:
    def test_c10_it_counts_on_the_day_of_the_physical_handover(self) -> None:
        document = records.payload(handover(["USA"], "2024-07-10", requested_on="2020", granted_on="2022"))
        assert rules.counting_date(document).edtf == "2024-07-10"

    @pytest.mark.parametrize("stage", list(Stage))
    def test_only_what_is_done_counts(self, stage: Stage) -> None:
        found = rules.standing(records.payload(handover(["USA"], stage=stage.value)))
        assert found == (None if stage is Stage.DONE else Standing(stage.value))


class TestSides:
    """C22: the direction is seen from the reporting state and agrees with who sends and who receives."""

    @pytest.mark.parametrize(
        ("direction", "partners", "contradict"),
        [
            ("inward", [("USA", "sending")], []),
            ("inward", [("USA", "receiving")], ["USA"]),
            ("outward", [("USA", "receiving")], []),
            ("outward", [("USA", "sending")], ["USA"]),
            ("inward", [("CHN", "receiving"), ("USA", "sending")], []),
            ("inward", [("CHN", "sending"), ("USA", "receiving")], ["CHN", "USA"]),
            ("inward", [("USA", "sending"), ("USA", "receiving")], []),
            ("inward", [("USA", "coordinator"), ("LAO", "transit")], []),
            ("outward", [("USA", "receiving"), ("KAZ", "sending")], ["KAZ"]),
        ],
    )
    def test_partners_whose_role_contradicts_the_direction_are_named(
        self, direction: str, partners: list[records.Partner], contradict: list[str]
    ) -> None:
        assert rules.sides_that_contradict(direction, handover(partners)["parties"], "CHN") == contradict

    @pytest.mark.parametrize("direction", [Direction.TRANSIT, Direction.NOT_STATED])
    def test_transit_and_not_stated_contradict_nobody(self, direction: Direction) -> None:
        parties = handover([("USA", "sending"), ("KAZ", "receiving")])["parties"]
        assert rules.sides_that_contradict(direction, parties, "CHN") == []

    def test_the_reporting_state_is_a_setting(self) -> None:
        parties = handover([("CHN", "sending")])["parties"]
        assert rules.sides_that_contradict("inward", parties, "CHN") == ["CHN"]
        assert rules.sides_that_contradict("inward", parties, "LAO") == []

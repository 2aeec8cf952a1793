"""What only operations obey."""

from __future__ import annotations

import pytest

from tests.factories import records
from tests.factories.operations import operation
from tracker.counting.models import Standing
from tracker.operations import rules


class TestOperations:
    def test_c10_it_counts_on_its_start(self) -> None:
        assert rules.counting_date(records.payload(operation(["THA"], "2022-11", "2024-02"))).edtf == "2022-11"

    def test_a_part_of_an_operation_is_a_phase(self) -> None:
        assert rules.standing(records.payload(operation(["THA"]), parent_kind="operation")) is Standing.PHASE

    @pytest.mark.parametrize("parent", [None, "agreement", "training", "handover"])
    def test_a_part_of_anything_else_is_an_operation(self, parent: str | None) -> None:
        assert rules.standing(records.payload(operation(["THA"]), parent_kind=parent)) is None

    @pytest.mark.parametrize("status", ["planned", "cancelled"])
    def test_a_phase_that_is_planned_or_cancelled_is_that_first(self, status: str) -> None:
        assert rules.standing(records.payload(operation(["THA"], status=status), parent_kind="operation")) is None

    def test_naming_a_phase_in_words_makes_none(self) -> None:
        assert rules.standing(records.payload(operation(["THA"], phase="second"))) is None

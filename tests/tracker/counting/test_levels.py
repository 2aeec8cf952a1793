"""Figures of operations and of their phases count at one level (C34)."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.factories.operations import operation
from tests.factories.records import figure
from tests.tracker.counting.desk import Desk
from tracker.accounts.clearance import Marking
from tracker.counting import queries
from tracker.counting.clearance import Clearance
from tracker.records.models import Record

pytestmark = pytest.mark.once


def phases(desk: Desk, parent: Record, *numbers: str, **columns: Any) -> list[Record]:
    return desk.store(*(operation(["LAO"], "2024", arrests=number, parent=parent.ref, **columns) for number in numbers))


def whole(desk: Desk, **columns: Any) -> Record:
    return desk.store(operation(["LAO"], "2024", **columns))[0]


def arrests(desk: Desk, **narrowed: object) -> Decimal:
    return desk.table("arrests", **narrowed).cell(queries.TOTAL).lower  # type: ignore[arg-type]


class TestOneLevel:
    def test_c34_the_operations_own_number_holds_those_of_its_phases(self, desk: Desk) -> None:
        phases(desk, whole(desk, arrests="30"), "10", "15")
        assert arrests(desk) == 30
        assert desk.count("arrests") == 1
        assert desk.table("arrests").cell("LAO", "2024").lower == 30

    def test_c34_without_a_number_of_its_own_the_phases_are_summed(self, desk: Desk) -> None:
        phases(desk, whole(desk), "10", "15")
        assert (arrests(desk), desk.count("arrests")) == (25, 2)

    @pytest.mark.parametrize("number", ["0", "at least 2,100", "3-8"])
    def test_c34_any_number_speaks_for_the_phases(self, desk: Desk, number: str) -> None:
        phases(desk, whole(desk, arrests=number), "10")
        assert desk.count("arrests") == 1

    def test_c34_words_do_not_speak_for_the_phases(self, desk: Desk) -> None:
        phases(desk, whole(desk, arrests="a large number"), "10")
        cell = desk.table("arrests").cell(queries.TOTAL)
        assert (cell.lower, cell.unquantified) == (10, 1)

    @pytest.mark.parametrize("more", [{"nature": "cumulative"}, {"preferred": False}])
    def test_c34_what_is_not_added_up_speaks_for_no_phase(self, desk: Desk, more: dict[str, Any]) -> None:
        phases(desk, whole(desk, figures=[figure("arrests", "30", **more)]), "10")
        assert arrests(desk) == 10

    def test_c34_another_metric_speaks_for_no_phase(self, desk: Desk) -> None:
        phases(desk, whole(desk, figures=[figure("victims_rescued", "30")]), "10")
        assert arrests(desk) == 10

    def test_c34_an_operation_that_stands_outside_the_count_speaks_for_no_phase(self, desk: Desk) -> None:
        phases(desk, whole(desk, arrests="30", status="cancelled"), "10")
        assert arrests(desk) == 10

    def test_c34_the_highest_number_speaks_for_all_below_it(self, desk: Desk) -> None:
        top = whole(desk, arrests="30")
        (middle,) = desk.store(operation(["LAO"], "2024", parent=top.ref))
        phases(desk, middle, "10")
        assert arrests(desk) == 30

    def test_c34_a_number_in_the_middle_speaks_for_what_is_below_it(self, desk: Desk) -> None:
        (middle,) = phases(desk, whole(desk), "20")
        phases(desk, middle, "10")
        assert arrests(desk) == 20

    def test_c34_a_number_that_the_reader_may_not_see_speaks_for_no_phase(self, desk: Desk) -> None:
        phases(desk, whole(desk, arrests="30", marking="RED"), "10")
        reader = Clearance((Marking.CLEAR, Marking.GREEN, Marking.AMBER), 0, [])
        assert arrests(desk, clearance=reader) == 10
        assert arrests(desk) == 30

    def test_c34_a_phase_is_no_operation_and_its_parent_is_one(self, desk: Desk) -> None:
        phases(desk, whole(desk, arrests="30"), "10")
        assert desk.totals("operations_started") == {"": 1, "LAO": 1}

"""One number of a table: added to another where no record is in both."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.counting.cells import Cell

ONE = Cell(5, Decimal(50), Decimal(70), unquantified=9, missing=7, inferred=3)
OTHER = Cell(2, Decimal(20), Decimal(30), unquantified=4, missing=3, inferred=2)


class TestCells:
    def test_c29_what_is_added_keeps_every_number_apart(self) -> None:
        assert ONE.plus(OTHER) == OTHER.plus(ONE) == Cell(7, Decimal(70), Decimal(100), unquantified=13, missing=10, inferred=5)

    def test_c29_without_an_upper_bound_in_one_the_sum_has_none(self) -> None:
        endless = Cell(1, Decimal(1), None)
        assert ONE.plus(endless).upper is endless.plus(ONE).upper is endless.plus(endless).upper is None

    @pytest.mark.parametrize("marked", [Cell(about=True), Cell(open_list=True)])
    def test_c7_and_c29_what_marks_one_marks_the_sum(self, marked: Cell) -> None:
        assert marked.plus(Cell()) == Cell().plus(marked) == marked

    def test_c32_a_cell_of_which_nothing_is_said_is_empty_and_zero_is_not(self) -> None:
        assert Cell() == Cell(0, Decimal(0), Decimal(0), about=False, unquantified=0, missing=0, inferred=0, open_list=False)
        assert Cell().is_empty
        assert not any(cell.is_empty for cell in (Cell(records=1), Cell(unquantified=1), Cell(missing=1)))

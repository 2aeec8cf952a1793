"""One number of a table, added to another where no record is in both, and a table of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import PartOfYear, Step
from tracker.counting.queries import Table, _continuous
from tracker.trainings import TRAINING

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


class TestTables:
    def test_c3_what_rows_come_to_and_what_was_counted_again(self) -> None:
        cells = {("LAO", TOTAL): ONE, ("THA", TOTAL): OTHER, (TOTAL, TOTAL): Cell(6, Decimal(60), Decimal(90))}
        table = Table(TRAINING.measures[0], ("LAO", "THA"), (2024,), (), cells)
        assert table.sum_of_rows() == Cell(7, Decimal(70), Decimal(100))
        assert table.counted_again() == 10
        assert table.total_row == {TOTAL: cells[TOTAL, TOTAL]}
        assert table.sum_of_rows("2023") == Cell()

    def test_c29_one_row_without_an_upper_bound_leaves_their_sum_without(self) -> None:
        cells = {("LAO", TOTAL): ONE, ("THA", TOTAL): Cell(1, Decimal(1), None)}
        assert Table(TRAINING.measures[0], ("LAO", "THA"), (2024,), (), cells).sum_of_rows().upper is None

    @pytest.mark.parametrize(("years", "shown"), [(12, (1, 2, 3, 4)), (13, (2,))], ids=["a gap is seen", "too wide for gaps"])
    def test_c12_a_year_has_its_quarters_and_a_rest_only_where_there_is_one(self, years: int, shown: tuple[int, ...]) -> None:
        first = 2000
        filled = [PartOfYear(year, Step.QUARTER, 2) for year in range(first, first + years)] + [PartOfYear(first, Step.QUARTER, 0)]
        cells = {(TOTAL, part.key): ONE for part in filled}
        parts = Table(TRAINING.measures[0], (), (), (), cells, step=Step.QUARTER).parts
        assert [part.number for part in parts[first]] == [*shown, 0]
        assert [part.number for part in parts[first + years - 1] if part.number] == [*shown]
        assert Table(TRAINING.measures[0], (), (), (), cells).parts == {}

    def test_c12_a_year_without_records_between_others_is_seen_where_they_are_not_too_many(self) -> None:
        assert _continuous([2020, 2023]) == (2020, 2021, 2022, 2023)
        assert len(_continuous([1984, 2024])) == 41
        assert _continuous([1983, 2024]) == (1983, 2024)
        assert _continuous([]) == ()

"""Paired bars: what is in no bar stands beside them, and nothing is netted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import RecordFilter
from tracker.counting.queries import Table
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.summaries.breakdowns import ByProperty, by_sides
from tracker.summaries.row_choices import RowChoice
from tracker.summaries.sides import Drawn, Half, SidesChart, sides_charts

pytestmark = pytest.mark.once

CHOSEN = RecordFilter(reporting_state="CHN")
EXACT, RANGE, OPEN = Cell(1, Decimal(40), Decimal(40)), Cell(2, Decimal(2), Decimal(9)), Cell(1, Decimal(30), None)
WORDS, ABOUT = Cell(unquantified=1), Cell(1, Decimal(20), Decimal(20), about=True)


def chart_of(reader: Reader, cells: Mapping[tuple[str, str], Cell], drawn: Drawn | None = None) -> SidesChart:
    """The chart of persons handed over, of these cells by direction and column."""
    kind = next(one for one in registry.activity_types() if one.sides)
    column = next(one for one in kind.dimensions if kind.sides and one.name == kind.sides.dimension)
    measures = [one for one in kind.measures if one.main or one.is_quantity]
    rows, years = tuple(sorted({row for row, _ in cells})), tuple(sorted({int(at) for _, at in cells if at.isdigit()}))
    tables = tuple(Table(measure, rows, years, (), dict(cells)) for measure in measures)
    (chart,) = sides_charts(reader, [ByProperty(kind, RowChoice(column.name, column.label, column.name, True), tables)], CHOSEN, drawn)
    return chart


@pytest.mark.once
class TestBars:
    def test_bounds_are_drawn_as_what_they_are(self, reader: Reader) -> None:
        cells = {("inward", "2021"): EXACT, ("outward", "2021"): RANGE, ("inward", "2022"): OPEN, ("outward", "2023"): WORDS}
        chart = chart_of(reader, cells)
        halves = {(pair.year, half.side): half for pair in chart.pairs for half in pair.halves}
        assert set(halves) == {(2021, 0), (2021, 1), (2022, 0), (2023, 1)}
        inward, outward, at_least, words = halves.values()
        assert inward.y + inward.height == pytest.approx(chart.middle, abs=0.2)
        assert outward.y == pytest.approx(chart.middle, abs=0.2)
        pixel = inward.height / 40
        assert (outward.height, outward.more_height) == pytest.approx((2 * pixel, 7 * pixel), abs=0.2)
        assert outward.more_y == pytest.approx(outward.y + outward.height, abs=0.2)
        assert at_least.is_open
        assert at_least.more_y + at_least.more_height == pytest.approx(at_least.y, abs=0.2)
        assert (words.height, words.text, words.dot_y is None) == (0, "", False)
        assert [one.text for one in (inward, outward, at_least)] == ["40", "2–9", "≥30"]
        assert at_least.label == "2022, inward (to us): ≥ 30 (at least; the sources give no upper bound)"
        assert words.label == "2023, outward (by us): 1 statement without a number"
        assert "year=2023&direction=outward&number=unquantified" in words.url

    def test_other_values_and_years_not_known_stand_beside(self, reader: Reader) -> None:
        cells = {("not_stated", TOTAL): ABOUT, ("not_stated", "2021"): ABOUT, ("inward", "uncertain"): RANGE, ("transit", TOTAL): WORDS}
        chart = chart_of(reader, cells)
        assert [(one.label, one.text) for one in chart.beside] == [
            ("not stated", "≈ 20"),
            ("transit", "1 statement without a number"),
            ("inward (to us), year uncertain", "2–9"),
        ]
        assert chart.pairs == ()  # nothing is drawn of it

    def test_on_the_page_of_a_year_those_of_the_year_do(self, reader: Reader) -> None:
        cells = {("inward", "2020"): EXACT, ("transit", TOTAL): ABOUT, ("transit", "2021"): ABOUT, ("not_stated", TOTAL): RANGE}
        chart = chart_of(reader, cells, Drawn(2021, 10, 2021))
        assert [(one.label, one.text) for one in chart.beside] == [("transit, 2021", "≈ 20")]
        assert [pair.year for pair in chart.pairs][-1] == 2020

    def test_a_long_bar_on_one_side_leaves_room_for_the_other(self, reader: Reader) -> None:
        chart = chart_of(
            reader, {("inward", "2021"): Cell(9, Decimal(997), Decimal(997)), ("outward", "2022"): Cell(1, Decimal(1), Decimal(1))}
        )
        (high,), (low,) = (pair.halves for pair in chart.pairs if pair.halves)
        assert high.y > 0
        assert 0 < low.y + low.height < chart.height


def test_c22_every_number_of_the_bars_is_that_of_its_cell_and_opens_its_list(many: Reader) -> None:
    (chart,) = sides_charts(many, by_sides(many, CHOSEN), CHOSEN)
    title, table = chart.tables[0]
    assert title == "Persons handed over by direction and year"
    cells = {(row.key, column.key): cell for row in table.sections[0].rows for column, cell in zip(table.columns, row.cells, strict=True)}
    drawn: dict[tuple[str, str], Half] = {
        (("inward", "outward")[half.side], str(pair.year)): half for pair in chart.pairs for half in pair.halves
    }
    assert {key: half.url for key, half in drawn.items()} == {
        key: cell.url for key, cell in cells.items() if key[1].isdigit() and key[0] in ("inward", "outward") and cell.url
    }
    assert {one.url for one in chart.beside} == {
        cell.url
        for (row, column), cell in cells.items()
        if cell.url and (column == TOTAL if row not in ("inward", "outward") else column in ("uncertain", "not_stated"))
    }

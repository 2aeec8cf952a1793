"""Seizures add up only within one item and unit (C35), with their bounds, words, shares and phases."""

# mypy: disable-error-code="comparison-overlap"
# Decimals are compared with whole numbers, which they equal.

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories.operations import operation
from tests.factories.records import figure
from tests.profiles import whole_data_sets
from tests.tracker.counting.desk import TODAY, Desk
from tracker.accounts.models import User
from tracker.counting import queries
from tracker.counting.cells import TOTAL, Cell
from tracker.counting.rows import ITEM, Rows
from tracker.records.documents import Document
from tracker.records.models import Record

MEASURE = "seizures"


def seized(number: str, item: str | None = "cocaine", unit: str = "kg", metric: str = "seized_drugs", **more: Any) -> Document:
    return figure(metric, number, unit, item=item, **more)


def by_item(desk: Desk, **narrowed: object) -> queries.Table:
    return queries.table(desk.session, desk.measure(MEASURE), desk.chosen(MEASURE, **narrowed), Rows(ITEM), TODAY)


def of(desk: Desk, item: str, rows: str = "partner", row: str = TOTAL) -> Cell:
    return desk.table(MEASURE, rows, item=item).cell(row)


def store(desk: Desk, *figures: Document, partners: tuple[str, ...] = ("LAO",), **more: Any) -> Record:
    numbered = [one | {"no": place} for place, one in enumerate(figures, 1)]
    return desk.store(operation(list(partners), "2024", figures=numbered, **more))[0]


class TestItems:
    def test_c35_each_item_in_its_unit_is_a_row_of_its_own(self, desk: Desk) -> None:
        store(desk, seized("9.5"), seized("3", unit="tablet"), seized("40", "ammunition", "piece", "seized_weapons"))
        # no item is stated: the kind is, and kilograms of drugs are none of goods
        store(
            desk, seized("0.5"), seized("2", None), seized("44", None, "kg", "seized_goods"), seized("7", None, "piece", "seized_weapons")
        )
        store(desk, seized("3", "drug"))
        found = by_item(desk)
        assert {row: found.cell(row).lower for row in found.rows} == {
            "cocaine:kg": 10,
            "cocaine:tablet": 3,
            "ammunition:piece": 40,
            "drug:kg": 5,
            "goods:kg": 44,
            "weapon:piece": 7,
        }
        assert of(desk, "none:kg").lower == 49, "as addresses of earlier versions ask"

    def test_c43_every_item_opens_its_records(self, desk: Desk) -> None:
        first, second = store(desk, seized("9.5")), store(desk, seized("0.5"), seized("1", "heroin"))
        assert desk.count(MEASURE, item="cocaine:kg", year="2024") == 2
        found = queries.record_ids(desk.session, desk.chosen(MEASURE, item="heroin:kg"), desk.measure(MEASURE), TODAY)
        assert list(desk.session.scalars(found)) == [second.id]
        assert first.id != second.id

    def test_c29_bounds_are_summed_apart_and_c31_words_beside_them(self, desk: Desk) -> None:
        store(desk, seized("more than 9700"))
        store(desk, seized("10-12"))
        store(desk, seized("several tons"))
        cell = of(desk, "cocaine:kg")
        assert (cell.lower, cell.upper, cell.unquantified) == (9710, None, 1)

    def test_c26_running_totals_and_c28_competing_numbers_are_not_added(self, desk: Desk) -> None:
        store(desk, seized("10"), seized("900", nature="cumulative", as_of="2024"), seized("11", preferred=False))
        assert of(desk, "cocaine:kg").lower == 10

    def test_c27_a_part_is_in_its_whole_only_where_it_is_the_same_thing(self, desk: Desk) -> None:
        store(desk, seized("30", "drug"), seized("10", "drug", contained_in=1), seized("5", "cocaine", contained_in=1))
        assert (of(desk, "drug:kg").lower, of(desk, "cocaine:kg").lower) == (30, 5)

    def test_c33_what_no_source_splits_is_shared(self, desk: Desk) -> None:
        store(desk, seized("30"), seized("10", country="LAO", contained_in=1), partners=("LAO", "THA"))
        cells = desk.table(MEASURE, item="cocaine:kg").cells
        assert {row: cell.lower for (row, column), cell in cells.items() if column == TOTAL} == {"": 30, "LAO": 10, "shared": 20}

    def test_c34_an_operation_speaks_for_the_items_of_its_phases_that_it_names_itself(self, desk: Desk) -> None:
        parent = store(desk, seized("30"))
        store(desk, seized("10"), seized("4", "heroin"), parent=parent.ref)
        assert (of(desk, "cocaine:kg").lower, of(desk, "heroin:kg").lower) == (30, 4)
        assert desk.count(MEASURE, item="cocaine:kg") == 1


ITEMS = (("cocaine", "kg"), ("cocaine", "tablet"), ("heroin", "kg"), (None, "kg"))
NUMBERS = ("10", "at least 200", "about 30", "3-8", "0")
RECORDS = st.lists(
    st.lists(st.tuples(st.sampled_from(ITEMS), st.sampled_from(NUMBERS)), max_size=3, unique_by=lambda one: one[0]), max_size=4
)


class TestBothCounts:
    @whole_data_sets(4)
    @given(planned=RECORDS)
    def test_c35_every_item_is_what_a_slow_count_says(
        self, session: Session, officer: User, planned: list[list[tuple[tuple[str | None, str], str]]]
    ) -> None:
        bounds = {"10": (10, 10), "at least 200": (200, None), "about 30": (30, 30), "3-8": (3, 8), "0": (0, 0)}
        expected: dict[str, tuple[Decimal, Decimal | None]] = {}
        with session.begin_nested() as nested:
            desk = Desk(session, officer)
            for figures in planned:
                store(desk, *(seized(number, item, unit) for (item, unit), number in figures))
                for (item, unit), number in figures:
                    lower, upper = bounds[number]
                    before = expected.get(f"{item or 'drug'}:{unit}", (Decimal(0), Decimal(0)))
                    whole = None if before[1] is None or upper is None else before[1] + upper
                    expected[f"{item or 'drug'}:{unit}"] = before[0] + lower, whole
            found = by_item(desk)
            got = {row: (found.cell(row).lower, found.cell(row).upper) for row in found.rows}
            nested.rollback()
        assert got == expected

"""Every figure of random data sets, held against a slow count written apart from the product's queries (`tests/oracle/`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import oracle
from tests.factories import records, users
from tests.factories.agreements import agreement
from tests.factories.operations import operation
from tests.profiles import whole_data_sets
from tests.tracker.counting.datasets import Plan, data_sets, store
from tracker.counting import queries
from tracker.counting.filters import RecordFilter, Step
from tracker.counting.measures import Measure
from tracker.counting.models import NumberState
from tracker.counting.rows import Rows
from tracker.records import registry

TODAY = date(2026, 6, 30)
ROWS = ("partner", "region", "continent", "group", "kind", *oracle.PROPERTIES)
FIGURES = whole_data_sets(share=8)


@dataclass(frozen=True)
class View:
    """How the figures are looked at: rows and switches."""

    rows: str
    expand: bool = False
    inferred: bool = True
    ranges: bool = False
    step: Step = Step.YEAR

    def filter(self, measure: Measure) -> RecordFilter:
        return RecordFilter(measure=measure.code, reporting_state=records.REPORTING_STATE, expand=self.expand, inferred=self.inferred)

    def table(self, session: Session, measure: Measure) -> queries.Table:
        rows = Rows(self.rows, self.rows in oracle.PROPERTIES)
        return queries.table(session, measure, self.filter(measure), rows, TODAY, ranges=self.ranges, step=self.step)

    def cell_filter(self, measure: Measure, row: str, column: str) -> RecordFilter:
        """The filter that the link of a cell carries."""
        chosen = self.filter(measure).narrowed(year=column)
        if row == queries.TOTAL:
            return chosen
        if self.rows in oracle.PROPERTIES:
            return chosen.narrowed(keys={self.rows: row})
        if self.rows == "kind":
            return chosen.narrowed(kind=(row,))
        field = "partner" if row in (oracle.SHARED, oracle.NOT_STATED) or self.rows == "partner" else self.rows
        return chosen.narrowed(**{"region" if field == "continent" else field: row})


MEASURES = st.lists(st.sampled_from(oracle.EVERY_MEASURE), min_size=4, max_size=4, unique=True)
VIEWS = st.builds(View, st.sampled_from(ROWS), st.booleans(), st.sampled_from((True, True, False)), st.booleans(), st.sampled_from(Step))

BEGUN_BY = agreement(["KAZ"], actions=[("entered_into_force", "../2021-06")])
BEGUN_IN_2020 = agreement(["KAZ"], form="treaty", actions=[("entered_into_force", "2020-05-01")])
PAUSED = agreement(["KAZ"], actions=[("entered_into_force", "2021-06/.."), ("suspended", "2022-06"), ("resumed", "2022-06-20")])
LEFT_BY_BOTH = (("withdrawn", "2024-10/2025-02", "CHN"), ("denounced", "", "INTERPOL"))
ENDED_TWICE = agreement(["INTERPOL"], actions=[("entered_into_force", "2020-11/2021-02"), *LEFT_BY_BOTH])
# IRN joined between the two
BEGUN_IN_2023 = ("entered_into_force", "2023-12-01")
SIGNED_THEN_IN_FORCE = agreement(["SCO"], "2022-01-01", actions=[BEGUN_IN_2023])
# what random data sets found, in the fewest words: where the counts differed, and the records
STOCK = "agreements_in_force"
FOUND = {
    "what_was_resumed_had_begun": (STOCK, View("kind"), PAUSED),
    "a_member_that_nobody_dated_is_one_on_any_day": ("activities", View("group"), operation(["USA"])),
    "an_end_nobody_dated_may_have_been_the_first_of_two": (STOCK, View("kind"), ENDED_TWICE),
    "members_of_a_stock_are_those_of_the_signature": (STOCK, View("partner", expand=True), SIGNED_THEN_IN_FORCE),
    "groups_of_a_stock_are_those_of_the_signature": (STOCK, View("group"), agreement(["IRN"], "2022-01-01", actions=[BEGUN_IN_2023])),
    "what_began_by_a_day_may_have_lasted_in_any_year_before": (STOCK, View("form"), BEGUN_BY, BEGUN_IN_2020),
}


def differences(session: Session, slow: oracle.Oracle, measure: Measure, view: View) -> Iterator[str]:
    """Every cell, total and foot of one table in which the two counts differ."""
    table = view.table(session, measure)
    switches = {"expand": view.expand, "inferred": view.inferred, "ranges": view.ranges}
    expected = slow.table(measure.code, view.rows, table.years, **switches, step=view.step)
    for place in sorted(expected.cells | table.cells):
        want, got = expected.cells.get(place, oracle.Answer()), table.cells.get(place, queries.Cell())
        for field in fields(oracle.Answer):
            if getattr(want, field.name) != getattr(got, field.name):
                yield f"{place} {field.name}: {getattr(got, field.name)} for {getattr(want, field.name)}"
    if not measure.is_quantity:
        parts = (part.key for of_year in table.parts.values() for part in of_year)
        columns = [oracle.ALL, *map(str, table.years), *parts, *table.ranges, oracle.UNCERTAIN, oracle.NOT_STATED]
        for column in columns:
            if table.repeated.get(column, 0) != expected.repeated.get(column, 0):
                yield f"repeated {column!r}: {table.repeated.get(column, 0)} for {expected.repeated.get(column, 0)}"
            overlap = sum((answer.upper or 0 for (row, there), answer in expected.cells.items() if there == column and row), Decimal(0))
            if table.sum_of_rows(column).upper != overlap:
                yield f"sum of rows {column!r}: {table.sum_of_rows(column).upper} for {overlap}"


def lists_that_differ(session: Session, measure: Measure, view: View) -> Iterator[str]:
    """C43: every cell whose list has other records, or another sum, than the cell says."""
    table = view.table(session, measure)
    rows: dict[str, queries.Table] = {}
    for (row, column), cell in sorted(table.cells.items()):
        chosen = view.cell_filter(measure, row, column)
        found = len(session.execute(queries.record_ids(session, chosen, measure, TODAY)).all())
        if found != cell.records:
            yield f"{(row, column)}: {found} records behind {cell.records}"
        if row not in rows:  # one question answers for all columns of a row
            question = queries.Question(measure, chosen.narrowed(year=""), ranges=view.ranges, years=table.years, step=view.step)
            rows[row] = queries.answers(session, [question], TODAY)[0]
        alone = rows[row].cell(queries.TOTAL, column)
        if alone != cell:
            yield f"{(row, column)}: alone {alone} for {cell}"
        if measure.is_span:  # statements are beside what began and what ended
            continue
        for state, number in ((NumberState.UNQUANTIFIED, cell.unquantified), (NumberState.MISSING, cell.missing)):
            chosen_state = chosen.narrowed(number=state.value)
            found = len(session.execute(queries.record_ids(session, chosen_state, measure, TODAY)).all())
            if bool(found) != bool(number) or found > number:
                yield f"{(row, column)}: {found} records {state} behind {number}"


class TestEveryFigure:
    def test_the_slow_count_knows_every_measure(self, session: Session) -> None:
        counted_apart = {"running_total", "seizures"}  # test_series.py, test_seizures.py
        assert sorted(registry.every_measure().keys() - counted_apart) == sorted(oracle.EVERY_MEASURE)

    @given(data_sets(), st.lists(VIEWS, min_size=3, max_size=3))
    @FIGURES
    def test_every_cell_says_what_a_slow_count_says(self, session: Session, plans: list[Plan], views: list[View]) -> None:
        slow = self._stored(session, plans)
        found = [
            f"{measure.code} by {view}: {difference}"
            for measure in map(registry.every_measure().__getitem__, oracle.EVERY_MEASURE)
            for view in views
            for difference in differences(session, slow, measure, view)
        ]
        session.rollback()
        assert not found, "\n".join(found)

    @given(data_sets(), VIEWS, MEASURES)
    @FIGURES
    def test_c43_behind_every_cell_are_as_many_records_as_it_says(
        self, session: Session, plans: list[Plan], view: View, measures: list[str]
    ) -> None:
        self._stored(session, plans)
        found = [
            f"{measure} by {view}: {difference}"
            for measure in measures
            for difference in lists_that_differ(session, registry.every_measure()[measure], view)
        ]
        session.rollback()
        assert not found, "\n".join(found)

    @pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
    def test_what_once_differed_is_the_same(self, session: Session, found: tuple[Any, ...]) -> None:
        code, view, *documents = found
        slow = self._stored(session, [Plan(document, draft=False, parent=None, change_of=None) for document in documents])
        measure = registry.every_measure()[code]
        assert [*differences(session, slow, measure, view), *lists_that_differ(session, measure, view)] == []

    def _stored(self, session: Session, plans: list[Plan]) -> oracle.Oracle:
        session.rollback()
        known = store(session, users.user(session), plans)
        return oracle.Oracle(oracle.read_reference(session), known, records.REPORTING_STATE, TODAY)

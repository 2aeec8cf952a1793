"""Figures from facts: tables of rows and years, with a foot that says what was counted again.

Many figures are asked for at once and counted in a few statements, however many they are: a page waits for the database a
handful of times. Rules that depend on the selection live in this folder: expansion of groups (C6), rows counted again (C3, C9),
what is added up (C11) and what is only shown beside it (C19, C31).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting import aggregates
from tracker.counting.cells import TOTAL, Cell
from tracker.counting.conditions import conditions, in_column, in_row
from tracker.counting.filters import PartOfYear, RecordFilter, Step, part_of_year
from tracker.counting.measures import Measure
from tracker.counting.models import Fact, NumberState
from tracker.counting.rows import Rows, is_sole

MOST_PARTS = 48  # twelve years of quarters, four of months


@dataclass(frozen=True)
class Question:
    """A table to be counted: `measure` by `rows` and years over all records of `chosen`; without `rows`, the one row it names."""

    measure: Measure
    chosen: RecordFilter
    rows: Rows | None = None
    ranges: bool = False  # each uncertain range of years in a column of its own
    overlap: bool = False  # also count the records that stand in more than one row
    # What lasts is told for every year from its first known one. These are others: what began nobody knows when may have lasted in any.
    years: tuple[int, ...] = ()
    step: Step = Step.YEAR  # quarters and months stand before their year; what lasts is told by year only


@dataclass(frozen=True)
class Table:
    """A table of figures: cells by (row key, column key), `TOTAL` for the distinct totals."""

    measure: Measure
    rows: tuple[str, ...]
    years: tuple[int, ...]
    ranges: tuple[str, ...]  # the uncertain ranges, when they were asked for
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)  # by column: records that stand in more than one row
    step: Step = Step.YEAR

    def cell(self, row: str, column: str = TOTAL) -> Cell:
        return self.cells.get((row, column), Cell())

    @property
    def total_row(self) -> dict[str, Cell]:
        """The distinct totals by column."""
        return {column: cell for (row, column), cell in self.cells.items() if row == TOTAL}

    @property
    def parts(self) -> dict[int, tuple[PartOfYear, ...]]:
        """Of each year its quarters or months, then the rest if it has any; those without records only where the table is not too wide."""
        if self.step is Step.YEAR:
            return {}
        filled = {part for _, column in self.cells if (part := part_of_year(column))}
        numbers = range(1, 5 if self.step is Step.QUARTER else 13)
        years = sorted({part.year for part in filled})
        with_gaps = len(years) * len(numbers) <= MOST_PARTS
        every = {year: [PartOfYear(year, self.step, number) for number in (*numbers, 0)] for year in years}
        return {year: tuple(one for one in parts if one in filled or (with_gaps and one.number)) for year, parts in every.items()}

    def sum_of_rows(self, column: str = TOTAL) -> Cell:
        """What adding the rows up would give; not the total, wherever a record stands in several (C3)."""
        cells = [self.cell(row, column) for row in self.rows]
        upper = None if any(cell.upper is None for cell in cells) else sum((cell.upper or Decimal(0) for cell in cells), Decimal(0))
        return Cell(sum(cell.records for cell in cells), sum((cell.lower for cell in cells), Decimal(0)), upper)

    def counted_again(self, column: str = TOTAL) -> Decimal:
        """Overlap = sum of rows - distinct total (C3)."""
        return self.sum_of_rows(column).lower - self.cell(TOTAL, column).lower


def answers(session: Session, questions: Sequence[Question], today: date) -> list[Table]:
    """The tables of all `questions`, in their order."""
    asked = [
        aggregates.Selection(session, number, one.measure, one.chosen, one.rows, one.ranges, one.step)
        for number, one in enumerate(questions)
    ]
    years = aggregates.years_of_spans(session, [one for one in asked if one.measure.is_span], today)
    years = {number: tuple(sorted({*found, *questions[number].years})) for number, found in years.items()}
    cells = aggregates.flow_cells(session, [one for one in asked if not one.measure.is_span])
    cells |= aggregates.span_cells(session, [one for one in asked if one.measure.is_span], years, today)
    overlapping = [one for one, question in zip(asked, questions, strict=True) if question.overlap]
    repeated = aggregates.repeated(session, overlapping, years, today)
    return [_table(one, cells.get(number, {}), years.get(number), repeated.get(number, {})) for number, one in enumerate(questions)]


def table(
    session: Session, measure: Measure, chosen: RecordFilter, rows: Rows, today: date, *, ranges: bool = False, step: Step = Step.YEAR
) -> Table:
    """The table of `measure` over `rows` and years for all records of `chosen`, with what of it was counted again."""
    return answers(session, [Question(measure, chosen, rows, ranges, overlap=True, step=step)], today)[0]


def total(session: Session, measure: Measure, chosen: RecordFilter, today: date) -> Cell:
    """One figure: `measure` in the row and the column that `chosen` names."""
    bare = chosen.narrowed(year="", number="")
    years = (int(chosen.year),) if chosen.year.isdigit() else ()
    part = part_of_year(chosen.year)
    question = Question(measure, bare, ranges="-" in chosen.year, years=years, step=part.step if part else Step.YEAR)
    found = answers(session, [question], today)[0]
    return found.cell(TOTAL, chosen.year or TOTAL)


def record_ids(session: Session, chosen: RecordFilter, measure: Measure | None, today: date) -> sa.Select[int]:
    """The ids of exactly the records behind a figure (C43): same filter, same facts."""
    if measure and not chosen.number:
        chosen = replace(chosen, number=NumberState.VALUE.value)
    where = [*conditions(session, chosen, measure), *in_row(chosen, measure), *in_column(measure, chosen.year, today)]
    found = sa.select(Fact.record_id).where(*where)
    return found if is_sole(chosen, measure) else found.distinct()


def _table(asked: Question, cells: dict[tuple[str, str], Cell], span: tuple[int, ...] | None, repeated: dict[str, int]) -> Table:
    measure = asked.measure
    rows = tuple(sorted({row for row, _ in cells if row != TOTAL}))
    if measure.is_span:
        return Table(measure, rows, span or (), (), cells, repeated)
    years = _continuous(sorted({int(column) for _, column in cells if column.isdigit()}))
    ranges = tuple(sorted({column for _, column in cells if "-" in column}))
    return Table(measure, rows, years, ranges, cells, repeated, asked.step)


def _continuous(years: list[int]) -> tuple[int, ...]:
    """Every year from the first to the last, so that a gap is seen; only those with records where they are too many."""
    if not years or years[-1] - years[0] > 40:
        return tuple(years)
    return tuple(range(years[0], years[-1] + 1))

"""A measure in two periods beside each other, each with what surely and what perhaps lies in it (C12, C15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import Question, Table, answers
from tracker.counting.rows import Rows

OTHER = "other"  # the column of the second period; that of the first is the total


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def is_of_years(self) -> bool:
        """Whether it begins and ends with a year."""
        return (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31)

    @property
    def column(self) -> str:
        """The year that holds all of it. What belongs to that year only perhaps is then left out, as in every other table of it (C12)."""
        return str(self.first.year) if self.first.year == self.last.year else TOTAL

    @property
    def is_a_year(self) -> bool:
        return self.is_of_years and self.column != TOTAL

    def behind(self, chosen: RecordFilter) -> RecordFilter:
        """The filter of the records that may lie in these days: those that the upper bound counts."""
        days = (None, None) if self.is_a_year else (self.first, self.last)
        return chosen.narrowed(year=self.column, since=days[0], until=days[1])


def beside(
    session: Session, measure: Measure, chosen: RecordFilter, rows: Rows | None, periods: tuple[Period, Period], today: date
) -> Table:
    """The table of `measure` by `rows` in two periods: the first under `TOTAL`, the second under `OTHER`.

    `since`, `until` and `year` of `chosen` are those of the periods here. What does not simply happen on its counting date
    (what lasts, what ends) is told by whole years only.
    """
    assert measure.mode is Mode.FLOW or all(period.is_a_year for period in periods)
    tables = answers(session, [question_of(measure, chosen, rows, period) for period in periods], today)
    cells: dict[tuple[str, str], Cell] = {}
    again: dict[str, int] = {}
    for column, period, found in zip((TOTAL, OTHER), periods, tables, strict=True):
        cells |= {(row, column): cell for (row, key), cell in found.cells.items() if key == period.column}
        again[column] = found.repeated.get(period.column, 0)
    named = tuple(sorted({row for row, _ in cells if row != TOTAL}))
    return Table(measure, named, (), (), cells, again)


def question_of(measure: Measure, chosen: RecordFilter, rows: Rows | None, period: Period) -> Question:
    """What is asked for one period. `chosen` needs no days of its own."""
    years = (period.first.year,) if measure.is_span else ()
    return Question(measure, period.behind(chosen).narrowed(year="", number=""), rows, overlap=rows is not None, years=years)

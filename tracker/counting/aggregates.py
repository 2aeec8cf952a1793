"""The cells of many tables in a few statements: what each table selects is counted by itself, and the answers come together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.conditions import certain, conditions, in_row, is_inferred, number_in_year, possible, span_window, year_of
from tracker.counting.days import Bounds, days_of, surely_in
from tracker.counting.filters import NOT_STATED, UNCERTAIN, PartOfYear, RecordFilter, Step
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Fact, NumberState
from tracker.counting.rows import Rows, are_apart, facts_by_row, is_sole

Cells = dict[tuple[str, str], Cell]  # by row key and column key
Years = dict[int, tuple[int, ...]]  # by the number of the selection

_COLUMNS = (
    "record_id", "year", "lo", "hi", "end_year", "end_state", "end_lo", "end_hi", "is_end_inferred", "number_state",
    "value_lo", "value_hi", "is_about", "is_inferred", "is_open_list",
)  # fmt: skip
_NO_YEAR: Any = sa.cast(sa.null(), sa.Integer)


class Selection:
    """The facts of one table, as selections under a number that tells its answers from those of others."""

    def __init__(
        self,
        session: Session,
        number: int,
        measure: Measure,
        chosen: RecordFilter,
        rows: Rows | None,
        ranges: bool,
        step: Step,
    ) -> None:
        self.number, self.measure, self.chosen, self.rows, self.ranges, self.step = number, measure, chosen, rows, ranges, step
        self.where = conditions(session, chosen, measure)
        self.days = days_of(measure, chosen)

    @cached_property
    def whole(self) -> Any:
        """The facts of the distinct total, or of the one row that `chosen` names, under the key `TOTAL`."""
        return self._in_whole(_fact_columns()).subquery()

    @cached_property
    def body(self) -> Any:
        """The facts of every row with its own key, a fact may stand in several rows; None without rows."""
        if self.rows is None:
            return None
        parts = facts_by_row(self.rows, self.chosen, self.measure, _fact_columns(), self.where)
        return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery()

    @property
    def parts(self) -> Iterator[Any]:
        yield self.whole
        if self.body is not None:
            yield self.body

    def flows(self) -> Iterator[sa.Select[Any]]:
        """What adds up, by row and shape. Facts are read where they lie, unless rows that overlap have to be told apart first."""
        mode, is_quantity = self.measure.mode, self.measure.is_quantity
        shape = _shape_of_facts(mode is Mode.ENDED, self.ranges, self.step)
        numbers = _numbers_of_facts(mode, is_quantity, is_sole(self.chosen, self.measure), self.days)
        yield self._in_whole([sa.literal(self.number), *shape, *numbers]).group_by(*_known(shape))
        if self.rows is None:
            return
        sole = is_sole(self.chosen, self.measure, self.rows)
        if are_apart(self.rows, self.chosen, self.measure):
            columns = [sa.literal(self.number), *shape, *_numbers_of_facts(mode, is_quantity, sole, self.days)]
            for part in facts_by_row(self.rows, self.chosen, self.measure, columns, self.where):
                yield part.group_by(part.selected_columns[0], *_known(shape))
        else:
            facts = self.body.c
            shape = _shape(facts, mode is Mode.ENDED, self.ranges, self.step)
            columns = [sa.literal(self.number), *shape, *_numbers(facts, mode, is_quantity, sole, self.days)]
            yield sa.select(facts.row, *columns).group_by(facts.row, *_known(shape))

    def _in_whole(self, columns: Sequence[Any]) -> sa.Select[Any]:
        return sa.select(sa.literal(TOTAL).label("row"), *columns).where(*self.where, *in_row(self.chosen, self.measure))


def flow_cells(session: Session, asked: Sequence[Selection]) -> dict[int, Cells]:
    """Cells by year and its parts, `uncertain` (or one column per range), `not_stated` (C12), and the total of each row, by selection.

    All facts that a record has in a measure share its date, so a row's total is the sum of its columns.
    """
    found: dict[int, Cells] = {}
    for row, number, *shape_and_numbers in _together(session, (statement for one in asked for statement in one.flows())):
        one, cells = by_number(asked, number), found.setdefault(number, {})
        cell = cell_of(one.measure, shape_and_numbers[5:], one.days)
        for column in (*_columns(one.step, *shape_and_numbers[:5]), TOTAL):
            cells[row, column] = cells[row, column].plus(cell) if (row, column) in cells else cell
    return found


def years_of_spans(session: Session, asked: Sequence[Selection], today: date) -> Years:
    """From the first start to this year: what goes on has no other last year. By selection."""
    firsts = (sa.select(sa.literal(one.number), sa.func.min(sa.func.coalesce(one.whole.c.lo, one.whole.c.hi))) for one in asked)
    return {
        number: tuple(range(first.year, max(first.year, today.year) + 1)) if first else () for number, first in _together(session, firsts)
    }


def span_cells(session: Session, asked: Sequence[Selection], years: Years, today: date) -> dict[int, Cells]:
    """Cells by year with a lower (certain) and an upper (possible) bound. The total of a stock is today's; of what was active, all."""
    found: dict[int, Cells] = {one.number: {} for one in asked}
    statements = (statement for one in asked for facts in one.parts for statement in _spans(one, facts, years[one.number], today))
    for number, row, column, upper, lower, inferred, open_lists in _together(session, statements):
        cell = Cell(upper, Decimal(lower), Decimal(upper), inferred=inferred, open_list=bool(open_lists))
        found[number][row, column] = cell
    return found


def repeated(session: Session, asked: Sequence[Selection], years: Years, today: date) -> dict[int, dict[str, int]]:
    """How many records stand in more than one row: by column, and under `TOTAL` in all. By selection."""
    found: dict[int, dict[str, int]] = {one.number: {TOTAL: 0} for one in asked}
    spans = [one for one in asked if one.measure.is_span]
    for number, column, count in _together(session, (_repeated_in_window(one, years[one.number], today) for one in spans)):
        found[number][column] = count
    dated = [one for one in asked if one.measure.mode is not Mode.STOCK]
    for number, *shape, count in _together(session, (_repeated(one) for one in dated)):
        one, counts = by_number(asked, number), found[number]
        counts[TOTAL] += count
        for column in _columns(one.step, *shape):
            if not one.measure.is_span or column == NOT_STATED:
                counts[column] = counts.get(column, 0) + count
    return found


def by_number(asked: Sequence[Selection], number: int) -> Selection:
    return next(one for one in asked if one.number == number)


def _together(session: Session, statements: Iterable[Any]) -> list[Any]:
    """The rows of all statements, which have the same columns, by one round trip; none for no statement."""
    asked = [statement for statement in statements if statement is not None]
    if not asked:
        return []
    whole: Any = asked[0] if len(asked) == 1 else sa.union_all(*asked)
    return list(session.execute(whole))


# --- What adds up over the years ---


def _known(shape: list[Any]) -> list[Any]:
    return [column for column in shape if column is not _NO_YEAR]


@lru_cache
def _fact_columns() -> list[Any]:
    return [getattr(Fact, name) for name in _COLUMNS]


@lru_cache
def _shape_of_facts(by_end: bool, ranges: bool, step: Step) -> list[Any]:
    return _shape(Fact, by_end, ranges, step)


@lru_cache
def _numbers_of_facts(mode: Mode, is_quantity: bool, sole: bool, days: Bounds | None) -> list[Any]:
    return _numbers(Fact, mode, is_quantity, sole, days)


def _shape(facts: Any, by_end: bool, ranges: bool, step: Step) -> list[Any]:
    """What tells columns apart: year, whether both bounds of the date are known, and if asked for years of ranges and part of the year."""
    year, lo, hi = (facts.end_year, facts.end_lo, facts.end_hi) if by_end else (facts.year, facts.lo, facts.hi)
    known = sa.case((sa.and_(lo.is_not(None), hi.is_not(None)), 1), else_=0)
    between = [sa.case((year.is_(None), year_of(day))) for day in (lo, hi)] if ranges else [_NO_YEAR, _NO_YEAR]
    return [year, known, *between, _NO_YEAR if step is Step.YEAR else number_in_year(step, lo, hi)]


def _columns(step: Step, year: int | None, is_known: int, first: int | None, last: int | None, part: int | None) -> tuple[str, ...]:
    """The columns in which a fact stands besides the total: its year and the part of it, or what is not known."""
    if year is not None:
        return (str(year),) if part is None else (PartOfYear(year, step, part).key, str(year))
    return (NOT_STATED if not is_known else UNCERTAIN if first is None else f"{first}-{last}",)


def _numbers(facts: Any, mode: Mode, is_quantity: bool, sole: bool, days: Bounds | None) -> list[Any]:
    """The aggregates of a cell, in the order of `cell_of`. Where each record has one fact (`sole`), nothing is to be told apart."""

    def records(condition: Any) -> Any:
        if sole:
            return sa.func.sum(sa.case((condition, 1), else_=0))
        return sa.func.count(sa.distinct(sa.case((condition, facts.record_id))))

    has_value = facts.number_state == NumberState.VALUE
    is_sure = sa.and_(has_value, *surely_in(days, facts)) if days else has_value
    return [
        records(has_value),
        records(is_sure) if days and not is_quantity else sa.func.sum(sa.case((is_sure, facts.value_lo))),
        sa.func.sum(sa.case((has_value, facts.value_hi))),
        sa.func.sum(sa.case((sa.and_(has_value, facts.value_hi.is_(None)), 1), else_=0)),
        sa.func.sum(sa.case((facts.is_about, 1), else_=0)),
        # C31: k is the number of statements; a record may make several
        sa.func.sum(sa.case((facts.number_state == NumberState.UNQUANTIFIED, 1), else_=0))
        if is_quantity
        else records(facts.number_state == NumberState.UNQUANTIFIED),
        records(facts.number_state == NumberState.MISSING),
        records(is_inferred(mode, facts)),
        sa.func.sum(sa.case((facts.is_open_list, 1), else_=0)),
    ]


def numbers_of(facts: Any, mode: Mode, is_quantity: bool, days: Bounds | None) -> list[Any]:
    """The numbers of one cell over `facts`, in the order of `cell_of`."""
    return _numbers(facts, mode, is_quantity, False, days)


def cell_of(measure: Measure, numbers: Iterable[Any], days: Bounds | None) -> Cell:
    """A cell of its numbers; over `days`, what surely lies in them is its lower bound."""
    records, lower, upper, unbounded, about, unquantified, missing, inferred, open_lists = numbers
    if not measure.is_quantity:
        # C3, C9: records are counted again in each row, never summed from other rows.
        return Cell(
            records, Decimal((lower or 0) if days else records), Decimal(records), False, unquantified, 0, inferred, bool(open_lists)
        )
    top = None if unbounded else Decimal(str(upper or 0))
    return Cell(records, Decimal(str(lower or 0)), top, bool(about), unquantified, missing, inferred, bool(open_lists))


# --- What lasts ---


def _spans(one: Selection, facts: Any, years: tuple[int, ...], today: date) -> Iterator[sa.Select[Any]]:
    measure = one.measure
    spans = sa.select(facts).where(facts.c.number_state == NumberState.VALUE).subquery()
    inferred = sa.case((is_inferred(measure.mode, spans.c), spans.c.record_id)).label("inferred")
    counted = [spans.c.record_id, inferred, sa.case((spans.c.is_open_list, 1), else_=0).label("open_list")]

    def cells(column: Any, rows: sa.Select[Any]) -> sa.Select[Any]:
        found = rows.add_columns(column.label("name")).subquery()
        records = [sa.func.count(sa.distinct(count)) for count in (found.c.record_id, found.c.sure, found.c.inferred)]
        numbers = [*records, sa.func.sum(found.c.open_list)]
        return sa.select(sa.literal(one.number), found.c.row, found.c.name, *numbers).group_by(found.c.row, found.c.name)

    window = _windows(measure, years, today)
    if window is not None:
        sure = certain(measure.mode, window.c.first, window.c.last, spans.c)
        joined = sa.select(spans.c.row, sa.case((sure, spans.c.record_id)).label("sure"), *counted)
        yield cells(window.c.name, joined.join(window, possible(measure.mode, window.c.first, window.c.last, spans.c)))
    if measure.mode is Mode.ACTIVE:
        undated = sa.or_(spans.c.lo.is_(None), spans.c.hi.is_(None))
        whole = sa.select(spans.c.row, spans.c.record_id.label("sure"), *counted)
        yield cells(sa.literal(NOT_STATED), whole.where(undated))
        yield cells(sa.literal(TOTAL), whole)


def _windows(measure: Measure, years: tuple[int, ...], today: date) -> Any:
    """The days that count for each column, as a table; None when there is no column."""
    named = [(str(year), *span_window(measure.mode, year, today)) for year in years]
    if measure.mode is Mode.STOCK:
        named.append((TOTAL, today, today))
    parts = [
        sa.select(sa.literal(name).label("name"), sa.literal(first, sa.Date).label("first"), sa.literal(last, sa.Date).label("last"))
        for name, first, last in named
    ]
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery() if parts else None


# --- What stands in several rows ---


def _repeated_in_window(one: Selection, years: tuple[int, ...], today: date) -> sa.Select[Any] | None:
    window = _windows(one.measure, years, today)
    if window is None:
        return None
    values = _values(one.body)
    several = sa.select(window.c.name, values.c.record_id).group_by(window.c.name, values.c.record_id)
    several = several.join(window, possible(one.measure.mode, window.c.first, window.c.last, values.c))
    named = several.having(sa.func.count(sa.distinct(values.c.row)) > 1).subquery()
    return sa.select(sa.literal(one.number), named.c.name, sa.func.count()).group_by(named.c.name)


def _repeated(one: Selection) -> sa.Select[Any]:
    values = _values(one.body)
    by_end = one.measure.mode is Mode.ENDED
    shape = dict(zip(("year", "known", "first", "last", "part"), _shape(values.c, by_end, one.ranges, one.step), strict=True))
    grouped = sa.select(*(sa.func.min(column).label(name) for name, column in shape.items())).group_by(values.c.record_id)
    again = grouped.having(sa.func.count(sa.distinct(values.c.row)) > 1).subquery()
    columns = [again.c[name] for name in shape]
    return sa.select(sa.literal(one.number), *columns, sa.func.count()).group_by(*columns)


def _values(facts: Any) -> Any:
    return sa.select(facts).where(facts.c.number_state == NumberState.VALUE).subquery()

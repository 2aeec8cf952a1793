"""Figures from facts: tables of rows and years, with a foot that says what was counted again.

Rules that depend on the selection live here: expansion of groups (C6), rows counted again (C3, C9), what is
added up (C11) and what is only shown beside it (C19, C31).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.conditions import certain, conditions, in_column, in_row, is_inferred, possible, span_window, year_of
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.models import Fact, NumberState
from tracker.counting.rows import Rows, facts_by_row, is_sole

TOTAL = ""  # the key of the row or column that is the distinct total

_COLUMNS = (
    "record_id", "year", "lo", "hi", "end_year", "end_state", "end_lo", "end_hi", "is_end_inferred", "number_state",
    "value_lo", "value_hi", "is_about", "is_inferred", "is_open_list",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One number with everything needed to show it honestly. Counts are exact; quantities have bounds (C29)."""

    records: int = 0  # distinct records with a number: the length of the list behind it
    lower: Decimal = Decimal(0)
    upper: Decimal | None = Decimal(0)  # None: no upper bound
    about: bool = False
    unquantified: int = 0  # statements without a number (C31)
    missing: int = 0  # records that give no number at all
    inferred: int = 0
    open_list: bool = False  # "and other countries" (C7)

    def plus(self, other: Cell) -> Cell:
        """Both together, where no record is in both (C29: bounds are added apart)."""
        return Cell(
            self.records + other.records,
            self.lower + other.lower,
            None if self.upper is None or other.upper is None else self.upper + other.upper,
            self.about or other.about,
            self.unquantified + other.unquantified,
            self.missing + other.missing,
            self.inferred + other.inferred,
            self.open_list or other.open_list,
        )

    @property
    def is_empty(self) -> bool:
        """Nothing at all is known here, not even words."""
        return not (self.records or self.unquantified or self.missing)


@dataclass(frozen=True)
class Table:
    """A table of figures: cells by (row key, column key), `TOTAL` for the distinct totals."""

    measure: Measure
    rows: tuple[str, ...]
    years: tuple[int, ...]
    ranges: tuple[str, ...]  # the uncertain ranges, when they were asked for
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)  # by column: records that stand in more than one row

    def cell(self, row: str, column: str = TOTAL) -> Cell:
        return self.cells.get((row, column), Cell())

    def sum_of_rows(self, column: str = TOTAL) -> Cell:
        """What adding the rows up would give; not the total, wherever a record stands in several (C3)."""
        cells = [self.cell(row, column) for row in self.rows]
        upper = None if any(cell.upper is None for cell in cells) else sum((cell.upper or Decimal(0) for cell in cells), Decimal(0))
        return Cell(sum(cell.records for cell in cells), sum((cell.lower for cell in cells), Decimal(0)), upper)

    def counted_again(self, column: str = TOTAL) -> Decimal:
        """Overlap = sum of rows - distinct total (C3)."""
        return self.sum_of_rows(column).lower - self.cell(TOTAL, column).lower


def table(session: Session, measure: Measure, chosen: RecordFilter, rows: Rows, today: date, *, ranges: bool = False) -> Table:
    """The table of `measure` over `rows` and years for all records of `chosen`."""
    body = _body(session, measure, chosen, rows)
    whole = _whole(session, measure, chosen)
    if measure.mode in (Mode.ACTIVE, Mode.STOCK):
        years = _span_years(session, whole, today)
        cells = dict(_span_cells(session, measure, body, years, today)) | dict(_span_cells(session, measure, whole, years, today))
        columns: tuple[str, ...] = ()
    else:
        cells = _flow_cells(session, measure, body, ranges, is_sole(chosen, measure, rows))
        cells |= _flow_cells(session, measure, whole, ranges, is_sole(chosen, measure))
        found = sorted({int(column) for _, column in cells if column.isdigit()})
        years = _continuous(found)
        columns = tuple(sorted({column for _, column in cells if "-" in column}))
    keys = tuple(sorted({row for row, _ in cells if row != TOTAL}))
    return Table(measure, keys, years, columns, cells, _repeated(session, measure, body, years, today, ranges))


def total(session: Session, measure: Measure, chosen: RecordFilter, today: date) -> Cell:
    """One figure: `measure` in the row and the column that `chosen` names."""
    bare = chosen.narrowed(year="", number="")
    years = (int(chosen.year),) if chosen.year.isdigit() else ()
    return cells_by_column(session, measure, bare, today, ranges="-" in chosen.year, years=years).get(chosen.year or TOTAL, Cell())


def cells_by_column(
    session: Session, measure: Measure, chosen: RecordFilter, today: date, *, ranges: bool = False, years: Iterable[int] = ()
) -> dict[str, Cell]:
    """The figures of one row by column; under `TOTAL` that of all columns.

    What lasts is told for every year from its first known one; `years` are others that are asked for: what began nobody
    knows when may have lasted in any.
    """
    whole = _whole(session, measure, chosen)
    if measure.mode in (Mode.ACTIVE, Mode.STOCK):
        years = tuple(sorted({*_span_years(session, whole, today), *years}))
        return {column: cell for (_, column), cell in _span_cells(session, measure, whole, years, today)}
    cells = _flow_cells(session, measure, whole, ranges, is_sole(chosen, measure))
    return {column: cell for (_, column), cell in cells.items()}


def record_ids(session: Session, chosen: RecordFilter, measure: Measure | None, today: date) -> sa.Select[int]:
    """The ids of exactly the records behind a figure (C43): same filter, same facts."""
    if measure and not chosen.number:
        chosen = replace(chosen, number=NumberState.VALUE.value)
    where = [*conditions(session, chosen, measure), *in_row(chosen, measure), *in_column(measure, chosen.year, today)]
    found = sa.select(Fact.record_id).where(*where)
    return found if is_sole(chosen, measure) else found.distinct()


def _whole(session: Session, measure: Measure, chosen: RecordFilter) -> Any:
    """The facts of the distinct total, or of the one row that `chosen` names, under the row key `TOTAL`."""
    where = [*conditions(session, chosen, measure), *in_row(chosen, measure)]
    return sa.select(sa.literal(TOTAL).label("row"), *(getattr(Fact, name) for name in _COLUMNS)).where(*where).subquery()


def _body(session: Session, measure: Measure, chosen: RecordFilter, rows: Rows) -> Any:
    """The facts of every row, each with its row's key; a fact may stand in several rows."""
    where = conditions(session, chosen, measure)
    columns = [getattr(Fact, name) for name in _COLUMNS]
    parts = facts_by_row(rows, chosen, measure, columns, where)
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery()


def _numbers(measure: Measure, facts: Any, sole: bool) -> list[Any]:
    """The aggregates of a cell, in the order of `_cell`. Where each record has one fact (`sole`), nothing is to be told apart."""

    def records(condition: Any) -> Any:
        if sole:
            return sa.func.sum(sa.case((condition, 1), else_=0))
        return sa.func.count(sa.distinct(sa.case((condition, facts.c.record_id))))

    has_value = facts.c.number_state == NumberState.VALUE
    return [
        records(has_value),
        sa.func.sum(sa.case((has_value, facts.c.value_lo))),
        sa.func.sum(sa.case((has_value, facts.c.value_hi))),
        sa.func.sum(sa.case((sa.and_(has_value, facts.c.value_hi.is_(None)), 1), else_=0)),
        sa.func.sum(sa.case((facts.c.is_about, 1), else_=0)),
        # C31: k is the number of statements; a record may make several
        sa.func.sum(sa.case((facts.c.number_state == NumberState.UNQUANTIFIED, 1), else_=0))
        if measure.is_quantity
        else records(facts.c.number_state == NumberState.UNQUANTIFIED),
        records(facts.c.number_state == NumberState.MISSING),
        records(is_inferred(measure, facts.c)),
        sa.func.sum(sa.case((facts.c.is_open_list, 1), else_=0)),
    ]


def _cell(measure: Measure, numbers: Iterable[Any]) -> Cell:
    records, lower, upper, unbounded, about, unquantified, missing, inferred, open_lists = numbers
    if not measure.is_quantity:
        # C3, C9: records are counted again in each row, never summed from other rows.
        return Cell(records, Decimal(records), Decimal(records), False, unquantified, 0, inferred, bool(open_lists))
    top = None if unbounded else Decimal(str(upper or 0))
    return Cell(records, Decimal(str(lower or 0)), top, bool(about), unquantified, missing, inferred, bool(open_lists))


def _flow_cells(session: Session, measure: Measure, facts: Any, ranges: bool, sole: bool) -> dict[tuple[str, str], Cell]:
    """Cells by year, `uncertain` (or one column per range), `not_stated` (C12), and the total of each row.

    All facts that a record has in a measure share its date, so a row's total is the sum of its columns.
    """
    end = measure.mode is Mode.ENDED
    year, lo, hi = (facts.c.end_year, facts.c.end_lo, facts.c.end_hi) if end else (facts.c.year, facts.c.lo, facts.c.hi)
    known = sa.case((sa.and_(lo.is_not(None), hi.is_not(None)), 1), else_=0)
    between = [year_of(lo), year_of(hi)] if ranges else []
    shape = [year, known, *(sa.case((year.is_(None), column)) for column in between)]
    statement = sa.select(facts.c.row, *shape, *_numbers(measure, facts, sole)).group_by(facts.c.row, *shape)
    cells: dict[tuple[str, str], Cell] = {}
    for row, found, is_known, *rest in session.execute(statement):
        bounds, numbers = rest[: len(between)], rest[len(between) :]
        column = str(found) if found is not None else NOT_STATED if not is_known else f"{bounds[0]}-{bounds[1]}" if ranges else UNCERTAIN
        cell = _cell(measure, numbers)
        for key in ((row, column), (row, TOTAL)):
            cells[key] = cells[key].plus(cell) if key in cells else cell
    return cells


def _span_cells(
    session: Session, measure: Measure, facts: Any, years: tuple[int, ...], today: date
) -> Iterator[tuple[tuple[str, str], Cell]]:
    """Cells by year with a lower (certain) and an upper (possible) bound. The total of a stock is today's; of what was active, all."""
    spans = sa.select(facts).where(facts.c.number_state == NumberState.VALUE).subquery()
    window = _windows(measure, years, today)
    if window is not None:
        sure = certain(measure.mode, window.c.first, window.c.last, spans.c)
        joined = sa.select(spans.c.row, window.c.name, sa.case((sure, spans.c.record_id)).label("sure"), *_spanned(measure, spans))
        statement = joined.join(window, possible(measure.mode, window.c.first, window.c.last, spans.c)).subquery()
        for row, name, *numbers in session.execute(_by(statement, statement.c.row, statement.c.name)):
            yield (row, name), _span_cell(*numbers)
    if measure.mode is Mode.ACTIVE:
        undated = sa.or_(spans.c.lo.is_(None), spans.c.hi.is_(None))
        whole = sa.select(spans.c.row, spans.c.record_id.label("sure"), *_spanned(measure, spans))
        for column, statement in ((NOT_STATED, whole.where(undated).subquery()), (TOTAL, whole.subquery())):
            for row, *numbers in session.execute(_by(statement, statement.c.row)):
                yield (row, column), _span_cell(*numbers)


def _spanned(measure: Measure, spans: Any) -> list[Any]:
    inferred = sa.case((is_inferred(measure, spans.c), spans.c.record_id)).label("inferred")
    return [spans.c.record_id, inferred, sa.case((spans.c.is_open_list, 1), else_=0).label("open_list")]


def _by(spans: Any, *keys: Any) -> sa.Select[Any]:
    records = [sa.func.count(sa.distinct(column)) for column in (spans.c.record_id, spans.c.sure, spans.c.inferred)]
    return sa.select(*keys, *records, sa.func.sum(spans.c.open_list)).group_by(*keys)


def _span_cell(upper: int, lower: int, inferred: int, open_lists: int) -> Cell:
    return Cell(upper, Decimal(lower), Decimal(upper), inferred=inferred, open_list=bool(open_lists))


def _windows(measure: Measure, years: tuple[int, ...], today: date) -> Any:
    """The days that count for each column, as a table; None when there is no column."""
    named = [(str(year), *span_window(measure.mode, year, today)) for year in years]
    if measure.mode is Mode.STOCK:
        named.append((TOTAL, today, today))
    parts = [
        sa.select(sa.literal(name).label("name"), sa.literal(first, sa.Date).label("first"), sa.literal(last, sa.Date).label("last"))
        for name, first, last in named
    ]
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).cte("windows") if parts else None


def _span_years(session: Session, facts: Any, today: date) -> tuple[int, ...]:
    """From the first start to this year: what goes on has no other last year."""
    first = session.scalar(sa.select(sa.func.min(sa.func.coalesce(facts.c.lo, facts.c.hi))))
    return tuple(range(first.year, max(first.year, today.year) + 1)) if first else ()


def _continuous(years: list[int]) -> tuple[int, ...]:
    """Every year from the first to the last, so that a gap is seen; only those with records where they are too many."""
    if not years or years[-1] - years[0] > 40:
        return tuple(years)
    return tuple(range(years[0], years[-1] + 1))


def _repeated(session: Session, measure: Measure, facts: Any, years: tuple[int, ...], today: date, ranges: bool) -> dict[str, int]:
    """How many records stand in more than one row: by column, and under `TOTAL` in all."""
    values = sa.select(facts).where(facts.c.number_state == NumberState.VALUE).subquery()
    found: dict[str, int] = {TOTAL: 0}
    if measure.is_span:
        window = _windows(measure, years, today)
        if window is not None:
            several = sa.select(window.c.name, values.c.record_id).group_by(window.c.name, values.c.record_id)
            several = several.join(window, possible(measure.mode, window.c.first, window.c.last, values.c))
            several = several.having(sa.func.count(sa.distinct(values.c.row)) > 1)
            named = several.subquery()
            found |= dict(session.execute(sa.select(named.c.name, sa.func.count()).group_by(named.c.name)).all())
        if measure.mode is Mode.STOCK:
            return found
    year, lo, hi = (
        (values.c.end_year, values.c.end_lo, values.c.end_hi) if measure.mode is Mode.ENDED else (values.c.year, values.c.lo, values.c.hi)
    )
    known = sa.case((sa.and_(lo.is_not(None), hi.is_not(None)), 1), else_=0)
    shape = {"year": year, "known": known, "first": year_of(lo), "last": year_of(hi)}
    grouped = sa.select(values.c.record_id, *(sa.func.min(column).label(name) for name, column in shape.items())).group_by(
        values.c.record_id
    )
    again = grouped.having(sa.func.count(sa.distinct(values.c.row)) > 1).subquery()
    columns: list[Any] = [again.c[name] for name in shape]
    for in_year, is_known, first, last in session.execute(sa.select(*columns)):
        found[TOTAL] += 1
        column = str(in_year) if in_year is not None else NOT_STATED if not is_known else f"{first}-{last}" if ranges else UNCERTAIN
        if not measure.is_span or column == NOT_STATED:
            found[column] = found.get(column, 0) + 1
    return found

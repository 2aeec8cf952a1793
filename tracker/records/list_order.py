"""In which order the records of a list stand: by what each of them says, or, of what is in force, by when it ends."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tracker.counting.endings import next_to_end, no_longer
from tracker.counting.filters import LATELY, RecordFilter
from tracker.counting.measures import Mode
from tracker.records.filtering import Reader, measure_of
from tracker.records.models import Record

SORTS = ("date", "title", "ref", "changed", "kind")
BY_END = "ends"


def sorts_of(reader: Reader, chosen: RecordFilter) -> tuple[str, ...]:
    """The orders that the list of `chosen` can have; each also with `-` before it, where the largest comes first."""
    return (*SORTS, BY_END) if tells_ends(reader, chosen) else SORTS


def tells_ends(reader: Reader, chosen: RecordFilter) -> bool:
    """Whether the filter asks for what is in force today or was until lately, so that its records say when they end."""
    return ends_of(reader, chosen) is not None


def ends_of(reader: Reader, chosen: RecordFilter) -> sa.Select[Any] | None:
    """Rows for `ending_of` of the records of `chosen`, in the order of their ends; None where it does not ask for what ends."""
    if chosen.ends == LATELY and chosen.stock is not None:
        return no_longer(reader.session, chosen.row_of_stock(), chosen.stock, reader.today)
    measure = measure_of(chosen)
    if measure is None or measure.mode is not Mode.STOCK or chosen.year not in ("", str(reader.today.year)):
        return None
    return next_to_end(reader.session, chosen, measure, reader.today)


def ordered(reader: Reader, chosen: RecordFilter, statement: sa.Select[Any], sort: str) -> sa.Select[Any]:
    """`statement` of records of `chosen`, in one of the orders that `sorts_of` allows. What says no end comes last either way."""
    found = ends_of(reader, chosen) if sort.lstrip("-") == BY_END else None
    if found is None:
        return in_order(statement, sort)
    ends = found.order_by(None).subquery()
    no_end = sa.case((sa.func.coalesce(ends.c.end_lo, ends.c.end_hi).is_(None), 1), else_=0)
    # a record that was in force twice has two ends
    first = (sa.func.min(no_end).label("no_end"), sa.func.min(ends.c.turn).label("turn"))
    by_record = sa.select(ends.c.record_id, *first).group_by(ends.c.record_id).subquery()
    turn = by_record.c.turn.desc() if sort.startswith("-") else by_record.c.turn.asc()
    return statement.outerjoin(by_record, by_record.c.record_id == Record.id).order_by(by_record.c.no_end, turn, Record.id.desc())


def sorted_by(name: str) -> Any:
    """The expression by which a list sorted by `name` is in order; ties are in the order of the keys, the newest first."""
    return {
        "date": Record.__table__.c.start_lo,
        "title": sa.func.lower(Record.title),
        "ref": Record.ref,
        "changed": Record.changed_at,
        "kind": Record.kind,
    }[name]


def in_order(statement: sa.Select[Any], sort: str) -> sa.Select[Any]:
    """By counting date with the newest first unless asked otherwise; what has no date comes last either way."""
    descending = sort.startswith("-")
    name = sort.lstrip("-")
    column = sorted_by(name)
    order = column.desc() if descending else column.asc()
    first = [sa.case((column.is_(None), 1), else_=0)] if name == "date" else []
    return statement.order_by(*first, order, Record.id.desc())

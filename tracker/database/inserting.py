"""Many rows of one table at once: bound column by column, for what a row costs otherwise is made of looking up its names one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session


def insert_rows(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all give the same columns, by name; the others get their default. Nothing is read back."""
    if rows:
        _insert(session, model.__table__, {name: [row[name] for row in rows] for name in rows[0]}, len(rows))


def insert_tuples(session: Session, model: type[Any], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """The same of rows that give the columns `names` in this order."""
    if rows:
        _insert(session, model.__table__, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), len(rows))


def _insert(session: Session, table: Any, given: Mapping[str, list[Any]], count: int) -> None:
    connection = session.connection()
    dialect = connection.dialect
    statement, order, is_by_place = _statement(table, tuple(given), dialect)
    columns = [_bound(table.c[name], given.get(name), count, dialect) for name in order]
    values: Any = list(zip(*columns, strict=True))
    if not is_by_place:
        values = [dict(zip(order, row, strict=True)) for row in values]
    connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=200)  # of some tables and dialects; an import writes to each of its tables again and again
def _statement(table: Any, names: tuple[str, ...], dialect: Dialect) -> tuple[str, list[str], bool]:
    """The statement, the names of its parameters in order, and whether the driver takes them by their place."""
    made: Any = sa.insert(table).compile(dialect=dialect, column_keys=list(names), for_executemany=True)
    return made.string, list(made.positiontup or made.params), bool(made.positiontup)


def _bound(column: sa.Column[Any], values: list[Any] | None, count: int, dialect: Dialect) -> list[Any]:
    """The values of one column as the driver takes them; None: its default."""
    if values is None:
        default: Any = column.default
        values = [default.arg(None) if default.is_callable else default.arg] * count
    kind = column.type.dialect_impl(dialect)
    bind = kind.bind_processor(dialect)
    if bind is None:
        return values
    # a column of thousands of rows has few words, days and numbers
    return list(map(bind if isinstance(kind, sa.JSON) else cache(bind), values))

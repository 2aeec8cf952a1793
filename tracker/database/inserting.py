"""Many rows of one table at once: bound column by column, for what a row costs otherwise is made of looking up its names one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session


def insert_rows(session: Session, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all give the same columns, by name; the others get their default. Nothing is read back."""
    if not rows:
        return
    table, connection = model.__table__, session.connection()
    dialect, names = connection.dialect, list(rows[0])
    made: Any = sa.insert(table).compile(dialect=dialect, column_keys=names, for_executemany=True)
    order = made.positiontup or list(made.params)
    columns = [_bound(table.c[name], [row[name] for row in rows] if name in names else None, len(rows), dialect) for name in order]
    values: Any = list(zip(*columns, strict=True))
    if not made.positiontup:
        values = [dict(zip(order, row, strict=True)) for row in values]
    connection.exec_driver_sql(made.string, values)


def _bound(column: sa.Column[Any], values: list[Any] | None, count: int, dialect: Dialect) -> list[Any]:
    """The values of one column as the driver takes them; None: its default."""
    if values is None:
        default: Any = column.default
        values = [default.arg(None) if default.is_callable else default.arg] * count
    bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    if isinstance(column.type.dialect_impl(dialect), sa.Enum | sa.Date | sa.Boolean):
        bind = cache(bind)  # a column of thousands of rows has few words and days
    return [bind(value) for value in values]

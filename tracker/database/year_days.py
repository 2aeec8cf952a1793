"""The first and the last day of a year, as both engines write them: `FirstDay(column)`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


class _DayOfYear(sa.sql.functions.GenericFunction[Any]):
    """A day of the year that is the argument."""

    type = sa.Date()
    inherit_cache = True
    month, day = 0, 0


class FirstDay(_DayOfYear):
    name = "first_day_of_year"
    inherit_cache = True
    month, day = 1, 1


class LastDay(_DayOfYear):
    name = "last_day_of_year"
    inherit_cache = True
    month, day = 12, 31


@compiles(FirstDay, "postgresql")
@compiles(LastDay, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"make_date({compiler.process(element.clauses, **options)}, {element.month}, {element.day})"


@compiles(FirstDay, "sqlite")
@compiles(LastDay, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"printf('%04d-{element.month:02}-{element.day:02}', {compiler.process(element.clauses, **options)})"

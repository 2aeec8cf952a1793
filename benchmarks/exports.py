"""`python -m benchmarks.exports [--records N] [--url URL]`: lists as files and the dump, at size.

Prints for each file its seconds, those of the processor, its megabytes, and how far the memory of the process rose meanwhile: a file
that is made row by row takes as much for 100,000 records as for 1,000. Each is made once before of a few records, so that libraries
that are loaded for it do not count.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from benchmarks.data import PASSWORD, load
from tracker import create_app
from tracker.accounts.clearance import Marking
from tracker.config import Settings
from tracker.counting.models import Basis
from tracker.database import migrations
from tracker.exchange import bi_views
from tracker.exchange.dump import Asked, dump
from tracker.extensions import db
from tracker.records.exchange_rows import FORMATS
from tracker.vocabularies.reference import load as load_reference

STATUS, CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.exports")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--url", default="", help="an empty database; a new SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        migrations.upgrade(url)
        app = create_app(Settings(database_url=url, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,)), testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.test_request_context():
            load_reference(db.session)
            load(db.session, options.records)
            bi_views.make()
            print(f"{options.records} records on {db.engine.dialect.name}")
        measure(app, Path(folder))


def measure(app: Flask, folder: Path) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"username": "bench", "password": PASSWORD})
    client.get("/records/")
    for name in ("csv", *FORMATS):
        fetched(client, f"/records.{name}?partner=FJI&year=2020", folder / name)
    print(f"{'file':32} {'s':>8} {'cpu s':>8} {'MB':>8} {'memory +MB':>11}")
    for name in ("csv", *FORMATS):
        path = folder / name
        told(f"/records.{name}", lambda name=name, path=path: fetched(client, f"/records.{name}", path))
    told("one figure of the view", lambda: one_figure(app))
    told("dump", lambda: dumped(app, folder / "dump"))


def fetched(client: object, url: str, path: Path) -> int:
    """Read an answer as a browser does, piece by piece, into a file; gives its size."""
    answer = client.get(url, buffered=False)  # type: ignore[attr-defined]
    if answer.status_code != 200:
        raise SystemExit(f"{url} answered {answer.status_code}")
    with path.open("wb") as file:
        for piece in answer.iter_encoded():
            file.write(piece)
    answer.close()
    size = path.stat().st_size
    path.unlink()
    return size


def one_figure(app: Flask) -> int:
    with app.app_context():
        asked = "SELECT * FROM bi_figures_amber WHERE basis = 'working' AND measure = 'handovers' AND year = 2020"
        return len(db.session.execute(sa.text(asked)).all())


def dumped(app: Flask, folder: Path) -> int:
    asked = Asked(Marking.AMBER, Basis.WORKING, "parquet", datetime.now(UTC), "CHN")
    with app.test_request_context():
        return sum(one.bytes for one in dump(folder, asked))


def told(name: str, make: Callable[[], int]) -> None:
    CLEAR_REFS.write_text("5", encoding="ascii")  # the highest is looked for anew
    before, begun, worked = memory("VmRSS"), time.perf_counter(), time.process_time()
    size = make()
    seconds, of_processor = time.perf_counter() - begun, time.process_time() - worked
    print(f"{name:32} {seconds:8.1f} {of_processor:8.1f} {size / 1e6:8.1f} {memory('VmHWM') - before:11.1f}", flush=True)


def memory(name: str) -> float:
    """What the process has now (`VmRSS`), or had at most (`VmHWM`), in megabytes. Linux only."""
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()

"""`python -m benchmarks.backup [--records N] [--url URL --into URL]`: how long a backup and its restore take, at size.

The promise: yesterday's is back in less than 10 minutes with 100,000 records.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.data import load
from tracker import create_app
from tracker.administration import backup, restore
from tracker.config import Settings
from tracker.database import migrations
from tracker.extensions import db
from tracker.vocabularies.reference import load as load_reference


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.backup")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--url", default="", help="an empty database to back up; a new SQLite file without it")
    parser.add_argument("--into", default="", help="an empty database to restore into; a new SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url, into = options.url or f"sqlite:///{folder / 'a.sqlite3'}", options.into or f"sqlite:///{folder / 'b.sqlite3'}"
        migrations.upgrade(url)
        file = folder / "backup.zip"
        with create_app(Settings(database_url=url, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,)), testing=True).app_context():
            load_reference(db.session)
            load(db.session, options.records)
            begun = time.perf_counter()
            rows = backup.make(file, folder / "files", "CHN").manifest.rows
            size = file.stat().st_size / 1e6
            print(
                f"{options.records} records, {rows} rows: backup in {time.perf_counter() - begun:.1f} s, {size:.1f} MB, {db.engine.dialect.name}"
            )
        begun = time.perf_counter()
        backup.check(file)
        print(f"checked in {time.perf_counter() - begun:.1f} s")
        with create_app(Settings(database_url=into, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,)), testing=True).app_context():
            begun = time.perf_counter()
            restore.restore(file, folder / "restored", "CHN")
            print(f"restored in {time.perf_counter() - begun:.1f} s, {db.engine.dialect.name}")
    print(f"memory at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()

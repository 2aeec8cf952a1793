"""`python -m benchmarks.briefs [--records N] [--url URL]`: the brief on a country with many records, and the report on a year.

Every record is the country's and cites one of `--sources` sources. Prints the slowest of `--rounds` answers in seconds, and how many of
them this process had the processor, which tells a slow file from a busy machine. The promise is under 5 s for a country with 2,000 records.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.data import PASSWORD, load
from tracker import create_app
from tracker.config import Settings
from tracker.database import migrations
from tracker.extensions import db
from tracker.records.models import Record
from tracker.records.sources import Evidence, Source
from tracker.vocabularies.reference import load as load_reference

COUNTRY = "THA"
FILES = {
    "brief, DOCX": f"/partners/{COUNTRY}/brief.docx?basis=working",
    "brief, PDF": f"/partners/{COUNTRY}/brief.pdf?basis=working",
    "report, DOCX": "/years/2020/report.docx?basis=working",
    "report, PDF": "/years/2020/report.pdf?basis=working",
}


def cite(session: Session, sources: int) -> None:
    """Give every record one of so many sources."""
    rng, now = random.Random(1), datetime.now(UTC)
    owner = session.scalars(sa.select(Record.owner_id).limit(1)).one()
    made = [
        Source(ref=f"SRC-2026-{number:04d}", title=f"Gazette {number}", publisher="Ministry", created_by_id=owner)
        for number in range(sources)
    ]
    session.add_all(made)
    session.flush()
    ids = [one.id for one in made]
    blank: dict[str, Any] = {"no": 1, "target_field": "", "quote_exact": "", "quote_prefix": "", "quote_suffix": "", "locator": ""}
    blank |= {"coded_by_id": owner, "coded_at": now}
    rows = [blank | {"record_id": key, "source_id": rng.choice(ids)} for key in session.scalars(sa.select(Record.id))]
    session.execute(sa.insert(Evidence.__table__), rows)
    session.commit()


def measure(app: Flask, rounds: int) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"username": "bench", "password": PASSWORD})
    for name, address in FILES.items():
        times, busy, size = [], [], 0
        for _ in range(rounds):
            begun, begun_busy = time.perf_counter(), time.process_time()
            answer = client.get(address)
            times.append(time.perf_counter() - begun)
            busy.append(time.process_time() - begun_busy)
            size = len(answer.data)
        said = f"{max(times):6.2f} s, processor {max(busy):.2f} s, {size / 1000:.0f} kB"
        print(f"{name:14} {said if answer.status_code == 200 else answer.status_code}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.briefs")
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--url", default="", help="an empty database; a new SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'briefs.sqlite3'}"
        migrations.upgrade(url)
        app = create_app(Settings(database_url=url, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,)), testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            load_reference(db.session)
            load(db.session, options.records, partner=COUNTRY)
            cite(db.session, options.sources)
            print(f"{options.records} records with {COUNTRY} on {db.engine.dialect.name}")
        measure(app, options.rounds)


if __name__ == "__main__":
    main()

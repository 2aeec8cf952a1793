"""`python -m benchmarks [--records N] [--url URL]`: pages against a bare Flask and Jinja page of 25 rows, asked in turn.

Prints the median of each page in milliseconds and as a multiple of the bare page ("x bare"). Ratios travel between
machines, milliseconds do not.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, render_template_string
from sqlalchemy import select

from benchmarks.data import PASSWORD, load
from tracker import create_app
from tracker.config import Settings
from tracker.database import migrations
from tracker.extensions import db
from tracker.records import registry
from tracker.records.models import Record
from tracker.vocabularies.reference import load as load_reference

# nothing that was written in bulk is verified, so figures are asked for on the working basis
PAGES = {
    "list of all": "/records/",
    "list, page in the middle": "/records/?page={middle}",
    "list, country + year + type": "/handovers/?partner=THA&year=2020",
    "list, text, common word": "/records/?q=fraud",
    "list, text, two words": "/records/?q=fraud+border",
    "record": "/{slug}/{ref}",
    "country x year, all activities": "/figures/?measure=activities&basis=working",
    "country x year, persons": "/figures/?measure=persons_handed_over&basis=working",
    "country x year, operations active": "/figures/?measure=operations_active&basis=working",
    "region x year": "/figures/?measure=activities&rows=region&basis=working",
    "country page": "/partners/THA?basis=working",
    "year page": "/years/2020?basis=working",
    "home": "/?basis=working",
    "how we count": "/how-we-count",
    "form": "/operations/new",
}
BARE = "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"


def median_ms(ask: Callable[[], object], rounds: int) -> float:
    """Median of `rounds` calls after one warm-up, in milliseconds."""
    ask()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        ask()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def bare_page() -> Callable[[], object]:
    """A page of 25 rows without a database: what Flask and Jinja cost by themselves."""
    app = Flask("bare")
    rows = [[f"cell {row} {column}" for column in range(6)] for row in range(25)]
    app.add_url_rule("/", "index", lambda: render_template_string(BARE, rows=rows))
    client = app.test_client()
    return lambda: client.get("/")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--url", default="", help="an empty database; a new SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        migrations.upgrade(url)
        app = create_app(Settings(database_url=url, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,)), testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            load_reference(db.session)
            begun = time.perf_counter()
            load(db.session, options.records)
            print(f"{options.records} records written in {time.perf_counter() - begun:.1f} s on {db.engine.dialect.name}")
        measure(app, options.records, options.rounds)


def measure(app: Flask, records: int, rounds: int) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"username": "bench", "password": PASSWORD})
    with app.app_context():
        record = db.session.scalars(select(Record).order_by(Record.id).limit(1)).one()
        ref, slug = record.ref, registry.by_kind(record.kind).slug
    bare = bare_page()
    print(f"{'page':38} {'ms':>9} {'x bare':>8}")
    for name, address in PAGES.items():
        url = address.format(middle=records // 100, slug=slug, ref=ref)
        answer = client.get(url)
        if answer.status_code != 200:
            print(f"{name:38} answered {answer.status_code}")
            continue
        taken, floor = median_ms(lambda url=url: client.get(url), rounds), median_ms(bare, rounds)
        print(f"{name:38} {taken:9.1f} {taken / floor:8.1f}")


if __name__ == "__main__":
    main()

"""`python -m benchmarks.trail [--events N] [--url URL]`: the page of the trail and its check, at size.

Prints the slowest of `--rounds` answers in milliseconds for each question: the promise is under 5 s with 1,000,000 events.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.data import PASSWORD
from tracker import create_app
from tracker.accounts.models import Role
from tracker.accounts.services import add_user
from tracker.audit.actions import Action
from tracker.audit.chain import canonical, hash_of
from tracker.audit.models import AuditEvent, AuditHead
from tracker.audit.verification import faults, head_of, stored_events
from tracker.config import Settings
from tracker.database import migrations
from tracker.database.session import snapshot
from tracker.extensions import db

BATCH = 5_000
PEOPLE = 40
PAGES = {
    "newest": "/audit/",
    "in the middle": "/audit/?before={middle}",
    "one person": "/audit/?person=user7",
    "who saw one record": "/audit/?about=HND-2026-0042&action=all-reads",
    "everything seen by one person": "/audit/?person=user7&action=all-reads",
    "one rare action": "/audit/?action=key_rotated",
    "one day": "/audit/?since=2024-06-15&until=2024-06-15",
    "words of a purpose, rare": "/audit/?purpose=needle",
    "words of a purpose, none": "/audit/?purpose=nowhere+to+be+found",
    "person, days and words, none": "/audit/?person=user7&since=2024-01-01&until=2024-12-31&purpose=nowhere",
}


def load(session: Session, count: int) -> None:
    """`count` chained events of forty people over three years."""
    rng = random.Random(1)
    head = session.scalars(sa.select(AuditHead)).one()
    at, actions = datetime(2023, 12, 1, tzinfo=UTC), list(Action)[:-1]
    for start in range(0, count, BATCH):
        rows: list[dict[str, Any]] = []
        for number in range(start, min(start + BATCH, count)):
            person = rng.randrange(PEOPLE)
            action = Action.KEY_ROTATED if number % 50_000 == 7 else rng.choice(actions)
            event: dict[str, Any] = {
                "no": head.no + 1, "at": at + timedelta(seconds=90 * number), "actor_id": person + 1, "actor": f"user{person}",
                "action": action.value, "target": f"HND-2026-{rng.randrange(20_000):04d}",
                "purpose": "the needle" if number % 70_000 == 11 else rng.choice(("", "", "annual report", "question of the minister")),
                "detail": canonical({"version": rng.randrange(9)}), "address": "10.0.0.7", "request": f"{number:016x}", "previous": head.hash,
            }  # fmt: skip
            event["hash"] = hash_of(event, head.hash)
            head.no, head.hash = event["no"], event["hash"]
            rows.append(event)
        session.execute(sa.insert(AuditEvent), rows)
        session.commit()
    session.execute(sa.text("ANALYZE"))
    session.commit()


def measure(app: Flask, events: int, rounds: int) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"username": "bench", "password": PASSWORD})
    for name, address in PAGES.items():
        times = []
        for _ in range(rounds):
            begun = time.perf_counter()
            status = client.get(address.format(middle=events // 2)).status_code
            times.append((time.perf_counter() - begun) * 1000)
        print(f"{name:34} {max(times):9.0f} ms" if status == 200 else f"{name:34} answered {status}")
    begun = time.perf_counter()
    size = sum(len(piece) for piece in client.get("/audit/events.jsonl").iter_encoded())
    print(f"{'whole file':34} {time.perf_counter() - begun:9.1f} s, {size / 1e6:.0f} MB")
    with app.app_context(), snapshot(db.engine) as session:
        begun = time.perf_counter()
        found = len(list(faults(stored_events(session), head_of(session))))
        print(f"{'verify':34} {time.perf_counter() - begun:9.1f} s, {found} faults")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.trail")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--url", default="", help="an empty database; a new SQLite file without it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{Path(folder) / 'trail.sqlite3'}"
        migrations.upgrade(url)
        app = create_app(Settings(database_url=url, secret_key="bench" * 8, personal_data_keys=(b"k" * 32,)), testing=True)
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            for number in range(PEOPLE):
                add_user(None, db.session, f"user{number}", "", Role.OFFICER, PASSWORD)
            add_user(None, db.session, "bench", "Bench", Role.ADMINISTRATOR, PASSWORD)
            db.session.commit()
            begun = time.perf_counter()
            load(db.session, options.events)
            print(f"{options.events} events written in {time.perf_counter() - begun:.1f} s on {db.engine.dialect.name}")
        measure(app, options.events, options.rounds)


if __name__ == "__main__":
    main()

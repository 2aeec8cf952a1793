"""Imports whose file was read already: no process is started for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.extensions import db
from tracker.imports import services
from tracker.imports.cell_dates import Order, Style
from tracker.imports.chunks import pack
from tracker.imports.models import ImportBatch
from tracker.imports.plan import Matched, Plan
from tracker.imports.running import Worker
from tracker.imports.tables import Head, SheetStart
from tracker.personal_data.keys import master

HEADER = ["No", "Course", "Countries", "Start", "Trainees"]
TRAININGS = Plan(
    kind="training",
    columns={
        0: Matched("identifiers:other"), 1: Matched("title"), 2: Matched("parties:recipient", "/"), 3: Matched("start"),
        4: Matched("figures:participants"),
    },
    dates={3: Style(Order.DAY_FIRST)},
)  # fmt: skip


def courses(count: int, first: int = 1) -> list[list[str]]:
    """Lines of trainings that can be imported as they are."""
    return [[str(n), f"Course {n}", ("Thailand", "Laos / Viet Nam", "Soviet Union")[n % 3], f"{1 + n % 28:02d}.05.2024", str(n)]
            for n in range(first, first + count)]  # fmt: skip


def batch(session: Session, actor: User, rows: Sequence[list[str]], plan: Plan = TRAININGS, name: str = "courses.csv") -> ImportBatch:
    """An import of these lines below the usual header; the caller commits."""
    packed = pack([SheetStart("", 1), HEADER, *map(list, rows)], services.MOST_LINES)
    data = repr(rows).encode()
    made = services.begin(actor, session, master(), name, data, (Head("text", "utf-8", ","), packed))
    services.replan(actor, session, made, plan)
    return made


def worker_of(user_id: int) -> Worker:
    """Inside of an application's context."""
    state = current_app.config["SETTINGS"].reporting_state
    return Worker(db.session, user_id, master(), "en", date(2026, 11, 27), state)


def checked(app: Flask, user_id: int, number: int) -> None:
    """Check every line of an import."""
    with app.test_request_context():
        worker = worker_of(user_id)
        while worker.check(number, 0):
            pass
        db.session.rollback()


def loaded(app: Flask, user_id: int, number: int, pieces: int) -> None:
    """Check and confirm an import and load so many pieces of it."""
    with app.test_request_context():
        worker = worker_of(user_id)
        while worker.check(number, 0):
            pass
        worker.confirm(number)
        for _ in range(pieces):
            worker.load(number, 0)
        db.session.rollback()

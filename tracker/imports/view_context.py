"""What the pages of imports need of the request: the batch, for its importer alone, and what works on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, url_for
from flask_babel import gettext

from tracker.accounts.guards import current_user
from tracker.accounts.models import Role
from tracker.extensions import db
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.running import Worker
from tracker.imports.services import StateError
from tracker.imports.work import Work
from tracker.personal_data.keys import master
from tracker.records.view_context import current_reader

SECONDS = 4.0  # that a request works on an import before its page says how far it is


@dataclass(frozen=True)
class Step:
    """One step of an import: its page, and whether it is this one."""

    label: str
    url: str
    is_current: bool


def batch_or_404(number: int, *, to_change: bool = False) -> ImportBatch:
    """The batch, for its importer; once it is finished for administrators, too."""
    found = db.session.get(ImportBatch, number, with_for_update=to_change, populate_existing=to_change)
    user = current_user()
    if found is None or (found.created_by_id != user.id and (user.role is not Role.ADMINISTRATOR or found.done_at is None)):
        abort(404)
    return found


def open_batch_or_404(number: int, *, to_change: bool = False) -> ImportBatch:
    """One for its importer alone. Raises StateError where it is to be changed and is not being prepared any more."""
    batch = batch_or_404(number, to_change=to_change)
    if batch.created_by_id != current_user().id:
        abort(404)
    if to_change and batch.state is not BatchState.OPEN:
        raise StateError(batch.state.value)
    return batch


def work_on(batch: ImportBatch) -> Work:
    """To read the file of the batch and to check its lines, in the session of the request."""
    reader = current_reader()
    said = {"locale": reader.locale, "today": reader.today, "reporting_state": reader.reporting_state}
    return Work(db.session, reader.user, batch, master(), **said)  # type: ignore[arg-type]


def worker() -> Worker:
    """Whoever is signed in, for work in transactions of its own."""
    reader = current_reader()
    return Worker(db.session, reader.user.id, master(), reader.locale, reader.today, reader.reporting_state)


def steps(batch: ImportBatch, current: str) -> list[Step]:
    """The steps with their addresses; of a finished import none."""
    if batch.state is not BatchState.OPEN:
        return []
    names = {
        "table": gettext("Table"), "columns": gettext("Columns"), "meanings": gettext("Words and dates"),
        "rows": gettext("Rows"), "confirm": gettext("Import"),
    }  # fmt: skip
    return [Step(label, url_for(f"imports.{name}", number=batch.id), name == current) for name, label in names.items()]


def own_batches() -> list[ImportBatch]:
    """The imports of whoever is signed in, the newest first."""
    mine: Any = sa.select(ImportBatch).where(ImportBatch.created_by_id == current_user().id).order_by(ImportBatch.id.desc()).limit(100)
    return list(db.session.scalars(mine))

"""The long work of an import, a piece in each transaction, for a request that lasts some seconds or a command that lasts to the end.

The transactions are not those of the request: nobody who writes waits for more than one piece. Whoever works on a batch holds its row
for one piece; where the next begins stands in that row. So two tabs, or a page and a command, share the work and do nothing twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.database.sealing import Sealer
from tracker.database.session import writing
from tracker.imports import checking, loading
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.overview import Overview
from tracker.imports.services import StateError, save_profile
from tracker.imports.work import Work


@dataclass(frozen=True)
class Worker:
    """Who works, and what the work needs to know."""

    request_session: Session  # only what it is connected to and where it comes from: its own transaction ends first
    user_id: int
    master: Sealer
    locale: str
    today: date
    reporting_state: str
    overview: Overview = field(default_factory=Overview, compare=False)  # of the file at which this worker works, from piece to piece

    def check(self, batch_id: int, seconds: float) -> bool:
        """Check lines for so long; whether there are more."""
        return self._run(batch_id, seconds, checking.check_next)

    def check_again(self, batch_id: int, lines: list[int]) -> None:
        """Check single lines."""
        self._run(batch_id, 0, lambda work: checking.check_lines(work, lines))

    def confirm(self, batch_id: int) -> None:
        """Begin to load. Raises NotReadyError, StateError."""
        self._run(batch_id, 0, _confirm)

    def load(self, batch_id: int, seconds: float) -> bool:
        """Load lines for so long; whether there is more to do. Raises NotReadyError."""
        return self._run(batch_id, seconds, loading.load_next)

    def step_back(self, batch_id: int) -> None:
        """Delete what came in and check the file again."""
        self._run(batch_id, 0, lambda work: loading.step_back(work.session, work.batch))

    def clear(self, batch_id: int, seconds: float) -> bool:
        """Delete withheld records for so long; whether there are more."""
        return self._run(batch_id, seconds, lambda work: loading.clear_next(work.session, work.batch))

    def _run(self, batch_id: int, seconds: float, piece: Callable[[Work], bool | None]) -> bool:
        ends = time.monotonic() + seconds
        self.request_session.rollback()
        with writing(), Session(self.request_session.get_bind(), expire_on_commit=False) as session:
            audit.same_origin(self.request_session, session)
            work, plan = None, None
            while True:
                held = sa.select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
                batch = session.scalars(held.execution_options(populate_existing=True)).one_or_none()
                if batch is None:
                    raise StateError("gone")
                if work is None or batch.plan != plan:  # which another tab may change between two pieces
                    work, plan = self._work(session, batch), batch.plan
                more = bool(piece(work))
                session.commit()
                if not more or time.monotonic() >= ends:
                    return more

    def _work(self, session: Session, batch: ImportBatch) -> Work:
        user = session.get_one(User, self.user_id)
        return Work(
            *(session, user, batch, self.master), locale=self.locale, today=self.today, reporting_state=self.reporting_state,
            overview=self.overview,
        )  # fmt: skip


def _confirm(work: Work) -> None:
    """What was decided belongs to its profile from now on: an import that is cancelled before teaches nothing."""
    batch, is_first = work.batch, work.batch.state is BatchState.OPEN
    loading.confirm(work.user, work.session, batch)
    if batch.profile and is_first:
        save_profile(work.user, work.session, batch, batch.profile, work.file.headers())

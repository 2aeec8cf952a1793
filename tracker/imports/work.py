"""What one importer works with at one batch: its file, its plan, and what both were looked up for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.sealing import Sealer
from tracker.imports.chunks import Line
from tracker.imports.models import ImportBatch
from tracker.imports.overview import Groups, Overview, is_left_out
from tracker.imports.plan import Plan, from_json
from tracker.imports.preparing import Preparer, Unit
from tracker.imports.reading import File


class Work:
    """One importer at one batch, for as long as a request or a command lasts."""

    def __init__(
        self,
        session: Session,
        user: User,
        batch: ImportBatch,
        master: Sealer,
        *,
        locale: str,
        today: date,
        reporting_state: str,
        overview: Overview | None = None,
    ) -> None:
        self.session, self.user, self.batch = session, user, batch
        self.locale, self.today, self.reporting_state = locale, today, reporting_state
        self.plan: Plan = from_json(batch.plan)
        self.file = File(session, master, batch, self.plan)
        self._preparer: Preparer | None = None
        self._overview = (overview or Overview()).at(batch)

    @property
    def preparer(self) -> Preparer:
        if self._preparer is None:
            said: Any = {"locale": self.locale, "today": self.today, "reporting_state": self.reporting_state}
            self._preparer = Preparer(self.session, self.user, self.file, **said)
        return self._preparer

    @property
    def numbers(self) -> Mapping[tuple[str, str], int]:
        """The line in which each file number of the file stands first: it belongs to one record."""
        return self._overview.numbers_of(self.file, self.plan, self.preparer.fields)

    @property
    def groups(self) -> Groups:
        return self._overview.groups_of(self.file, self.plan)

    def units(self, number: int) -> tuple[list[Unit], list[Line]]:
        """The records to be whose first line is in a chunk, and the lines of the chunk that are left out."""
        return self.sort(list(self.file.lines(number, number + 1)))

    def sort(self, lines: Sequence[Line]) -> tuple[list[Unit], list[Line]]:
        """The same of any lines."""
        units, out = [], []
        for line in lines:
            if is_left_out(self.plan, line):
                out.append(line)
            elif self.plan.group is None:
                units.append(Unit(line))
            elif self.groups.head.get(line.no, line.no) == line.no:
                units.append(Unit(line, self.groups.parts.get(line.no, [])))
        return units, out

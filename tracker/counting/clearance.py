"""What one reader may see, as a condition on any table that carries a record and its marking (settled: not in his figures)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker.accounts.clearance import Marking


@dataclass(frozen=True)
class Clearance:
    """The markings that his role reads, and the ids of the records marked RED that name him."""

    markings: tuple[str, ...]
    user_id: int
    named: Any

    def covers(self, marking: Any, record_id: Any) -> sa.ColumnElement[bool]:
        """That a row with this marking, of this record, is for the reader."""
        return sa.or_(marking.in_(self.markings), sa.and_(marking == Marking.RED, record_id.in_(self.named)))

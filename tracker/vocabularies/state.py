"""Which reference data are in force: what is kept of them from request to request is kept for one state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.remembered import depends_on, remembered
from tracker.vocabularies.models import Party, PartyAlias, VocabularyVersion


@dataclass(frozen=True)
class State:
    """Tells one state from another: on which database, the last loading, and what was added by hand since."""

    database: str
    version: int  # of the reference data (C42); 0 before the first loading
    loaded_at: datetime | None  # a backup put back under a running server may have the same numbers for other rows
    added: tuple[int | None, ...]


def state_of_reference(session: Session) -> State:
    """The state in force, asked for in one statement and once in a transaction."""
    return remembered(session, "state of reference data", lambda: _ask(session))


def _ask(session: Session) -> State:
    columns: tuple[Any, ...] = (VocabularyVersion.loaded_at, VocabularyVersion.id, Party.id, PartyAlias.id)
    newest = [sa.func.max(column) for column in columns]
    counts = [sa.func.count(column) for column in columns[2:]]
    asked = [sa.select(figure).scalar_subquery() for figure in (*newest, *counts)]
    loaded_at, version, *added = session.execute(sa.select(*asked)).one()
    return State(str(session.get_bind().engine.url), version or 0, loaded_at, tuple(added))


depends_on(VocabularyVersion, Party, PartyAlias)

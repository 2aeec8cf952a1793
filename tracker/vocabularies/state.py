"""Which reference data are in force: what is kept of them from request to request is kept for one state."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.remembered import depends_on, remembered
from tracker.vocabularies.models import Party, PartyAlias, VocabularyVersion


@dataclass(frozen=True)
class State:
    """Tells one state from another: on which database, the last loading, and what was added by hand since."""

    database: str
    version: int  # of the reference data (C42); 0 before the first loading
    added: tuple[int | None, ...]


def state_of_reference(session: Session) -> State:
    """The state in force, asked for in one statement and once in a transaction."""
    return remembered(session, "state of reference data", lambda: _ask(session))


def _ask(session: Session) -> State:
    newest = [sa.func.max(key) for key in (VocabularyVersion.id, Party.id, PartyAlias.id)]
    counts = [sa.func.count(key) for key in (Party.id, PartyAlias.id)]
    asked = [sa.select(figure).scalar_subquery() for figure in (*newest, *counts)]
    version, *added = session.execute(sa.select(*asked)).one()
    return State(str(session.get_bind().engine.url), version or 0, tuple(added))


depends_on(VocabularyVersion, Party, PartyAlias)

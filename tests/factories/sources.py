"""Sources for tests."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.partial_dates import parse_edtf
from tracker.records.source_documents import keep_version
from tracker.records.sources import Source

_numbers = itertools.count(1)


def source(session: Session, actor: User, *, published: str = "", **columns: Any) -> Source:
    """A stored source with a reference of its own and its first version."""
    number = next(_numbers)
    values = {"ref": f"SRC-2026-{number:04d}", "title": f"Communique {number}", "created_by_id": actor.id} | columns
    made = Source(version=1, published=parse_edtf(published), **values)
    session.add(made)
    keep_version(actor, session, made)
    return made

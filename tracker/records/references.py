"""References that never change: `HND-2026-0042`, by prefix and year of entry."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.records.models import ReferenceCounter


def next_reference(session: Session, prefix: str, year: int) -> str:
    """The next free reference; the counter's row is locked, so two writers never get the same."""
    return next_references(session, prefix, year, 1)[0]


def next_references(session: Session, prefix: str, year: int, count: int) -> list[str]:
    """The same for several records at once."""
    key = (prefix, year)
    if session.get(ReferenceCounter, key) is None:
        try:
            with session.begin_nested():
                session.add(ReferenceCounter(prefix=prefix, year=year, last=0))
        except IntegrityError:
            pass  # another writer began the year in the same moment; the lock below waits for it
    counter = session.get_one(ReferenceCounter, key, with_for_update=True, populate_existing=True)
    first = counter.last + 1
    counter.last += count
    session.flush()
    return [f"{prefix}-{year}-{number:04d}" for number in range(first, first + count)]

"""How records stand to each other, as forms must know it before they save."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.records.enums import ReviewState
from tracker.records.models import Record, RecordIdentifier

DEEPEST = 50


def merge_chain(session: Session, record: Record, *, anew: bool = False) -> list[Record]:
    """The record, the one into which it was merged, and so on: under the reference of the last all of them go on.

    `anew`: the others as they stand now, though the session may have read them before.
    """
    chain, seen = [record], {record.id}
    while chain[-1].merged_into_id and chain[-1].merged_into_id not in seen:
        chain.append(session.get_one(Record, chain[-1].merged_into_id, populate_existing=anew))
        seen.add(chain[-1].id)
    return chain


def ancestry(session: Session, ref: str) -> list[str]:
    """`ref`, what it is part of, what that is part of, and so on."""
    parent = aliased(Record)
    chain = [ref]
    while len(chain) < DEEPEST:
        above = session.scalar(sa.select(parent.ref).join(Record, Record.parent_id == parent.id).where(Record.ref == chain[-1]))
        if above is None or above in chain:
            break
        chain.append(above)
    return chain


def holder_of(session: Session, scheme: str, value: str) -> str | None:
    """The reference of the record that is filed under this number."""
    if not value:
        return None
    held = sa.select(Record.ref).join(RecordIdentifier).where(RecordIdentifier.scheme == scheme, RecordIdentifier.value == value)
    return session.scalar(held)


def is_draft(session: Session, ref: str) -> bool:
    """Whether the record with this reference is still a draft."""
    return session.scalar(sa.select(Record.review_state).where(Record.ref == ref)) is ReviewState.DRAFT

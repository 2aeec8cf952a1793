"""Reads of attachments: those of an owner, their words for search, and what the check of the folder needs."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.files.models import Attachment
from tracker.files.services import Owner

MOST_WORDS = 200_000  # characters of all files of one owner: PostgreSQL indexes at most 1 MB of words


def of_owner(session: Session, owner: Owner) -> list[Attachment]:
    """All files of `owner`, removed ones too, in the order in which they came."""
    where = (Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref)
    return list(session.scalars(sa.select(Attachment).where(*where).order_by(Attachment.no)))


def find(session: Session, owner: Owner, no: int, *, to_change: bool = False) -> Attachment | None:
    """File number `no` of `owner`."""
    statement = sa.select(Attachment).where(Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref, Attachment.no == no)
    return session.scalar(statement.with_for_update() if to_change else statement)


def search_words(session: Session, kind: str, refs: Collection[str]) -> list[str]:
    """Names, notes and texts of the files of these owners that are not removed."""
    where = (Attachment.owner_kind == kind, Attachment.owner_ref.in_(refs), Attachment.removed_at.is_(None))
    columns = (Attachment.name, Attachment.note, Attachment.text)
    found, room = [], MOST_WORDS
    for row in session.execute(sa.select(*columns).where(*where).order_by(Attachment.owner_ref, Attachment.no)):
        for words in row:
            found.append(words[:room])
            room -= min(room, len(words))
    return [words for words in found if words]


def named_hashes(session: Session) -> dict[str, str]:
    """Every content that a row names, removed ones too, with the reference of one owner."""
    rows = session.execute(sa.select(Attachment.sha256, sa.func.min(Attachment.owner_ref)).group_by(Attachment.sha256))
    return {row[0]: row[1] for row in rows}


def is_named(session: Session, digest: str) -> bool:
    """Whether any row names this content."""
    return session.scalar(sa.select(Attachment.id).where(Attachment.sha256 == digest).limit(1)) is not None

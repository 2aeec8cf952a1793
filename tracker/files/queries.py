"""Reads of attachments: those of an owner, their words for search, and what the check of the folder needs."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.files.models import Attachment, SealedContent
from tracker.files.services import Owner
from tracker.files.store import Store

MOST_WORDS = 200_000  # characters of the files of one record, and of those of its sources: PostgreSQL indexes at most 1 MB of words


def of_owner(session: Session, owner: Owner, *, to_change: bool = False) -> list[Attachment]:
    """All files of `owner`, removed ones too, in the order in which they came; `to_change` as they are now, by whoever holds the owner."""
    where = (Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref)
    statement = sa.select(Attachment).where(*where).order_by(Attachment.no)
    return list(session.scalars(statement.execution_options(populate_existing=to_change)))


def find(session: Session, owner: Owner, no: int, *, to_change: bool = False) -> Attachment | None:
    """File number `no` of `owner`."""
    statement = sa.select(Attachment).where(Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref, Attachment.no == no)
    return session.scalar(statement.with_for_update() if to_change else statement)


def search_words(session: Session, owners: Collection[Owner]) -> list[str]:
    """Names, notes and texts of the files of these owners that are not removed; of each kind of owner as much as an index takes."""
    if not owners:
        return []
    owner = sa.tuple_(Attachment.owner_kind, Attachment.owner_ref)
    columns = (Attachment.owner_kind, Attachment.name, Attachment.note, Attachment.text)
    statement = sa.select(*columns).where(owner.in_([(one.kind, one.ref) for one in owners]), Attachment.removed_at.is_(None))
    found: list[str] = []
    room: dict[str, int] = {}
    for kind, *row in session.execute(statement.order_by(Attachment.owner_kind, Attachment.owner_ref, Attachment.no)):
        for words in row:
            left = room.setdefault(kind, MOST_WORDS)
            found.append(words[:left])
            room[kind] = left - min(left, len(words))
    return [words for words in found if words]


def owners_with_files(session: Session) -> set[Owner]:
    """Every owner of a file that is not removed."""
    rows = session.execute(sa.select(Attachment.owner_kind, Attachment.owner_ref).where(Attachment.removed_at.is_(None)).distinct())
    return {Owner(kind, ref) for kind, ref in rows}


def named_hashes(session: Session) -> dict[str, str]:
    """Every content that a row names, removed ones too, with the reference of one owner."""
    rows = session.execute(sa.select(Attachment.sha256, sa.func.min(Attachment.owner_ref)).group_by(Attachment.sha256))
    return {row[0]: row[1] for row in rows}


def places(session: Session) -> dict[str, str]:
    """Every content that a row names, with the name of its file: a place of its own, or its hash while it lies in plain."""
    sealed = sa.select(Attachment.sha256, SealedContent.place).outerjoin(SealedContent, SealedContent.sha256 == Attachment.sha256)
    return {digest: place or digest for digest, place in session.execute(sealed.distinct())}


def is_named(session: Session, name: str) -> bool:
    """Whether any row names the file of this name."""
    sealed = sa.select(SealedContent.sha256).where(sa.or_(SealedContent.place == name, SealedContent.sha256 == name)).limit(1)
    found = session.scalar(sealed)
    if found is not None:
        return found != name  # what lies in plain beside its sealed copy is named no more
    return session.scalar(sa.select(Attachment.id).where(Attachment.sha256 == name).limit(1)) is not None


def locked(session: Session, store: Store) -> int:
    """How many contents the master key of this installation does not open."""
    return sum(not store.opens(row) for row in session.scalars(sa.select(SealedContent)))

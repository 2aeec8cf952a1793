"""Reads of attachments: those of an owner, their words for search, and what the check of the folder needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.files.models import Attachment, SealedContent
from tracker.files.services import Owner
from tracker.files.store import Store

MOST_WORDS = 200_000  # characters of the files of one record, and of those of its sources: PostgreSQL indexes at most 1 MB of words
_AT_ONCE = 1_000


def of_owner(session: Session, owner: Owner, *, to_change: bool = False) -> list[Attachment]:
    """All files of `owner`, removed ones too, in the order in which they came; `to_change` as they are now, by whoever holds the owner."""
    where = (Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref)
    statement = sa.select(Attachment).where(*where).order_by(Attachment.no)
    return list(session.scalars(statement.execution_options(populate_existing=to_change)))


def find(session: Session, owner: Owner, no: int, *, to_change: bool = False) -> Attachment | None:
    """File number `no` of `owner`."""
    statement = sa.select(Attachment).where(Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref, Attachment.no == no)
    return session.scalar(statement.with_for_update() if to_change else statement)


def search_words(session: Session, groups: Sequence[Collection[Owner]]) -> list[list[str]]:
    """For each group of owners the names, notes and texts of their files; of each kind of owner as much as an index takes."""
    words = _words_by_owner(session, sorted({owner for group in groups for owner in group}, key=_in_order))
    return [_as_much_as_fits(words, group) for group in groups]


def _as_much_as_fits(words: Mapping[Owner, Sequence[str]], owners: Collection[Owner]) -> list[str]:
    found: list[str] = []
    room: dict[str, int] = {}
    for owner in sorted(owners, key=_in_order):
        for said in words.get(owner, ()):
            left = room.setdefault(owner.kind, MOST_WORDS)
            found.append(said[:left])
            room[owner.kind] = left - min(left, len(said))
    return [said for said in found if said]


def _words_by_owner(session: Session, owners: Sequence[Owner]) -> dict[Owner, list[str]]:
    """Names, notes and texts of the files of each owner in their order; none that begins where an index is full already."""
    length = sa.func.length(Attachment.name) + sa.func.length(Attachment.note) + sa.func.length(Attachment.text)
    up_to_it = sa.func.sum(length).over(partition_by=(Attachment.owner_kind, Attachment.owner_ref), order_by=Attachment.no)
    owner = (Attachment.owner_kind, Attachment.owner_ref)
    columns = (*owner, Attachment.no, Attachment.name, Attachment.note, Attachment.text, (up_to_it - length).label("before"))
    found: dict[Owner, list[str]] = {}
    for start in range(0, len(owners), _AT_ONCE):
        some = [(one.kind, one.ref) for one in owners[start : start + _AT_ONCE]]
        files = sa.select(*columns).where(sa.tuple_(*owner).in_(some), Attachment.removed_at.is_(None)).subquery()
        fits = sa.select(files).where(files.c.before < MOST_WORDS).order_by(files.c.owner_kind, files.c.owner_ref, files.c.no)
        for row in session.execute(fits):
            found.setdefault(Owner(row.owner_kind, row.owner_ref), []).extend((row.name, row.note, row.text))
    return found


def _in_order(owner: Owner) -> tuple[str, str]:
    return owner.kind, owner.ref


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

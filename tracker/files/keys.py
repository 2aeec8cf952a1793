"""The keys of contents: one for each, sealed under the master key, kept in the row that says where the content lies.

Whoever changes such a row holds the name of its content (`one_at_a_time`), so that of several uploads, an erasure and the command
that seals, all of the same content, each sees what the one before it has left. Files go once the row that no longer names them is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from io import BufferedReader

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.sealed_blocks import BLOCK
from tracker.database.sealing import Sealer
from tracker.database.session import once_committed, one_at_a_time
from tracker.files.models import Attachment, SealedContent
from tracker.files.store import Kept, Store, reseal


def find(session: Session, digest: str) -> SealedContent | None:
    """Where a content lies sealed; None while it lies in plain."""
    return session.get(SealedContent, digest, populate_existing=True)


def opened(session: Session, store: Store, digest: str) -> BufferedReader:
    """The plain content. A file that is not where the row says may have been sealed in this moment: then the row is read once more.

    Raises FileNotFoundError, LockedError; reading raises SealError where the content is damaged.
    """
    try:
        return store.open(digest, find(session, digest))
    except FileNotFoundError:
        session.rollback()  # or SQLite goes on showing the row as it was
        return store.open(digest, find(session, digest))


def opened_whole(session: Session, store: Store, digest: str) -> BufferedReader:
    """The plain content, after every block was looked at: nothing is given of a content that is damaged. Raises as `opened`."""
    with opened(session, store, digest) as content:
        while content.read(BLOCK):
            pass
    return opened(session, store, digest)


def settle(actor: User | None, session: Session, store: Store, kept: Iterable[Kept]) -> None:
    """Keep the keys of contents that were just written. One that is there already stays as it is, and the new file goes again.

    Where its file is missing or its key does not open, the new one takes the place: the same content is whole again.
    """
    for one in sorted(kept, key=lambda one: one.sha256):
        row = _held(session, one.sha256)
        if row is None:
            session.add(SealedContent(sha256=one.sha256, place=one.place, wrapped=one.wrapped))
            _discard_later(session, store, one.sha256)  # what lay in plain
        elif store.holds(row, one.size):
            _discard_later(session, store, one.place)
        else:
            _discard_later(session, store, row.place)
            row.place, row.wrapped = one.place, one.wrapped
            audit.write(actor, session, Action.FILE_SEALED, owner_of(session, one.sha256) or "", detail={"sha256": one.sha256})
        session.flush()


def forget(session: Session, store: Store, digests: set[str]) -> None:
    """Destroy the keys of those contents that no attachment names any more, and take their files away."""
    rows = {digest: _held(session, digest) for digest in sorted(digests)}
    shared = set(session.scalars(sa.select(Attachment.sha256).where(Attachment.sha256.in_(digests))))
    for digest in sorted(digests - shared):
        row = rows[digest]
        if row is not None:
            _discard_later(session, store, row.place)
            session.delete(row)
        _discard_later(session, store, digest)
    session.flush()


def seal(actor: User | None, session: Session, store: Store, kept: Kept) -> bool:
    """Keep the key of a content that lay in plain and was just sealed; False when it was sealed or erased meanwhile."""
    row, ref = _held(session, kept.sha256), owner_of(session, kept.sha256)
    if row is not None or ref is None:
        store.discard(kept.place)
        return False
    settle(actor, session, store, [kept])
    audit.write(actor, session, Action.FILE_SEALED, ref, detail={"sha256": kept.sha256})
    return True


def unseal(actor: User | None, session: Session, store: Store, digest: str) -> bool:
    """Forget the key of a content that was just written in plain; False when meanwhile it is erased."""
    row, ref = _held(session, digest), owner_of(session, digest)
    if ref is None:
        store.discard(digest)
    if row is None or ref is None:
        return False  # without a row, what lies in plain is all there is
    _discard_later(session, store, row.place)
    session.delete(row)
    session.flush()
    audit.write(actor, session, Action.FILE_UNSEALED, ref, detail={"sha256": digest})
    return True


def rotate(session: Session, opens: Sealer, seals: Sealer, *, leave_lost: bool) -> dict[str, int]:  # noqa: ARG001  no file may be lost
    """Seal every content's key, and no content, under another master key; how many there were. Raises SealError."""
    rows = session.scalars(sa.select(SealedContent).order_by(SealedContent.sha256).with_for_update()).all()
    for row in rows:
        reseal(row, opens, seals)
    session.flush()
    return {"files": len(rows)}


def owner_of(session: Session, digest: str) -> str | None:
    """The reference of one owner of this content; None when no row names it."""
    return session.scalar(sa.select(sa.func.min(Attachment.owner_ref)).where(Attachment.sha256 == digest))


def _held(session: Session, digest: str) -> SealedContent | None:
    """The row of this content, or that there is none, until this transaction ends."""
    one_at_a_time(session, f"content {digest}")
    return find(session, digest)


def _discard_later(session: Session, store: Store, name: str) -> None:
    once_committed(session, partial(store.discard, name))

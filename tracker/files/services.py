"""Adding, removing and restoring attachments, the actor first. The content is on the disk before a row names it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.database.columns import utc_now
from tracker.files import keys
from tracker.files.contents import RefusedError, look_at
from tracker.files.models import NOTE_LENGTH, Attachment
from tracker.files.reading import Text, text_of
from tracker.files.store import Kept, Store

MOST_FILES, MOST_ROWS = 50, 200  # of one owner: present, and with those removed
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Owner:
    """What files belong to: `record` or `source`, and its reference."""

    kind: str
    ref: str


@dataclass(frozen=True)
class Prepared:
    """A file that was looked at, sealed and written to the disk, and that no row names yet."""

    name: str
    kind: str
    text: Text
    kept: Kept

    @property
    def size(self) -> int:
        return self.kept.size

    @property
    def sha256(self) -> str:
        return self.kept.sha256


def prepare(store: Store, given_name: str, data: bytes, limit_mb: int) -> Prepared:
    """Check a file, read its text and write it: long work, to be done outside of any transaction. Raises RefusedError."""
    if len(data) > limit_mb * MEGABYTE:
        raise RefusedError("size", given_name)
    try:
        looked = look_at(given_name, data)
        return Prepared(looked.name, looked.kind, text_of(looked.kind, data), store.put(data))
    except RefusedError as error:
        raise RefusedError(error.code, given_name) from error


def add(
    actor: User, session: Session, store: Store, owner: Owner, files: Sequence[Prepared], note: str, quota_mb: int
) -> list[RefusedError]:
    """Attach `files`; gives those that find no room or are there already, with the reason. The caller holds the owner's lock."""
    session.scalar(sa.select(User.id).where(User.id == actor.id).with_for_update())  # one upload at a time looks at the quota
    rows = list(session.scalars(sa.select(Attachment).where(*_of(owner))))
    present = {row.sha256 for row in rows if not row.is_removed}
    used = int(session.scalar(sa.select(sa.func.sum(Attachment.size)).where(Attachment.added_by_id == actor.id)) or 0)
    no, refused, room = max(_highest_erased(session, owner), *(row.no for row in rows), 0), [], MOST_ROWS - len(rows)
    for file in files:
        if file.sha256 in present:
            refused.append(RefusedError("again", file.name))
        elif len(present) >= MOST_FILES or not room:
            refused.append(RefusedError("many", file.name))
        elif used + file.size > quota_mb * MEGABYTE:
            refused.append(RefusedError("quota", file.name))
        else:
            no, used, room = no + 1, used + file.size, room - 1
            present.add(file.sha256)
            _attach(actor, session, owner, no, file, note)
    named = [file.kept for file in files if file.sha256 in present]  # those that are there already, too: they may be whole again
    keys.settle(actor, session, store, named)
    for file in files:
        if file.sha256 not in present:
            store.discard(file.kept.place)
    return refused


def remove(actor: User, session: Session, attachment: Attachment) -> bool:
    """Take the file out of its owner's list; row and content stay, so that it can be restored. False when it is out already."""
    if attachment.is_removed:
        return False
    attachment.removed_by_id, attachment.removed_at = actor.id, utc_now()
    session.flush()
    audit.write(actor, session, Action.FILE_REMOVED, attachment.owner_ref, detail=_said(attachment))
    return True


def restore(actor: User, session: Session, attachment: Attachment) -> bool:
    """Put a removed file back; False when it is there already, itself or the same content."""
    same = sa.select(Attachment.id).where(
        *_of(Owner(attachment.owner_kind, attachment.owner_ref)),
        Attachment.sha256 == attachment.sha256,
        Attachment.removed_at.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        return False
    attachment.removed_by_id = attachment.removed_at = None
    session.flush()
    audit.write(actor, session, Action.FILE_ADDED, attachment.owner_ref, detail=_said(attachment) | {"restored": True})
    return True


def erase(actor: User, session: Session, store: Store, rows: Iterable[Attachment]) -> None:
    """Delete these files for good, of whatever owners; contents and their keys, too, unless another file has the same.

    All of one erasure at once: the locks of contents are taken in one order.
    """
    digests = set()
    for row in rows:
        digests.add(row.sha256)
        audit.write(actor, session, Action.FILE_REMOVED, row.owner_ref, detail=_said(row) | {"erased": True})
        session.delete(row)
    session.flush()
    keys.forget(session, store, digests)


def write_read(actor: User, session: Session, attachment: Attachment, opened_for: str = "") -> None:
    """Note that the file is handed out, and for which record it was opened; when that cannot be noted, it is not."""
    said = _said(attachment) | ({"for": opened_for} if opened_for else {})
    mentions = [opened_for] if opened_for else []
    audit.write_apart(actor, session, Action.FILE_READ, attachment.owner_ref, detail=said, mentions=mentions)


def _attach(actor: User, session: Session, owner: Owner, no: int, file: Prepared, note: str) -> None:
    row = Attachment(
        owner_kind=owner.kind, owner_ref=owner.ref, no=no, sha256=file.sha256, name=file.name, kind=file.kind, size=file.size,
        note=note[:NOTE_LENGTH], text=file.text.text, text_state=file.text.state, added_by_id=actor.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.write(actor, session, Action.FILE_ADDED, owner.ref, detail=_said(row))


def _highest_erased(session: Session, owner: Owner) -> int:
    """The highest number of a file of `owner` that was erased: the trail goes on speaking of it, so no other file gets it."""
    removed = sa.select(AuditEvent.detail).where(AuditEvent.target == owner.ref, AuditEvent.action == Action.FILE_REMOVED.value)
    said = [json.loads(detail) for detail in session.scalars(removed.where(AuditEvent.detail.contains('"erased"')))]
    return max((one["file"] for one in said), default=0)


def _said(row: Attachment) -> dict[str, object]:
    """No name: names of files may be names of people."""
    return {"file": row.no, "kind": row.kind, "size": row.size, "sha256": row.sha256}


def _of(owner: Owner) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return Attachment.owner_kind == owner.kind, Attachment.owner_ref == owner.ref

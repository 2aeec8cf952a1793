"""All records of somebody who leaves or is away become somebody else's, drafts too (settled 28)."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.counting.services import set_owner
from tracker.records.corrections import tell_of_corrections
from tracker.records.enums import ReviewState
from tracker.records.models import Record


class HandingOverError(ValueError):
    """The records cannot go to this person."""


def may_take_over(user: User) -> bool:
    """Whether `user` could work on what is handed to him."""
    return user.is_active and may(user.role, Permission.RECORD_WRITE)


def owned_by_each(session: Session) -> dict[int, tuple[int, int]]:
    """By user: how many records he owns, and how many of them are drafts."""
    draft = sa.case((Record.review_state == ReviewState.DRAFT, 1), else_=0)
    counted = sa.select(Record.owner_id, sa.func.count(), sa.func.sum(draft)).group_by(Record.owner_id)
    return {owner_id: (records, int(drafts)) for owner_id, records, drafts in session.execute(counted)}


def hand_over(actor: User, session: Session, giver: User, taker: User, reason: str) -> int:
    """Make `taker` the owner of everything that `giver` owns; how many records that were. Raises HandingOverError.

    Nobody hands records to himself: he would read what is marked RED without being named by its owner.
    """
    if giver.id == taker.id or taker.id == actor.id or not may_take_over(taker):
        raise HandingOverError(taker.username)
    mine = sa.select(Record.id, Record.ref).where(Record.owner_id == giver.id).order_by(Record.id).with_for_update()
    rows = session.execute(mine).all()
    if not rows:
        return 0
    moved = [row.id for row in rows]
    for start in range(0, len(moved), _BATCH):
        part = moved[start : start + _BATCH]
        session.execute(sa.update(Record).where(Record.id.in_(part)).values(owner_id=taker.id).execution_options(synchronize_session=False))
        set_owner(session, part, taker.id)
    session.expire_all()
    tell_of_corrections(session, moved, taker.id)
    said = {"from": giver.username, "to": taker.username, "reason": reason, "records": [row.ref for row in rows]}
    audit.write(actor, session, Action.RECORD_HANDED_ON, f"user:{giver.username}", detail=said)
    return len(rows)


_BATCH = 500

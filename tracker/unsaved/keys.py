"""Unsaved work under a new master key."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.sealing import Sealer, SealError
from tracker.database.session import nobody_else_writes
from tracker.unsaved.models import Draft
from tracker.unsaved.services import context


def rotate(session: Session, opens: Sealer, seals: Sealer, *, leave_lost: bool) -> dict[str, int]:
    """Seal everybody's unsaved work under another key; how much there was. Raises SealError when no key opens one of them.

    With `leave_lost` such a one stays as it is and is counted: its writer has not been offered it since its key went. Nobody keeps
    or closes a draft meanwhile, or what was typed in this moment would be overwritten by what was read a moment before.
    """
    nobody_else_writes(session, Draft.__tablename__)
    done = {"drafts": 0, "left": 0}
    for draft_id in session.scalars(sa.select(Draft.id).where(Draft.body != b"").order_by(Draft.id)).all():
        row = session.get_one(Draft, draft_id, populate_existing=True)
        try:
            plain = opens.unseal(row.body, context(row.user_id, row.key))
        except SealError as error:
            if not leave_lost:
                raise SealError("a draft opens under neither key; --leave-lost leaves such drafts as they are") from error
            done["left"] += 1
            continue
        row.body = seals.seal(plain, context(row.user_id, row.key))
        session.flush()
        session.expunge(row)  # one body at a time in memory
        done["drafts"] += 1
    return {name: count for name, count in done.items() if count or name == "drafts"}

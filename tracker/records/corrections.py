"""When a recipient has to be told that what he was given is no longer so (LED art. 7 (3), 16 (6)).

The law: a correction is due as long as what the recipient was told last differs from what holds now. It is asked again whenever a
decision may have changed the answer; a difference that goes away before anybody was told of it is due no longer.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify, settle
from tracker.records.disclosure_models import Disclosure
from tracker.records.models import Record
from tracker.records.naming import has_persons
from tracker.records.registry import by_kind
from tracker.records.told import merged_into, states

_BATCH = 500


def look_again(session: Session, record: Record) -> None:
    """Ask of every recipient of the record, and of those merged into it, whether a correction is due now.

    The owner is told once of what has become so. The caller holds the lock of the record and leaves the event.
    """
    if not has_persons(by_kind(record.kind)):
        return
    given = sa.exists().where(Disclosure.record_id == Record.id, Disclosure.withdrawn_at.is_(None))
    tree = sa.select(Record).where(Record.id.in_(merged_into(record.id)), given).order_by(Record.id).with_for_update()
    for one in session.scalars(tree.execution_options(populate_existing=True)).all():
        _look_at(session, one)


def _look_at(session: Session, record: Record) -> None:
    rows = session.scalars(sa.select(Disclosure).where(Disclosure.record_id == record.id, Disclosure.withdrawn_at.is_(None))).all()
    moment, is_new = utc_now(), False
    found = states(session, record, rows)
    for row in rows:
        is_due = bool(found[row.id].causes)
        is_new |= is_due and row.due_since is None
        row.due_since = (row.due_since or moment) if is_due else None
    session.flush()
    if is_new:
        notify(session, record.owner_id, Kind.CORRECTION_DUE, record.ref, step=moment.isoformat())
    settle_when_told(session, record)


def settle_when_told(session: Session, record: Record) -> None:
    """When no correction is due any more, nobody has to read that one was."""
    still = sa.select(Disclosure.id).where(Disclosure.record_id == record.id, Disclosure.due_since.is_not(None))
    if session.scalar(still.limit(1)) is None:
        settle(session, record.ref, {Kind.CORRECTION_DUE})


def tell_of_corrections(session: Session, record_ids: Sequence[int], owner_id: int) -> None:
    """Whoever owns these records from now on is told which corrections are due; the one before him has to read it no longer."""
    moment = utc_now().isoformat()
    for start in range(0, len(record_ids), _BATCH):
        due = sa.exists().where(Disclosure.record_id == Record.id, Disclosure.due_since.is_not(None))
        for ref in session.scalars(sa.select(Record.ref).where(Record.id.in_(record_ids[start : start + _BATCH]), due)).all():
            settle(session, ref, {Kind.CORRECTION_DUE})
            notify(session, owner_id, Kind.CORRECTION_DUE, ref, step=moment)


def look_again_after_erasure(_actor: User, session: Session, ref: str) -> None:
    """On erasure, which holds the lock of the record: recipients of the names are to be told (LED art. 16 (6))."""
    wanted = sa.select(Record).where(Record.ref == ref).execution_options(populate_existing=True)  # read before it was locked
    look_again(session, session.scalars(wanted).one())

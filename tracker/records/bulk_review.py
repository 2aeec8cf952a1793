"""One decision about many records at once, in a few statements: all that a decision about a single one writes, for each of them.

Notices and the event are the caller's: he tells of all of them together. See docs/decisions/0030-verification-of-an-import.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.counting.services import decide_facts
from tracker.database.columns import utc_now
from tracker.notifications.services import settle
from tracker.records.bulk import hold
from tracker.records.corrections import look_again
from tracker.records.disclosure_models import Disclosure
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.models import NOTE_LENGTH, Record, Review
from tracker.records.review_services import ChangedMeanwhileError, NoteMissingError, ReviewersOnlyError
from tracker.records.telling import SETTLED_BY
from tracker.records.workflow import Move, find_move

_MERGED = aliased(Record)
_PLAIN = {"synchronize_session": False}


def as_submitted() -> tuple[sa.ColumnElement[bool], ...]:
    """The records that wait for their first decision in the version in which they were made: nobody has changed or decided anything."""
    moved = sa.exists().where(Review.record_id == Record.id, Review.move != ReviewMove.SUBMIT).correlate(Record)
    return Record.review_state == ReviewState.SUBMITTED, Record.version == 1, Record.restricted_at.is_(None), sa.not_(moved)


def decide_all(actor: User, session: Session, wanted: sa.Select[Any], move: ReviewMove, note: str = "") -> sa.Select[Any]:
    """Verify or return the records with the ids of `wanted`, which are `as_submitted`; a statement of the ids of those decided about.

    In the caller's transaction: all of them or none. The note stands at each of them. Raises ReviewersOnlyError, NoteMissingError, and
    ChangedMeanwhileError when somebody was quicker with one of them; the database refuses own work.
    """
    found = _found(actor, move, note)
    hold(session, wanted)
    last, now = session.scalar(sa.select(sa.func.max(Review.id))) or 0, utc_now()
    _write(actor, session, wanted, move, note, now)
    decided = sa.select(Review.record_id).where(
        Review.id > last, Review.by_id == actor.id, Review.at == sa.literal(now, Review.at.type), Review.move == move
    )
    values: dict[str, Any] = {"review_state": found.target}
    if move is ReviewMove.VERIFY:
        values["verified_version"] = Record.version
    waits = Record.review_state == ReviewState.SUBMITTED, Record.version == 1
    changed: Any = session.execute(sa.update(Record).where(Record.id.in_(decided), *waits).values(values), execution_options=_PLAIN)
    if changed.rowcount != session.scalar(sa.select(sa.func.count()).select_from(decided.subquery())):
        raise ChangedMeanwhileError
    decide_facts(session, decided, found.target.value, is_official=move is ReviewMove.VERIFY)
    settle(session, sa.select(Record.ref).where(Record.id.in_(decided)), SETTLED_BY[move])
    session.expire_all()
    if move is ReviewMove.VERIFY:
        _look_again(session, decided)
    return decided


def _found(actor: User, move: ReviewMove, note: str) -> Move:
    found = find_move(ReviewState.SUBMITTED, move, is_official=False)
    if found is None or found.permission is not Permission.RECORD_VERIFY or not may(actor.role, found.permission):
        raise ReviewersOnlyError
    if found.needs_note and not note.strip():
        raise NoteMissingError
    return found


def _write(actor: User, session: Session, wanted: sa.Select[Any], move: ReviewMove, note: str, now: datetime) -> None:
    """The move of each record. Before the records: the database looks for it."""
    said = {"move": move, "by_id": actor.id, "at": now, "note": note.strip()[:NOTE_LENGTH]}
    columns: Any = Review.__table__.c
    values = [sa.literal(value, columns[name].type).label(name) for name, value in said.items()]
    rows = sa.select(Record.id, Record.version, *values).where(Record.id.in_(wanted)).order_by(Record.id)
    session.execute(sa.insert(Review).from_select(["record_id", "version", *said], rows))


def _look_again(session: Session, decided: sa.Select[Any]) -> None:
    """Somebody outside may have been given one of them, or one that was merged into it: these few are asked one by one."""
    given = sa.exists().where(Disclosure.record_id == Record.id)
    merged = sa.exists().where(_MERGED.merged_into_id == Record.id)
    few = sa.select(Record).where(Record.id.in_(decided), sa.or_(given, merged).self_group()).order_by(Record.id)
    for record in session.scalars(few).all():
        look_again(session, record)

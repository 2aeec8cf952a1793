"""Decisions about records, the actor first: each is one move of the table, under lock, with its event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.database.session import one_at_a_time
from tracker.notifications.kinds import Kind
from tracker.notifications.services import settle
from tracker.records.corrections import look_again
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.facts import write_speaking
from tracker.records.models import NOTE_LENGTH, Record, RecordVersion, Review
from tracker.records.naming import masked
from tracker.records.registry import by_kind
from tracker.records.restriction import require_unrestricted
from tracker.records.rights import require_edit
from tracker.records.telling import SETTLED_BY, tell_authors, tell_reviewers
from tracker.records.workflow import Move, find_move

_EVENTS = {
    ReviewMove.VERIFY: Action.RECORD_VERIFIED,
    ReviewMove.RETURN: Action.RECORD_RETURNED,
    ReviewMove.RETIRE: Action.RECORD_RETIRED,
    ReviewMove.RESTORE: Action.RECORD_RESTORED,
    ReviewMove.MERGE: Action.RECORD_MERGED,
}


_VERIFIED = aliased(Review)


class ReviewError(Exception):
    """A move that cannot be made; the subclasses say why."""


class NotNowError(ReviewError):
    """The record is not in a state from which the move is possible."""


class ReviewersOnlyError(ReviewError):
    """The move is for reviewers."""


class ChangedMeanwhileError(ReviewError):
    """Another version was saved, or another decision taken, since the page was opened."""


class OwnWorkError(ReviewError):
    """The actor wrote or submitted what is to be decided (four eyes)."""


class HasPartsError(ReviewError):
    """Its parts count with it, so they would count nowhere."""


class NoteMissingError(ReviewError):
    """The move needs a word why."""


@dataclass(frozen=True)
class Step:
    """One version with one of the moves about it, if there are any: a version with several moves has as many steps."""

    version: int
    by_id: int  # who wrote it
    reason: str
    move: Review | None


def steps_of(session: Session, record_id: int) -> list[Step]:
    """Everything that was written of the record and decided about it, the oldest first."""
    about = sa.and_(Review.record_id == RecordVersion.record_id, Review.version == RecordVersion.version)
    statement = sa.select(RecordVersion.version, RecordVersion.by_id, RecordVersion.reason, Review).outerjoin(Review, about)
    rows = session.execute(statement.where(RecordVersion.record_id == record_id).order_by(RecordVersion.version, Review.id))
    return [Step(*row) for row in rows]


def authors_since_verified(session: Session, record: Record) -> set[int]:
    """Who wrote or submitted the newest version or any since the one verified before it: they may not verify it."""
    return authors_among(steps_of(session, record.id), record.version)


def authors_among(steps: Sequence[Step], version: int) -> set[int]:
    """The same, of a record's steps."""
    verified = [step.version for step in steps if step.version < version and step.move and step.move.move is ReviewMove.VERIFY]
    since = [step for step in steps if max(verified, default=0) < step.version <= version]
    sent = (ReviewMove.SUBMIT, ReviewMove.RESTORE)
    return {step.by_id for step in since} | {step.move.by_id for step in since if step.move and step.move.move in sent}


def is_own_work(user_id: int) -> sa.ColumnElement[bool]:
    """The same as a condition on `Record`: whether the user is such an author."""
    earlier = sa.select(sa.func.coalesce(sa.func.max(_VERIFIED.version), 0)).where(
        _VERIFIED.record_id == Record.id, _VERIFIED.move == ReviewMove.VERIFY, _VERIFIED.version < Record.version
    )
    last = earlier.correlate(Record).scalar_subquery()
    wrote = sa.exists().where(RecordVersion.record_id == Record.id, RecordVersion.by_id == user_id, RecordVersion.version > last)
    moves = Review.move.in_([ReviewMove.SUBMIT, ReviewMove.RESTORE])
    sent = sa.exists().where(Review.record_id == Record.id, Review.by_id == user_id, Review.version > last, moves)
    return sa.or_(wrote.correlate(Record), sent.correlate(Record))


def verify(actor: User, session: Session, record: Record, reporting_state: str, *, expected_version: int, note: str = "") -> None:
    """Make the newest version official. Raises ReviewError."""
    _begin(actor, session, record, ReviewMove.VERIFY, reporting_state, expected_version, note)
    authors = authors_since_verified(session, record)
    written = _write(actor, session, record, ReviewMove.VERIFY, note)  # before the record: the database looks for it
    tell_authors(session, record, Kind.VERIFIED, authors, actor.id, written.id)
    record.review_state, record.verified_version = ReviewState.VERIFIED, record.version
    write_speaking(session, record, by_kind(record.kind), reporting_state)
    look_again(session, record)


def return_for_changes(actor: User, session: Session, record: Record, reporting_state: str, *, expected_version: int, note: str) -> None:
    """Send the newest version back to its author with a note. Raises ReviewError."""
    _begin(actor, session, record, ReviewMove.RETURN, reporting_state, expected_version, note)
    authors = authors_since_verified(session, record)
    written = _write(actor, session, record, ReviewMove.RETURN, note)
    tell_authors(session, record, Kind.RETURNED, authors, actor.id, written.id)
    record.review_state = ReviewState.RETURNED
    write_speaking(session, record, by_kind(record.kind), reporting_state)


def retire(actor: User, session: Session, record: Record, reporting_state: str, *, expected_version: int, note: str) -> None:
    """Take the record out of all lists and figures; it stays in the bin. Raises ReviewError."""
    _begin(actor, session, record, ReviewMove.RETIRE, reporting_state, expected_version, note)
    _refuse_parent(session, record)
    _write(actor, session, record, ReviewMove.RETIRE, note)
    record.review_state, record.verified_version = ReviewState.RETIRED, None
    write_speaking(session, record, by_kind(record.kind), reporting_state)
    look_again(session, record)


def merge_into(actor: User, session: Session, record: Record, kept: Record, reporting_state: str, *, expected_version: int) -> None:
    """Retire `record` as a duplicate: its reference leads to `kept` from now on. Raises ReviewError."""
    note = f"→ {kept.ref}"
    one_at_a_time(session, "merges")  # two that are merged into each other would wait in a circle
    session.refresh(kept, with_for_update=True)  # before the record that leads to it, as everywhere
    _begin(actor, session, record, ReviewMove.MERGE, reporting_state, expected_version, note)
    _refuse_parent(session, record)
    _write(actor, session, record, ReviewMove.MERGE, note, into=kept.ref)
    record.review_state, record.verified_version, record.merged_into_id = ReviewState.RETIRED, None, kept.id
    write_speaking(session, record, by_kind(record.kind), reporting_state)
    look_again(session, record)


def restore(actor: User, session: Session, record: Record, reporting_state: str, *, note: str = "") -> None:
    """Bring a retired or merged record back; it waits for review again, since what retired it ended its being official."""
    _begin(actor, session, record, ReviewMove.RESTORE, reporting_state, None, note)
    _write(actor, session, record, ReviewMove.RESTORE, note)
    record.review_state, record.merged_into_id = ReviewState.SUBMITTED, None
    session.flush()
    tell_reviewers(session, record, authors_since_verified(session, record))
    write_speaking(session, record, by_kind(record.kind), reporting_state)
    look_again(session, record)


def discard(actor: User, session: Session, record: Record) -> None:
    """Put a draft into its owner's bin. Raises NotNowError for what is no draft of the actor's, RestrictedError when it is restricted."""
    _own_draft(actor, session, record, is_discarded=False)
    record.discarded_at = utc_now()
    audit.write(actor, session, Action.RECORD_RETIRED, record.ref, detail={"version": record.version, "state": "draft"})


def take_back(actor: User, session: Session, record: Record) -> None:
    """Bring a discarded draft back. Raises NotNowError, RestrictedError."""
    _own_draft(actor, session, record, is_discarded=True)
    record.discarded_at = None
    audit.write(actor, session, Action.RECORD_RESTORED, record.ref, detail={"version": record.version, "state": "draft"})


def _own_draft(actor: User, session: Session, record: Record, *, is_discarded: bool) -> None:
    session.refresh(record, with_for_update=True)
    is_own = record.review_state is ReviewState.DRAFT and record.owner_id == actor.id
    if not is_own or bool(record.discarded_at) is not is_discarded:
        raise NotNowError
    require_unrestricted(record)


def _begin(
    actor: User, session: Session, record: Record, move: ReviewMove, reporting_state: str, expected_version: int | None, note: str
) -> Move:
    """Lock the record and check the move against the table: state, version, permission, note, four eyes.

    Raises ReviewError, RestrictedError when the record is restricted, RightsError as `rights` says.
    """
    session.refresh(record, with_for_update=True)
    found = find_move(record.review_state, move, is_official=record.verified_version is not None)
    if found and found.permission is Permission.RECORD_WRITE:
        require_edit(actor, session, record, reporting_state)
    require_unrestricted(record)
    if expected_version is not None and expected_version != record.version:
        raise ChangedMeanwhileError
    if found is None or record.effective_marking is Marking.WITHHELD:  # its import was taken back meanwhile
        raise NotNowError
    if not may(actor.role, found.permission):
        raise ReviewersOnlyError
    if found.four_eyes and actor.id in authors_since_verified(session, record):
        raise OwnWorkError
    if found.needs_note and not note.strip():
        raise NoteMissingError
    return found


def _refuse_parent(session: Session, record: Record) -> None:
    parts = sa.select(Record.id).where(
        Record.parent_id == record.id, Record.review_state != ReviewState.RETIRED, Record.discarded_at.is_(None)
    )
    if session.scalar(parts.limit(1)) is not None:
        raise HasPartsError


def _write(actor: User, session: Session, record: Record, move: ReviewMove, note: str, **detail: str) -> Review:
    said = masked(session, record, note.strip())[:NOTE_LENGTH]
    written = Review(record_id=record.id, version=record.version, move=move, by_id=actor.id, note=said)
    session.add(written)
    settle(session, record.ref, SETTLED_BY.get(move, frozenset()))
    audit.write(actor, session, _EVENTS[move], record.ref, detail={"version": record.version, **detail})
    session.flush()
    return written

"""Restricting a record: it stays and is seen, but nobody changes it and no figure counts it (LED art. 16).

Restricting protects, so one person does it at once. Lifting brings a contested record back into the official figures, so one person
asks and another decides; a draft, which only its owner sees and which counts nowhere, its owner lifts alone.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.notifications.kinds import Kind
from tracker.notifications.services import settle
from tracker.personal_data.models import Decision
from tracker.records import facts
from tracker.records.corrections import look_again
from tracker.records.enums import ReviewState
from tracker.records.models import SHORT_LENGTH, LiftRequest, Record
from tracker.records.naming import masked
from tracker.records.registry import by_kind
from tracker.records.telling import tell_of_restriction


class RestrictedError(Exception):
    """The record, whose reference is the text, is restricted: it is kept as it is until that is lifted."""


class LiftError(ValueError):
    """A restriction cannot be lifted as asked."""


class NotNowError(LiftError):
    """The record is not restricted, somebody asked already, or it was decided meanwhile."""


class SamePersonError(LiftError):
    """Whoever asked does not decide."""


def require_unrestricted(record: Record) -> None:
    """Raise RestrictedError when `record` is restricted."""
    if record.restricted_at:
        raise RestrictedError(record.ref)


def open_lift(session: Session, record: Record) -> LiftRequest | None:
    """The request to lift the restriction of `record` that waits for a decision."""
    return session.scalar(sa.select(LiftRequest).where(LiftRequest.record_id == record.id, LiftRequest.decision.is_(None)))


def restrict(actor: User, session: Session, record: Record, reason: str, reporting_state: str) -> bool:
    """Restrict `record`; False when it is restricted already."""
    session.refresh(record, with_for_update=True)
    if record.restricted_at:
        return False
    said, now = masked(session, record, reason)[:SHORT_LENGTH], utc_now()
    _set(session, record, (now, said), reporting_state)
    audit.write(actor, session, Action.RECORD_RESTRICTED, record.ref, purpose=said)
    tell_of_restriction(session, record, "restricted", actor.id, now.isoformat())
    return True


def lift_draft(actor: User, session: Session, record: Record, reason: str, reporting_state: str) -> None:
    """Lift the restriction of a draft at once. Raises NotNowError for what is no restricted draft of the actor's."""
    session.refresh(record, with_for_update=True)
    if not record.restricted_at or record.review_state is not ReviewState.DRAFT or record.owner_id != actor.id:
        raise NotNowError(record.ref)
    _set(session, record, None, reporting_state)
    said = masked(session, record, reason)[:SHORT_LENGTH]
    audit.write(actor, session, Action.RESTRICTION_LIFTED, record.ref, purpose=said)


def ask_lift(actor: User, session: Session, record: Record, reason: str) -> LiftRequest:
    """Ask that the restriction be lifted; until another person decides it stays. Raises NotNowError."""
    session.refresh(record, with_for_update=True)
    if not record.restricted_at or open_lift(session, record):
        raise NotNowError(record.ref)
    said = masked(session, record, reason)[:SHORT_LENGTH]
    asked = LiftRequest(record_id=record.id, restricted_at=record.restricted_at, reason=said, asked_by_id=actor.id)
    session.add(asked)
    session.flush()
    audit.write(actor, session, Action.LIFT_ASKED, record.ref, purpose=said)
    tell_of_restriction(session, record, "lift_asked", actor.id, f"lift {asked.id}")
    return asked


def decide_lift(actor: User, session: Session, record: Record, request_id: int, decision: Decision, reporting_state: str) -> None:
    """Approve or refuse what somebody else asked in the request that was read. Raises NotNowError, SamePersonError."""
    session.refresh(record, with_for_update=True)
    asked = open_lift(session, record)
    if asked is None or asked.id != request_id:
        raise NotNowError(record.ref)
    if asked.asked_by_id == actor.id:
        raise SamePersonError(record.ref)
    asked.decision, asked.decided_by_id, asked.decided_at = decision, actor.id, utc_now()
    session.flush()  # before the record: the database looks for it
    is_lifted = decision is Decision.APPROVED
    if is_lifted:
        _set(session, record, None, reporting_state)
    settle(session, record.ref, {Kind.RESTRICTED})
    action = Action.RESTRICTION_LIFTED if is_lifted else Action.LIFT_REFUSED
    audit.write(actor, session, action, record.ref, purpose=asked.reason, detail={"asked_by": asked.asked_by_id})
    tell_of_restriction(session, record, "lifted" if is_lifted else "lift_refused", actor.id, f"lift {asked.id} decided")


def _set(session: Session, record: Record, restricted: tuple[datetime, str] | None, reporting_state: str) -> None:
    record.restricted_at, record.restricted_reason = restricted or (None, "")
    session.flush()
    facts.write_speaking(session, record, by_kind(record.kind), reporting_state)
    look_again(session, record)

"""Restricting a record: it stays and is seen, but nobody changes it and no figure counts it (LED art. 16)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.records import facts
from tracker.records.models import SHORT_LENGTH, Record
from tracker.records.naming import masked
from tracker.records.registry import by_kind


class RestrictedError(Exception):
    """The record, whose reference is the text, is restricted: it is kept as it is until that is lifted."""


def require_unrestricted(record: Record) -> None:
    """Raise RestrictedError when `record` is restricted."""
    if record.restricted_at:
        raise RestrictedError(record.ref)


def restrict(actor: User, session: Session, record: Record, reason: str, reporting_state: str) -> bool:
    """Restrict `record`; False when it is restricted already."""
    session.refresh(record, with_for_update=True)
    if record.restricted_at:
        return False
    said = masked(session, record, reason)[:SHORT_LENGTH]
    record.restricted_at, record.restricted_reason = utc_now(), said
    session.flush()
    facts.write_speaking(session, record, by_kind(record.kind), reporting_state)
    audit.write(actor, session, Action.RECORD_RESTRICTED, record.ref, purpose=said)
    return True


def lift(actor: User, session: Session, record: Record, reason: str, reporting_state: str) -> bool:
    """Lift the restriction; False when there is none."""
    session.refresh(record, with_for_update=True)
    if not record.restricted_at:
        return False
    record.restricted_at, record.restricted_reason = None, ""
    session.flush()
    facts.write_speaking(session, record, by_kind(record.kind), reporting_state)
    said = masked(session, record, reason)[:SHORT_LENGTH]
    audit.write(actor, session, Action.RESTRICTION_LIFTED, record.ref, purpose=said)
    return True

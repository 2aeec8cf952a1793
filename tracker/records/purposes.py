"""For which purpose somebody opened the names of a record's persons, and whether its files hold such names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.services import token_in_cookie
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.files.models import Attachment
from tracker.personal_data.models import Subject, SubjectKey
from tracker.records.models import Record
from tracker.records.naming import has_persons
from tracker.records.registry import by_kind


def holds_names() -> sa.ColumnElement[bool]:
    """Of records: whether letters and minutes about them may name persons: while they list any, or a name of one is still sealed."""
    return sa.or_(sa.exists().where(Subject.record_id == Record.id), holds_sealed_names())


def holds_sealed_names() -> sa.ColumnElement[bool]:
    """Of records: whether a name in any of their versions is still sealed."""
    return sa.exists().where(SubjectKey.record_id == Record.id, SubjectKey.wrapped.is_not(None))


def files_hold_names(session: Session, record: Record) -> bool:
    """Whether the files of the record open only for a purpose: their contents are kept as they were given."""
    return has_persons(by_kind(record.kind)) and bool(session.scalar(sa.select(holds_names()).where(Record.id == record.id)))


def files_of_record(session: Session, record: Record) -> tuple[list[Attachment], bool]:
    """All files of the record, in the order in which they came, and whether they open only for a purpose: asked at once."""
    is_closed = sa.select(holds_names()).where(Record.id == record.id).scalar_subquery()
    own = (Attachment.owner_kind == "record", Attachment.owner_ref == record.ref)
    rows = session.execute(sa.select(Attachment, is_closed.label("is_closed")).where(*own).order_by(Attachment.no)).all()
    return [row.Attachment for row in rows], has_persons(by_kind(record.kind)) and any(row.is_closed for row in rows)


def purpose_given(actor: User, session: Session, ref: str) -> str:
    """The purpose for which the reader opened these names since signing in; '' when it must be asked for."""
    return _last_given(actor, session, [ref])[1]


def opened_among(actor: User, session: Session, refs: Collection[str]) -> str:
    """The record of `refs` whose names the reader opened last since signing in; '' when there is none."""
    return _last_given(actor, session, refs)[0]


def _last_given(actor: User, session: Session, refs: Collection[str]) -> tuple[str, str]:
    """The record and the purpose."""
    rows = session.execute(
        sa.select(AuditEvent.target, AuditEvent.purpose, AuditEvent.detail)
        .where(AuditEvent.target.in_(refs), AuditEvent.action == Action.NAME_READ.value, AuditEvent.actor_id == actor.id)
        .order_by(AuditEvent.no.desc())
        .limit(20)
    )
    here = this_sign_in()
    return next(((target, purpose) for target, purpose, detail in rows if json.loads(detail).get("sign_in") == here), ("", ""))


def this_sign_in() -> str:
    """Tells one sign-in from another in the trail without giving away its token."""
    return hashlib.sha256(f"purpose {token_in_cookie()}".encode()).hexdigest()[:16]

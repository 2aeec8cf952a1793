"""Who else may read a record marked RED: chosen by its owner, by nobody else."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.models import Role, User
from tracker.accounts.permissions import Permission, may
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.records.models import Record, RecordRecipient
from tracker.records.rights import RightsError
from tracker.records.visibility import authors_of_red


def recipients_of(session: Session, record: Record) -> list[User]:
    """The people whom the owner chose, by name."""
    return list(session.scalars(sa.select(User).where(User.id.in_(_chosen(record))).order_by(User.display_name, User.id)))


def candidates_for(session: Session, record: Record) -> list[User]:
    """Active people who do not read the record yet; while it is restricted, only those who may decide about that."""
    return list(session.scalars(sa.select(User).where(_may_be_chosen(record)).order_by(User.display_name, User.id)))


def choice_of(session: Session, record: Record) -> tuple[list[User], list[User]]:
    """Both at once: the people whom the owner chose, and those whom he may still choose."""
    chosen = User.id.in_(_chosen(record))
    statement = sa.select(User, chosen).where(sa.or_(chosen, _may_be_chosen(record))).order_by(User.display_name, User.id)
    rows = session.execute(statement).all()
    return [user for user, is_chosen in rows if is_chosen], [user for user, is_chosen in rows if not is_chosen]


def _chosen(record: Record) -> sa.Select[int]:
    return sa.select(RecordRecipient.user_id).where(RecordRecipient.record_id == record.id)


def _may_be_chosen(record: Record) -> sa.ColumnElement[bool]:
    """What is contested goes to nobody else (LED art. 16), but for a second person who can lift the restriction."""
    readers = _chosen(record).union(authors_of_red(record.id))
    others = sa.and_(User.id.not_in(readers), User.id != record.owner_id, User.is_active)
    deciding = [role for role in Role if may(role, Permission.PERSONAL_DATA_OVERSEE)]
    return sa.and_(others, User.role.in_(deciding)) if record.restricted_at else others


def add_recipient(actor: User, session: Session, record: Record, username: str) -> bool:
    """Let `username` read the record; False when nobody of this name can be chosen. Raises RightsError."""
    require_owner(actor, session, record)
    user = next((one for one in candidates_for(session, record) if one.username == username), None)
    if user is None:
        return False
    session.add(RecordRecipient(record_id=record.id, user_id=user.id))
    _tell(actor, session, record, added=username)
    return True


def remove_recipient(actor: User, session: Session, record: Record, username: str) -> bool:
    """Take the right to read away again, of a restricted record too; False when `username` is no recipient. Raises RightsError."""
    require_owner(actor, session, record)
    user = next((one for one in recipients_of(session, record) if one.username == username), None)
    if user is None:
        return False
    session.execute(sa.delete(RecordRecipient).where(RecordRecipient.record_id == record.id, RecordRecipient.user_id == user.id))
    _tell(actor, session, record, removed=username)
    return True


def require_owner(actor: User, session: Session, record: Record) -> None:
    """Raise RightsError unless `actor` owns the record."""
    session.refresh(record, with_for_update=True)
    if record.owner_id != actor.id:
        raise RightsError(record.ref, gettext("Only the owner of %(ref)s chooses who else reads it.", ref=record.ref))


def _tell(actor: User, session: Session, record: Record, **said: str) -> None:
    session.flush()
    audit.write(actor, session, Action.RECIPIENTS_CHANGED, record.ref, detail=said)

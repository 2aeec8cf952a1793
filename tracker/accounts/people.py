"""What administrators change about people. Each change has a reason, leaves before and after, and holds at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import api_tokens, invitations, notices, second_factors, sign_ins
from tracker.accounts.models import Ended, Role, User
from tracker.accounts.services import AccountError
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.session import one_at_a_time

_ADMINISTRATORS = "administrators"


@dataclass(frozen=True)
class Details:
    """What an administrator may write about a person."""

    display_name: str
    email: str
    role: Role
    sso_subject: str = ""


def update(actor: User, session: Session, user: User, wanted: Details, issuer: str, *, reason: str) -> bool:
    """Change name, e-mail, role and subject of `user`; whether anything changed. Raises AccountError.

    A role holds from the next request on, also for one that is being answered.
    """
    _one_administrator_at_a_time(actor, session)
    before = _said(user)
    if user.role is not wanted.role:
        _not_oneself(actor, user)
        _keep_one_administrator(session, user, wanted.role, is_active=user.is_active)
    user.display_name, user.email, user.role = wanted.display_name.strip() or user.username, wanted.email.strip(), wanted.role
    _set_subject(session, user, issuer, wanted.sso_subject)
    after = _said(user)
    if before == after:
        return False
    _changed(actor, session, user, before, after, reason)
    if before["role"] != after["role"]:
        notices.tell(user, notices.Notice.ROLE_CHANGED)
    return True


def set_role_from_provider(session: Session, user: User, role: Role) -> None:
    """The identity provider says what role `user` has. The last administrator stays one."""
    if user.role is role:
        return
    one_at_a_time(session, _ADMINISTRATORS)
    try:
        _keep_one_administrator(session, user, role, is_active=True)
    except AccountError:
        return
    before = _said(user)
    user.role = role
    _changed(user, session, user, before, _said(user), "single sign-on")


def disable(actor: User, session: Session, user: User, *, reason: str) -> None:
    """Close the account and end all its sign-ins and links. Raises AccountError."""
    _one_administrator_at_a_time(actor, session)
    _not_oneself(actor, user)
    _keep_one_administrator(session, user, user.role, is_active=False)
    _set_active(actor, session, user, False, reason)
    invitations.withdraw_all(session, user)
    sign_ins.end_all(actor, session, user, Ended.DISABLED)
    api_tokens.revoke_all(actor, session, user)


def enable(actor: User, session: Session, user: User, *, reason: str) -> None:
    """Open the account again; the person signs in as before."""
    _one_administrator_at_a_time(actor, session)
    _set_active(actor, session, user, True, reason)


def end_sign_ins(actor: User, session: Session, user: User, *, reason: str) -> int:
    """Sign `user` out everywhere, programs too; the number of sign-ins ended. Raises AccountError."""
    _not_oneself(actor, user)
    api_tokens.revoke_all(actor, session, user)
    audit.write(actor, session, Action.SESSION_ENDED, sign_ins.target_of(user), purpose=reason, detail={"all": True})
    return sign_ins.end_all(actor, session, user, Ended.REVOKED)


def require_new_factor(actor: User, session: Session, user: User, *, reason: str) -> None:
    """Forget the second factors of `user`, whose phone is lost or stolen, and end all sign-ins. Raises AccountError."""
    _not_oneself(actor, user)
    audit.write(actor, session, Action.USER_CHANGED, sign_ins.target_of(user), purpose=reason, detail={"second_factor": "asked anew"})
    second_factors.take_all_away(actor, session, user)
    api_tokens.revoke_all(actor, session, user)


def _one_administrator_at_a_time(actor: User, session: Session) -> None:
    """Administrators change people one after the other, and one who was closed or demoted meanwhile changes nobody."""
    one_at_a_time(session, _ADMINISTRATORS)
    session.refresh(actor)
    if not actor.is_active or actor.role is not Role.ADMINISTRATOR:
        raise AccountError(gettext("You are no longer an administrator."))


def _not_oneself(actor: User, user: User) -> None:
    """Nobody changes what he himself may do: two people know of it, and nobody locks himself out by mistake."""
    if actor.id == user.id:
        raise AccountError(gettext("Ask another administrator: nobody does this to the own account."))


def _keep_one_administrator(session: Session, user: User, role: Role, *, is_active: bool) -> None:
    """Raise AccountError when nobody would be left who can change people."""
    session.refresh(user)
    if user.role is not Role.ADMINISTRATOR or not user.is_active or (role is Role.ADMINISTRATOR and is_active):
        return
    others = sa.select(User.id).where(User.role == Role.ADMINISTRATOR, User.is_active, User.id != user.id, _can_sign_in())
    if session.scalar(others.limit(1)) is None:
        raise AccountError(gettext("%(name)s is the last administrator: make another one first.", name=user.display_name))


def _can_sign_in() -> sa.ColumnElement[bool]:
    """Somebody who was invited and never came is no administrator to rely on."""
    return sa.or_(User.password_hash != "", User.sso_subject.is_not(None))


def _set_active(actor: User, session: Session, user: User, is_active: bool, reason: str) -> None:
    if user.is_active is is_active:
        raise AccountError(gettext("Somebody did this already."))
    before = _said(user)
    user.is_active = is_active
    _changed(actor, session, user, before, _said(user), reason)


def _set_subject(session: Session, user: User, issuer: str, subject: str) -> None:
    if not issuer or (user.sso_subject or "") == subject.strip():
        return
    taken = sa.select(User.username).where(User.sso_issuer == issuer, User.sso_subject == subject.strip(), User.id != user.id)
    other = session.scalar(taken) if subject.strip() else None
    if other:
        raise AccountError(gettext("This subject belongs to %(name)s already.", name=other), "sso_subject")
    user.sso_issuer, user.sso_subject = (issuer, subject.strip()) if subject.strip() else (None, None)


def _said(user: User) -> dict[str, Any]:
    return {
        "display_name": user.display_name,
        "email": user.email,
        "role": user.role.value,
        "active": user.is_active,
        "sso_subject": user.sso_subject or "",
    }


def _changed(actor: User, session: Session, user: User, before: Mapping[str, Any], after: Mapping[str, Any], reason: str) -> None:
    """The event. Name and e-mail of a colleague are personal data: of them only that they changed."""
    names = [name for name in before if before[name] != after[name]]
    plain = [name for name in names if name in ("role", "active")]
    detail = {"changed": names, "before": {name: before[name] for name in plain}, "after": {name: after[name] for name in plain}}
    session.flush()
    audit.write(actor, session, Action.USER_CHANGED, sign_ins.target_of(user), purpose=reason, detail=detail)

"""Invitations: a link that works once and for a while, by which somebody sets the own password. Nobody else ever knows it (ASVS 6.4.6)."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts import notices, passwords, policy, sign_ins
from tracker.accounts.models import Ended, Invitation, InvitationKind, Role, User
from tracker.accounts.sealing import token_hash
from tracker.accounts.services import AccountError, new_user, set_password
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now


def invite(
    actor: User | None, session: Session, username: str, display_name: str, role: Role, email: str = "", *, reason: str = ""
) -> tuple[User, str]:
    """A new account without a password, and the token of the link that opens it. Raises AccountError."""
    user = new_user(session, username, display_name, role, email)
    token = _new_link(actor, session, user, InvitationKind.INVITE)
    audit.write(actor, session, Action.USER_INVITED, sign_ins.target_of(user), purpose=reason, detail={"role": role.value})
    return user, token


def renew(actor: User | None, session: Session, user: User, *, reason: str = "") -> str:
    """The token of a new link for `user`: to come in at all, or to set a new password. Links from before stop working.

    The old password and what is signed in go on until the link is used: asking for a link must not be a way to lock somebody out.
    """
    kind = InvitationKind.RESET if user.password_hash else InvitationKind.INVITE
    token = _new_link(actor, session, user, kind)
    audit.write(actor, session, Action.USER_INVITED, sign_ins.target_of(user), purpose=reason, detail={"kind": kind.value})
    return token


def find(session: Session, token: str) -> Invitation | None:
    """The invitation behind a link, while it works."""
    found = session.scalar(sa.select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if found is None or found.used_at is not None or found.expires_at <= utc_now() or not found.user.is_active:
        return None
    return found


def accept(session: Session, invitation: Invitation, password: str) -> User:
    """The invited person sets a password; whatever was signed in ends. Raises AccountError."""
    user = invitation.user
    complaint = passwords.complaint(password, user.username, user.display_name)
    if complaint:
        raise AccountError(complaint, "new")
    use(session, invitation)
    set_password(user, session, user, password)
    return user


def use(session: Session, invitation: Invitation) -> None:
    """The link is used up. Raises AccountError when somebody else was quicker."""
    unused = sa.update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None)).values(used_at=utc_now())
    if not session.execute(unused).rowcount:  # type: ignore[attr-defined]
        raise AccountError(gettext("This link was used before."))
    audit.write(invitation.user, session, Action.INVITATION_USED, sign_ins.target_of(invitation.user))
    sign_ins.end_all(invitation.user, session, invitation.user, Ended.PASSWORD)


def withdraw_all(session: Session, user: User) -> None:
    """No link of `user` works any more. The caller writes the event."""
    open_ones = sa.update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None))
    session.execute(open_ones.values(used_at=utc_now()))


def path_of(token: str) -> str:
    """The address of a link within the site."""
    return f"/invitation/{token}"


def _new_link(actor: User | None, session: Session, user: User, kind: InvitationKind) -> str:
    withdraw_all(session, user)
    token = secrets.token_urlsafe(32)
    session.add(
        Invitation(
            user=user,
            kind=kind,
            token_hash=token_hash(token),
            by_id=actor.id if actor else None,
            expires_at=utc_now() + policy.invitation_time(),
        )
    )
    session.flush()
    notices.tell(user, notices.Notice.INVITED if kind is InvitationKind.INVITE else notices.Notice.RESET, path_of(token))
    return token

"""People who use the tracker, their sign-ins, and what they sign in with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key


class Role(StrEnum):
    VIEWER = "viewer"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Method(StrEnum):
    """What a sign-in began with."""

    PASSWORD = "password"  # noqa: S105  a word for a way to sign in
    PASSKEY = "passkey"
    SINGLE_SIGN_ON = "single_sign_on"


class Ended(StrEnum):
    """Why a sign-in is over."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    EXPIRED = "expired"
    REVOKED = "revoked"  # ended from another sign-in of the same person, or by an administrator
    DISABLED = "disabled"
    PASSWORD = "password"  # noqa: S105  a word for a reason
    SECOND_FACTOR = "second_factor"
    RENEWED = "renewed"  # the same person went on under a new token


class Scope(StrEnum):
    """What a program may do with a token, as far as its person may."""

    READ = "read"
    WRITE = "write"


class InvitationKind(StrEnum):
    INVITE = "invite"
    RESET = "reset"


class User(Base):
    """A person who signs in; never deleted, since records keep who wrote them."""

    __tablename__ = "user_account"
    __table_args__ = (sa.Index("ix_user_account_sso", "sso_issuer", "sso_subject", unique=True),)

    id: Mapped[primary_key]
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)  # stored folded: sign-in ignores case
    display_name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[Role] = mapped_column(checked(Role, "role"))
    password_hash: Mapped[str] = mapped_column(sa.String(200))  # Argon2id, with its parameters; '' while there is none
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)  # listed on the sign-in page of the demo
    created_at: Mapped[created_at]
    email: Mapped[str] = mapped_column(sa.String(254), default="", server_default="")
    language: Mapped[str] = mapped_column(sa.String(5), default="", server_default="")  # of the interface; '' is the ministry's
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")  # sealed (see sealing.py); '' is none
    totp_step: Mapped[int] = mapped_column(default=0, server_default="0")  # the half minute whose code was used last
    sso_issuer: Mapped[str | None] = mapped_column(sa.String(200))
    sso_subject: Mapped[str | None] = mapped_column(sa.String(255))


class SignIn(Base):
    """One sign-in of one person. The cookie alone could not be ended by the server, so the row decides."""

    __tablename__ = "sign_in_session"
    __audited__ = False  # starting and ending one are events of their own

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256 of the token in the cookie
    started_at: Mapped[created_at]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[Ended | None] = mapped_column(checked(Ended, "end_reason"))
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # to the minute: see sign_ins.touch
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the person last proved who it is
    method: Mapped[Method] = mapped_column(checked(Method, "method"), default=Method.PASSWORD, server_default="password")
    is_strong: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # with a second factor
    awaits_factor: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # password right, code not given yet
    address: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    browser: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")  # the User-Agent header, cut

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class RecoveryCode(Base):
    """A code on paper for whoever lost the phone; each works once."""

    __tablename__ = "recovery_code"

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(Base):
    """A key in somebody's device (WebAuthn); the device keeps the secret half."""

    __tablename__ = "passkey"

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)  # base64url of at most 1023 bytes
    public_key: Mapped[str] = mapped_column(sa.Text)  # base64url of COSE
    sign_count: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[created_at]
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PasskeyChallenge(Base):
    """A challenge that was handed out and not answered yet: each is taken once."""

    __tablename__ = "passkey_challenge"
    __audited__ = False  # what comes of it is an event

    challenge: Mapped[str] = mapped_column(sa.String(128), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Invitation(Base):
    """A link by which somebody sets a first or a new password; works once."""

    __tablename__ = "invitation"

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    kind: Mapped[InvitationKind] = mapped_column(checked(InvitationKind, "kind"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))  # empty: from the command line
    created_at: Mapped[created_at]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # or taken back

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined", innerjoin=True)


class Attempt(Base):
    """One try that is counted against a limit; kept only as long as the longest limit looks back."""

    __tablename__ = "attempt"
    __table_args__ = (sa.Index("ix_attempt_scope_key", "scope", "key", "at"),)
    __audited__ = False  # what was tried is an event

    id: Mapped[primary_key]
    scope: Mapped[str] = mapped_column(sa.String(30))
    key: Mapped[str] = mapped_column(sa.String(64))  # keyed hash: a password typed into the wrong field is not kept
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    is_open: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # not known yet whether it was right


class ApiToken(Base):
    """With which a program acts as a person, by header and never by cookie. The program alone has it."""

    __tablename__ = "api_token"
    __table_args__ = (sa.CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    scope: Mapped[Scope] = mapped_column(checked(Scope, "scope"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # SHA-256
    is_strong: Mapped[bool]  # made by somebody signed in with a second factor
    created_at: Mapped[created_at]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to the minute
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

"""People who use the tracker and their sign-ins."""

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


class User(Base):
    """A person who signs in; never deleted, since records keep who wrote them."""

    __tablename__ = "user_account"

    id: Mapped[primary_key]
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)  # stored folded: sign-in ignores case
    display_name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[Role] = mapped_column(checked(Role, "role"))
    password_hash: Mapped[str] = mapped_column(sa.String(200))  # Argon2id, with its parameters
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)  # listed on the sign-in page of the demo
    created_at: Mapped[created_at]


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

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

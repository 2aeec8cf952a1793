"""Notifications, which are their own outbox for e-mail, and what each user chose."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key
from tracker.notifications.kinds import Choice, Kind


class Delivery(StrEnum):
    """How an e-mail is to go out, if at all."""

    NONE = "none"
    AT_ONCE = "at_once"
    DIGEST = "digest"


class Notification(Base):
    """One thing told to one user, once for each step (a day, a deadline, a version).

    `sent_at` is set before the e-mail goes out and taken back when it did not; `claim` is emptied when it did. A row
    with both set after a crash was perhaps sent: it is not sent again, and stands in the app in any case.
    """

    __tablename__ = "notification"
    __audited__ = False  # says again what an event of the trail says; that it was read is its owner's own affair
    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind", "target", "step"),
        sa.Index("ix_notification_outbox", "delivery", "sent_at", "next_at"),
        sa.Index("ix_notification_unread", "user_id", "read_at"),
    )

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    kind: Mapped[Kind] = mapped_column(checked(Kind, "kind"))
    target: Mapped[str] = mapped_column(sa.String(80), default="")
    step: Mapped[str] = mapped_column(sa.String(40))
    detail: Mapped[dict[str, object]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[created_at]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivery: Mapped[Delivery] = mapped_column(checked(Delivery, "delivery"))
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)  # not tried again before
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim: Mapped[str] = mapped_column(sa.String(32), default="", index=True)


class NotificationChoice(Base):
    """What a user wants of one kind, where it is not the default."""

    __tablename__ = "notification_choice"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(checked(Kind, "kind"), primary_key=True)
    choice: Mapped[Choice] = mapped_column(checked(Choice, "choice"))

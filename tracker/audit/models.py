"""The events of the trail, the records that they mention, and its head. The database refuses to change or delete an event or a mention."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base
from tracker.database.columns import UtcDateTime


class AuditEvent(Base):
    """One event. Its hash covers everything it says and the hash of the event before it.

    Who acted is kept as plain values, so that the event outlives every other table.
    """

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index("ix_audit_event_target", "target", "no"), sa.Index("ix_audit_event_actor", "actor", "no"))
    __audited__ = False

    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # without gaps: order is by number, not by clock
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(sa.String(60))  # the user name; '' for the command line and for nobody
    action: Mapped[str] = mapped_column(sa.String(40), index=True)
    target: Mapped[str] = mapped_column(sa.String(80), default="")  # a reference: HND-2026-0001, SRC-2026-0003, user:ana
    purpose: Mapped[str] = mapped_column(sa.String(500), default="")
    detail: Mapped[str] = mapped_column(sa.Text, default="{}")  # JSON with sorted keys; before and after where something changed
    address: Mapped[str] = mapped_column(sa.String(60), default="")
    request: Mapped[str] = mapped_column(sa.String(40), default="")
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditMention(Base):
    """A record of which an event tells beside its target: its row is in the file that went out, or a file was opened for its sake.

    The event itself says so too, in its chained detail; here it is found. Append-only, as the events are.
    """

    __tablename__ = "audit_mention"
    __audited__ = False

    ref: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    event_no: Mapped[int] = mapped_column(sa.ForeignKey("audit_event.no"), primary_key=True)


class AuditHead(Base):
    """The last event: locked by whoever adds one, and the witness when events are cut off at the end."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
    __audited__ = False

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    no: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))

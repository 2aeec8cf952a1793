"""The addresses under which programs read feeds for somebody."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.database.base import Base, checked
from tracker.database.columns import created_at


class Feed(StrEnum):
    """What there is, by what its address ends in."""

    ICS = "ics"  # a calendar (RFC 5545): expiries, notices, review dates
    ATOM = "atom"  # news (RFC 4287): what was verified


class FeedAddress(Base):
    """One address of one person. Its key stands nowhere: who lost it makes another."""

    __tablename__ = "feed_address"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    feed: Mapped[Feed] = mapped_column(checked(Feed, "feed"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[created_at]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

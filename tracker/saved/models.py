"""Saved views. What one asks for is kept as its address; what it shows is counted for whoever opens it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.database.base import Base
from tracker.database.columns import UtcDateTime, created_at, primary_key, utc_now

NAME_LENGTH = 200
QUERY_LENGTH = 4_000
MOST = 200  # of one person
MOST_PINNED = 8  # on a first page
TYPE = "record_type"  # of the list of one type, kept before its parameters
PASSING = ("page", "view", TYPE)  # of a place in the list, no part of what it holds
TARGET = "view:{}"  # what the trail calls a view, by its key


class SavedView(Base):
    """A table of figures or a list of records with its whole state."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("owner_id", "name"), sa.CheckConstraint("name <> ''", name="name_given"))

    id: Mapped[primary_key]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    endpoint: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(QUERY_LENGTH), default="")
    is_shared: Mapped[bool] = mapped_column(default=False, index=True)
    position: Mapped[int | None]  # among what its owner pinned to the first page; none: not pinned
    created_at: Mapped[created_at]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}

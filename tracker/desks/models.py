"""Desks: who is in charge of which partners. A desk that was closed is kept, since the trail speaks of it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.database.base import Base
from tracker.database.columns import UtcDateTime, created_at, primary_key
from tracker.vocabularies.models import Party

NAME_LENGTH = 100
TARGET = "desk:{}"  # what the trail calls a desk, by its key


class Desk(Base):
    """A desk of the department: its partners, or all of them, and its people."""

    __tablename__ = "desk"
    __table_args__ = (sa.CheckConstraint("name <> ''", name="name_given"),)

    id: Mapped[primary_key]
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH), unique=True)
    covers_all: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[created_at]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    parties: Mapped[list[Party]] = relationship(secondary="desk_party", order_by="Party.code")
    people: Mapped[list[User]] = relationship(secondary="desk_person", order_by="User.username")

    __mapper_args__ = {"version_id_col": version}


class DeskParty(Base):
    """A country, organisation, agency or group that a desk is in charge of."""

    __tablename__ = "desk_party"

    desk_id: Mapped[int] = mapped_column(sa.ForeignKey("desk.id"), primary_key=True)
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), primary_key=True, index=True)


class DeskPerson(Base):
    """A person who works at a desk."""

    __tablename__ = "desk_person"

    desk_id: Mapped[int] = mapped_column(sa.ForeignKey("desk.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True, index=True)

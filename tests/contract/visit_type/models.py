"""Visits: what only they have."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import checked
from tracker.partial_dates import PartialDate
from tracker.records.dates import date_checks, partial_date
from tracker.records.models import SHORT_LENGTH, Record


class Level(StrEnum):
    """Who went."""

    MINISTER = "minister"
    EXPERT = "expert"
    NOT_STATED = "not_stated"


class Visit(Record):
    """One visit of a delegation."""

    __tablename__ = "visit"
    __table_args__ = date_checks("follow_up_on")
    __mapper_args__ = {"polymorphic_identity": "visit"}

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    level: Mapped[Level] = mapped_column(checked(Level, "level"), default=Level.NOT_STATED)
    purpose: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    follow_up_on: Mapped[PartialDate] = partial_date("follow_up_on")

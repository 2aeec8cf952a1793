"""Statements: what only they have."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.records.models import SHORT_LENGTH, Record


class Statement(Record):
    """What somebody says about several activities or of how things stand; never an activity itself (settled: group entries count 0)."""

    __tablename__ = "statement"
    __mapper_args__ = {"polymorphic_identity": "statement"}

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    said_by: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")

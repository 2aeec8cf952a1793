"""Training programmes: what only they have. Participants and participant-days are figures (C37)."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.records.models import SHORT_LENGTH, Record
from tracker.vocabularies.models import Term


class Training(Record):
    """One course, seminar, exchange or study visit; the same course held again is another record."""

    __tablename__ = "training"
    __table_args__ = (sa.CheckConstraint("days > 0", name="days_positive"),)
    __mapper_args__ = {"polymorphic_identity": "training"}

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    delivery: Mapped[str | None] = mapped_column(Term("training_delivery"), sa.ForeignKey("vocab_term.id"))
    format: Mapped[str | None] = mapped_column(Term("training_format"), sa.ForeignKey("vocab_term.id"))
    our_role: Mapped[str | None] = mapped_column(Term("our_role"), sa.ForeignKey("vocab_term.id"))
    topic: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    days: Mapped[Decimal | None] = mapped_column(sa.Numeric(6, 2))
    language: Mapped[str] = mapped_column(sa.String(10), default="")

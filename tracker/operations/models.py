"""Joint operations: what only they have."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.records.models import SHORT_LENGTH, Record
from tracker.vocabularies.models import Term


class Operation(Record):
    """One operation with others; a phase of a larger one names that as its parent. The coordinator is a role."""

    __tablename__ = "operation"
    __mapper_args__ = {"polymorphic_identity": "operation"}

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    op_type: Mapped[str | None] = mapped_column(Term("operation_type"), sa.ForeignKey("vocab_term.id"))
    series_name: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    phase: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")

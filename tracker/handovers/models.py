"""Handovers of persons: what only they have. How many persons is a figure, never a second column."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.database.base import checked
from tracker.partial_dates import PartialDate
from tracker.personal_data.models import Subject
from tracker.records.dates import date_checks, partial_date
from tracker.records.models import CHILDREN, SHORT_LENGTH, Record
from tracker.vocabularies.models import Term


class Direction(StrEnum):
    """Seen from the reporting state; never netted (C22)."""

    INWARD = "inward"
    OUTWARD = "outward"
    TRANSIT = "transit"
    NOT_STATED = "not_stated"


class Stage(StrEnum):
    """How far it has come; only what is done counts."""

    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    DONE = "done"


class Handover(Record):
    """One event in which one or more persons were handed over. Movement and legal basis are two fields (C24)."""

    __tablename__ = "handover"
    __table_args__ = date_checks("requested_on", "granted_on", "refused_on")
    __mapper_args__ = {"polymorphic_identity": "handover"}

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    direction: Mapped[Direction] = mapped_column(checked(Direction, "direction"), default=Direction.NOT_STATED)
    stage: Mapped[Stage] = mapped_column(checked(Stage, "stage"), default=Stage.DONE)
    legal_basis: Mapped[str] = mapped_column(Term("legal_basis"), sa.ForeignKey("vocab_term.id"), default="not_stated")
    basis_agreement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agreement.record_id"))
    notice: Mapped[str | None] = mapped_column(Term("notice"), sa.ForeignKey("vocab_term.id"))
    court_decision: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    assurances: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    requested_on: Mapped[PartialDate] = partial_date("requested_on")
    granted_on: Mapped[PartialDate] = partial_date("granted_on")
    refused_on: Mapped[PartialDate] = partial_date("refused_on")

    basis_agreement: Mapped[Record | None] = relationship(
        primaryjoin="Record.id == foreign(Handover.basis_agreement_id)", foreign_keys=[basis_agreement_id]
    )
    subjects: Mapped[list[Subject]] = relationship(cascade=CHILDREN, order_by="Subject.no", foreign_keys="Subject.record_id")

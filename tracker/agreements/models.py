"""Agreements: what only they have. Their dates live in the actions of the parties."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.database.base import Base, checked
from tracker.database.columns import primary_key
from tracker.partial_dates import PartialDate
from tracker.records.dates import date_checks, partial_date
from tracker.records.models import CHILDREN, SHORT_LENGTH, Record
from tracker.vocabularies.models import Party, Term


class Binding(StrEnum):
    """Whether the instrument binds under international law (C20)."""

    BINDING = "binding"
    NON_BINDING = "non_binding"
    NOT_STATED = "not_stated"


class Agreement(Record):
    """A treaty, memorandum or other instrument, one record whatever its number of parties."""

    __tablename__ = "agreement"
    __table_args__ = (
        *date_checks("expires_on"),
        sa.CheckConstraint("notice_days >= 0", name="notice_not_negative"),
    )
    __mapper_args__ = {"polymorphic_identity": "agreement"}

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    form: Mapped[str | None] = mapped_column(Term("agreement_form"), sa.ForeignKey("vocab_term.id"))
    binding: Mapped[Binding] = mapped_column(checked(Binding, "binding"), default=Binding.NOT_STATED)
    scope: Mapped[str | None] = mapped_column(Term("agreement_scope"), sa.ForeignKey("vocab_term.id"))
    level: Mapped[str | None] = mapped_column(Term("agreement_level"), sa.ForeignKey("vocab_term.id"))
    signature_type: Mapped[str | None] = mapped_column(Term("signature_type"), sa.ForeignKey("vocab_term.id"))
    duration_text: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    renewal: Mapped[str | None] = mapped_column(Term("renewal"), sa.ForeignKey("vocab_term.id"))
    expires_on: Mapped[PartialDate] = partial_date("expires_on")
    notice_days: Mapped[int | None]

    actions: Mapped[list[AgreementAction]] = relationship(cascade=CHILDREN, order_by="AgreementAction.position")


class AgreementAction(Base):
    """A step in the life of an instrument, in the terms of the Vienna Convention on the Law of Treaties.

    No party means the instrument as a whole. A party is one of the record's parties: a trigger keeps it so.
    """

    __tablename__ = "agreement_action"
    __table_args__ = date_checks("date")

    id: Mapped[primary_key]
    agreement_id: Mapped[int] = mapped_column(sa.ForeignKey("agreement.record_id"), index=True)
    position: Mapped[int]
    party_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    action: Mapped[str] = mapped_column(Term("agreement_action"), sa.ForeignKey("vocab_term.id"))
    date: Mapped[PartialDate] = partial_date("date")

    party: Mapped[Party | None] = relationship()

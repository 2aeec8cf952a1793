"""Persons whom a record is about. Their names stand nowhere but in `subject_key.spellings`, sealed under a key of their own."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key
from tracker.vocabularies.models import Party, Term

PSEUDONYM_LENGTH = 30


class DataSubject(StrEnum):
    """Kinds of persons that are kept apart (LED art. 6)."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    OTHER = "other"


class Ground(StrEnum):
    """Why a name is erased: a fixed list, since the stub that stays must not hold personal data itself."""

    TIME_OVER = "time_over"
    NOT_NEEDED = "not_needed"
    UNLAWFUL = "unlawful"
    ON_REQUEST = "on_request"
    COURT_ORDER = "court_order"


class Decision(StrEnum):
    """What the second person decided."""

    APPROVED = "approved"
    REFUSED = "refused"


# the words of the two buttons with which a request is decided
_DECISION_OF_BUTTON = {"approve": Decision.APPROVED, "refuse": Decision.REFUSED}


def decided(word: str | None) -> Decision | None:
    """What the button `approve` or `refuse` means; None for any other word: nobody decides by a slip."""
    return _DECISION_OF_BUTTON.get(word or "")


class Subject(Base):
    """One person of a record, under a pseudonym. `name_no` and `other_nos` say which of the sealed spellings are its names."""

    __tablename__ = "subject"
    __table_args__ = (sa.UniqueConstraint("record_id", "no"), sa.CheckConstraint("no > 0", name="numbered"))

    id: Mapped[primary_key]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    no: Mapped[int]
    kind: Mapped[DataSubject] = mapped_column(checked(DataSubject, "kind"))
    legal_status: Mapped[str | None] = mapped_column(Term("person_status"), sa.ForeignKey("vocab_term.id"))
    nationality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    alleged_crime: Mapped[str | None] = mapped_column(Term("crime"), sa.ForeignKey("vocab_term.id"))
    name_no: Mapped[int] = mapped_column(default=0)  # 0: no name
    other_nos: Mapped[str] = mapped_column(sa.String(200), default="")  # `2,3`
    same_as: Mapped[str] = mapped_column(sa.String(PSEUDONYM_LENGTH), default="")  # the pseudonym of the same person in another record

    nationality: Mapped[Party | None] = relationship()


class SubjectKey(Base):
    """The key of one person, sealed under the master key, and every spelling of the name that was ever found, sealed under the key.

    It outlives the row in `subject`: texts and old versions speak of `[HND-2026-0001/1]` for good. Erasing the person destroys
    the key and the spellings; when, by whom and on which ground stays.
    """

    __tablename__ = "subject_key"
    __table_args__ = (
        sa.CheckConstraint("(wrapped IS NULL) = (erased_at IS NOT NULL)", name="erased_or_not"),
        sa.CheckConstraint("(spellings IS NULL) = (wrapped IS NULL)", name="spellings_with_key"),
        sa.CheckConstraint("(erased_at IS NULL) = (erased_by_id IS NULL)", name="erased_by_somebody"),
        sa.UniqueConstraint("record_id", "no"),
    )

    pseudonym: Mapped[str] = mapped_column(sa.String(PSEUDONYM_LENGTH), primary_key=True)  # `HND-2026-0001/1`
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    no: Mapped[int]
    wrapped: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    spellings: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    created_at: Mapped[created_at]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    erasure_ground: Mapped[Ground | None] = mapped_column(checked(Ground, "erasure_ground"))


class Retention(Base):
    """When a record with persons is reviewed for erasure (LED art. 5); at most five years after its entry (RPD art. 50)."""

    __tablename__ = "retention"
    __table_args__ = (sa.CheckConstraint("review_on <= latest_on", name="at_most_five_years"),)

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    review_on: Mapped[date] = mapped_column(index=True)
    latest_on: Mapped[date]
    is_set: Mapped[bool] = mapped_column(default=False)  # by an officer; otherwise it follows the legal status


class DecidedByAnother:
    """What one person asks about a record and another decides; the database keeps them two, and one request open at a time."""

    __tablename__: str

    id: Mapped[primary_key]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    asked_at: Mapped[created_at]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[Decision | None] = mapped_column(checked(Decision, "decision"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[sa.schema.SchemaItem, ...]:
        is_open = sa.text("decision IS NULL")
        return (
            sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_persons"),
            sa.CheckConstraint("(decided_by_id IS NULL) = (decision IS NULL)", name="decided_by_somebody"),
            sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_at_some_time"),
            sa.Index(f"uq_{cls.__tablename__}_one_open", "record_id", unique=True, sqlite_where=is_open, postgresql_where=is_open),
        )


class ErasureRequest(DecidedByAnother, Base):
    """One person asks that names be erased."""

    __tablename__ = "erasure_request"

    nos: Mapped[str] = mapped_column(sa.Text)  # the persons: `1,2`
    ground: Mapped[Ground] = mapped_column(checked(Ground, "ground"))


class VersionRedaction(Base):
    """That a name was taken out of an older version, since it had been written there before it was known to be a name.

    The only way to change a stored version: the database admits the change while such a row is open, and only to the text.
    """

    __tablename__ = "version_redaction"
    __table_args__ = (sa.Index("ix_version_redaction_version", "record_id", "version"),)

    id: Mapped[primary_key]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    version: Mapped[int]
    at: Mapped[created_at]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    is_open: Mapped[bool] = mapped_column(default=True)

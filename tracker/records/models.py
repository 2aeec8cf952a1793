"""The record: everything that all types have in common, and its children.

Tables follow the data model of the product; a record type adds one joined table of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.clearance import Marking
from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key, utc_now
from tracker.partial_dates import PartialDate
from tracker.personal_data.models import DecidedByAnother
from tracker.records.dates import date_checks, partial_date
from tracker.records.enums import PartiesBasis, ReviewMove, ReviewState, Status
from tracker.records.figures import Figure
from tracker.records.sources import Evidence
from tracker.vocabularies.models import Party, Term

TITLE_LENGTH = 300
SUMMARY_LENGTH = 10_000
SHORT_LENGTH = 200
NOTE_LENGTH = 2_000
CHILDREN = "all, delete-orphan"
_IS_MERGED = sa.text("merged_into_id IS NOT NULL")


def child_key() -> Mapped[int]:
    """The record a child row belongs to, as part of its primary key."""
    return mapped_column(sa.ForeignKey("record.id"), primary_key=True)


class Record(Base):
    """One real-world activity (C2), whatever the number of countries."""

    __tablename__ = "record"
    __table_args__ = (
        *date_checks("start", "end", "planned_start", "planned_end"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("review_state = 'draft' OR title <> ''", name="title_unless_draft"),
        sa.CheckConstraint("start_lo IS NULL OR end_hi IS NULL OR start_lo <= end_hi", name="ends_after_start"),
        sa.CheckConstraint("version >= 1", name="version_positive"),
        sa.CheckConstraint("verified_version IS NULL OR verified_version BETWEEN 1 AND version", name="verified_version_saved"),
        sa.CheckConstraint(
            "review_state <> 'verified' OR (verified_version IS NOT NULL AND verified_version = version)", name="verified_is_newest"
        ),
        sa.CheckConstraint("review_state <> 'retired' OR verified_version IS NULL", name="retired_is_not_official"),
        sa.CheckConstraint("discarded_at IS NULL OR review_state = 'draft'", name="only_drafts_are_discarded"),
        # few records are merged: an index of those alone is small, and no other record is written into it
        sa.Index("ix_record_merged_into_id", "merged_into_id", sqlite_where=_IS_MERGED, postgresql_where=_IS_MERGED),
    )

    id: Mapped[primary_key]
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)
    title: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH), default="")
    title_original: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH), default="")
    original_lang: Mapped[str] = mapped_column(sa.String(10), default="")
    summary: Mapped[str] = mapped_column(sa.String(SUMMARY_LENGTH), default="")
    is_group_entry: Mapped[bool] = mapped_column(default=False)  # a statement about several, never counted as 1 (C31)
    start: Mapped[PartialDate] = partial_date("start", index=True)
    end: Mapped[PartialDate] = partial_date("end")
    planned_start: Mapped[PartialDate] = partial_date("planned_start")
    planned_end: Mapped[PartialDate] = partial_date("planned_end")
    place: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    parties_basis: Mapped[PartiesBasis] = mapped_column(checked(PartiesBasis, "parties_basis"), default=PartiesBasis.STATED)
    parties_complete: Mapped[bool] = mapped_column(default=True)  # False: "and other countries" (C7)
    status: Mapped[Status] = mapped_column(checked(Status, "status"), default=Status.UNKNOWN)
    review_state: Mapped[ReviewState] = mapped_column(checked(ReviewState, "review_state"), default=ReviewState.DRAFT, index=True)
    marking: Mapped[str] = mapped_column(Term("marking"), sa.ForeignKey("vocab_term.id"), default="AMBER")
    # the stricter of the newest and the last verified version's marking: what decides who reads (see markings.py)
    effective_marking: Mapped[Marking] = mapped_column(
        checked(Marking, "effective_marking"), default=Marking.AMBER, server_default=Marking.AMBER.value, index=True
    )
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("record.id"))
    restricted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    restricted_reason: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    version: Mapped[int] = mapped_column()
    verified_version: Mapped[int | None]  # the version that is official, until a later one is or the record is retired (C41)
    discarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a draft in its owner's bin
    created_at: Mapped[created_at]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    parent: Mapped[Record | None] = relationship(remote_side="Record.id", foreign_keys="Record.parent_id")
    parties: Mapped[list[RecordParty]] = relationship(cascade=CHILDREN, order_by="RecordParty.position")
    crimes: Mapped[list[RecordCrime]] = relationship(cascade=CHILDREN, order_by="RecordCrime.term")
    aliases: Mapped[list[RecordAlias]] = relationship(cascade=CHILDREN, order_by="RecordAlias.name")
    identifiers: Mapped[list[RecordIdentifier]] = relationship(cascade=CHILDREN, order_by="RecordIdentifier.scheme")
    links: Mapped[list[RecordLink]] = relationship(
        cascade=CHILDREN, foreign_keys="RecordLink.from_id", order_by="RecordLink.to_id", back_populates="record"
    )
    figures: Mapped[list[Figure]] = relationship(cascade=CHILDREN, order_by="Figure.no")
    evidence: Mapped[list[Evidence]] = relationship(cascade=CHILDREN, order_by="Evidence.no")
    newest: Mapped[RecordVersion] = relationship(
        primaryjoin="and_(Record.id == foreign(RecordVersion.record_id), Record.version == foreign(RecordVersion.version))", viewonly=True
    )
    official: Mapped[RecordVersion | None] = relationship(
        primaryjoin="and_(Record.id == foreign(RecordVersion.record_id), Record.verified_version == foreign(RecordVersion.version))",
        viewonly=True,
    )

    __mapper_args__ = {"polymorphic_on": "kind", "version_id_col": version, "version_id_generator": False}


class RecordParty(Base):
    """A party in one role. `counts_as_partner` is the role's property on the day of the save (C5)."""

    __tablename__ = "record_party"

    record_id: Mapped[int] = child_key()
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(Term("role"), sa.ForeignKey("vocab_term.id"), primary_key=True)
    counts_as_partner: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    position: Mapped[int] = mapped_column(default=0)

    party: Mapped[Party] = relationship()


class RecordCrime(Base):
    """A desk crime term of a record; at most one is primary (C30)."""

    __tablename__ = "record_crime"
    __table_args__ = (
        sa.Index(
            "uq_record_crime_one_primary",
            "record_id",
            unique=True,
            sqlite_where=sa.text("is_primary"),
            postgresql_where=sa.text("is_primary"),
        ),
    )

    record_id: Mapped[int] = child_key()
    term: Mapped[str] = mapped_column(Term("crime"), sa.ForeignKey("vocab_term.id"), primary_key=True)
    is_primary: Mapped[bool] = mapped_column(default=False)


class RecordAlias(Base):
    """Another name of the activity, as other sources or languages give it."""

    __tablename__ = "record_alias"

    record_id: Mapped[int] = child_key()
    name: Mapped[str] = mapped_column(sa.String(TITLE_LENGTH), primary_key=True)
    lang: Mapped[str] = mapped_column(sa.String(10), default="")


class RecordIdentifier(Base):
    """A number under which somebody else files the activity; unique per scheme."""

    __tablename__ = "record_identifier"
    __table_args__ = (sa.UniqueConstraint("scheme", "value"),)

    record_id: Mapped[int] = child_key()
    scheme: Mapped[str] = mapped_column(Term("identifier_scheme"), sa.ForeignKey("vocab_term.id"), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(100), primary_key=True)


class RecordLink(Base):
    """A relation from one record to another, read from this side: `from` amends `to`."""

    __tablename__ = "record_link"
    __table_args__ = (sa.CheckConstraint("from_id <> to_id", name="not_to_itself"),)

    from_id: Mapped[int] = child_key()
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True, index=True)
    type: Mapped[str] = mapped_column(Term("link_type"), sa.ForeignKey("vocab_term.id"), primary_key=True)

    record: Mapped[Record] = relationship(foreign_keys=[from_id], back_populates="links")
    target: Mapped[Record] = relationship(foreign_keys=[to_id])


class RecordRecipient(Base):
    """Somebody whom the owner of a record marked RED lets read it."""

    __tablename__ = "record_recipient"

    record_id: Mapped[int] = child_key()
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True, index=True)


class RecordVersion(Base):
    """One save: the whole record as it was, by whom, when and why. Append-only; the database refuses changes."""

    __tablename__ = "record_version"

    record_id: Mapped[int] = child_key()
    version: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH), default="")
    review_state: Mapped[ReviewState] = mapped_column(checked(ReviewState, "review_state"))
    # the form's own token: the same form sent twice is one save
    form_token: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)

    record: Mapped[Record] = relationship(viewonly=True)


class Review(Base):
    """One move of a record through review: what was done about which version, by whom, why. Append-only.

    The database refuses to verify a version that the verifier wrote or submitted, and one that follows such a version since
    the last verified one.
    """

    __tablename__ = "review"
    __table_args__ = (
        sa.ForeignKeyConstraint(["record_id", "version"], ["record_version.record_id", "record_version.version"]),
        sa.CheckConstraint("move <> 'return' OR note <> ''", name="return_says_why"),
        sa.Index("ix_review_record", "record_id", "id"),
    )

    id: Mapped[primary_key]
    record_id: Mapped[int]
    version: Mapped[int]
    move: Mapped[ReviewMove] = mapped_column(checked(ReviewMove, "move"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    note: Mapped[str] = mapped_column(sa.String(NOTE_LENGTH), default="")


class LiftRequest(DecidedByAnother, Base):
    """One person asks that a restriction be lifted.

    `restricted_at` says which restriction is meant: the record may be restricted again later.
    """

    __tablename__ = "lift_request"

    restricted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.String(SHORT_LENGTH))


class ReferenceCounter(Base):
    """The last number given out per prefix and year of entry; a reference never changes and is never reused."""

    __tablename__ = "reference_counter"
    __audited__ = False  # a number given out tells nothing; the record that bears it does

    prefix: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)

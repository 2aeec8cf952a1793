"""Sources with their versions, the passages of them that support values, and where names of persons may be in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.clearance import Marking
from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key, utc_now
from tracker.partial_dates import PartialDate
from tracker.records.dates import date_checks, partial_date
from tracker.vocabularies.models import Term

QUOTE_LENGTH, REASON_LENGTH = 2_000, 200


class Source(Base):
    """A text that says something; one source serves many records."""

    __tablename__ = "source"
    __table_args__ = (*date_checks("published"), sa.CheckConstraint("title <> ''", name="title_given"))

    id: Mapped[primary_key]
    ref: Mapped[str] = mapped_column(sa.String(20), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    publisher: Mapped[str] = mapped_column(sa.String(200), default="")
    kind: Mapped[str | None] = mapped_column(Term("source_kind"), sa.ForeignKey("vocab_term.id"))
    url: Mapped[str] = mapped_column(sa.String(1000), default="")
    published: Mapped[PartialDate] = partial_date("published")
    lang: Mapped[str] = mapped_column(sa.String(10), default="")
    is_translation: Mapped[bool] = mapped_column(default=False)
    reliability: Mapped[str | None] = mapped_column(Term("reliability"), sa.ForeignKey("vocab_term.id"))
    # every record that cites it is at least as restricted
    marking: Mapped[Marking] = mapped_column(checked(Marking, "marking"), default=Marking.AMBER, server_default=Marking.AMBER.value)
    version: Mapped[int] = mapped_column(default=1)  # the newest of its versions
    created_at: Mapped[created_at]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))

    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class SourceVersion(Base):
    """One save: the whole source as it was, by whom, when and why. Append-only; the database refuses changes but the masking of a name."""

    __tablename__ = "source_version"

    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    reason: Mapped[str] = mapped_column(sa.String(REASON_LENGTH), default="")
    payload: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class SourceRedaction(Base):
    """That the name of a person of `record_id` was taken out of a version of a source, since it was written before it was known to be one.

    The only way to change such a version: the database admits the change while the row is open, and only to the text.
    """

    __tablename__ = "source_redaction"
    __table_args__ = (sa.Index("ix_source_redaction_version", "source_id", "version"),)

    id: Mapped[primary_key]
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id"))
    version: Mapped[int]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    at: Mapped[created_at]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    is_open: Mapped[bool] = mapped_column(default=True)


class NamedCitation(Base):
    """That a record which can have persons cites a source, or did in one of its versions: for good.

    The letter stays the same letter when the passage is taken out again; while the record holds names, its files may too.
    """

    __tablename__ = "named_citation"

    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id"), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True, index=True)


class Evidence(Base):
    """That a source supports a record, one field of it or one figure; the quotation where there is one.

    Follows the selectors of the W3C Web Annotation Data Model: the exact quotation with what stands before and after
    it, and its position in the stored text. `target_field` empty means the record as a whole.
    """

    __tablename__ = "evidence"
    __table_args__ = (sa.UniqueConstraint("record_id", "no"),)

    id: Mapped[primary_key]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    no: Mapped[int]
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("source.id"), index=True)
    target_field: Mapped[str] = mapped_column(sa.String(40), default="")  # a field's name, or `figure:NO`
    quote_exact: Mapped[str] = mapped_column(sa.String(QUOTE_LENGTH), default="")
    quote_prefix: Mapped[str] = mapped_column(sa.String(200), default="")
    quote_suffix: Mapped[str] = mapped_column(sa.String(200), default="")
    pos_start: Mapped[int | None]
    pos_end: Mapped[int | None]
    locator: Mapped[str] = mapped_column(sa.String(60), default="")  # "line 35", "p. 3"
    credibility: Mapped[str | None] = mapped_column(Term("credibility"), sa.ForeignKey("vocab_term.id"))
    coded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    coded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    source: Mapped[Source] = relationship(lazy="joined", innerjoin=True)

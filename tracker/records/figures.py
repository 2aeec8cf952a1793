"""A number that a source gives, with everything needed to add it up honestly."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.database.base import Base, checked
from tracker.database.columns import primary_key
from tracker.partial_dates import PartialDate
from tracker.records.dates import date_checks, partial_date
from tracker.records.enums import ContainedBasis, Nature, Preference, Qualifier
from tracker.vocabularies.models import Party, Term

REASON_LENGTH = 200
# which bounds each qualifier has: both equal, none above, zero below, a true range, none at all (C29, C31)
BOUNDS_FIT_QUALIFIER = """
(qualifier IN ('exact', 'about') AND value_lo IS NOT NULL AND value_hi IS NOT NULL AND value_hi = value_lo)
OR (qualifier = 'at_least' AND value_lo IS NOT NULL AND value_hi IS NULL)
OR (qualifier = 'at_most' AND value_lo IS NOT NULL AND value_lo = 0 AND value_hi IS NOT NULL)
OR (qualifier = 'range' AND value_lo IS NOT NULL AND value_hi IS NOT NULL AND value_lo < value_hi)
OR (qualifier = 'unquantified' AND value_lo IS NULL AND value_hi IS NULL)
"""


class Figure(Base):
    """One number of one record. `no` is its number within the record and never changes."""

    __tablename__ = "figure"
    __table_args__ = (
        *date_checks("as_of", "period"),
        sa.UniqueConstraint("record_id", "no"),
        sa.CheckConstraint("value_lo >= 0 AND value_hi >= 0", name="not_negative"),
        sa.CheckConstraint(" ".join(BOUNDS_FIT_QUALIFIER.split()), name="bounds_fit_qualifier"),
        sa.CheckConstraint("qualifier <> 'unquantified' OR text_original <> ''", name="words_where_no_number"),
        sa.CheckConstraint("contained_in_id <> id", name="not_contained_in_itself"),
    )

    id: Mapped[primary_key]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    no: Mapped[int]
    metric: Mapped[str] = mapped_column(Term("metric"), sa.ForeignKey("vocab_term.id"))
    unit: Mapped[str] = mapped_column(Term("unit"), sa.ForeignKey("vocab_term.id"))  # C1: no unit, no number
    item: Mapped[str | None] = mapped_column(Term("item"), sa.ForeignKey("vocab_term.id"))
    value_lo: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 3))
    value_hi: Mapped[Decimal | None] = mapped_column(sa.Numeric(18, 3))
    qualifier: Mapped[Qualifier] = mapped_column(checked(Qualifier, "qualifier"))
    nature: Mapped[Nature] = mapped_column(checked(Nature, "nature"), default=Nature.NEW_IN_PERIOD)
    as_of: Mapped[PartialDate] = partial_date("as_of")
    period: Mapped[PartialDate] = partial_date("period")
    series: Mapped[str] = mapped_column(sa.String(100), default="")
    person_status: Mapped[str | None] = mapped_column(Term("person_status"), sa.ForeignKey("vocab_term.id"))  # C25
    country_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))  # only where the source gives the split (C33)
    contained_in_id: Mapped[int | None] = mapped_column(sa.ForeignKey("figure.id"))
    contained_basis: Mapped[ContainedBasis] = mapped_column(
        checked(ContainedBasis, "contained_basis"), default=ContainedBasis.STATED, server_default=ContainedBasis.STATED.value
    )
    preferred: Mapped[bool] = mapped_column(default=True)
    preference: Mapped[Preference] = mapped_column(
        checked(Preference, "preference"), default=Preference.RULE, server_default=Preference.RULE.value
    )
    preference_reason: Mapped[str] = mapped_column(sa.String(REASON_LENGTH), default="", server_default="")
    text_original: Mapped[str] = mapped_column(sa.String(300), default="")

    country: Mapped[Party | None] = relationship()
    contained_in: Mapped[Figure | None] = relationship(remote_side="Figure.id")

"""The facts: what each record contributes to the figures, written with every save and rebuildable at any time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, primary_key, utc_now


class Basis(StrEnum):
    """Which version of a record speaks: the newest, or the last verified one (C41)."""

    WORKING = "working"
    OFFICIAL = "official"


class Scope(StrEnum):
    """Which row of a partner table a fact belongs to."""

    TOTAL = "total"  # one per record, span or figure: the distinct total
    PARTNER = "partner"  # one per counting partner
    NOT_STATED = "not_stated"  # the record names no counting partner (C8)
    SHARED = "shared"  # a quantity that the source does not split between the partners (C33)
    MENTIONED = "mentioned"  # named in a role that does not count (C5): found by lists, in no row


class Standing(StrEnum):
    """Whether a record counts; everything but `counted` has rows of its own, outside every total."""

    COUNTED = "counted"
    STATEMENT = "statement"
    PHASE = "phase"
    PLANNED = "planned"
    CANCELLED = "cancelled"
    REQUESTED = "requested"
    GRANTED = "granted"
    REFUSED = "refused"
    RESTRICTED = "restricted"  # LED art. 16: kept and shown, outside every count


class NumberState(StrEnum):
    """What is known of a number: it, only words (C31), or nothing."""

    VALUE = "value"
    UNQUANTIFIED = "unquantified"
    MISSING = "missing"


class EndState(StrEnum):
    """How a thing that lasts ended (C14)."""

    DATED = "dated"
    ONGOING = "ongoing"
    NOT_STATED = "not_stated"


_IN_A_SERIES = sa.text("series <> ''")


class Fact(Base):
    """One contribution of one record to one measure in one row of a partner table."""

    __tablename__ = "fact"
    __audited__ = False  # derived from versions
    __table_args__ = (
        sa.Index("ix_fact_figures", "basis", "measure", "scope", "standing", "partner", "year", "record_id"),
        sa.Index("ix_fact_of_record", "record_id", "basis"),
        sa.Index("ix_fact_in_order", "basis", "measure", "scope", "lo", "record_id"),
        sa.Index("ix_fact_of_series", "series", "basis", sqlite_where=_IN_A_SERIES, postgresql_where=_IN_A_SERIES),  # few are in one
    )

    id: Mapped[primary_key]
    basis: Mapped[Basis] = mapped_column(checked(Basis, "basis"))
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    standing: Mapped[Standing] = mapped_column(checked(Standing, "standing"))
    measure: Mapped[str] = mapped_column(sa.String(49))
    unit: Mapped[str] = mapped_column(sa.String(49))
    item: Mapped[str] = mapped_column(sa.String(49), default="")
    scope: Mapped[Scope] = mapped_column(checked(Scope, "scope"))
    partner: Mapped[str | None] = mapped_column(sa.ForeignKey("party.code"))
    # counting date (C10, C12)
    year: Mapped[int | None]
    lo: Mapped[date | None]
    hi: Mapped[date | None]
    is_inferred: Mapped[bool] = mapped_column(default=False)
    # the last day, for things that last (C11, C14); no bound means open
    end_state: Mapped[EndState | None] = mapped_column(checked(EndState, "end_state"))
    end_year: Mapped[int | None]
    end_lo: Mapped[date | None]
    end_hi: Mapped[date | None]
    is_end_inferred: Mapped[bool] = mapped_column(default=False)
    # the number, with its bounds (C29)
    number_state: Mapped[NumberState] = mapped_column(checked(NumberState, "number_state"), default=NumberState.VALUE)
    # wider than a figure: participants times days
    value_lo: Mapped[Decimal | None] = mapped_column(sa.Numeric(24, 3))
    value_hi: Mapped[Decimal | None] = mapped_column(sa.Numeric(24, 3))
    is_about: Mapped[bool] = mapped_column(default=False)
    nature: Mapped[str] = mapped_column(sa.String(20), default="new_in_period")
    series: Mapped[str] = mapped_column(sa.String(100), default="")  # of a running total or of what is contained in one (C26, C27)
    person_status: Mapped[str] = mapped_column(sa.String(49), default="")
    is_open_list: Mapped[bool] = mapped_column(default=False)  # "and other countries" (C7)
    # what decides who may see it and how it may be filtered
    marking: Mapped[str] = mapped_column(sa.String(20))
    status: Mapped[str] = mapped_column(sa.String(20))
    review_state: Mapped[str] = mapped_column(sa.String(20))
    owner_id: Mapped[int]


class FactKey(Base):
    """A property of a version by which figures are filtered or broken down: crime types, direction, legal basis ..."""

    __tablename__ = "fact_key"
    __audited__ = False  # derived from versions
    __table_args__ = (sa.Index("ix_fact_key_lookup", "basis", "dimension", "code", "record_id"),)

    basis: Mapped[Basis] = mapped_column(checked(Basis, "basis"), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(49), primary_key=True)


class FactState(Base):
    """Under which rules the facts of a basis were made; other rules mean a rebuild (C42)."""

    __tablename__ = "fact_state"
    __audited__ = False  # derived from versions

    basis: Mapped[Basis] = mapped_column(checked(Basis, "basis"), primary_key=True)
    rule_version: Mapped[str] = mapped_column(sa.String(20))
    reporting_state: Mapped[str] = mapped_column(sa.String(3))
    built_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

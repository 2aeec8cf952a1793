"""Reference data: controlled terms, parties with their names, and who belonged to which group when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, primary_key, utc_now


class VocabTerm(Base):
    """One term of one list. `id` is `scheme:code`, so that one foreign key reaches any list."""

    __tablename__ = "vocab_term"
    __table_args__ = (
        sa.UniqueConstraint("scheme", "code"),
        sa.CheckConstraint("id = scheme || ':' || code", name="id_is_scheme_and_code"),
    )

    id: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    scheme: Mapped[str] = mapped_column(sa.String(30))
    code: Mapped[str] = mapped_column(sa.String(49))
    label_en: Mapped[str] = mapped_column(sa.String(200))
    label_local: Mapped[str] = mapped_column(sa.String(200), default="")
    # broader term of the same list (ICCS 0701 -> 07) and the term of another list it reports under (desk crime term -> ICCS)
    parent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("vocab_term.id"))
    maps_to_id: Mapped[str | None] = mapped_column(sa.ForeignKey("vocab_term.id"))
    # C5: only for roles. A change of this flag is a change of the counting rules (C42).
    counts_as_partner: Mapped[bool | None]
    # only for metrics: the unit that the form offers first
    default_unit: Mapped[str | None] = mapped_column(sa.String(49))
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(200), default="")


class Term(TypeDecorator[str]):
    """A code of one list: Python sees `extradition`, the database keeps `legal_basis:extradition` under a foreign key."""

    impl = sa.String(80)
    cache_ok = True

    def __init__(self, scheme: str) -> None:
        super().__init__()
        self.scheme = scheme

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else f"{self.scheme}:{value}"

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        return None if value is None else value.partition(":")[2]


class PartyKind(StrEnum):
    COUNTRY = "country"
    ORGANISATION = "organisation"
    AGENCY = "agency"
    GROUP = "group"


class Party(Base):
    """A country, an organisation, an agency (`parent` is its country or organisation) or a group of countries."""

    __tablename__ = "party"

    id: Mapped[primary_key]
    kind: Mapped[PartyKind] = mapped_column(checked(PartyKind, "kind"))
    code: Mapped[str] = mapped_column(sa.String(30), unique=True)  # countries: ISO 3166-1 alpha-3
    iso2: Mapped[str | None] = mapped_column(sa.String(2), unique=True)
    m49: Mapped[str | None] = mapped_column(sa.String(3))
    region_m49: Mapped[str | None] = mapped_column(sa.String(3), index=True)  # UN M49 sub-region
    name_en: Mapped[str] = mapped_column(sa.String(200))
    name_local: Mapped[str] = mapped_column(sa.String(200), default="")
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("party.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    aliases: Mapped[list[PartyAlias]] = relationship(back_populates="party", cascade="all, delete-orphan")
    parent: Mapped[Party | None] = relationship(remote_side="Party.id")


class PartyAlias(Base):
    """Another name under which a party is found; `folded` is what is compared."""

    __tablename__ = "party_alias"
    __table_args__ = (sa.UniqueConstraint("party_id", "folded", "lang"),)

    id: Mapped[primary_key]
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"))
    lang: Mapped[str] = mapped_column(sa.String(10), default="")
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(20))  # name | official | former | abbreviation | alias | code
    folded: Mapped[str] = mapped_column(sa.String(400), index=True)

    party: Mapped[Party] = relationship(back_populates="aliases")


class Membership(Base):
    """A member of a group from one day to another; no day means always, as far as the source says.

    `valid_to` is the last day of membership.
    """

    __tablename__ = "membership"
    __table_args__ = (
        sa.UniqueConstraint("group_id", "member_id", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="order_of_days"),
    )

    id: Mapped[primary_key]
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(200), default="")


class VocabularyVersion(Base):
    """One loading of reference data that changed something; printed with every figure (C42)."""

    __tablename__ = "vocabulary_version"

    id: Mapped[primary_key]
    digest: Mapped[str] = mapped_column(sa.String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

"""What left the house: to whom data of a record about persons were given, and what was told to these recipients later."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key
from tracker.partial_dates import PartialDate
from tracker.records.dates import date_checks, partial_date
from tracker.vocabularies.models import Party

WORDS_LENGTH = 300  # as it may be typed
STORED_LENGTH = 600  # as it is stored: a pseudonym may be longer than the name in whose place it stands


class Channel(StrEnum):
    """By which way data went out: a fixed list, since what the log says must not change with a list of words."""

    I_24_7 = "i_24_7"
    DIPLOMATIC_NOTE = "diplomatic_note"
    LIAISON_OFFICER = "liaison_officer"
    LETTER = "letter"
    SECURE_MAIL = "secure_mail"
    MEETING = "meeting"
    OTHER = "other"


class Given(StrEnum):
    """What was given of the persons."""

    PSEUDONYMS = "pseudonyms"
    NAMES = "names"


class Condition(StrEnum):
    """Whether a recipient may go on using what he was given."""

    VALID = "valid"
    RESTRICTED = "restricted"
    RETIRED = "retired"


class Disclosure(Base):
    """Data of a record were given to somebody outside. Append-only: a wrong entry is withdrawn with a reason, never deleted.

    `version`, `condition` and `erased` (persons: `HND-2026-0001/1,...`) say what the recipient knew on that day. `due_since` is derived:
    what he was told last is no longer so.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        sa.ForeignKeyConstraint(["record_id", "version"], ["record_version.record_id", "record_version.version"]),
        sa.UniqueConstraint("record_id", "no"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_a_reason"),
        sa.CheckConstraint("due_since IS NULL OR withdrawn_at IS NULL", name="withdrawn_is_not_due"),
        *date_checks("given_on"),
    )

    id: Mapped[primary_key]
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    no: Mapped[int]
    version: Mapped[int]
    condition: Mapped[Condition] = mapped_column(checked(Condition, "condition"), default=Condition.VALID)
    erased: Mapped[str] = mapped_column(sa.Text, default="")
    party_id: Mapped[int] = mapped_column(sa.ForeignKey("party.id"))
    authority: Mapped[str] = mapped_column(sa.String(STORED_LENGTH))
    given_on: Mapped[PartialDate] = partial_date("given_on")
    channel: Mapped[Channel] = mapped_column(checked(Channel, "channel"))
    purpose: Mapped[str] = mapped_column(sa.String(STORED_LENGTH))
    given: Mapped[Given] = mapped_column(checked(Given, "given"))
    caveats: Mapped[str] = mapped_column(sa.String(STORED_LENGTH), default="")
    noted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    noted_at: Mapped[created_at]
    form_token: Mapped[str | None] = mapped_column(sa.String(64), unique=True)  # the same form sent twice is one entry
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(STORED_LENGTH), default="")
    due_since: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    party: Mapped[Party] = relationship()


class CorrectionNotice(Base):
    """A recipient was told what has changed since: when, by which way, and what holds since. Append-only.

    `of_id` is the record whose `version` he knows by that, `under_id` the one under whose reference the data go on: they are others
    than the record of the disclosure when that was merged.
    """

    __tablename__ = "correction_notice"
    __table_args__ = (
        sa.ForeignKeyConstraint(["of_id", "version"], ["record_version.record_id", "record_version.version"]),
        *date_checks("sent_on"),
    )

    id: Mapped[primary_key]
    disclosure_id: Mapped[int] = mapped_column(sa.ForeignKey("disclosure.id"), index=True)
    of_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    version: Mapped[int]
    under_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"))
    condition: Mapped[Condition] = mapped_column(checked(Condition, "condition"))
    erased: Mapped[str] = mapped_column(sa.Text, default="")
    sent_on: Mapped[PartialDate] = partial_date("sent_on")
    channel: Mapped[Channel] = mapped_column(checked(Channel, "channel"))
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    at: Mapped[created_at]

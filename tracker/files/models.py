"""Attachments. What they belong to is a plain pair of words here: records stand above."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key

NAME_LENGTH, NOTE_LENGTH = 150, 200


class TextState(StrEnum):
    """Whether a file is found by its words."""

    READ = "read"
    CUT = "cut"  # only its beginning
    NONE = "none"  # it holds none: a picture, a scan
    LOCKED = "locked"  # behind a password
    TOO_MUCH = "too_much"  # reading it took more time or memory than allowed
    UNREADABLE = "unreadable"


class Attachment(Base):
    """One file of one owner. The content lies in the folder of files under its hash; rows that share it share the file."""

    __tablename__ = "attachment"
    __table_args__ = (
        sa.UniqueConstraint("owner_kind", "owner_ref", "no"),
        sa.CheckConstraint("size > 0", name="not_empty"),
        sa.CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removed_by_somebody"),
    )

    id: Mapped[primary_key]
    owner_kind: Mapped[str] = mapped_column(sa.String(20))  # `record` or `source`
    owner_ref: Mapped[str] = mapped_column(sa.String(20))
    no: Mapped[int]  # within its owner, for good
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    kind: Mapped[str] = mapped_column(sa.String(10))  # `pdf`, `docx`, `png` ...
    size: Mapped[int]  # bytes
    note: Mapped[str] = mapped_column(sa.String(NOTE_LENGTH), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")  # for search only
    text_state: Mapped[TextState] = mapped_column(checked(TextState, "text_state"))
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    added_at: Mapped[created_at]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

"""Attachments. What they belong to is a plain pair of words here: records stand above."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base, checked
from tracker.database.columns import UtcDateTime, created_at, primary_key

NAME_LENGTH, NOTE_LENGTH, HASH_LENGTH, PLACE_LENGTH = 150, 200, 64, 32


class TextState(StrEnum):
    """Whether a file is found by its words."""

    READ = "read"
    CUT = "cut"  # only its beginning
    NONE = "none"  # it holds none: a picture, a scan
    LOCKED = "locked"  # behind a password
    TOO_MUCH = "too_much"  # reading it took more time or memory than allowed
    UNREADABLE = "unreadable"


class Attachment(Base):
    """One file of one owner. The content is known by its hash; rows that share it share the file, and its key (SealedContent)."""

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
    sha256: Mapped[str] = mapped_column(sa.String(HASH_LENGTH), index=True)  # of the plain content
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    kind: Mapped[str] = mapped_column(sa.String(10))  # `pdf`, `docx`, `png` ...
    size: Mapped[int]  # bytes
    note: Mapped[str] = mapped_column(sa.String(NOTE_LENGTH), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")  # for search only
    text_state: Mapped[TextState] = mapped_column(checked(TextState, "text_state"))
    # a name was found in it; False: somebody who decided on an erasure has said that it names nobody; None: nobody knows
    names_somebody: Mapped[bool | None]
    added_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    added_at: Mapped[created_at]
    removed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None


class SealedContent(Base):
    """Where the content of attachments lies, and the key it was sealed under, itself sealed under the master key.

    A content without such a row lies in plain, from before files were sealed. Deleting the row destroys the key.
    """

    __tablename__ = "sealed_content"

    sha256: Mapped[str] = mapped_column(sa.String(HASH_LENGTH), primary_key=True)  # of the plain content
    place: Mapped[str] = mapped_column(sa.String(PLACE_LENGTH), unique=True)  # the name of the file, never used again
    wrapped: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sealed_at: Mapped[created_at]

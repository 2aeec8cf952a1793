"""Unsaved work, one row for each form that somebody has begun."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base
from tracker.database.columns import UtcDateTime, created_at, primary_key, utc_now

KEY_LENGTH, PLACE_LENGTH = 32, 300


class Draft(Base):
    """What one form held when it was last kept. Its writer alone ever reads it; the body is sealed, since it may hold names."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"), sa.CheckConstraint("revision >= 1", name="revision_positive"))
    __audited__ = False  # what is typed and not saved is nobody's deed yet; it changes every few seconds

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(sa.String(KEY_LENGTH))
    place: Mapped[str] = mapped_column(sa.String(PLACE_LENGTH))  # the address that the form is sent to
    is_form: Mapped[bool]  # a form that is opened again; else a POST of another kind, that is offered to be sent again
    writer: Mapped[str] = mapped_column(sa.String(KEY_LENGTH))  # the opened page that kept it last
    revision: Mapped[int] = mapped_column(default=1)
    body: Mapped[bytes] = mapped_column(sa.LargeBinary)  # sealed JSON: pairs of name and value, in the order of the form
    started_at: Mapped[created_at]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of what came when the sign-in had ended
    # saved or thrown away: the row stays for a day without its body, so that a late request does not bring it back
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

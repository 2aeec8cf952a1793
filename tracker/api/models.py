"""What was asked under an idempotency key: the same call sent again gets the same answer and changes nothing."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.database.base import Base
from tracker.database.columns import created_at, primary_key

KEY_LENGTH = 200


class ApiCall(Base):
    """One call that changed something. Its answer is made again of the record, so that nothing of a record is kept twice."""

    __tablename__ = "api_call"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)
    __audited__ = False  # what the call changed is an event

    id: Mapped[primary_key]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(sa.String(KEY_LENGTH))
    asked_hash: Mapped[str] = mapped_column(sa.String(64))  # of method, address and body, keyed
    status: Mapped[int] = mapped_column(default=0)
    ref: Mapped[str] = mapped_column(sa.String(20), default="")
    at: Mapped[created_at]

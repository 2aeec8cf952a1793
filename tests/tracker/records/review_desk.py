"""An officer and a reviewer, for what is decided about records."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.records import registry
from tracker.records.documents import read_document
from tracker.records.models import Record


class Desk:
    """An officer who enters and a reviewer who verifies."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.officer = users.user(session)
        self.reviewer = users.user(session, Role.REVIEWER)

    def saved(self, by: User | None = None, start: str = "2024") -> Record:
        return records.save(self.session, by or self.officer, handover(["LAO"], start))

    def change(self, record: Record, by: User | None = None, **values: Any) -> None:
        document = read_document(record, registry.by_kind(record.kind)) | values
        records.change(self.session, by or self.officer, record, document)

    def verify(self, record: Record, by: User | None = None) -> None:
        records.verify(self.session, by or self.reviewer, record)

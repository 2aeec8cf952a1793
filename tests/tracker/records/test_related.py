"""What the page of a record says of others."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.records.filtering import Reader
from tracker.records.related import Relation, related_to


def test_a_merged_record_that_a_reader_may_not_see_is_not_named_to_him(session: Session, officer: User) -> None:
    kept = records.save(session, officer, handover(["LAO"], "2024"))
    for marking in ("AMBER", "RED"):
        records.save(session, officer, handover(["LAO"], "2024", marking=marking)).merged_into_id = kept.id
    session.flush()

    def merged(reader: User) -> list[str]:
        found = related_to(Reader(reader, session, "en", date(2026, 3, 1), records.REPORTING_STATE), kept, ())
        return sorted(one.marking for one in found if one.relation is Relation.MERGED)

    assert merged(officer) == ["AMBER", "RED"]
    assert merged(users.user(session, Role.VIEWER)) == ["AMBER"]

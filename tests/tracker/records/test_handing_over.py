"""When somebody leaves or is away: everything that was his is another's, and both figures and pages say so."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.counting.models import Basis, Fact
from tracker.records.facts import check
from tracker.records.handing_over import HandingOverError, hand_over, owned_by_each
from tracker.records.models import Record
from tracker.records.visibility import visible_to


class TestHandOver:
    def test_records_and_drafts_go_to_the_other_and_he_sees_them(self, session: Session, officer: User) -> None:
        admin, taker = users.user(session, Role.ADMINISTRATOR), users.user(session)
        saved = records.save(session, officer, handover(["LAO"], "2024"))
        draft = records.save(session, officer, handover(["LAO"], "2024"), draft=True)
        red = records.save(session, officer, handover(["LAO"], "2024", marking="RED"))
        assert owned_by_each(session) == {officer.id: (3, 1)}
        assert hand_over(admin, session, officer, taker, "maternity leave") == 3
        assert owned_by_each(session) == {taker.id: (3, 1)}
        assert seen(session, taker) == {saved.ref, draft.ref, red.ref}
        # whoever wrote a version of it is named on it; a draft is its owner's alone
        assert seen(session, officer) == {saved.ref, red.ref}
        assert seen(session, admin) == {saved.ref}
        assert set(session.scalars(sa.select(Fact.owner_id))) == {taker.id}
        assert check(session, records.REPORTING_STATE, Basis.WORKING) == []

    def test_it_leaves_one_event_with_the_reason_and_the_references(self, session: Session, officer: User) -> None:
        admin, taker = users.user(session, Role.ADMINISTRATOR), users.user(session)
        record = records.save(session, officer, handover(["LAO"], "2024"))
        ref = record.ref
        hand_over(admin, session, officer, taker, "left the ministry")
        names = {"from": officer.username, "to": taker.username, "reason": "left the ministry", "records": [ref]}
        session.commit()
        event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "record_handed_on")).one()
        assert (event.target, json.loads(event.detail)) == (f"user:{names['from']}", names)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
    def test_it_goes_to_nobody_who_could_not_work_on_it(self, session: Session, officer: User, role: Role) -> None:
        records.save(session, officer, handover(["LAO"], "2024"))
        for taker in (users.user(session, role), users.user(session, is_active=False), officer):
            with pytest.raises(HandingOverError):
                hand_over(users.user(session, Role.ADMINISTRATOR), session, officer, taker, "why")

    def test_an_administrator_does_not_hand_records_to_himself(self, session: Session, officer: User) -> None:
        admin = users.user(session, Role.ADMINISTRATOR)
        records.save(session, officer, handover(["LAO"], "2024", marking="RED"))
        with pytest.raises(HandingOverError):
            hand_over(admin, session, officer, admin, "curious")
        assert seen(session, admin) == set()

    def test_of_nothing_there_is_nothing_to_tell(self, session: Session, officer: User) -> None:
        assert hand_over(users.user(session, Role.ADMINISTRATOR), session, officer, users.user(session), "why") == 0


def seen(session: Session, user: User) -> set[str]:
    return set(session.scalars(sa.select(Record.ref).where(visible_to(user))))

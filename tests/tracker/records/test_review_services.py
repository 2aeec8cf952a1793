"""Decisions about records: who may take them and what becomes official."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.tracker.records.review_desk import Desk
from tracker.accounts.models import Role
from tracker.audit.models import AuditEvent
from tracker.counting import queries
from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.extensions import db
from tracker.records import facts, registry, services
from tracker.records import review_services as reviews
from tracker.records.enums import ReviewState
from tracker.records.review_services import (
    ChangedMeanwhileError,
    HasPartsError,
    NoteMissingError,
    NotNowError,
    OwnWorkError,
    ReviewersOnlyError,
)

STATE = records.REPORTING_STATE


class TestVerify:
    def test_the_version_becomes_official_and_counts(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        assert count(session, Basis.OFFICIAL) == 0
        desk.verify(record)
        assert (record.review_state, record.verified_version) == (ReviewState.VERIFIED, 1)
        assert count(session, Basis.OFFICIAL) == count(session, Basis.WORKING) == 1
        assert facts.check(session, STATE, Basis.OFFICIAL) == facts.check(session, STATE, Basis.WORKING) == []

    def test_an_edit_waits_and_the_verified_version_stays_official(self, session: Session, desk: Desk) -> None:
        record = desk.saved(start="2024")
        desk.verify(record)
        desk.change(record, start="2023")
        assert (record.review_state, record.version, record.verified_version) == (ReviewState.SUBMITTED, 2, 1)
        assert (count(session, Basis.OFFICIAL, "2024"), count(session, Basis.OFFICIAL, "2023")) == (1, 0)
        assert (count(session, Basis.WORKING, "2024"), count(session, Basis.WORKING, "2023")) == (0, 1)
        desk.verify(record)
        assert (count(session, Basis.OFFICIAL, "2024"), count(session, Basis.OFFICIAL, "2023")) == (0, 1)
        assert facts.check(session, STATE, Basis.OFFICIAL) == []

    def test_a_save_that_changes_nothing_leaves_it_verified(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        desk.verify(record)
        desk.change(record)
        assert (record.review_state, record.version) == (ReviewState.VERIFIED, 1)

    @pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
    def test_nobody_verifies_own_work(self, session: Session, desk: Desk, role: Role) -> None:
        author = users.user(session, role)
        record = desk.saved(by=author)
        with pytest.raises(OwnWorkError):
            desk.verify(record, by=author)
        assert record.review_state is ReviewState.SUBMITTED

    def test_whoever_wrote_any_version_since_the_last_verified_one_may_not(self, session: Session, desk: Desk) -> None:
        early = users.user(session, Role.REVIEWER)
        record = desk.saved()
        desk.change(record, by=early, place="Boten")
        desk.change(record, place="Mohan")
        with pytest.raises(OwnWorkError):
            desk.verify(record, by=early)
        desk.verify(record)
        desk.change(record, place="Vientiane")
        desk.verify(record, by=early)  # of what came since he wrote nothing
        assert record.verified_version == 4

    def test_whoever_submitted_again_what_was_returned_may_not(self, session: Session, desk: Desk) -> None:
        other = users.user(session, Role.REVIEWER)
        record = desk.saved()
        reviews.return_for_changes(desk.reviewer, session, record, STATE, expected_version=1, note="source?")
        desk.change(record, by=other)  # as it was: he stands by it
        assert (record.review_state, record.version) == (ReviewState.SUBMITTED, 1)
        with pytest.raises(OwnWorkError):
            desk.verify(record, by=other)

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OFFICER, Role.MANAGER])
    def test_only_those_who_may_verify_do(self, session: Session, desk: Desk, role: Role) -> None:
        with pytest.raises(ReviewersOnlyError):
            desk.verify(desk.saved(), by=users.user(session, role))

    def test_of_a_newer_version_than_was_looked_at_nothing_is_decided(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        desk.change(record, place="Boten")
        with pytest.raises(ChangedMeanwhileError):
            reviews.verify(desk.reviewer, session, record, STATE, expected_version=1)

    def test_a_draft_is_never_verified(self, session: Session, desk: Desk) -> None:
        record = records.save(session, desk.officer, handover(["LAO"], "2024"), draft=True)
        with pytest.raises(NotNowError):
            desk.verify(record)


class TestReturn:
    def test_it_needs_a_note(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        with pytest.raises(NoteMissingError):
            reviews.return_for_changes(desk.reviewer, session, record, STATE, expected_version=1, note="  ")

    def test_the_earlier_official_version_stays(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        desk.verify(record)
        desk.change(record, place="Boten")
        reviews.return_for_changes(desk.reviewer, session, record, STATE, expected_version=2, note="which Boten?")
        assert (record.review_state, record.verified_version) == (ReviewState.RETURNED, 1)
        assert count(session, Basis.OFFICIAL) == 1
        desk.change(record, place="Boten, Laos")
        assert record.review_state is ReviewState.SUBMITTED


class TestRetire:
    def test_it_counts_nowhere_and_comes_back_unverified(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        desk.verify(record)
        second = users.user(session, Role.REVIEWER)
        reviews.retire(second, session, record, STATE, expected_version=1, note="a duplicate")
        assert count(session, Basis.OFFICIAL) == count(session, Basis.WORKING) == 0
        assert facts.check(session, STATE, Basis.OFFICIAL) == facts.check(session, STATE, Basis.WORKING) == []
        reviews.restore(desk.officer, session, record, STATE)
        assert (record.review_state, record.verified_version) == (ReviewState.SUBMITTED, None)
        assert (count(session, Basis.OFFICIAL), count(session, Basis.WORKING)) == (0, 1)
        desk.verify(record)
        assert count(session, Basis.OFFICIAL) == 1

    def test_an_officer_takes_out_what_was_never_official_and_nothing_else(self, session: Session, desk: Desk) -> None:
        record, official = desk.saved(), desk.saved()
        desk.verify(official)
        reviews.retire(desk.officer, session, record, STATE, expected_version=1, note="typed twice")
        assert record.review_state is ReviewState.RETIRED
        with pytest.raises(ReviewersOnlyError):
            reviews.retire(desk.officer, session, official, STATE, expected_version=1, note="typed twice")

    def test_a_record_with_parts_stays_until_they_have_another_parent(self, session: Session, desk: Desk) -> None:
        parent = records.save(session, desk.officer, operation(["LAO"], "2024"))
        part = records.save(session, desk.officer, operation(["LAO"], "2024", parent=parent.ref))
        with pytest.raises(HasPartsError):
            reviews.retire(desk.officer, session, parent, STATE, expected_version=1, note="typed twice")
        reviews.retire(desk.officer, session, part, STATE, expected_version=1, note="typed twice")
        session.rollback()

    def test_a_retired_record_is_not_changed_in_passing(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        reviews.retire(desk.officer, session, record, STATE, expected_version=1, note="typed twice")
        with pytest.raises(services.OutOfReachError):
            desk.change(record, place="Boten")

    def test_a_discarded_draft_comes_back_as_it_was(self, session: Session, desk: Desk) -> None:
        draft = records.save(session, desk.officer, handover(["LAO"], "2024"), draft=True)
        reviews.discard(desk.officer, session, draft)
        assert draft.discarded_at
        with pytest.raises(services.OutOfReachError):
            desk.change(draft, place="Boten")
        reviews.take_back(desk.officer, session, draft)
        assert (draft.discarded_at, draft.review_state) == (None, ReviewState.DRAFT)

    def test_only_its_owner_discards_a_draft_and_nobody_a_record(self, session: Session, desk: Desk) -> None:
        draft = records.save(session, desk.officer, handover(["LAO"], "2024"), draft=True)
        with pytest.raises(NotNowError):
            reviews.discard(desk.reviewer, session, draft)
        with pytest.raises(NotNowError):
            reviews.discard(desk.officer, session, desk.saved())


class TestMerge:
    def test_the_other_counts_no_more_and_leads_to_the_one_that_stays(self, session: Session, desk: Desk) -> None:
        record, kept = desk.saved(), desk.saved()
        reviews.merge_into(desk.officer, session, record, kept, STATE, expected_version=1)
        assert (record.review_state, record.merged_into_id) == (ReviewState.RETIRED, kept.id)
        assert count(session, Basis.WORKING) == 1
        reviews.restore(desk.officer, session, record, STATE)
        assert record.merged_into_id is None
        assert count(session, Basis.WORKING) == 2


class TestTheTrail:
    def test_each_decision_leaves_one_event_with_its_version(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        reviews.return_for_changes(desk.reviewer, session, record, STATE, expected_version=1, note="source?")
        desk.change(record, place="Boten")
        desk.verify(record)
        session.commit()
        found = session.execute(sa.select(AuditEvent.actor, AuditEvent.action, AuditEvent.detail).order_by(AuditEvent.no)).all()
        assert [tuple(row) for row in found] == [
            (desk.officer.username, "record_saved", '{"state":"submitted","version":1}'),
            (desk.reviewer.username, "record_returned", '{"version":1}'),
            (desk.officer.username, "record_saved", '{"state":"submitted","version":2}'),
            (desk.reviewer.username, "record_verified", '{"version":2}'),
        ]


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


def count(session: Session, basis: Basis, year: str = "") -> int:
    measure = registry.every_measure()["handovers"]
    chosen = RecordFilter(measure="handovers", basis=basis, year=year, reporting_state=STATE)
    return queries.total(session, measure, chosen, date(2026, 1, 1)).records

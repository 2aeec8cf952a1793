"""Decisions about records: who may take them, what becomes official, what the database refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import stored
from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.counting import queries
from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.extensions import db
from tracker.records import facts, registry, services
from tracker.records import review_services as reviews
from tracker.records.documents import read_document
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.models import Record, Review
from tracker.records.review_services import (
    ChangedMeanwhileError,
    HasPartsError,
    NoteMissingError,
    NotNowError,
    OwnWorkError,
    ReviewersOnlyError,
)
from tracker.records.workflow import MOVES, find_move

STATE = records.REPORTING_STATE


class TestTheTable:
    pytestmark = pytest.mark.engine_free

    def test_it_holds_these_moves_and_no_others(self) -> None:
        found = {(state.value, move.value, official): found.target.value for (state, move, official), found in MOVES.items()}
        assert found == {
            ("draft", "submit", False): "submitted",
            ("submitted", "submit", False): "submitted",
            ("submitted", "submit", True): "submitted",
            ("submitted", "verify", False): "verified",
            ("submitted", "verify", True): "verified",
            ("submitted", "return", False): "returned",
            ("submitted", "return", True): "returned",
            ("submitted", "retire", False): "retired",
            ("submitted", "retire", True): "retired",
            ("submitted", "merge", False): "retired",
            ("submitted", "merge", True): "retired",
            ("returned", "submit", False): "submitted",
            ("returned", "submit", True): "submitted",
            ("returned", "retire", False): "retired",
            ("returned", "retire", True): "retired",
            ("returned", "merge", False): "retired",
            ("returned", "merge", True): "retired",
            ("verified", "submit", True): "submitted",
            ("verified", "retire", True): "retired",
            ("verified", "merge", True): "retired",
            ("retired", "restore", False): "submitted",
        }

    @pytest.mark.parametrize("move", [ReviewMove.VERIFY, ReviewMove.RETURN])
    def test_deciding_takes_a_second_person_with_the_permission(self, move: ReviewMove) -> None:
        for official in (False, True):
            found = find_move(ReviewState.SUBMITTED, move, is_official=official)
            assert found
            assert (found.four_eyes, found.permission.value) == (True, "record:verify")

    def test_what_is_official_is_taken_out_by_a_second_person_too(self) -> None:
        for state in (ReviewState.SUBMITTED, ReviewState.RETURNED, ReviewState.VERIFIED):
            found = find_move(state, ReviewMove.RETIRE, is_official=True)
            assert found
            assert found.four_eyes


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


class TestTheDatabase:
    """Whoever writes, by whatever way."""

    def test_it_refuses_the_verification_of_own_work(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        refused(
            session, sa.insert(Review).values(record_id=record.id, version=1, move="verify", by_id=desk.officer.id, note=""), "own work"
        )

    def test_it_refuses_that_of_whoever_submitted(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        session.add(Review(record_id=record.id, version=1, move=ReviewMove.SUBMIT, by_id=desk.reviewer.id))
        session.flush()
        refused(
            session, sa.insert(Review).values(record_id=record.id, version=1, move="verify", by_id=desk.reviewer.id, note=""), "own work"
        )

    def test_it_refuses_an_official_version_that_nobody_verified(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        refused(session, sa.text("UPDATE record SET verified_version = 1, review_state = 'verified'"), "verified version is official")
        desk.verify(record)
        desk.change(record, place="Boten")
        refused(session, sa.text("UPDATE record SET verified_version = 2"), "verified version is official")

    @pytest.mark.parametrize("statement", ["UPDATE review SET note = 'forged'", "DELETE FROM review"])
    def test_it_refuses_to_change_or_delete_a_move(self, session: Session, desk: Desk, statement: str) -> None:
        desk.verify(desk.saved())
        refused(session, sa.text(statement), "never")

    def test_a_return_without_a_word_is_refused(self, session: Session, desk: Desk) -> None:
        record = desk.saved()
        refused(session, insert(record, "return", desk.reviewer), "return")


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


class TestAtTheSameMoment:
    def test_of_sixteen_verifications_one_is_recorded(self, app: Flask) -> None:
        for _ in range(3):
            with stored(app) as session:
                officer = users.user(session)
                reviewers = [users.user(session, Role.REVIEWER).id for _ in range(16)]
                key = records.save(session, officer, handover(["LAO"], "2024")).id
            outcomes = at_once(app, [partial(verify_as, who, key) for who in reviewers])
            assert outcomes.count("done") == 1
            assert outcomes.count("NotNowError") == 15
            with stored(app) as session:
                where = (Review.record_id == key, Review.move == ReviewMove.VERIFY)
                assert session.scalar(sa.select(sa.func.count()).select_from(Review).where(*where)) == 1

    def test_an_edit_and_a_verification_never_make_the_edit_official(self, app: Flask) -> None:
        for _ in range(4):
            with stored(app) as session:
                officer, reviewer = users.user(session).id, users.user(session, Role.REVIEWER).id
                key = records.save(session, session.get_one(User, officer), handover(["LAO"], "2024")).id
            at_once(app, [partial(verify_as, reviewer, key), partial(edit_as, officer, key)])
            with stored(app) as session:
                record = session.get_one(Record, key)
                assert record.version == 2
                assert record.verified_version in (None, 1)
                assert record.review_state is ReviewState.SUBMITTED


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


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def count(session: Session, basis: Basis, year: str = "") -> int:
    measure = registry.every_measure()["handovers"]
    chosen = RecordFilter(measure="handovers", basis=basis, year=year, reporting_state=STATE)
    return queries.total(session, measure, chosen, date(2026, 1, 1)).records


def insert(record: Record, move: str, by: User) -> Any:
    return sa.insert(Review).values(record_id=record.id, version=1, move=move, by_id=by.id, note="")


def refused(session: Session, statement: Any, why: str) -> None:
    session.flush()
    with pytest.raises(sa.exc.DBAPIError, match=why), session.begin_nested():
        session.execute(statement)


def verify_as(reviewer: int, key: int, session: Session) -> None:
    reviews.verify(session.get_one(User, reviewer), session, session.get_one(Record, key), STATE, expected_version=1)


def edit_as(officer: int, key: int, session: Session) -> None:
    record = session.get_one(Record, key)
    document = read_document(record, registry.by_kind(record.kind)) | {"place": "Boten"}
    services.update(
        session.get_one(User, officer), session, record, registry.by_kind(record.kind), document, STATE, expected_version=1, draft=False
    )


def at_once(app: Flask, deeds: list[Callable[[Session], None]]) -> list[str]:
    """Do all of it in threads of their own that start together; `done`, or the name of the error, of each."""
    start = threading.Barrier(len(deeds))
    outcomes: list[str] = []

    def run(deed: Callable[[Session], None]) -> None:
        start.wait(30)
        with app.app_context():
            try:
                deed(db.session)
                db.session.commit()
                outcomes.append("done")
            except Exception as error:
                db.session.rollback()
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    return outcomes

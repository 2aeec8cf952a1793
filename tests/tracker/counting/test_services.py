"""Facts are written with the save, and can be made again and checked at any time."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from sqlalchemy.orm import Session

from tests.factories import records, users
from tests.factories.handovers import handover
from tests.factories.operations import operation
from tests.profiles import whole_data_sets
from tests.tracker.counting.datasets import Plan, data_sets, store
from tracker.accounts.models import User
from tracker.counting import services
from tracker.counting.models import Basis, Fact, FactKey
from tracker.records.facts import check, rebuild
from tracker.records.models import Record

OURS = records.REPORTING_STATE


def stored(session: Session) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Every fact and key without its own number, in order."""
    columns = [column for column in Fact.__table__.columns if column.name != "id"]
    facts = [tuple(row) for row in session.execute(sa.select(*columns))]
    keys = [tuple(row) for row in session.execute(sa.select(*FactKey.__table__.columns))]
    return sorted(facts, key=repr), sorted(keys, key=repr)


def count(session: Session, record: Record) -> int:
    return session.scalar(sa.select(sa.func.count()).where(Fact.record_id == record.id)) or 0


class TestWriting:
    def test_facts_are_written_in_the_transaction_of_the_save(self, session: Session, officer: User) -> None:
        session.commit()
        record = records.save(session, officer, handover(["USA"], "2024", "1"))
        assert count(session, record) > 0
        session.rollback()
        assert stored(session) == ([], [])

    def test_a_draft_has_no_facts(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["USA"], "2024", "1"), draft=True)
        assert count(session, record) == 0

    def test_a_draft_that_is_completed_has_them(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["USA"], "2024", "1"), draft=True)
        records.change(session, officer, record, handover(["USA"], "2024", "1"))
        assert count(session, record) > 0

    def test_a_change_replaces_the_facts_of_the_version_before(self, session: Session, officer: User) -> None:
        changed = handover(["KAZ"], "2023", "4")
        record = records.save(session, officer, handover(["USA"], "2024", "1"))
        records.change(session, officer, record, changed)
        after = stored(session)
        session.execute(sa.delete(Fact))
        session.execute(sa.delete(FactKey))
        rebuild(session, OURS)
        assert stored(session) == after
        assert session.scalars(sa.select(Fact.year).distinct()).all() == [2023]

    def test_a_forgotten_record_contributes_nothing(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["USA"], "2024", "1"))
        services.forget_facts(session, record.id, Basis.WORKING)
        assert stored(session) == ([], [])


class TestRebuild:
    @given(data_sets(most=8))
    @whole_data_sets(share=12)
    def test_a_rebuild_gives_what_the_saves_gave(self, session: Session, plans: list[Plan]) -> None:
        session.rollback()
        known = store(session, users.user(session), plans)
        saved = stored(session)
        contributing = rebuild(session, OURS)
        assert stored(session) == saved
        assert contributing == sum(1 for record in known if not record.draft)
        assert check(session, OURS) == []
        session.rollback()

    def test_a_rebuild_for_another_state_gives_other_rows(self, session: Session, officer: User) -> None:
        records.save(session, officer, operation(["LAO", "CHN"], "2024"))
        rebuild(session, "LAO")
        rows = session.scalars(sa.select(Fact.partner).where(Fact.scope == "partner").distinct()).all()
        assert rows == ["CHN"]
        assert services.is_current(session, Basis.WORKING, "LAO")
        assert not services.is_current(session, Basis.WORKING, OURS)

    def test_a_rebuild_of_one_basis_leaves_the_other(self, session: Session, officer: User) -> None:
        records.save(session, officer, operation(["LAO"], "2024"))
        before = stored(session)
        rebuild(session, OURS, Basis.OFFICIAL)
        assert stored(session) == before


class TestCheck:
    def test_right_facts_have_no_problems(self, session: Session, officer: User) -> None:
        records.save(session, officer, operation(["LAO", "THA"], "2024", arrests="30"))
        rebuild(session, OURS)
        assert check(session, OURS) == []

    @pytest.mark.parametrize(
        "tampering",
        [
            sa.update(Fact).where(Fact.measure == "arrests").values(value_lo=31),
            sa.update(Fact).where(Fact.scope == "total").values(year=2020),
            sa.update(Fact).where(Fact.partner == "LAO").values(partner="KHM"),
            sa.delete(Fact).where(Fact.partner == "THA"),
            sa.delete(FactKey),
            sa.update(FactKey).where(FactKey.dimension == "op_type").values(code="other"),
        ],
        ids=["value", "year", "partner", "lost fact", "lost keys", "key"],
    )
    def test_a_tampered_fact_is_found(self, session: Session, officer: User, tampering: sa.Update | sa.Delete) -> None:
        record = records.save(session, officer, operation(["LAO", "THA"], "2024", arrests="30"))
        rebuild(session, OURS)
        session.execute(tampering)
        problems = check(session, OURS)
        assert problems
        assert any(record.ref in problem for problem in problems)

    def test_facts_of_nobody_are_found(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, operation(["LAO"], "2024"), draft=True)
        other = records.save(session, officer, operation(["THA"], "2024"))
        rebuild(session, OURS)
        session.execute(sa.update(Fact).where(Fact.record_id == other.id).values(record_id=record.id))
        assert len(check(session, OURS)) >= 2

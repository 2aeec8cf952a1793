"""What desks cover: parties, members of the day, agencies with their country, never the reporting state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import desks, users
from tracker.database.columns import utc_now
from tracker.desks.queries import Coverage, coverage, coverage_of, in_charge_of, officers_without_desk
from tracker.extensions import db

TODAY, STATE = date(2026, 6, 30), "CHN"


class TestCoverage:
    def test_a_country_is_covered_with_its_agencies(self, session: Session) -> None:
        assert covered(session, ["THA"]).codes >= {"THA", "THA_RTP"}

    def test_an_agency_counts_as_its_country(self, session: Session) -> None:
        assert covered(session, ["THA_RTP"]).codes == covered(session, ["THA"]).codes

    def test_a_group_covers_itself_its_members_and_their_agencies(self, session: Session) -> None:
        assert covered(session, ["ASEAN"]).codes >= {"ASEAN", "LAO", "THA", "THA_RTP"}

    def test_members_are_those_of_the_day(self, session: Session) -> None:
        before = coverage(session, [desks.desk(session, "SCO desk", ["SCO"])], date(2024, 7, 3), STATE)
        after = coverage(session, [desks.desk(session, "SCO desk today", ["SCO"])], date(2024, 7, 4), STATE)
        assert ("BLR" in before.codes, "BLR" in after.codes) == (False, True)

    def test_a_member_does_not_cover_its_group(self, session: Session) -> None:
        assert not covered(session, ["KAZ"]).touches(["SCO"])

    def test_the_reporting_state_and_its_agencies_are_never_covered(self, session: Session) -> None:
        found = covered(session, ["CHN", "SCO"])
        assert {"CHN", "CHN_MPS"}.isdisjoint(found.codes)
        assert "KAZ" in found.codes

    def test_one_partner_is_enough(self, session: Session) -> None:
        found = covered(session, ["LAO"])
        assert found.touches(["BRA", "LAO"])
        assert not found.touches(["BRA", "KHM"])

    def test_a_record_without_partners_is_touched_only_by_a_desk_that_covers_everything(self, session: Session) -> None:
        assert not covered(session, ["LAO"]).touches([])
        assert Coverage(covers_all=True).touches([])

    def test_several_desks_cover_what_each_covers(self, session: Session) -> None:
        ana = users.user(session, at_a_desk=False)
        desks.desk(session, "One", ["LAO"], [ana])
        desks.desk(session, "Two", ["BRA"], [ana])
        found = coverage_of(session, ana.id, TODAY, STATE)
        assert found.names == ("One", "Two")
        assert found.codes >= {"LAO", "BRA"}

    def test_a_closed_desk_covers_nothing(self, session: Session) -> None:
        ana = users.user(session, at_a_desk=False)
        desk = desks.desk(session, "One", ["LAO"], [ana])
        assert in_charge_of(session, ["LAO"], TODAY, STATE) == ["One"]
        desk.closed_at = utc_now()
        session.flush()
        assert coverage_of(session, ana.id, TODAY, STATE) == Coverage()
        assert in_charge_of(session, ["LAO"], TODAY, STATE) == []
        assert officers_without_desk(session) == [ana]

    def test_officers_without_a_desk_are_the_active_ones(self, session: Session) -> None:
        users.user(session)
        users.user(session, at_a_desk=False, is_active=False)
        idle = users.user(session, at_a_desk=False)
        assert officers_without_desk(session) == [idle]


def covered(session: Session, codes: list[str]) -> Coverage:
    return coverage(session, [desks.desk(session, f"Desk {'+'.join(codes)}", codes)], TODAY, STATE)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    with app.app_context():
        yield db.session
        db.session.rollback()

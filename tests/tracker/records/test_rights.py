"""Who may change what: desks bind officers, drafts are their owner's, and every way of writing asks."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import desks, records, sources, users
from tests.factories.handovers import handover
from tracker.accounts.models import Role, User
from tracker.records import services
from tracker.records.documents import read_document
from tracker.records.models import Record
from tracker.records.rights import RightsError, desks_of_record, marking_problem, may_correct, may_edit
from tracker.records.source_services import SourceMarkingError, change_source
from tracker.records.sources import Source

pytestmark = pytest.mark.once

STATE = records.REPORTING_STATE
HANDOVER = records.type_of_kind("handover")


class TestDesks:
    @pytest.mark.parametrize(
        ("partners", "may"),
        [
            (["LAO"], True),
            (["KAZ", "LAO"], True),
            ([("LAO", "mentioned")], True),
            (["KAZ"], False),
            (["ASEAN"], False),
            (["CHN"], False),
            (["CHN_MPS"], False),
            ([], False),
        ],
        ids=["ours", "one of two", "in any role", "of another desk", "a group of ours", "the reporting state", "its agency", "nobody"],
    )
    def test_an_officer_changes_what_touches_a_desk_of_his(self, session: Session, officer: User, partners: list[Any], may: bool) -> None:
        ana = at_desk(session, "Mekong", ["LAO"])
        record = records.save(session, officer, handover(partners, "2024"))
        assert may_edit(ana, session, record, STATE) is may
        attempt = {"place": "Boten"}
        if may:
            assert records.change(session, ana, record, document(record) | attempt)
        else:
            with pytest.raises(RightsError):
                records.change(session, ana, record, document(record) | attempt)
            assert record.version == 1

    def test_an_agency_counts_as_its_country_on_both_sides(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["THA_RTP"], "2024"))
        assert may_edit(at_desk(session, "Thai", ["THA"]), session, record, STATE)

    def test_a_group_stands_for_its_members(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024"))
        assert may_edit(at_desk(session, "South-East", ["ASEAN"]), session, record, STATE)

    def test_a_record_without_partners_is_its_owners_and_of_a_desk_that_covers_all(self, session: Session, officer: User) -> None:
        owner = at_desk(session, "Mekong", ["LAO"])
        record = records.save(session, owner, handover(["CHN"], "2024"))
        other = at_desk(session, "Steppe", ["KAZ"])
        assert [may_edit(user, session, record, STATE) for user in (owner, officer, other)] == [True, True, False]

    def test_a_draft_is_its_owners_whatever_his_desk(self, session: Session, officer: User) -> None:
        owner = users.user(session, at_a_desk=False)
        draft = records.save(session, owner, handover(["KAZ"], "2024"), draft=True)
        others = (officer, users.user(session, Role.REVIEWER), users.user(session, Role.ADMINISTRATOR))
        assert [may_edit(user, session, draft, STATE) for user in (owner, *others)] == [True, False, False, False]

    def test_reviewers_and_administrators_are_not_bound_and_readers_change_nothing(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["KAZ"], "2024"))
        people = [users.user(session, role) for role in (Role.REVIEWER, Role.ADMINISTRATOR, Role.VIEWER, Role.MANAGER)]
        assert [may_edit(user, session, record, STATE) for user in people] == [True, True, False, False]

    @pytest.mark.parametrize("partners", [["KAZ"], []])
    def test_recording_needs_a_desk_and_a_draft_none(self, session: Session, partners: list[str]) -> None:
        ana = at_desk(session, "Mekong", ["LAO"])
        stored = records.save(session, ana, handover(partners, "2024"), draft=True)
        with_partner = bool(partners)
        if with_partner:
            with pytest.raises(RightsError, match="None of your desks"):
                records.change(session, ana, stored, document(stored))
            with pytest.raises(RightsError, match="None of your desks"):
                records.save(session, ana, handover(partners, "2024"))
        else:
            assert records.change(session, ana, stored, document(stored))

    def test_an_edit_does_not_take_a_record_out_of_all_desks_of_the_officer(self, session: Session) -> None:
        ana = at_desk(session, "Mekong", ["LAO"])
        record = records.save(session, ana, handover(["LAO"], "2024"))
        with pytest.raises(RightsError, match="Mekong"):
            records.change(session, ana, record, handover(["KAZ"], "2024"))
        assert records.change(session, ana, record, handover(["LAO", "KAZ"], "2024"))

    def test_what_was_hidden_meanwhile_is_not_told_by_a_conflict(self, session: Session, officer: User) -> None:
        other = users.user(session)
        record = records.save(session, officer, handover(["LAO"], "2024"))
        opened = document(record)
        records.change(session, officer, record, opened | {"marking": "RED", "summary": "Zebra told us"})
        with pytest.raises(RightsError, match="any more"):
            services.update(other, session, record, HANDOVER, opened | {"place": "Boten"}, STATE, expected_version=1, draft=False)

    def test_desks_of_a_record_are_named(self, session: Session, officer: User) -> None:
        at_desk(session, "Mekong", ["LAO"])
        at_desk(session, "Steppe", ["KAZ"])
        record = records.save(session, officer, handover(["LAO"], "2024"))
        assert desks_of_record(session, record, STATE) == [desks.GENERAL, "Mekong"]


class TestMarkings:
    @pytest.mark.parametrize(
        ("role", "before", "wanted", "is_owner", "may"),
        [
            (Role.OFFICER, "AMBER", "AMBER+STRICT", False, True),
            (Role.OFFICER, "AMBER", "RED", True, True),
            (Role.OFFICER, "AMBER", "RED", False, False),
            (Role.ADMINISTRATOR, "AMBER", "RED", False, False),
            (Role.OFFICER, "RED", "RED", False, True),
            (Role.OFFICER, "RED", "AMBER", False, False),
            (Role.OFFICER, "RED", "AMBER", True, True),
            (Role.VIEWER, "AMBER", "AMBER+STRICT", True, False),
        ],
    )
    def test_nobody_marks_higher_than_he_reads_and_red_is_its_owners_word(
        self, session: Session, role: Role, before: str, wanted: str, is_owner: bool, may: bool
    ) -> None:
        assert (marking_problem(users.user(session, role), before, wanted, is_owner=is_owner) == "") is may

    def test_the_service_asks_too(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO"], "2024"))
        with pytest.raises(RightsError):
            records.change(session, users.user(session, Role.REVIEWER), record, document(record) | {"marking": "RED"})

    def test_a_record_is_at_least_as_restricted_as_its_sources(self, session: Session, officer: User) -> None:
        source = sources.source(session, officer, marking="AMBER+STRICT")
        with pytest.raises(RightsError, match="less restricted"):
            records.save(session, officer, handover(["LAO"], "2024", sources=[source.ref]))
        assert records.save(session, officer, handover(["LAO"], "2024", sources=[source.ref], marking="AMBER+STRICT"))

    def test_a_source_is_not_raised_above_the_records_that_cite_it(self, session: Session, officer: User) -> None:
        source = sources.source(session, officer, marking="GREEN")
        low = records.save(session, officer, handover(["LAO"], "2024", sources=[source.ref]))
        records.save(session, officer, handover(["LAO"], "2024", sources=[source.ref], marking="AMBER+STRICT"))
        with pytest.raises(SourceMarkingError) as refused:
            correct(session, officer, source, marking="AMBER+STRICT")
        assert refused.value.refs == [low.ref]
        assert not refused.value.has_others
        correct(session, officer, source, marking="AMBER")
        assert source.marking == "AMBER"

    def test_a_new_source_about_which_nothing_is_said_is_at_most_amber_and_no_higher_than_its_record(self, session: Session) -> None:
        from tracker.records.source_services import with_stored_sources

        ana = users.user(session)
        for marking, wanted in (("CLEAR", "CLEAR"), ("AMBER", "AMBER"), ("RED", "AMBER")):
            said = handover(["LAO"], "2024", marking=marking) | {"evidence": [records.evidence(1, "new:0")]}
            made = with_stored_sources(ana, session, said, [{"title": f"For {marking}"}])["evidence"][0]["source"]
            assert session.scalars(sa.select(Source.marking).where(Source.ref == made)).one() == wanted


class TestSources:
    def test_a_source_is_corrected_by_who_added_it_and_by_who_may_change_a_record_that_cites_it(self, session: Session) -> None:
        adder, mekong, steppe = (at_desk(session, name, [code]) for name, code in (("A", "BRA"), ("B", "LAO"), ("C", "KAZ")))
        source = sources.source(session, adder)
        records.save(session, mekong, handover(["LAO"], "2024", sources=[source.ref]))
        roles = [users.user(session, role) for role in (Role.REVIEWER, Role.ADMINISTRATOR, Role.VIEWER, Role.MANAGER)]
        allowed = [may_correct(user, session, source, STATE) for user in (adder, mekong, steppe, *roles)]
        assert allowed == [True, True, False, True, True, False, False]
        with pytest.raises(RightsError):
            correct(session, steppe, source, title="Taken over")

    def test_citing_it_in_a_draft_of_ones_own_is_enough_and_in_a_hidden_record_is_not(self, session: Session) -> None:
        owner, steppe = at_desk(session, "Mekong", ["LAO", "KAZ"]), at_desk(session, "Steppe", ["KAZ"])
        source = sources.source(session, owner)
        records.save(session, owner, handover(["KAZ"], "2024", sources=[source.ref], marking="RED"))
        assert not may_correct(steppe, session, source, STATE)
        records.save(session, steppe, handover(["BRA"], "2024", sources=[source.ref]), draft=True)
        assert may_correct(steppe, session, source, STATE)


def at_desk(session: Session, name: str, codes: list[str]) -> User:
    """An officer at a new desk of this name, and at no other."""
    user = users.user(session, at_a_desk=False)
    desks.desk(session, name, codes, [user])
    return user


def document(record: Record) -> dict[str, Any]:
    return read_document(record, HANDOVER)


def correct(session: Session, actor: User, source: Source, **changes: Any) -> None:
    said = {"title": source.title, "marking": str(source.marking)} | changes
    change_source(actor, session, source, said, STATE, expected_version=source.version)

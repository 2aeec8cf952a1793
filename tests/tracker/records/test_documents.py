"""A whole record as plain values: into the models and out of them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.contract.whole_records import filled
from tests.factories import records, sources, users
from tests.factories.agreements import action, agreement
from tests.factories.handovers import handover
from tracker.accounts.models import User
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import empty_document, id_of, read_document, read_payload, write_document
from tracker.records.models import RecordVersion
from tracker.records.record_type import RecordType

every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)


class TestReadAndWrite:
    @every_type
    def test_an_empty_document_is_what_an_empty_draft_reads(self, session: Session, officer: User, record_type: RecordType) -> None:
        record = records.save(session, officer, empty_document(record_type), draft=True)
        assert read_document(record, record_type) == empty_document(record_type)

    @every_type
    def test_everything_can_be_taken_away_again(self, session: Session, officer: User, record_type: RecordType) -> None:
        record = records.save(session, officer, filled(session, officer, record_type))
        bare = empty_document(record_type) | {"title": "Bare"}
        records.change(session, officer, record, bare)
        session.expire_all()
        assert read_document(record, record_type) == bare

    @every_type
    def test_the_kept_version_holds_the_whole_document(self, session: Session, officer: User, record_type: RecordType) -> None:
        document = filled(session, officer, record_type)
        record = records.save(session, officer, document)
        payload = session.get_one(RecordVersion, (record.id, 1)).payload
        assert set(document) <= set(payload)
        assert {name: payload[name] for name in document if name not in ("parties", "crimes")} == {
            name: document[name] for name in document if name not in ("parties", "crimes")
        }

    def test_writing_the_same_again_keeps_the_rows(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO", "THA"], "2024", "10"))
        before = [row.id for row in record.figures]
        write_document(
            session, record, records.type_of_kind("handover"), read_document(record, records.type_of_kind("handover")), officer.id
        )
        session.flush()
        assert [row.id for row in record.figures] == before

    def test_partners_keep_the_order_in_which_they_were_named(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["THA", "LAO", "KHM"], "2024"))
        document = read_document(record, records.type_of_kind("handover"))
        records.change(session, officer, record, document | {"parties": document["parties"][::-1], "place": "x"})
        session.expire_all()
        assert [row["party"] for row in read_document(record, records.type_of_kind("handover"))["parties"]] == ["KHM", "LAO", "THA"]

    def test_actions_of_an_agreement_keep_their_order_and_lose_none(self, session: Session, officer: User) -> None:
        steps = [("signed", "2020", "LAO"), ("signed", "2021", None), ("entered_into_force", "2022", None)]
        record = records.save(session, officer, agreement(["LAO"], "2020", actions=steps))
        document = read_document(record, records.type_of_kind("agreement"))
        records.change(session, officer, record, document | {"actions": document["actions"][1:]})
        session.expire_all()
        assert read_document(record, records.type_of_kind("agreement"))["actions"] == [action(*step) for step in steps[1:]]

    def test_a_figure_keeps_its_number_when_others_go(self, session: Session, officer: User) -> None:
        figures = [records.figure("other", number, no=no) for no, number in ((1, "5"), (2, "6"), (7, "8"))]
        record = records.save(session, officer, handover(["LAO"], "2024", figures=figures))
        document = read_document(record, records.type_of_kind("handover"))
        records.change(session, officer, record, document | {"figures": document["figures"][1:]})
        assert [(row.no, str(row.value_lo.normalize())) for row in record.figures if row.value_lo] == [(2, "6"), (7, "8")]

    def test_the_container_of_a_figure_may_be_changed_and_removed(self, session: Session, officer: User) -> None:
        figures = [
            records.figure("other", "9", no=1),
            records.figure("other", "5", no=2, contained_in=1),
            records.figure("other", "2", no=3, contained_in=2),
        ]
        record = records.save(session, officer, handover(["LAO"], "2024", figures=figures))
        document = read_document(record, records.type_of_kind("handover"))
        turned = [
            document["figures"][0] | {"contained_in": 2},
            document["figures"][1] | {"contained_in": None},
            document["figures"][2] | {"contained_in": 1},
        ]
        records.change(session, officer, record, document | {"figures": turned})
        assert [row["contained_in"] for row in read_document(record, records.type_of_kind("handover"))["figures"]] == [2, None, 1]

    def test_who_first_read_a_passage_stays_its_coder(self, session: Session, officer: User) -> None:
        source = sources.source(session, officer)
        record = records.save(session, officer, handover(["LAO"], "2024", sources=[source.ref]))
        document = read_document(record, records.type_of_kind("handover"))
        other = users.user(session)
        records.change(session, other, record, document | {"place": "Boten"})
        assert [row.coded_by_id for row in record.evidence] == [officer.id]

    def test_an_unknown_reference_is_a_lookup_error(self, session: Session) -> None:
        with pytest.raises(LookupError, match="XYZ"):
            id_of(session, "XYZ-2024-0001")


class TestPayload:
    def test_a_version_keeps_what_its_facts_need(self, session: Session, officer: User) -> None:
        record = records.save(session, officer, handover(["LAO", ("THA_RTP", "observer")], "2024", crimes=[first_crime(session)]))
        payload: Any = read_payload(session, record, records.type_of_kind("handover"))
        parties = {row["party"]: row for row in payload["parties"]}
        assert parties["THA_RTP"]["belongs_to"] == "THA"
        assert (parties["LAO"]["counts_as_partner"], parties["THA_RTP"]["counts_as_partner"]) == (True, False)
        assert payload["crimes"][0]["iccs"].isdigit()
        assert (payload["review_state"], payload["owner_id"], payload["is_out"]) == ("submitted", officer.id, False)


def first_crime(session: Session) -> str:
    return session.execute(
        sa.text("SELECT code FROM vocab_term WHERE scheme = 'crime' AND maps_to_id IS NOT NULL ORDER BY code LIMIT 1")
    ).scalar_one()

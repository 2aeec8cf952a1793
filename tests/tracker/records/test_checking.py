"""Documents that no form made: whole ones are taken as they are, and what is wrong is said where it is, in every type."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.contract.whole_records import STATE, counted, filled, save
from tests.factories import records, sources, users
from tests.factories.records import figure
from tracker.accounts.models import Role, User
from tracker.record_types import RECORD_TYPES
from tracker.records.checking import Checker
from tracker.records.documents import Document
from tracker.records.record_type import ColumnKind, RecordType
from tracker.vocabularies.terms import choices

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 27)
every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)


@pytest.fixture
def reviewer(session: Session) -> User:
    return users.user(session, Role.REVIEWER, username="checker")


def wrong(session: Session, actor: User, record_type: RecordType, given: Document, *, draft: bool = False, **more: Any) -> dict[str, str]:
    """What is said of `given`, by path."""
    checker = Checker(session, actor, STATE, TODAY)
    checker.prepare([given], record_type)
    return {problem.path: problem.message for problem in checker.check(given, record_type, draft=draft, **more).problems}


class TestWholeDocuments:
    @every_type
    def test_what_a_form_made_is_taken_unchanged(self, session: Session, reviewer: User, record_type: RecordType) -> None:
        document = filled(session, reviewer, record_type)
        checker = Checker(session, reviewer, STATE, TODAY)
        checker.prepare([document], record_type)
        found = checker.check(document, record_type, draft=False)
        assert found.problems == ()
        assert found.document == document
        assert save(session, reviewer, record_type, found.document).version == 1

    @every_type
    def test_a_draft_needs_nothing_and_a_record_three_things(self, session: Session, reviewer: User, record_type: RecordType) -> None:
        assert wrong(session, reviewer, record_type, {}, draft=True) == {}
        assert set(wrong(session, reviewer, record_type, {})) == {"title", "parties", "evidence"}

    @every_type
    def test_what_is_not_given_stays(self, session: Session, reviewer: User, record_type: RecordType) -> None:
        stored = filled(session, reviewer, record_type)
        checker = Checker(session, reviewer, STATE, TODAY)
        checker.prepare([stored], record_type)
        found = checker.check({"title": "Another"}, record_type, draft=False, base=stored)
        assert found.problems == ()
        assert found.document == stored | {"title": "Another"}


WRONG_BY_KIND: dict[ColumnKind, list[Any]] = {
    ColumnKind.TEXT: ["x" * 301, 5, ["x"], "a\x00b", {"x": 1}],
    ColumnKind.LONG_TEXT: ["x" * 10_001, True],
    ColumnKind.DATE: ["31.02.2024", "2024-02-31", "yesterday", 2024, "9999-12-31"],
    ColumnKind.TERM: ["no_such_term", 1, [], "'; DROP TABLE record; --"],
    ColumnKind.ENUM: ["no_such_word", 0],
    ColumnKind.FLAG: ["true", 1, "yes"],
    ColumnKind.NUMBER: ["-1", "1e30", "ten", True, "NaN", "1.2345", [1]],
    ColumnKind.LANGUAGE: ["xx", "English", 7],
    ColumnKind.RECORD: ["AGR-1900-9999", 5, "'"],
}


class TestWrongValues:
    @every_type
    def test_every_column_says_at_its_own_name_what_it_cannot_hold(self, session: Session, reviewer: User, record_type: RecordType) -> None:
        for column in record_type.all_columns:
            for value in WRONG_BY_KIND[column.kind]:
                assert set(wrong(session, reviewer, record_type, {column.name: value}, draft=True)) == {column.name}, (column.name, value)

    @every_type
    def test_rows_that_are_none_and_names_that_nothing_has(self, session: Session, reviewer: User, record_type: RecordType) -> None:
        for child in record_type.all_lists:
            for value in ("x", {"a": 1}, [1], [None]):
                assert set(wrong(session, reviewer, record_type, {child.name: value}, draft=True)) == {child.name}
            assert f"{child.name}.0.colour" in wrong(session, reviewer, record_type, {child.name: [{"colour": "red"}]}, draft=True)
        assert set(wrong(session, reviewer, record_type, {"owner_id": 1, "version": 7}, draft=True)) == {"owner_id", "version"}

    @pytest.mark.parametrize(
        ("path", "given"),
        [
            ("parties.0.party", {"parties": [{"party": "Burma", "role": "participant"}]}),
            ("parties.0.role", {"parties": [{"party": "MMR"}]}),
            ("parties.1.party", {"parties": [{"party": "MMR", "role": "lead"}] * 2}),
            ("parties_basis", {"parties": [{"party": "MMR", "role": "lead"}], "parties_basis": "not_stated"}),
            ("crimes", {"crimes": [{"term": "drugs", "is_primary": True}, {"term": "kidnapping", "is_primary": True}]}),
            ("start", {"start": "2030"}),
            ("end", {"start": "2024-05", "end": "2024-03"}),
            ("figures.0.qualifier", {"figures": [figure("arrests", "10", no=1) | {"value_hi": None}]}),
            ("figures.0.qualifier", {"figures": [figure("arrests", "several", no=1) | {"text_original": ""}]}),
            ("figures.0.country", {"figures": [figure("arrests", "10", no=1, country="LAO")]}),
            ("figures.0.contained_in", {"figures": [figure("arrests", "10", no=1, contained_in=2)]}),
            ("figures.1.no", {"figures": [figure("arrests", "10", no=1), figure("arrests", "11", no=1)]}),
            (
                "figures.0.contained_in",
                {"figures": [figure("arrests", "1", no=1, contained_in=2), figure("arrests", "1", no=2, contained_in=1)]},
            ),
            ("evidence.0.source", {"evidence": [{"source": "SRC-1900-0001"}]}),
            ("links.0.to", {"links": [{"type": "related", "to": "OPS-1900-0001"}]}),
            ("aliases.1.name", {"aliases": [{"name": "Fox Hunt"}, {"name": "Fox Hunt"}]}),
            ("figures", {"figures": [{"metric": "arrests", "qualifier": "unquantified", "text_original": "some"}] * 101}),
        ],
    )
    def test_what_does_not_fit_together(self, session: Session, reviewer: User, path: str, given: Document) -> None:
        assert path in wrong(session, reviewer, records.type_of_kind("operation"), given, draft=True)

    @pytest.mark.parametrize(
        ("kind", "path", "given"),
        [
            ("agreement", "actions.0.party", {"actions": [{"party": "MMR", "action": "ratified"}]}),
            ("agreement", "notice_days", {"notice_days": "30.5"}),
            ("training", "days", {"days": "0"}),
            ("training", "figures.1.country", {"figures": [figure("participants", "3", no=1), figure("participants", "4", no=2)]}),
            ("handover", "figures.0.value_lo", {"figures": [figure("handed_over", "1.5", no=1)]}),
            ("handover", "direction", {"direction": "inward", "parties": [{"party": "MMR", "role": "receiving"}]}),
            ("handover", "subjects.0.kind", {"subjects": [{"nationality": "MMR"}]}),
        ],
    )
    def test_what_only_one_type_refuses(self, session: Session, reviewer: User, kind: str, path: str, given: Document) -> None:
        assert path in wrong(session, reviewer, records.type_of_kind(kind), given, draft=True)


class TestOthers:
    """What belongs to somebody else, or is somebody else's to decide."""

    def test_a_file_number_is_one_records(self, session: Session, reviewer: User) -> None:
        operation = records.type_of_kind("operation")
        numbers = {"identifiers": [{"scheme": choices(session, "identifier_scheme", "en")[0][0], "value": "A/1"}]}
        kept = save(session, reviewer, operation, counted(operation, "Holder", **numbers))
        assert "identifiers.0.value" in wrong(session, reviewer, operation, numbers, draft=True)
        assert wrong(session, reviewer, operation, numbers, draft=True, own_ref=kept.ref) == {}

    def test_records_and_sources_that_the_writer_may_not_see_do_not_exist(self, session: Session, reviewer: User) -> None:
        operation = records.type_of_kind("operation")
        other = users.user(session, Role.OFFICER, username="other")
        hidden = save(session, other, operation, counted(operation, "Draft"), draft=True)
        source = sources.source(session, other, title="Letter", publisher="", url="")
        given = {"parent": hidden.ref, "evidence": [{"source": source.ref}]}
        assert set(wrong(session, reviewer, operation, given, draft=True)) == {"parent", "evidence.0.source"}

    def test_a_record_is_no_part_of_itself(self, session: Session, reviewer: User) -> None:
        operation = records.type_of_kind("operation")
        whole = save(session, reviewer, operation, counted(operation, "Whole"))
        part = save(session, reviewer, operation, counted(operation, "Part", parent=whole.ref))
        assert "parent" in wrong(session, reviewer, operation, {"parent": part.ref}, draft=True, own_ref=whole.ref)

    def test_an_officer_records_for_his_desk_and_marks_what_he_reads(self, session: Session) -> None:
        operation = records.type_of_kind("operation")
        officer = users.user(session, Role.OFFICER, username="deskless", at_a_desk=False)
        source = sources.source(session, officer, title="Letter", publisher="", url="")
        given = counted(operation, "Of another desk") | {"evidence": [{"source": source.ref}]}
        assert set(wrong(session, officer, operation, copy.deepcopy(given))) == {"parties"}

"""Documents that no form made: whole ones are taken as they are, and what is wrong is said where it is, in every type."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.app import ClientAs, stored
from tests.contract.whole_records import STATE, counted, filled, save
from tests.factories import records, sources, users
from tests.factories.records import figure
from tests.factories.trainings import training as training_of
from tests.forms import form_fields, minimal
from tracker.accounts.models import Role, User
from tracker.record_types import RECORD_TYPES
from tracker.records.checking import Checker
from tracker.records.documents import Document, empty_document
from tracker.records.fields import Text
from tracker.records.form_context import FormContext
from tracker.records.forms import FieldList
from tracker.records.list_columns import columns_of, limit_of, limit_of_column
from tracker.records.record_type import ColumnKind, RecordType
from tracker.vocabularies.terms import choices

pytestmark = pytest.mark.once
TEXTS = (ColumnKind.TEXT, ColumnKind.LONG_TEXT)
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
            ("figures.0.nature", {"figures": [figure("arrests", "10", no=1) | {"nature": "sometimes"}]}),
            ("figures.0.contained_basis", {"figures": [figure("arrests", "10", no=1) | {"contained_basis": "guessed"}]}),
            ("figures.0.preference_reason", {"figures": [figure("arrests", "10", no=1) | {"preference_reason": "x" * 201}]}),
            ("evidence.0.source", {"evidence": [{"source": "SRC-1900-0001"}]}),
            ("evidence.0.source", {"evidence": [{"source": "\x00\ud800"}]}),
            ("identifiers.0.value", {"identifiers": [{"scheme": "desk_file", "value": "a\x00"}]}),
            ("kind", {"kind": "handover"}),
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
            ("handover", "subjects.0.same_as", {"subjects": [{"kind": "convicted", "same_as": "HND-1900-0001/1"}]}),
            ("statement", "said_by", {"said_by": "x" * 201}),
        ],
    )
    def test_what_only_one_type_refuses(self, session: Session, reviewer: User, kind: str, path: str, given: Document) -> None:
        assert path in wrong(session, reviewer, records.type_of_kind(kind), given, draft=True)


class TestWhatIsNotGiven:
    def test_null_is_what_is_usual(self, session: Session, reviewer: User) -> None:
        handover = records.type_of_kind("handover")
        given: Document = {column.name: None for column in handover.all_columns}
        blank = dict.fromkeys(figure("arrests", "1"))
        given["figures"] = [blank | {"metric": "arrests", "value_lo": 1, "value_hi": 1.0, "qualifier": "exact"}]
        found = Checker(session, reviewer, STATE, TODAY).check(given, handover, draft=True)
        assert found.problems == ()
        assert found.document == empty_document(handover) | {"figures": [figure("arrests", "1", no=1)]}

    def test_who_decides_between_figures(self, session: Session, reviewer: User) -> None:
        operation = records.type_of_kind("operation")
        checker = Checker(session, reviewer, STATE, TODAY)
        stored = empty_document(operation) | {"figures": [figure("arrests", "10", no=1)]}
        aside = {"metric": "arrests", "value_lo": "10", "value_hi": "10", "qualifier": "exact", "preferred": False}

        def decided(row: Document, base: Document | None = None) -> tuple[bool, str]:
            found = checker.check({"figures": [row]}, operation, draft=True, base=base)
            assert found.problems == ()
            return found.document["figures"][0]["preferred"], found.document["figures"][0]["preference"]

        assert decided(aside) == (False, "officer")
        assert decided(aside | {"preference": "rule"}) == (False, "rule")  # as another tracker wrote it out
        assert decided(stored["figures"][0] | {"preferred": False}, stored) == (False, "officer")
        behind = stored | {"figures": [stored["figures"][0] | {"preferred": False}]}
        assert decided(aside | {"no": 1}, behind) == (False, "rule")  # a rule put it there, and may take it back

    def test_what_the_writer_cannot_see_stays(self, session: Session, reviewer: User) -> None:
        operation = records.type_of_kind("operation")
        other = users.user(session, Role.OFFICER, username="other")
        hidden = save(session, other, operation, counted(operation, "Draft"), draft=True).ref
        link = {"type": "related", "to": save(session, reviewer, operation, counted(operation, "Seen")).ref}
        stored = empty_document(operation) | {"parent": hidden, "links": [{"type": "related", "to": hidden}]}
        checker = Checker(session, reviewer, STATE, TODAY)
        checker.prepare([{"links": [link]}], operation)
        for parent in (None, ""):
            found = checker.check({"parent": parent, "links": [link]}, operation, draft=True, base=stored)
            assert found.problems == ()
            assert found.document == stored | {"links": [link, *stored["links"]]}
        told = checker.check({"parent": hidden, "links": stored["links"]}, operation, draft=True, base=stored)
        assert [problem.path for problem in told.problems] == ["parent", "links.0.to"]


class TestFormsSayTheSame:
    @every_type
    def test_a_box_takes_as_many_signs_as_its_column(self, app: Flask, session: Session, reviewer: User, record_type: RecordType) -> None:
        with app.test_request_context():
            form = record_type.form(record_type, FormContext(session, "en", STATE, TODAY, reviewer), formdata=None)
            columns = {column.name: limit_of_column(record_type, column) for column in record_type.all_columns}
            boxes = {field.short_name: field.limit for field in form if isinstance(field, Text)}
            assert boxes == {name: columns[name] for name in boxes}
            assert boxes
            for child in (child for child in record_type.all_lists if isinstance(form[child.name], FieldList)):
                row = form[child.name].append_entry().form
                limits = {column.name: limit_of(child, column) for column in columns_of(child) if column.kind in TEXTS}
                drawn = {name: row[name].limit for name in limits if name in row and isinstance(row[name], Text)}
                assert drawn == {name: limits[name] for name in drawn}, child.name

    def test_what_is_counted_one_by_one_is_whole(self, session: Session, reviewer: User) -> None:
        training = records.type_of_kind("training")
        said = "Participants are counted whole: write 1000 or 1001."
        half = figure("participants", "1000.5", "participant", no=1)
        assert wrong(session, reviewer, training, {"figures": [half]}, draft=True) == {"figures.0.value_lo": said}
        measured = [figure("other", "1.5", unit, no=no) for no, unit in enumerate(("kg", "litre", "participant_day", "activity"), 1)]
        assert wrong(session, reviewer, training, {"figures": measured}, draft=True) == {}
        # what is stored from before may stay while something else is changed
        base = training_of(["THA"], "2024", title="Stored before", figures=[half])
        assert wrong(session, reviewer, training, {"figures": [half | {"text_original": "as said"}]}, base=base, draft=True) == {}
        other = wrong(session, reviewer, training, {"figures": [half | {"value_lo": "7.5", "value_hi": "7.5"}]}, base=base, draft=True)
        assert other == {"figures.0.value_lo": "Participants are counted whole: write 7 or 8."}

    def test_it_is_in_rows_and_boxes_of_the_form(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.REVIEWER)
        row = {"figures-0-metric": "handed_over", "figures-0-number": "1.5", "figures-0-no": "9"}
        for kind, more in (("handover", row), ("handover", {"persons": "1.5"}), ("training", {"participants-0-number": "1.5"})):
            answer = client.post(f"/{kind}s/new", data=minimal(records.type_of_kind(kind)) | more)
            assert (answer.status_code, "are counted whole: write 1 or 2" in answer.text) == (422, True), more
        base = training_of(["THA"], "2024", title="Stored before", participants="1000.5")
        with stored(app) as session:
            ref = records.save(session, session.scalars(sa.select(User)).one(), base).ref
        data = form_fields(client.get(f"/trainings/{ref}/edit").text).to_dict() | {
            "title": "Changed",
            "action": "save",
            "evidence-0-source": "A letter",
        }
        assert client.post(f"/trainings/{ref}/edit", data=data | {"participants-0-number": "8.5"}).status_code == 422
        assert client.post(f"/trainings/{ref}/edit", data=data).status_code == 303


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

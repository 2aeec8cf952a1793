"""Laws that every record type obeys, whatever it is: parametrised over the one list of them. What it declares and how it is entered."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.app import ClientAs, stored
from tests.contract.whole_records import STATE, filled, save
from tests.factories import users
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, inspected, page
from tracker.accounts.models import Role, User
from tracker.database.columns import utc_now
from tracker.record_types import RECORD_TYPES
from tracker.records.documents import read_document
from tracker.records.enums import ReviewState
from tracker.records.form_context import FormContext
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import ColumnKind, RecordType

# what types have in common is tried on two of them on PostgreSQL: one with persons and one that lasts
OF_BOTH_ENGINES = ("handover", "agreement")
every_type = pytest.mark.parametrize(
    "record_type",
    [pytest.param(one, id=one.kind, marks=() if one.kind in OF_BOTH_ENGINES else pytest.mark.once) for one in RECORD_TYPES],
)

# fields of the form that are no value of the record
OF_THE_FORM = {"csrf_token", "version", "token", "seen"}
# columns whose field asks the other way round
ENTERED_AS = {"parties_basis": "parties_not_stated", "parties_complete": "parties_open"}
# fields that are a figure of the record, or half of a list
PARTS_OF_LISTS = {"crime_primary", "persons", "persons_no", "person_status", "participants"}
# columns that the house fills in
OF_THE_HOUSE = {
    *("id", "record_id", "ref", "kind", "review_state", "owner_id", "merged_into_id", "restricted_at", "restricted_reason"),
    *("version", "verified_version", "discarded_at", "created_at", "changed_at", "effective_marking"),
}


class TestTheDeclaration:
    @every_type
    def test_each_declared_column_and_list_can_be_entered(self, app: Flask, record_type: RecordType) -> None:
        fields = fields_of(app, record_type)
        declared = [column.name for column in record_type.all_columns] + [child.name for child in record_type.all_lists]
        assert [name for name in declared if ENTERED_AS.get(name, name) not in fields] == []

    @every_type
    def test_each_field_of_the_form_is_declared(self, app: Flask, record_type: RecordType) -> None:
        declared = {ENTERED_AS.get(column.name, column.name) for column in record_type.all_columns}
        declared |= {child.name for child in record_type.all_lists}
        assert fields_of(app, record_type) - declared - OF_THE_FORM - PARTS_OF_LISTS == set()

    def test_sides_are_two_values_of_a_dimension(self) -> None:
        with_sides = [one for one in RECORD_TYPES if one.sides]
        assert with_sides
        for one in with_sides:
            assert one.sides
            words = {column.name: {str(value) for value in column.words} for column in one.dimensions}
            assert {one.sides.one, one.sides.other} < words[one.sides.dimension]
            assert one.sides.one != one.sides.other

    @every_type
    def test_each_field_of_the_form_is_on_the_page(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        html = page(client_as(Role.OFFICER), f"/{record_type.slug}/new").html
        drawn = {name.split("-")[0] for name in re.findall(r'name="([^"]+)"', html)} | set(re.findall(r'name="add" value="([^"]+)"', html))
        assert fields_of(app, record_type) - drawn - {"csrf_token", "seen"} == set()

    @every_type
    @pytest.mark.engine_free
    def test_each_column_of_the_model_is_declared_or_the_houses(self, record_type: RecordType) -> None:
        declared = set()
        for column in record_type.all_columns:
            declared |= stored_as(column.name, column.kind)
        columns = {column.name for table in (Record.__table__, record_type.model.__table__) for column in table.columns}
        assert columns - declared - OF_THE_HOUSE == set()
        assert declared - columns == set()

    @every_type
    @pytest.mark.engine_free
    def test_it_counts_its_records_in_exactly_one_main_measure(self, record_type: RecordType) -> None:
        assert len([measure for measure in record_type.measures if measure.main]) == 1
        assert record_type.main_measure.unit == record_type.contribution.unit

    @every_type
    @pytest.mark.engine_free
    def test_its_dimensions_are_columns_of_its_own(self, record_type: RecordType) -> None:
        assert {column.name for column in record_type.dimensions} == set(record_type.contribution.dimensions)


class TestEntering:
    @every_type
    def test_a_draft_needs_only_its_kind(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, record_type, {"action": "draft"})
        assert "Untitled" in page(officer, address).headings[0]
        with stored(app) as session:
            record = session.scalars(sa.select(Record)).one()
            assert (record.kind, record.review_state, record.title) == (record_type.kind, ReviewState.DRAFT, "")

    @every_type
    def test_an_empty_record_is_refused_and_told_what_it_lacks(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        answer = client_as(Role.OFFICER).post(f"/{record_type.slug}/new", data={"action": "save"})
        html = inspected(answer, 422).html
        for target in ("title", "parties-0-names", "evidence-0-source"):
            assert f'<a href="#{target}">' in html
            assert f'id="{target}-error"' in html
        with stored(app) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Record)) == 0

    @every_type
    def test_what_is_missing_from_a_draft_is_asked_for_when_it_is_recorded(self, client_as: ClientAs, record_type: RecordType) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, record_type, {"action": "draft", "title": "Half a record"})
        form = form_fields(page(officer, f"{address}/edit").html)
        refused = officer.post(f"{address}/edit", data={**form.to_dict(), "action": "save"})
        assert refused.status_code == 422
        assert "partner" in errors_of(refused.get_data(as_text=True))
        form = form_fields(refused.get_data(as_text=True))
        accepted = officer.post(f"{address}/edit", data={**form.to_dict(), **minimal(record_type), "title": "Half a record"})
        assert accepted.status_code == 303
        assert "draft" not in page(officer, address).text.lower()

    @every_type
    def test_a_filled_document_is_stored_as_it_is(self, app: Flask, record_type: RecordType) -> None:
        with app.test_request_context(), stored(app) as session:
            document = filled(session, officer(session), record_type)
            empty = {name for name, value in document.items() if value in (None, "", [])}
            assert empty == set(), "the test fills everything"
            record = save(session, officer(session), record_type, document)
            session.flush()
            session.expire_all()
            assert read_document(record, record_type) == document

    @every_type
    @pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.whole)])
    def test_a_filled_record_saved_unchanged_makes_no_version(
        self, app: Flask, client_as: ClientAs, record_type: RecordType, language: str
    ) -> None:
        client = client_as(Role.OFFICER)
        client.post("/language", data={"language": language})
        with stored(app) as session:
            document = filled(session, officer(session), record_type)
            record = save(session, officer(session), record_type, document)
            address, ref = f"/{record_type.slug}/{record.ref}", record.ref
        form = form_fields(page(client, f"{address}/edit").html)
        answer = client.post(f"{address}/edit", data=pressed(form, action="save"))
        assert answer.status_code == 303, errors_of(answer.get_data(as_text=True))
        with stored(app) as session:
            again = session.scalars(sa.select(Record).where(Record.ref == ref)).one()
            assert read_document(again, record_type) == document
            assert [version.version for version in versions(session, ref)] == [1]

    @every_type
    def test_a_document_typed_into_the_form_again_is_the_same_document(
        self, app: Flask, client_as: ClientAs, record_type: RecordType
    ) -> None:
        client = client_as(Role.OFFICER)
        with stored(app) as session:
            document = filled(session, officer(session), record_type)
            # a file number belongs to one record only
            identifiers, document["identifiers"] = document["identifiers"], []
            ref = save(session, officer(session), record_type, document).ref
        form = pressed(form_fields(page(client, f"/{record_type.slug}/{ref}/edit").html), action="save")
        form["token"], form["seen"] = "another-form", ref
        form |= {"identifiers-0-scheme": identifiers[0]["scheme"], "identifiers-0-value": identifiers[0]["value"]}
        made = enter(client, record_type, form)
        with stored(app) as session:
            copy = session.scalars(sa.select(Record).where(Record.ref == made.rpartition("/")[2])).one()
            assert read_document(copy, record_type) == document | {"identifiers": identifiers}


def officer(session: Any) -> User:
    """Whoever writes directly into the database."""
    found = session.scalar(sa.select(User).where(User.username == "writer"))
    if not found:
        found = users.user(session, username="writer")
    return found


def pressed(form: Any, **more: str) -> Any:
    """The fields of a form, with a button pressed."""
    copy = form.copy()
    for name, value in more.items():
        copy[name] = value
    return copy


def fields_of(app: Flask, record_type: RecordType) -> set[str]:
    """The names of the fields of an empty form."""
    with app.test_request_context(), stored(app) as session:
        form = record_type.form(record_type, FormContext(session, "en", STATE, utc_now().date(), users.user(session)), formdata=None)
        return {field.short_name for field in form}


def stored_as(name: str, kind: ColumnKind) -> set[str]:
    if kind is ColumnKind.DATE:
        return {f"{name}_{part}" for part in ("edtf", "lo", "hi", "basis")}
    return {f"{name}_id"} if kind is ColumnKind.RECORD else {name}


def versions(session: Any, ref: str) -> list[RecordVersion]:
    return list(session.scalars(sa.select(RecordVersion).join(Record).where(Record.ref == ref).order_by(RecordVersion.version)))

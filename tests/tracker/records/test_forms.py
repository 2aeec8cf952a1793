"""Forms: what was typed stays on the screen, and what no page offers breaks nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired

from tests.app import ClientAs
from tests.forms import form_fields, minimal
from tests.pages import inspected, page
from tests.tracker.records.nasty_forms import HANDOVER, TEXT_TYPES, TRAINING, answer_of, every_field, every_type, lost, names_of, valid
from tracker.accounts.models import Role
from tracker.records.fields import Text
from tracker.records.record_type import ColumnKind, RecordType


@pytest.mark.once
class TestRefusal:
    @every_type
    def test_a_refused_form_keeps_everything_that_was_typed(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        data: dict[str, str] = {}
        for number, (name, field) in enumerate(every_field(app, record_type).items()):
            if field.type in ("Choice", "TermField", "LanguageField"):
                data[name] = [choice.value for choice in field.choices][-1]
            elif field.type == "TermsField":
                data[name] = field.choices[number % 5].value
            elif field.type == "BooleanField":
                data[name] = "y"
            elif field.type != "HiddenField":
                data[name] = f"{number}. <typed> & ‘kept’"
        data |= {"title": "", "action": "save"}
        assert answer_of(app, client_as(Role.OFFICER), record_type, data) is None

    @every_type
    def test_adding_and_removing_rows_keeps_everything_that_was_typed(self, client_as: ClientAs, record_type: RecordType) -> None:
        officer = client_as(Role.OFFICER)
        url = f"/{record_type.slug}/new"
        data = form_fields(page(officer, url).html)
        data["title"], data["start"], data["summary"] = "Half <typed>", "not a date", "line\nline"
        lists = [
            name
            for name in ("parties", "figures", "evidence", "links", "aliases", "identifiers", "actions")
            if f'name="add" value="{name}"' in page(officer, url).html
        ]
        for name in lists:
            before = {field for field in data if field.startswith(f"{name}-")}
            sent = data.copy()
            sent["add"] = name
            html = inspected(officer.post(url, data=sent)).html
            assert lost(data, html) == {}, name
            data = form_fields(html)
            assert len([field for field in data if field.startswith(f"{name}-")]) > len(before), name
        for name in lists:
            sent = data.copy()
            sent["remove"] = f"{name}-0"
            html = inspected(officer.post(url, data=sent)).html
            data = form_fields(html)
            assert (data["title"], data["start"], data["summary"]) == ("Half <typed>", "not a date", "line\nline")

    @pytest.mark.parametrize(
        "button",
        [
            {"add": "nothing"},
            {"add": "title"},
            {"add": "__class__"},
            {"remove": "parties-99"},
            {"remove": "parties-²"},
            {"remove": "title-0"},
            {"remove": "-"},
            {"add": "parties\x00"},
        ],
    )
    def test_a_button_that_does_not_exist_does_nothing(self, client_as: ClientAs, button: dict[str, str]) -> None:
        answer = client_as(Role.OFFICER).post("/handovers/new", data=minimal(HANDOVER) | button)
        assert answer.status_code == 200
        assert form_fields(answer.text)["title"] == minimal(HANDOVER)["title"]


class TestHiddenAndChosen:
    NASTY = ("", "0", "-1", "²", "1.5", "x", "\x00", "9" * 9, "9" * 18, "9" * 30, "1" * 400, "None", "' OR 1=1")

    ON_BOTH = ("version",)
    ELSEWHERE = ("figures-0-no", "token", "evidence-0-no", "persons_no", "seen", "participants-0-no", "figures-0-contained_in")

    @pytest.mark.parametrize("name", [*ON_BOTH, *(pytest.param(name, marks=pytest.mark.once) for name in ELSEWHERE)])
    def test_a_hidden_value_that_was_tampered_with_breaks_nothing(self, app: Flask, client_as: ClientAs, name: str) -> None:
        officer = client_as(Role.OFFICER)
        record_type = TRAINING if name.startswith("participants") else HANDOVER
        rows = {"persons": "3", "figures-0-number": "4", "figures-0-metric": "other", "participants-0-number": "5"}
        # of the values every name takes a third, and all of them are taken by three names
        for number, value in list(enumerate(self.NASTY))[[*self.ON_BOTH, *self.ELSEWHERE].index(name) % 3 :: 3]:
            data = {key: typed for key, typed in (valid(record_type, number) | rows).items() if record_type is HANDOVER or key != "persons"}
            answer = officer.post(f"/{record_type.slug}/new", data=data | {name: value})
            assert answer.status_code in (303, 422), (name, value)

    @pytest.mark.parametrize("name", ["figures", "evidence"])
    def test_two_rows_under_one_number_are_both_kept_or_refused(self, app: Flask, client_as: ClientAs, name: str) -> None:
        rows = {
            "figures-0-no": "1",
            "figures-0-number": "4",
            "figures-0-metric": "other",
            "figures-1-no": "1",
            "figures-1-number": "5",
            "figures-1-metric": "other",
        }
        if name == "evidence":
            rows = {"evidence-0-no": "1", "evidence-1-no": "1", "evidence-1-source": "Another letter"}
        document = answer_of(app, client_as(Role.OFFICER), HANDOVER, valid(HANDOVER, 1) | rows)
        assert document is None or len(document[name]) == 2

    @every_type
    def test_a_choice_that_is_not_offered_is_refused(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        officer = client_as(Role.OFFICER)
        names = names_of(every_field(app, record_type), "Choice", "TermField", "LanguageField", "TermsField")
        rows = {"figures-0-number": "4", "aliases-0-name": "A", "identifiers-0-value": "B", "actions-0-date": "2024", "links-0-to": "X"}
        for value in ("nonsense", "\x00", "x" * 5000, "{{7*7}}"):
            answer = officer.post(f"/{record_type.slug}/new", data=valid(record_type, 1) | rows | dict.fromkeys(names, value))
            assert answer.status_code == 422
            assert [name for name in names if f'id="{name}-error"' not in answer.text] == []

    def test_rows_under_strange_numbers_break_nothing(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        for number, index in enumerate(("²", "-1", "1e3", "00", "9" * 30, "x", "")):
            answer = officer.post(
                "/handovers/new", data=valid(HANDOVER, number) | {f"figures-{index}-number": "3", f"aliases-{index}-name": "Name"}
            )
            assert answer.status_code in (303, 422), index

    def test_more_rows_than_fit_are_refused_not_dropped(self, app: Flask, client_as: ClientAs) -> None:
        names = {f"aliases-{number}-name": f"Name {number}" for number in range(101)}
        document = answer_of(app, client_as(Role.OFFICER), HANDOVER, valid(HANDOVER, 1) | names)
        assert document is None or len(document["aliases"]) == 101


@every_type
def test_every_kind_of_field_is_among_those_tested(app: Flask, record_type: RecordType) -> None:
    kinds = {field.type for field in every_field(app, record_type).values()}
    assert kinds <= {
        *TEXT_TYPES,
        "PartialDateField",
        "NumberField",
        "PartiesField",
        "ReferenceField",
        "Choice",
        "TermField",
        "LanguageField",
        "TermsField",
        "BooleanField",
        "HiddenField",
    }
    texts = {column.name for column in record_type.all_columns if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT)}
    assert texts <= set(names_of(every_field(app, record_type), "Text", "LongText"))


def test_what_is_asked_for_is_asked_of_what_was_stored_of_a_text(app: Flask) -> None:
    """`InputRequired` looks at what was typed, and a `Text` is stored without blanks: blanks alone would pass for an answer."""
    forms, found = [FlaskForm], []
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        for name, field in vars(form).items():
            validators = (*field.args[1:2], field.kwargs.get("validators", ())) if isinstance(field, UnboundField) else ()
            is_text = bool(validators) and isinstance(field.field_class, type) and issubclass(field.field_class, Text)
            if is_text and any(isinstance(validator, InputRequired) for some in validators for validator in some):
                found.append(f"{form.__name__}.{name}")
    assert found == []

"""Forms: what was typed stays on the screen, nothing breaks them, nothing is changed in silence."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.app import ClientAs, enter, errors_of, form_fields, inspected, minimal, page
from tests.tracker.records import nasty
from tests.tracker.records.nasty import answer_of, every_field, names_of, stored_text, valid
from tracker.accounts.models import Role
from tracker.partial_dates import DateError, parse_edtf, parse_typed
from tracker.record_types import RECORD_TYPES
from tracker.records.numbers import NumberError, decimal_text, parse_number
from tracker.records.record_type import ColumnKind, RecordType

every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.kind)
HANDOVER = next(record_type for record_type in RECORD_TYPES if record_type.kind == "handover")
TRAINING = next(record_type for record_type in RECORD_TYPES if record_type.kind == "training")
SLOWEST = 5.0  # seconds that any input may cost, on a machine that does other things too

# where a text of a row goes in a document
TEXTS_OF_ROWS = {
    "parties-0-note": lambda document: document["parties"][0]["note"],
    "figures-0-series": lambda document: document["figures"][0]["series"],
    "figures-0-text_original": lambda document: document["figures"][0]["text_original"],
    "evidence-0-quote_exact": lambda document: document["evidence"][0]["quote_exact"],
    "evidence-0-locator": lambda document: document["evidence"][0]["locator"],
    "aliases-0-name": lambda document: document["aliases"][0]["name"],
    "identifiers-0-value": lambda document: document["identifiers"][0]["value"],
}


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
            assert nasty.lost(data, html) == {}, name
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


class TestText:
    @every_type
    def test_accepted_text_comes_back_exactly(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        officer = client_as(Role.OFFICER)
        names = [
            name
            for name in names_of(every_field(app, record_type), "Text", "LongText")
            if name not in ("figures-0-contained_in", "evidence-0-publisher")
        ]
        scheme = every_field(app, record_type)["identifiers-0-scheme"].choices[0].value
        for turn in range(-(-len(nasty.FINE) // len(names))):
            texts = {name: nasty.FINE[(turn * len(names) + place) % len(nasty.FINE)] for place, name in enumerate(names)}
            texts["identifiers-0-value"] += str(turn)
            more = {"figures-0-number": "3", "figures-0-metric": "other", "identifiers-0-scheme": scheme}
            document = answer_of(app, officer, record_type, valid(record_type, turn) | more | texts)
            assert document, turn
            read = {
                name: TEXTS_OF_ROWS[name](document) if name in TEXTS_OF_ROWS else document.get(name)
                for name in texts
                if name != "evidence-0-source"
            }
            assert read == {name: stored_text(texts[name]) for name in read}

    @every_type
    def test_text_that_cannot_be_stored_is_refused_at_its_field(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        officer = client_as(Role.OFFICER)
        fields = every_field(app, record_type)
        names = [name for name in names_of(fields, *nasty.TEXT_TYPES) if name != "figures-0-contained_in"]
        for turn in range(2):
            texts = {name: nasty.REFUSED[(turn * 7 + place) % len(nasty.REFUSED)] for place, name in enumerate(names)}
            data = valid(record_type, turn) | {"figures-0-number": "3", "figures-0-metric": "other"} | texts
            assert answer_of(app, officer, record_type, data) is None
            html = officer.post(f"/{record_type.slug}/new", data=data).text
            # an address is refused for its beginning too
            assert [name for name in names if f'id="{name}-error"' not in html] == []

    def test_broken_encodings_and_signs_of_every_plane_do_no_harm(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        for number, raw in enumerate(nasty.RAW):
            body = "&".join(
                f"{quote(name)}={quote(value)}" for name, value in valid(HANDOVER, number).items() if name not in ("title", "place")
            )
            answer = officer.post(
                "/handovers/new", data=f"{body}&title=T{raw}&place={raw}&{raw}=x", content_type="application/x-www-form-urlencoded"
            )
            assert answer.status_code in (303, 422, 400), raw
            for url in (f"/records/?q={raw}", f"/suggest/parties?q={raw}", f"/handovers/{raw}", f"/{raw}"):
                assert officer.get(url).status_code < 500, url

    def test_what_is_shown_of_a_hostile_text_is_text(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
        texts = {
            name: hostile
            for name in names_of(every_field(app, HANDOVER), "Text", "LongText")
            if name not in ("figures-0-contained_in", "evidence-0-locator")
        }
        choices = {name: every_field(app, HANDOVER)[name].choices[0].value for name in ("identifiers-0-scheme", "figures-0-metric")}
        data = valid(HANDOVER, 1) | texts | choices | {"figures-0-number": "<b>several</b>"}
        address = enter(officer, HANDOVER, data)
        for url in (
            address,
            f"{address}/edit",
            f"{address}/history",
            f"{address}/history/1",
            "/handovers/",
            "/records/?q=alert",
            "/sources/",
            "/",
            "/partners/LAO",
        ):
            html = officer.get(url).text
            assert "<script>alert" not in html, url
            assert "<img src=x" not in html, url
            assert "<b>several" not in html, url


class TestDatesNumbersAndParties:
    @every_type
    def test_no_date_number_or_party_breaks_the_form(self, app: Flask, client_as: ClientAs, record_type: RecordType) -> None:
        """Every field of the three kinds at once, with other values in each turn."""
        officer = client_as(Role.OFFICER)
        fields = every_field(app, record_type)
        kinds = (("PartialDateField", nasty.DATES), ("NumberField", nasty.NUMBERS), ("PartiesField", nasty.PARTIES))
        for turn in range(8):
            data = valid(record_type, turn, **{"figures-0-metric": "other"})
            for kind, values in kinds:
                data |= {name: values[(turn * 7 + place * 3) % len(values)] for place, name in enumerate(names_of(fields, kind))}
            started = time.monotonic()
            answer_of(app, officer, record_type, data)
            assert time.monotonic() - started < SLOWEST, nasty.shortened(data)

    def test_a_date_is_stored_as_it_reads_or_refused(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        boxes = ("planned_start", "planned_end", "requested_on", "granted_on", "refused_on")
        good, bad = parted(nasty.DATES, lambda typed: parse_typed(typed, "en"), DateError)
        assert good
        assert bad
        for number, typed in enumerate(batches(good, boxes)):
            document = answer_of(app, officer, HANDOVER, valid(HANDOVER, number) | typed)
            assert document, typed
            for name, text in typed.items():
                read, meant = parse_edtf(document[name]), parse_typed(text, "en")
                assert (read.lower, read.upper) == (meant.lower, meant.upper), text
        for number, typed in enumerate(batches(bad, boxes)):
            html = officer.post("/handovers/new", data=valid(HANDOVER, number + 60) | typed).text
            assert [text for name, text in typed.items() if f'id="{name}-error"' not in html] == []
            assert nasty.lost(typed, html) == {}

    def test_a_number_is_stored_as_it_reads_or_refused(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        boxes = tuple(f"figures-{place}-number" for place in range(12))
        metrics = {f"figures-{place}-metric": "other" for place in range(12)}
        good, bad = parted([typed for typed in nasty.NUMBERS if stored_text(typed).isprintable()], parse_number, NumberError)
        assert good
        assert bad
        for number, typed in enumerate(batches(good, boxes)):
            document = answer_of(app, officer, HANDOVER, valid(HANDOVER, number) | metrics | typed)
            assert document, typed
            for figure, text in zip(document["figures"], typed.values(), strict=True):
                meant = parse_number(text)
                assert meant, text
                assert (figure["value_lo"], figure["value_hi"]) == (decimal_text(meant.lower), decimal_text(meant.upper)), text
                if meant.lower is None:
                    same = {unicodedata.normalize("NFKC", words) for words in (figure["text_original"], " ".join(text.split()))}
                    assert len(same) == 1, text
        for number, typed in enumerate(batches(bad, boxes)):
            html = officer.post("/handovers/new", data=valid(HANDOVER, number + 60) | metrics | typed).text
            assert [text for name, text in typed.items() if f'id="{name}-error"' not in html] == []
            assert nasty.lost(typed, html) == {}

    def test_words_of_a_source_are_kept_as_they_are_written(self, app: Flask, client_as: ClientAs) -> None:
        """A statement without a number is a quotation: compatibility forms are not normalised away."""
        document = answer_of(app, client_as(Role.OFFICER), HANDOVER, valid(HANDOVER, 1) | {"persons": "ｓｅｖｅｒａｌ ﬁne persons"})
        assert document
        assert document["figures"][0]["text_original"] == "ｓｅｖｅｒａｌ ﬁne persons"

    @pytest.mark.parametrize("field", ["persons", "start", "parties-0-names", "parent"])
    def test_no_control_character_is_stored_from_any_kind_of_box(self, app: Flask, client_as: ClientAs, field: str) -> None:
        officer = client_as(Role.OFFICER)
        for number, typed in enumerate(("several\x00", "\x00", "ten\x07", "\x1b[31m", "Laos\x00", "2024\x00")):
            document = answer_of(app, officer, HANDOVER, valid(HANDOVER, number) | {field: typed})
            assert document is None or not re.search(r"\\u00[01]", json.dumps(document)), typed

    @pytest.mark.parametrize("typed", ["0.001", "0.125", "12.345"])
    def test_days_are_kept_to_the_last_digit_or_refused(self, app: Flask, client_as: ClientAs, typed: str) -> None:
        document = answer_of(app, client_as(Role.OFFICER), TRAINING, valid(TRAINING, 1) | {"days": typed})
        assert document is None or document["days"] == typed

    @pytest.mark.parametrize(("kind", "field"), [("training", "days"), ("agreement", "notice_days")])
    def test_a_number_of_days_that_is_not_exact_is_refused_or_kept_as_it_is(
        self, app: Flask, client_as: ClientAs, kind: str, field: str
    ) -> None:
        record_type = next(one for one in RECORD_TYPES if one.kind == kind)
        assert answer_of(app, client_as(Role.OFFICER), record_type, valid(record_type, 1) | {field: "about 30"}) is None

    def test_every_party_name_is_resolved_or_asked_about(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        for number, typed in enumerate(nasty.PARTIES):
            started = time.monotonic()
            document = answer_of(app, officer, HANDOVER, valid(HANDOVER, number) | {"parties-0-names": typed})
            assert time.monotonic() - started < SLOWEST, typed[:40]
            if document:
                assert document["parties"], f"{typed!r} was taken for nobody"

    def test_a_box_full_of_unknown_names_is_answered_soon(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        for names in (";".join(f"Unknownland {number}" for number in range(300)), ";".join(f"Nowhere {number}" for number in range(900))):
            started = time.monotonic()
            assert answer_of(app, officer, HANDOVER, valid(HANDOVER, 1) | {"parties-0-names": names}) is None
            assert time.monotonic() - started < SLOWEST


class TestHiddenAndChosen:
    NASTY = ("", "0", "-1", "²", "1.5", "x", "\x00", "9" * 9, "9" * 18, "9" * 30, "1" * 400, "None", "' OR 1=1")

    @pytest.mark.parametrize(
        "name", ["figures-0-no", "evidence-0-no", "persons_no", "version", "token", "seen", "participants-0-no", "figures-0-contained_in"]
    )
    def test_a_hidden_value_that_was_tampered_with_breaks_nothing(self, app: Flask, client_as: ClientAs, name: str) -> None:
        officer = client_as(Role.OFFICER)
        record_type = TRAINING if name.startswith("participants") else HANDOVER
        rows = {"persons": "3", "figures-0-number": "4", "figures-0-metric": "other", "participants-0-number": "5"}
        for number, value in enumerate(self.NASTY):
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


class TestReferences:
    REFS = ("XYZ-2024-0001", "\x00", "AGR", "' OR 1=1", "AGR-2024-0001 · Title", "x" * 500, "%", "٣", "HND-2024-9999\x00")

    @pytest.mark.parametrize("name", ["parent", "links-0-to", "basis_agreement"])
    def test_a_reference_to_nothing_is_refused(self, app: Flask, client_as: ClientAs, name: str) -> None:
        officer = client_as(Role.OFFICER)
        for number, ref in enumerate(self.REFS):
            assert answer_of(app, officer, HANDOVER, valid(HANDOVER, number) | {name: ref, "links-0-type": "related"}) is None, ref

    @pytest.mark.parametrize("name", ["parent", "links-0-to"])
    def test_a_record_that_refers_to_itself_is_refused(self, app: Flask, client_as: ClientAs, name: str) -> None:
        officer = client_as(Role.OFFICER)
        address = enter(officer, HANDOVER, minimal(HANDOVER))
        form = form_fields(page(officer, f"{address}/edit").html)
        data = form.to_dict() | {name: address.rpartition("/")[2], "links-0-type": "related", "action": "save"}
        assert answer_of(app, officer, HANDOVER, data, f"{address}/edit") is None

    def test_records_that_are_parts_of_each_other_are_refused(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        whole = enter(officer, HANDOVER, minimal(HANDOVER, 1))
        part = enter(officer, HANDOVER, minimal(HANDOVER, 2) | {"parent": whole.rpartition("/")[2]})
        form = form_fields(page(officer, f"{whole}/edit").html)
        data = form.to_dict() | {"parent": part.rpartition("/")[2], "action": "save"}
        assert answer_of(app, officer, HANDOVER, data, f"{whole}/edit") is None

    def test_a_file_number_of_another_record_is_refused_and_that_record_named(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        scheme = every_field(app, HANDOVER)["identifiers-0-scheme"].choices[0].value
        number = {"identifiers-0-scheme": scheme, "identifiers-0-value": "CID/77"}
        first = enter(officer, HANDOVER, minimal(HANDOVER, 1) | number)
        data = minimal(HANDOVER, 2) | number
        assert answer_of(app, officer, HANDOVER, data) is None
        assert first.rpartition("/")[2] in errors_of(officer.post("/handovers/new", data=data).text)

    def test_a_problem_names_its_row_once_and_the_button_what_it_removes(self, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        answer = officer.post("/handovers/new", data=minimal(HANDOVER) | {"parties-0-names": "Atlantis at sea", "evidence-0-source": ""})
        found = inspected(answer, 422)
        summary = re.search(r'<div class="error-summary".*?</div>', answer.text, re.DOTALL)
        assert summary
        assert "Partner 1: " in summary[0]
        assert "Partner 1: Partners" not in summary[0]
        assert "Source 1: Source" not in summary[0]
        assert "Remove partner 1" in found.text

    @every_type
    def test_the_usual_role_comes_first_and_those_of_other_types_stand_apart(self, client_as: ClientAs, record_type: RecordType) -> None:
        text = client_as(Role.OFFICER).get(f"/{record_type.slug}/new").text
        box = re.search(r'<select[^>]*id="parties-0-role".*?</select>', text, re.DOTALL)
        assert box
        own, _, others = box[0].partition('<optgroup label="Seldom with this type">')
        assert tuple(re.findall(r'value="(\w+)"', own)) == record_type.roles
        assert others
        assert f'<option selected value="{record_type.roles[0]}">' in own

    def test_the_kind_of_a_person_is_marked_as_needed(self, client_as: ClientAs) -> None:
        text = client_as(Role.OFFICER).post("/handovers/new", data=minimal(HANDOVER) | {"action": "", "add": "subjects"}).text
        label = re.search(r'<label[^>]*for="subjects-0-kind">.*?</label>', text, re.DOTALL)
        assert label
        assert "*" in label[0]

    def test_an_unknown_reference_or_type_is_not_found(self, app: Flask, client_as: ClientAs) -> None:
        officer = client_as(Role.OFFICER)
        ref = enter(officer, HANDOVER, minimal(HANDOVER)).rpartition("/")[2]
        for path in (
            f"/trainings/{ref}",
            "/handovers/HND-1999-0001",
            "/handovers/%00",
            "/handovers/x%00y/edit",
            "/sources/%00",
            "/partners/%00",
            "/partners/XYZ",
            "/handovers/" + "x" * 3000,
            f"/handovers/{ref}/history/2",
            f"/handovers/{ref}/history/0",
            f"/handovers/{ref}/history/" + "9" * 30,
            "/unicorns/",
            "/years/99999",
            "/years/0",
            "/handovers/%F0%9F%91%AE",
            f"/handovers/{ref}'--",
        ):
            assert officer.get(path).status_code == 404, path


class TestFilterAddresses:
    NAMES = (
        "q",
        "kind",
        "measure",
        "partner",
        "region",
        "group",
        "year",
        "since",
        "until",
        "status",
        "review",
        "standing",
        "number",
        "owner",
        "basis",
        "crime",
        "direction",
        "sort",
        "page",
        "expand",
        "inferred",
        "rows",
        "role",
        "agency",
        "x",
    )

    @pytest.mark.parametrize("path", ["/records/", "/handovers/", "/handovers.csv", "/figures/", "/figures.csv"])
    def test_no_value_in_an_address_breaks_a_list_or_table(self, client_as: ClientAs, path: str) -> None:
        client = client_as(Role.VIEWER)
        values = (
            "%",
            "_",
            "\\",
            "'",
            "\x00",
            "x" * 400,
            "-1",
            "9" * 30,
            "²",
            "2024-02-30",
            "2024-2023",
            "0000",
            "9999",
            "{{7*7}}",
            "<script>",
            "=1+1",
            "\u202e",
            "🇱🇦",
            "*",
            '"',
        )
        for value in values:
            answer = client.get(path, query_string=dict.fromkeys(self.NAMES, value))
            assert answer.status_code in (200, 302, 400), value
            assert "<script>" not in answer.text.replace('<script>"', "")

    def test_each_part_of_an_address_takes_every_value(self, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        for name in self.NAMES:
            for value in ("\x00", "x" * 400, "-1", "²"):
                assert client.get("/records/", query_string={name: value}).status_code in (200, 400), (name, value)

    def test_small_answers_while_typing_take_every_value(self, app: Flask, client_as: ClientAs) -> None:
        client = client_as(Role.OFFICER)
        for value in (
            "%",
            "_",
            "\\",
            "'",
            '"',
            "*",
            "x" * 500,
            "{{7*7}}",
            "²",
            "\u202e",
            "🇱🇦",
            "a' OR 1=1 --",
            "a & b | !c",
            "NEAR(a b)",
            "body:x",
        ):
            for url in (
                "/suggest/parties",
                "/suggest/names",
                "/suggest/records",
                "/suggest/sources",
                "/suggest/date",
                "/sources/",
                "/partners/",
                "/records/new",
            ):
                answer = client.get(url, query_string={"q": value, "kind": value, "text": value, "only": value, "title": value})
                assert answer.status_code == 200, (url, value)
            answer = client.post(
                f"/handovers/twins?but={quote(value)}", data={"title": value * 5, "start": value, "parties-0-names": value}
            )
            assert answer.status_code == 200, value


@every_type
def test_every_kind_of_field_is_among_those_tested(app: Flask, record_type: RecordType) -> None:
    kinds = {field.type for field in every_field(app, record_type).values()}
    assert kinds <= {
        *nasty.TEXT_TYPES,
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


def parted(values: Sequence[str], read: Callable[[str], Any], refusal: type[Exception]) -> tuple[list[str], list[str]]:
    """The values that can be read, and those that cannot."""
    good: list[str] = []
    bad: list[str] = []
    for value in values:
        try:
            (good if read(value) is not None else []).append(value)
        except refusal:
            bad.append(value)
    return good, bad


def batches(values: Sequence[str], boxes: Sequence[str]) -> list[dict[str, str]]:
    """The values, one into each box, in as many forms as it takes."""
    return [dict(zip(boxes, values[start : start + len(boxes)], strict=False)) for start in range(0, len(values), len(boxes))]

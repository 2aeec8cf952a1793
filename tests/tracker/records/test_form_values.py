"""Values of every field: none breaks the form, none is changed in silence."""

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

from tests.app import ClientAs
from tests.forms import enter
from tests.tracker.records import nasty
from tests.tracker.records.nasty_forms import (
    HANDOVER,
    TEXT_TYPES,
    TRAINING,
    answer_of,
    every_field,
    every_type,
    lost,
    names_of,
    shortened,
    stored_text,
    valid,
)
from tracker.accounts.models import Role
from tracker.partial_dates import DateError, parse_edtf, parse_typed
from tracker.record_types import RECORD_TYPES
from tracker.records.numbers import NumberError, decimal_text, parse_number
from tracker.records.record_type import RecordType

SLOWEST = 5.0  # seconds that any input may cost, on a machine that does other things too
# where a text of a row goes in a document
TEXTS_OF_ROWS = {
    "parties-0-note": lambda document: document["parties"][0]["note"],
    "figures-0-series": lambda document: document["figures"][0]["series"],
    "figures-0-preference_reason": lambda document: document["figures"][0]["preference_reason"],
    "figures-0-text_original": lambda document: document["figures"][0]["text_original"],
    "evidence-0-quote_exact": lambda document: document["evidence"][0]["quote_exact"],
    "evidence-0-locator": lambda document: document["evidence"][0]["locator"],
    "aliases-0-name": lambda document: document["aliases"][0]["name"],
    "identifiers-0-value": lambda document: document["identifiers"][0]["value"],
}


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
        names = [name for name in names_of(fields, *TEXT_TYPES) if name != "figures-0-contained_in"]
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


@pytest.mark.once
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
            assert time.monotonic() - started < SLOWEST, shortened(data)

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
            assert lost(typed, html) == {}

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
            assert lost(typed, html) == {}

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

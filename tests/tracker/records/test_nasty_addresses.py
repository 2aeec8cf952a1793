"""Addresses and references that people and attackers make up."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from tests.app import ClientAs
from tests.forms import enter, form_fields, minimal
from tests.pages import errors_of, page
from tests.tracker.records.nasty_forms import HANDOVER, answer_of, every_field, valid
from tracker.accounts.models import Role


class TestReferences:
    REFS = ("XYZ-2024-0001", "\x00", "AGR", "' OR 1=1", "AGR-2024-0001 · Title", "x" * 500, "%", "٣", "HND-2024-9999\x00")

    @pytest.mark.once
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

    @pytest.mark.once
    def test_each_part_of_an_address_takes_every_value(self, client_as: ClientAs) -> None:
        client = client_as(Role.VIEWER)
        for name in self.NAMES:
            for value in ("\x00", "x" * 400, "-1", "²"):
                assert client.get("/records/", query_string={name: value}).status_code in (200, 400), (name, value)

    @pytest.mark.once
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
                "/suggest/number",
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

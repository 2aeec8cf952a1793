"""The codebook names every column of the files with its codes, and each list of codes once."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from tests.app import ClientAs, stored
from tests.factories import records, users
from tests.factories.trainings import training
from tests.pages import page, workbook
from tracker.accounts.models import Role
from tracker.exchange.parquet_files import kinds_of
from tracker.record_types import RECORD_TYPES
from tracker.records.exchange_rows import head
from tracker.records.list_columns import columns_of
from tracker.records.record_type import ColumnKind

pytestmark = pytest.mark.once


def test_the_codebook_of_every_type_explains_each_column_and_field_with_its_codes_and_limits(app: Flask, client_as: ClientAs) -> None:
    viewer = client_as(Role.VIEWER)
    for record_type in RECORD_TYPES:
        told = viewer.get(f"/codebook/{record_type.slug}.json").get_json()
        by_name = {entry["column"]: entry for entry in told["columns"]}
        fields = [f"{child.name}[].{column.name}" for child in record_type.all_lists for column in columns_of(child)]
        assert {*head([record_type]), *fields} == set(by_name)
        assert all(entry["label"] and entry["form"] for entry in by_name.values())
        for column in record_type.all_columns:
            codes = told["codes"].get(by_name[column.name]["codes"], {})
            assert set(codes) >= {str(word) for word in column.words}, column.name
            assert codes or column.kind not in (ColumnKind.TERM, ColumnKind.ENUM), column.name
        assert (by_name["title"]["limit"], by_name["start"]["limit"], by_name["start"]["kind"]) == (300, 0, "date")
        assert told["codes"]["party"]["LAO"] == "Laos"
        assert told["codes"]["type"] == {record_type.kind: str(record_type.label)}


def test_no_two_types_mean_different_kinds_by_one_name() -> None:
    kinds = {(column.name, column.kind) for record_type in RECORD_TYPES for column in record_type.all_columns}
    assert len(kinds) == len({name for name, _ in kinds})
    assert set(kinds_of(RECORD_TYPES)) <= set(head(RECORD_TYPES))


def test_it_is_a_page_a_table_and_a_sheet_of_the_workbook(app: Flask, client_as: ClientAs) -> None:
    viewer = client_as(Role.VIEWER)
    with app.test_request_context(), stored(app) as session:
        records.save(session, users.user(session), training(["FJI"], "2024"))
    shown = page(viewer, "/codebook/trainings")
    assert "figures[].metric" in shown.text
    assert "/codebook/handovers" in shown.links
    assert "/codebook/trainings" in page(viewer, "/trainings/").links
    lines = list(csv.reader(io.StringIO(viewer.get("/codebook/trainings.csv").text.removeprefix("\ufeff"))))
    columns, codes = lines[1 : lines.index([])], lines[lines.index([]) + 2 :]
    book = workbook(viewer.get("/trainings.exchange.xlsx"))
    assert list(book) == ["Trainings", "Codebook", "Codes", "What was asked"]
    assert [row[0] for row in book["Codebook"][1:]] == [line[0] for line in columns]
    assert [row[:2] for row in book["Codes"][1:]] == [tuple(line[:2]) for line in codes]
    assert ["party", "FJI", "Fiji"] in codes

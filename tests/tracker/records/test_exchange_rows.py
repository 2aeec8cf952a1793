"""The exchange form gives back what it was given, whatever that is, through text and through JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.record_types import RECORD_TYPES
from tracker.records.csv_text import csv_lines
from tracker.records.documents import empty_document
from tracker.records.exchange_rows import (
    FIXED,
    Exchanged,
    ExchangeError,
    cells_of,
    compact,
    document_of,
    head,
    is_exchange_form,
    values_of,
    values_of_cells,
    without,
)
from tracker.records.record_type import Column, ColumnKind, RecordType

pytestmark = pytest.mark.engine_free

every_type = pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.kind)
# what breaks files: formulas, apostrophes, quotes, separators, lines, JSON, other scripts
HOSTILE = (
    "=1+1",
    "'",
    "''=x",
    "-5",
    "@a",
    '"',
    ',";\n',
    "[]",
    "null",
    "true",
    "＝A",
    "𠮷野家",
    "\u200fعربي",
    "a\tb",
    "1e5",
    "007",
    "_x0041_",
)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=30))
rows = st.lists(
    st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.booleans(), st.integers(), texts, st.lists(st.integers()))), max_size=3
)


def value(column: Column) -> Any:
    if column.kind is ColumnKind.FLAG:
        return st.booleans()
    if column.kind in (ColumnKind.TERM, ColumnKind.NUMBER, ColumnKind.RECORD):
        return st.one_of(st.none(), texts.filter(bool))
    return texts


def exchanged(document: dict[str, Any]) -> Exchanged:
    return Exchanged("HND-2026-0001", 3, "https://tracker.example/handovers/HND-2026-0001", "verified", False, "TLP:AMBER", document)


@given(record_type=st.sampled_from(RECORD_TYPES), data=st.data())
def test_every_document_comes_back_through_a_csv_file_and_through_json(record_type: RecordType, data: Any) -> None:
    columns = {column.name: data.draw(value(column)) for column in record_type.all_columns}
    lists = {child.name: data.draw(rows) for child in record_type.all_lists}
    document = {"kind": record_type.kind} | columns | lists
    values, names = values_of(exchanged(document), record_type), head(RECORD_TYPES)
    text = "".join(csv_lines([names, cells_of(values, names)])).removeprefix("\ufeff")
    header, line = csv.reader(io.StringIO(text, newline=""))
    assert is_exchange_form(header, RECORD_TYPES)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in line)
    cells = dict(zip(header, line, strict=True))
    assert document_of(values_of_cells(cells, record_type), record_type) == document
    assert document_of(json.loads(compact(values)), record_type) == document
    assert (cells["reference"], cells["type"], cells["version"]) == ("HND-2026-0001", record_type.kind, "3")


@every_type
def test_an_empty_document_comes_back_and_no_column_has_the_name_of_a_fixed_one(record_type: RecordType) -> None:
    document = empty_document(record_type)
    values, names = values_of(exchanged(document), record_type), head([record_type])
    assert document_of(values_of_cells(dict(zip(names, cells_of(values, names), strict=True)), record_type), record_type) == document
    assert len(set(names)) == len(names) == len(FIXED) + len(document) - 1


class TestRowsOfOthers:
    TYPE = RECORD_TYPES[0]

    def test_columns_that_a_row_does_not_have_are_not_in_its_document(self) -> None:
        said = document_of(values_of_cells({"reference": "X", "title": "'=1+1", "parties": ""}, self.TYPE), self.TYPE)
        assert said == {"kind": self.TYPE.kind, "title": "=1+1", "parties": []}

    def test_what_cannot_be_read_is_named_by_its_column_all_at_once(self) -> None:
        with pytest.raises(ExchangeError) as broken:
            values_of_cells({"parties": "[{]", "figures": "[" * 100_000, "title": "x"}, self.TYPE)
        assert set(broken.value.problems) == {"parties", "figures"}
        with pytest.raises(ExchangeError) as wrong:
            document_of({"parties": "THA", "crimes": [1], "is_group_entry": "perhaps", "title": ["a"], "figures": {"no": 1}}, self.TYPE)
        assert set(wrong.value.problems) == {"parties", "crimes", "is_group_entry", "title", "figures"}

    @pytest.mark.parametrize("header", [["Reference", "Type", "Title"], ["reference", "title"], ["reference", "type", "title", "Remarks"]])
    def test_files_of_another_form_are_not_taken_for_it(self, header: list[str]) -> None:
        assert not is_exchange_form(header, RECORD_TYPES)
        assert is_exchange_form(["title", "type", "reference"], RECORD_TYPES)

    def test_records_that_the_reader_may_not_see_are_named_nowhere(self) -> None:
        document = empty_document(self.TYPE) | {"parent": "AGR-1", "links": [{"type": "related", "to": one} for one in ("AGR-1", "AGR-2")]}
        shown = without(document, self.TYPE, {"AGR-1"})
        assert (shown["parent"], shown["links"]) == (None, [{"type": "related", "to": "AGR-2"}])
        assert without(document, self.TYPE, set()) == document

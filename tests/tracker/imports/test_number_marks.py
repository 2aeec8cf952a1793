"""The sign before the decimals of a column of numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tracker.imports.marks import Mark
from tracker.imports.number_marks import MarkEvidence, as_written_here, evidence_of
from tracker.records.numbers import Number, NumberError, parse_number

pytestmark = pytest.mark.engine_free


@pytest.mark.parametrize(
    ("cells", "mark", "asks"),
    [
        (["1,500", "12,25"], Mark.COMMA, False),
        (["1,500", "0,750"], Mark.COMMA, False),
        (["1,500", "1 250,5 kg"], Mark.COMMA, False),
        (["1.000.000"], Mark.COMMA, False),
        (["1,500", "about 12.5"], Mark.POINT, False),
        (["1,500", "1,250,000"], Mark.POINT, False),
        (["1,500"], None, True),
        (["1.500", "20"], None, True),
        (["1,500", "12,25", "12.25"], None, True),
        (["12,25", "12.25"], None, False),
        (["20", "several"], None, False),
    ],
)
def test_a_column_tells_its_sign_or_somebody_is_asked(cells: list[str], mark: Mark | None, *, asks: bool) -> None:
    found = evidence_of(cells, is_workbook=False)
    assert (found.mark, found.asks) == (mark, asks)


def test_numbers_of_a_workbook_are_no_proof_of_what_is_typed_beside_them() -> None:
    assert evidence_of(["12.25", "1.125", "40"], is_workbook=True) == MarkEvidence()
    assert evidence_of(["12.25", "1,500"], is_workbook=True).asks
    assert evidence_of(["12.25", "1.500"], is_workbook=True).asks, "no number is kept with idle zeros"
    assert evidence_of(["12.25", "1,250.5", "1,500"], is_workbook=True).mark is Mark.POINT
    assert evidence_of(["1.125", "2,5"], is_workbook=True).mark is Mark.COMMA
    both = evidence_of(["2.75", "12.5", "1.250,5", "2.750"], is_workbook=True)
    assert (both.asks, both.comma, both.point) == (True, "1.250,5", "2.75"), "who knows which of them are texts"


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,500", Mark.COMMA, "1.5"),
        ("1,500", Mark.POINT, "1500"),
        ("1.500", Mark.COMMA, "1500"),
        ("1.500", Mark.POINT, "1.5"),
        ("1.250,5", Mark.COMMA, "1250.5"),
        ("1 250,75", Mark.COMMA, "1250.75"),
        ("about 0,750", Mark.COMMA, "0.75"),
        ("12.5", Mark.COMMA, "12.5"),
        ("20", Mark.COMMA, "20"),
    ],
)
def test_numbers_are_read_as_their_column_writes_them(text: str, mark: Mark, value: str) -> None:
    read = parse_number(as_written_here(text, mark))
    assert isinstance(read, Number)
    assert read.lower == Decimal(value)


def test_what_fits_neither_is_left_as_it_is() -> None:
    assert [as_written_here(text, Mark.COMMA) for text in ("1,2,3", "1.25,5", "no number", "")] == ["1,2,3", "1.25,5", "no number", ""]
    assert as_written_here("1,500", None) == "1,500"
    # no groups of thousands
    for text, mark in (("0.125", Mark.COMMA), ("1234.567", Mark.COMMA), ("0,500", Mark.POINT), ("1.000 000", Mark.COMMA)):
        assert as_written_here(text, mark) == text
    with pytest.raises(NumberError):
        parse_number(as_written_here("1,2,3", Mark.COMMA))

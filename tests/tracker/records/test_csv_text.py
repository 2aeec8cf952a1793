"""Files of comma-separated values: nothing in them runs, nothing in them is lost."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from tracker.records.csv_text import csv_lines, safe_cell

pytestmark = pytest.mark.engine_free

LIVE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\n=1",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'quoted",
    '=HYPERLINK("http://x")',
    "-2+3+cmd",
)


class TestSafeCell:
    @pytest.mark.parametrize("text", LIVE)
    def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(self, text: str) -> None:
        assert safe_cell(text) == f"'{text}"

    @pytest.mark.parametrize("text", [*LIVE, "plain", "", "a=b", " leading blank", "移交", "x\ny"])
    def test_taking_the_apostrophe_off_gives_the_text_back(self, text: str) -> None:
        cell = safe_cell(text)
        assert (cell.removeprefix("'")) == text

    @pytest.mark.parametrize(
        ("value", "cell"), [(None, ""), (True, "yes"), (False, "no"), (-3, "-3"), (Decimal("-1.5"), "-1.5"), (0, "0"), ("", "")]
    )
    def test_numbers_stay_numbers_and_nothing_stays_empty(self, value: object, cell: str) -> None:
        assert safe_cell(value) == cell

    @pytest.mark.parametrize("text", [" =1+1", "\u00a0=1+1", "\u200b=1+1", "\ufeff=1+1"])
    def test_a_sign_behind_what_spreadsheets_skip_is_no_formula(self, text: str) -> None:
        """Excel and LibreOffice take a cell that begins with a blank for text."""
        assert safe_cell(text) == text


class TestCsvLines:
    def test_a_file_begins_with_the_mark_that_excel_needs(self) -> None:
        assert "".join(csv_lines([["é"]])).startswith("\ufeff")

    def test_every_cell_comes_back(self) -> None:
        rows = [["plain", 'with "quotes"', "with, comma", "with; semicolon", "two\nlines", "移交", None, 3]]
        read = list(csv.reader(io.StringIO("".join(csv_lines(rows)).removeprefix("\ufeff"), newline="")))
        assert read == [["plain", 'with "quotes"', "with, comma", "with; semicolon", "two\nlines", "移交", "", "3"]]

    @pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1000])
    def test_a_long_file_comes_in_pieces_and_whole(self, count: int) -> None:
        pieces = list(csv_lines([number, f"row {number}"] for number in range(count)))
        assert "".join(pieces).count("row ") == count
        assert len(pieces) == count // 200 + 1

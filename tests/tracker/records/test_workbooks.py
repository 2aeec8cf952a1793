"""Workbooks: nothing in them runs, nothing in them is lost, what is a number is one."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from openpyxl import load_workbook

from tests.tracker.records.test_csv_text import LIVE
from tracker.counting.models import Basis
from tracker.counting.projection import RULE_VERSION
from tracker.records import workbooks
from tracker.records.file_notes import Notes
from tracker.records.workbooks import LONGEST_LINK, LONGEST_TEXT, Link, Sheet, cut, write_workbook

pytestmark = pytest.mark.engine_free

NOTES = Notes(
    "Records", "Laos", "2024", datetime(2026, 11, 27, tzinfo=UTC), Basis.OFFICIAL, "TLP:AMBER", RULE_VERSION, 1, "TLP:AMBER", "China", "/"
)
PLACE = "https://tracker.example/handovers/HND-2026-0001"


@pytest.fixture(autouse=True)
def words() -> Iterator[None]:
    app = Flask("workbooks")
    Babel(app)
    with app.test_request_context():
        yield


def written(*sheets: Sheet) -> Any:
    file = io.BytesIO()
    write_workbook(file, sheets, NOTES)
    return load_workbook(file)


def cells(*values: object) -> list[Any]:
    """What a spreadsheet reads where `values` were written."""
    page = written(Sheet("Values", ["Head"] * len(values), [values]))["Values"]
    return list(page[2])


class TestCells:
    @pytest.mark.parametrize("text", LIVE)
    def test_what_looks_like_a_formula_is_text_and_stays_whole(self, text: str) -> None:
        (cell,) = cells(text)
        assert cell.data_type == "s" or cell.data_type == "inlineStr"
        assert str(cell.value).replace("_x000D_", "\r") == text
        assert cell.hyperlink is None

    def test_numbers_and_days_are_numbers_and_days_and_unknown_is_empty(self) -> None:
        found = [cell.value for cell in cells(0, Decimal("12.5"), -3, date(2024, 7, 10), None, "", True, "https://x.example", "007")]
        assert (found[:3], found[4:]) == ([0, 12.5, -3], [None, None, "yes", "https://x.example", "007"])
        assert found[3].date() == date(2024, 7, 10)

    def test_what_a_spreadsheet_would_round_or_does_not_know_is_text(self) -> None:
        found = [cell.value for cell in cells(Decimal("999999999999999.25"), date(1899, 12, 31), Decimal(999999999999999))]
        assert found == ["999999999999999.25", "1899-12-31", 999999999999999]

    @pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\x1f", "\x7f", "\ud800", "\ufffe", "\uffff", "_x0041_", "]]>", "<a>&amp;"])
    def test_no_sign_breaks_the_file(self, sign: str) -> None:
        (cell,) = cells(f"before{sign}after")
        assert str(cell.value).startswith("before")
        assert str(cell.value).endswith("after")

    def test_a_text_that_no_cell_can_hold_says_that_it_was_cut(self) -> None:
        whole, longer, wide = cells("x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1), "𠀀" * LONGEST_TEXT)
        assert whole.value == "x" * LONGEST_TEXT
        for cell in (longer, wide):
            assert len(cell.value.encode("utf-16-le")) <= 2 * LONGEST_TEXT
            assert cell.value.endswith("[cut: a cell holds no more]")
        assert cut("short") == "short"

    def test_links_open_and_those_too_long_stay_readable(self) -> None:
        short, long = cells(Link(PLACE), Link(f"{PLACE}?{'x' * LONGEST_LINK}"))
        assert (short.value, short.hyperlink.target) == (PLACE, PLACE)
        assert (long.value, long.hyperlink) == (f"{PLACE}?{'x' * LONGEST_LINK}", None)

    def test_more_links_than_a_sheet_can_have_are_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_LINKS", 2)
        page = written(Sheet("Links", ["Address"], [[Link(PLACE)]] * 4))["Links"]
        assert [bool(row[0].hyperlink) for row in page.iter_rows(min_row=2)] == [True, True, False, False]

    def test_a_link_may_say_something_else_and_stays_that_where_there_are_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_LINKS", 1)
        page = written(Sheet("Links", ["Reference"], [[Link(PLACE, "HND-2026-0001")]] * 2))["Links"]
        found = [(row[0].value, row[0].hyperlink and row[0].hyperlink.target) for row in page.iter_rows(min_row=2)]
        assert found == [("HND-2026-0001", PLACE), ("HND-2026-0001", None)]

    def test_the_page_that_was_asked_for_opens_from_the_last_sheet(self) -> None:
        file = io.BytesIO()
        write_workbook(file, [], replace(NOTES, address=f"{PLACE}?year=2024"))
        (said,) = (row[1] for row in load_workbook(file)["What was asked"].iter_rows() if row[0].value == "Page")
        assert (said.value, said.hyperlink.target) == (f"{PLACE}?year=2024",) * 2


class TestSheets:
    def test_the_head_stays_and_every_printed_page_bears_the_marking(self) -> None:
        book = written(Sheet("Records", ["Reference"], [["HND-2026-0001"]]))
        assert book.sheetnames == ["Records", "What was asked"]
        assert book["Records"].freeze_panes == "A2"
        assert book["Records"].print_title_rows == "$1:$1"
        for page in book:
            assert (page.oddHeader.center.text, page.oddFooter.center.text) == ("TLP:AMBER", "TLP:AMBER")

    def test_the_last_sheet_says_on_what_the_content_depends(self) -> None:
        said = dict(written()["What was asked"].iter_rows(values_only=True))
        assert said["Filter"] == "Laos"
        assert said["Period"] == "2024"
        assert said["As of"] == "27 November 2026, 00:00"
        assert said["Basis"] == "verified records only"
        assert {said[name] for name in ("Rules", "Vocabulary", "Handling", "Seen from", "Read with")} == {
            RULE_VERSION,
            "1",
            "TLP:AMBER",
            "China",
        }

    def test_names_of_sheets_are_such_as_the_format_takes(self) -> None:
        names = ["a/b:c", "A b c", "", "History", "'x'", "y" * 40, "Y" * 40, "What was asked"]
        found = written(*(Sheet(name, ["Head"], []) for name in names)).sheetnames
        assert found[:5] == ["a b c", "A b c 2", "-", "History 2", "x"]
        assert len({name.lower() for name in found}) == len(found)
        assert max(map(len, found)) <= 31

    def test_what_is_longer_than_a_sheet_goes_on_in_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_ROWS", 4)
        book = written(Sheet("Long", ["No."], ([number] for number in range(7))))
        assert [[row[0] for row in page.values] for page in book][:3] == [["No.", 0, 1, 2], ["No.", 3, 4, 5], ["No.", 6]]

    def test_a_long_list_needs_no_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def peak(count: int) -> int:
            tracemalloc.start()
            with (tmp_path / "long.xlsx").open("w+b") as file:
                rows = ([number, f"text {number}", Link(f"{PLACE}{number}", f"HND-{number}")] for number in range(count))
                write_workbook(file, [Sheet("Long", ["A", "B", "C"], rows)], NOTES)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        monkeypatch.setattr(workbooks, "MOST_LINKS", 500)  # each of which is held until the end
        peak(10)
        assert peak(6_000) < peak(600) + 500_000

    def test_when_the_rows_fail_nothing_stays_behind(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        def rows() -> Iterator[list[int]]:
            yield [1]
            raise RuntimeError("the database is gone")

        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        with pytest.raises(RuntimeError):
            workbooks.workbook_response("x.xlsx", [Sheet("Broken", ["No."], rows())], NOTES)
        assert list(tmp_path.iterdir()) == []

    def test_nothing_in_the_file_is_a_formula_or_leads_out_of_it(self) -> None:
        file = io.BytesIO()
        write_workbook(file, [Sheet("Live", LIVE, [LIVE, [f"http://{text}" for text in LIVE]])], NOTES)
        with zipfile.ZipFile(file) as parts:
            page = parts.read("xl/worksheets/sheet1.xml").decode()
            assert "<f>" not in page
            assert "hyperlink" not in page
            assert not [name for name in parts.namelist() if "external" in name or "vba" in name]

"""Workbooks that spreadsheets open: nothing in them runs, numbers are numbers, and every printed page bears its marking."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from flask import Response
from flask_babel import gettext

from tracker.records.file_notes import Notes
from tracker.web.formatters import yes_no
from tracker.web.written_files import written_response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# what the format holds
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
MOST_LINKS = 65_530  # of one sheet
LONGEST_LINK = 2_079
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_LONGEST_NAME = 31
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")  # other control characters are escaped by the writer and come back
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_HTTP = re.compile("https?://")
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LOOKED_AT = 200  # rows from which the width of a column is taken
_NARROWEST, _WIDEST = 8, 60


@dataclass(frozen=True)
class Link:
    """A cell that opens `address` when it is clicked, and says `text`, or the address itself."""

    address: str
    text: str = ""

    @property
    def shown(self) -> str:
        return self.text or self.address


@dataclass(frozen=True)
class Sheet:
    """One table: its head, and rows of texts, numbers, days and links, None where nothing is known. Rows are read once."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[object]]


def workbook_response(filename: str, sheets: Iterable[Sheet], notes: Notes) -> Response:
    """An answer that downloads `sheets`, and behind them one that says what was asked, as `filename`."""
    return written_response(filename, XLSX, lambda file: write_workbook(file, sheets, notes))


def write_workbook(file: IO[bytes], sheets: Iterable[Sheet], notes: Notes) -> None:
    """Write the workbook into `file`: row by row, so that a long list needs no memory."""
    import xlsxwriter  # slow to import, and most answers are pages

    with tempfile.TemporaryDirectory(prefix="tracker-workbook-") as folder:
        book = xlsxwriter.Workbook(file, _OPTIONS | {"tmpdir": folder})
        try:
            book.set_properties({"title": notes.title})
            writer = _Writer(book, notes.marking)
            for sheet in sheets:
                writer.write(sheet)
            writer.write_notes(notes)
        finally:
            book.close()  # a book that was begun holds open files


def fits_a_cell(text: str) -> bool:
    """Whether a cell holds all of `text`, whose signs count as UTF-16 has them."""
    return len(text) <= LONGEST_TEXT // 2 or len(text.encode("utf-16-le", "surrogatepass")) <= LONGEST_TEXT * 2


def cut(text: str) -> str:
    """`text` as a cell can hold it: what is longer ends with a word that says so."""
    text = _NOT_IN_XML.sub("", text)
    if fits_a_cell(text):
        return text
    word = " … [" + gettext("cut: a cell holds no more") + "]"
    return text.encode("utf-16-le")[: (LONGEST_TEXT - len(word)) * 2].decode("utf-16-le", "ignore") + word


class _Writer:
    """Puts sheets into one workbook, all with the same look."""

    def __init__(self, book: Any, marking: str) -> None:
        self.book, self.marking = book, marking
        self.names: set[str] = set()
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.broken = book.add_format({"num_format": "#,##0.##"})
        self.right = book.add_format({"align": "right"})  # a number with its sign stands where numbers stand
        self.link = book.get_default_url_format()
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self, sheet: Sheet) -> None:
        """What is longer than a sheet goes on in the next one."""
        rows: Iterator[Sequence[object]] = iter(sheet.rows)
        while True:
            self._page(sheet.title, sheet.head, islice(rows, MOST_ROWS - 1))
            following = next(rows, None)
            if following is None:
                return
            rows = chain([following], rows)

    def write_notes(self, notes: Notes) -> None:
        page = self._added(gettext("What was asked"))
        page.set_column(0, 0, 24, self.book.add_format({"bold": True, "valign": "top"}))
        page.set_column(1, 1, 90, self.wrapped)
        for place, (label, value) in enumerate(notes.lines):
            page.write_string(place, 0, cut(label))
            if value == notes.address and _HTTP.match(value) and len(value) <= LONGEST_LINK:
                page.write_url(place, 1, value, self.link, value)
            else:
                page.write_string(place, 1, cut(value))

    def _page(self, title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        page = self._added(title)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        widths = [_NARROWEST for _ in head]
        for column, label in enumerate(head):
            page.write_string(0, column, cut(label), self.head)
            widths[column] = max(widths[column], min(len(label), 16))  # a long head takes two lines
        links = 0
        for place, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                links += self._cell(page, place, column, value, may_link=links < MOST_LINKS)
            if place <= _LOOKED_AT:
                widths = [max(width, _width(value)) for width, value in zip(widths, (*row, *[None] * len(head)), strict=False)]
        for column, width in enumerate(widths):
            page.set_column(column, column, min(width + 2, _WIDEST))

    def _added(self, title: str) -> Any:
        page = self.book.add_worksheet(self._name(title))
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        marking = self.marking.replace("&", "&&")
        page.set_header(f"&C{marking}" if marking else "")
        page.set_footer(f"&L&A&C{marking}&R&P / &N")
        return page

    def _name(self, title: str) -> str:
        """A name that the format takes and no other sheet has."""
        plain = " ".join(_NOT_IN_NAMES.sub(" ", _NOT_IN_XML.sub("", title)).split()).strip("' ")[:_LONGEST_NAME].strip("' ") or "-"
        name, number = plain, 1
        while name.lower() in self.names or name.lower() == "history":
            number += 1
            ending = f" {number}"
            name = plain[: _LONGEST_NAME - len(ending)] + ending
        self.names.add(name.lower())
        return name

    def _cell(self, page: Any, row: int, column: int, value: object, *, may_link: bool) -> bool:
        """Write one value as what it is; gives whether it took one of the links that a sheet can have."""
        if value is None or value == "":
            return False
        if isinstance(value, Link):
            if may_link and len(value.address) <= LONGEST_LINK:
                page.write_url(row, column, value.address, self.link, value.shown)
                return True
            page.write_string(row, column, cut(value.shown))
        elif isinstance(value, bool):
            page.write_string(row, column, yes_no(value))
        elif isinstance(value, int | Decimal) and _is_exact(value):
            page.write_number(row, column, float(value), self.whole if value == int(value) else self.broken)
        elif isinstance(value, date) and value.year >= 1900:  # a spreadsheet knows no day before
            page.write_datetime(row, column, value, self.day)
        elif isinstance(value, int | Decimal | date):
            page.write_string(row, column, str(value), self.right)
        else:
            text = cut(str(value))
            page.write_string(row, column, text, self.right if text[:1] in "≥≈≤" else None)
        return False


def _is_exact(value: int | Decimal) -> bool:
    return Decimal(value).is_finite() and len(Decimal(value).normalize().as_tuple().digits) <= _EXACT_DIGITS


def _width(value: object) -> int:
    text = value.shown if isinstance(value, Link) else "" if value is None else str(value)
    return sum(2 if sign >= "\u2e80" else 1 for sign in text[:_WIDEST])  # Chinese signs are twice as wide

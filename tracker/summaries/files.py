"""The tables of a page of figures as a workbook or as JSON: what a cell shows, with its bounds, and the list behind each row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Response
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.records.csv_text import csv_response
from tracker.records.export_trail import note_export
from tracker.records.file_notes import Notes, filter_and_period, from_outside
from tracker.records.filtering import Reader
from tracker.records.json_text import json_response, json_value
from tracker.records.workbooks import Link, Sheet, workbook_response
from tracker.summaries.matrix import Matrix, Shown
from tracker.summaries.stamp import Stamp
from tracker.web.formatters import THIN

_NUMBER = re.compile(r"[-−+]?\d+(\.\d+)?")
_NOTHING = ("", "–")
_WORDS = "words"


@dataclass(frozen=True)
class FileRow:
    """One line; `code` is what programs know it by, `url` the list behind the whole line."""

    label: str
    code: str
    cells: tuple[Shown, ...]
    url: str


@dataclass(frozen=True)
class FileTable:
    """One table of a page: `head` says what its lines are. Any number of columns of any meaning."""

    title: str
    head: str
    columns: tuple[str, ...]
    rows: tuple[FileRow, ...]


@dataclass(frozen=True)
class FigureFile:
    """All tables of one page, with what the page says of itself. `target` names it in the trail and gives the file its name."""

    target: str
    title: str
    path: str
    chosen: RecordFilter
    stamp: Stamp
    tables: tuple[FileTable, ...]
    more: tuple[tuple[str, str], ...] = ()

    def notes(self, reader: Reader) -> Notes:
        stamp = self.stamp
        words, period = filter_and_period(reader, self.chosen.narrowed(measure=""))  # `more` or the tables name it
        return Notes(
            self.title, words, period, stamp.counted_at, stamp.basis, stamp.clearance, stamp.rule_version, stamp.vocabulary,
            stamp.marking, stamp.reporting_state, from_outside(self.path), self.more,
        )  # fmt: skip


def figure_response(reader: Reader, file: FigureFile, file_format: str) -> Response:
    """The answer that downloads the file, once its event is stored."""
    note_export(reader, file.target, file.chosen, sum(len(table.rows) for table in file.tables), file_format)
    filename = f"{file.target.replace(':', '-')}-{reader.today}.{file_format}"
    if file_format == "csv":
        return csv_response(filename, _lines(file.tables, file.notes(reader)))
    if file_format == "json":
        return json_response(filename, file.notes(reader), "tables", map(_as_json, file.tables))
    return workbook_response(filename, map(sheet_of, file.tables), file.notes(reader))


def in_words(text: str) -> Shown:
    """A cell that is no figure, whatever signs it has: `2024` is a day here."""
    return Shown(text, extra=_WORDS)


def _lines(tables: Sequence[FileTable], notes: Notes) -> Iterator[Sequence[object]]:
    """The tables one below the other; what the page says of itself stands behind them."""
    for table in tables:
        if len(tables) > 1:
            yield [table.title]
        sheet = sheet_of(table)
        yield sheet.head
        for row in sheet.rows:
            yield [cell.address if isinstance(cell, Link) else json_value(cell) for cell in row]
        yield []
    yield from notes.lines


def table_of(title: str, head: str, matrix: Matrix, *, with_foot: bool = True) -> FileTable:
    """The table of a Matrix; measures in its rows have no foot."""
    rows = [FileRow(row.label, row.key, row.cells, list_of(row.cells)) for section in matrix.sections for row in section.rows]
    foot = (matrix.total, *matrix.sums) if with_foot else ()
    rows += [FileRow(row.label, "", row.cells, list_of(row.cells)) for row in foot]
    return FileTable(title, head, tuple(column.label for column in matrix.columns), tuple(rows))


def list_of(cells: Sequence[Shown]) -> str:
    """The list behind a line: that of its total, else of the first number that opens one."""
    totals = [cell.url for cell in cells if cell.extra == "total" and cell.url]
    return next(iter([*totals[-1:], *(cell.url for cell in cells if cell.url)]), "")


def exact(shown: Shown) -> Decimal | None:
    """The number of a cell that leaves nothing open but what words say beside it; None for any other."""
    if shown.extra == _WORDS:
        return None
    text = shown.text.replace(THIN, "")
    return Decimal(text.replace("−", "-")) if _NUMBER.fullmatch(text) else None


def said(shown: Shown) -> Decimal | str | None:
    """What stands in a cell of a sheet: a number where it is exact, else words; nothing where no number is known.

    That a list of partners is open stands in a column of its own, `Left open`.
    """
    if shown.text in _NOTHING:
        return None
    number = exact(shown)
    return shown.text.replace(THIN, " ") if number is None else number


def bounds(shown: Shown) -> tuple[Decimal | None, Decimal | None]:
    """The lower and the upper bound of a cell (C29); none of either where it has no number."""
    if shown.text in _NOTHING:
        return None, None
    number = exact(shown)
    return (number, number) if number is not None or not shown.cell else (shown.cell.lower, shown.cell.upper)


def sheet_of(table: FileTable) -> Sheet:
    """A column that is not exact everywhere has its bounds beside it in columns of their own."""
    shape = _Shape(
        any(row.code for row in table.rows),
        tuple(any(_is_inexact(row.cells[place]) for row in table.rows) for place in range(len(table.columns))),
        any(_remarks(table, row) for row in table.rows),
    )
    return Sheet(table.title, list(_head(table, shape)), (list(_line(table, row, shape)) for row in table.rows))


@dataclass(frozen=True)
class _Shape:
    """Which columns a sheet has besides those of the table."""

    has_codes: bool
    has_bounds: tuple[bool, ...]  # for each column of the table
    has_remarks: bool


def _is_inexact(shown: Shown) -> bool:
    return shown.cell is not None and shown.text not in _NOTHING and exact(shown) is None


def _head(table: FileTable, shape: _Shape) -> Iterator[str]:
    yield table.head
    if shape.has_codes:
        yield gettext("Code")
    for label, has_bounds in zip(table.columns, shape.has_bounds, strict=True):
        yield label
        if has_bounds:
            yield gettext("%(measure)s, lower bound", measure=label)
            yield gettext("%(measure)s, upper bound", measure=label)
    if shape.has_remarks:
        yield gettext("Left open")
    yield gettext("Records")


def _line(table: FileTable, row: FileRow, shape: _Shape) -> Iterator[object]:
    yield row.label
    if shape.has_codes:
        yield row.code
    for shown, has_bounds in zip(row.cells, shape.has_bounds, strict=True):
        yield said(shown)
        if has_bounds:
            yield from bounds(shown)
    if shape.has_remarks:
        yield _remarks(table, row)
    yield Link(from_outside(row.url)) if row.url else None


def _remarks(table: FileTable, row: FileRow) -> str:
    """What is left open, words without a number included (C31), each behind the head of its column."""
    return "; ".join(f"{label}: {shown.title}" for label, shown in zip(table.columns, row.cells, strict=True) if shown.title)


def _as_json(table: FileTable) -> dict[str, object]:
    return {"title": table.title, "rows": [_row_as_json(table, row) for row in table.rows]}


def _row_as_json(table: FileTable, row: FileRow) -> dict[str, object]:
    cells = [_cell_as_json(label, shown) for label, shown in zip(table.columns, row.cells, strict=True)]
    return {"label": row.label, "code": row.code, "list": _outside(row.url), "cells": cells}


def _cell_as_json(label: str, shown: Shown) -> dict[str, object]:
    lower, upper = bounds(shown)
    return {
        "column": label,
        "shown": "" if shown.text in _NOTHING else shown.signs.replace(THIN, " "),
        "lower": json_value(lower),
        "upper": json_value(upper),
        "left_open": shown.title,
        "list": _outside(shown.url),
    }


def _outside(path: str) -> str | None:
    return from_outside(path) if path else None

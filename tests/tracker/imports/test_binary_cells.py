"""Errors in XLS and XLSB arrive as their text; what is damaged or hostile is refused, or read without them."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
import zlib
from typing import Any

import pytest

from tests.tracker.imports.binary_files import (
    compound,
    number,
    row,
    wrong,
    wrong_formula,
    xls,
    xls_formula,
    xls_number,
    xls_wrong,
    xlsb,
)
from tracker.imports import binary_cells, lost_cells, table_reader

# what the reader of workbooks takes for a damaged file
TOLD = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError)
pytestmark = pytest.mark.engine_free


def read(data: bytes) -> list[Any]:
    """The rows of each sheet, below its name."""
    return [line["sheet"] if isinstance(line, dict) else line for line in list(table_reader.lines_of(io.BytesIO(data), 1_000_000))[1:]]


def test_xlsb() -> None:
    data = xlsb(row(0), number(0, 3.5), wrong(1), row(2), number(1, 7), wrong_formula(3, 0x17), wrong(4, 0))
    assert read(data) == ["Courses", ["3.5", "#N/A"], [], ["", "7", "", "#REF!", "#NULL!"]]
    assert read(xlsb(row(0), number(0, 3.5), name="Empty")) == ["Empty", ["3.5"]]


def test_xls() -> None:
    wrong_sum, text, number_of = b"\x02\0\x07\0\0\0\xff\xff", b"\0\0\0\0\0\0\xff\xff", bytes(8)
    first = xls_number((0, 0), 7) + xls_wrong((0, 1)) + xls_wrong((0, 2), 1, is_error=0)
    second = xls_formula((1, 0), wrong_sum) + xls_formula((1, 1), number_of) + xls_formula((1, 2), text) + xls_number((1, 3), 2)
    assert read(xls(first, second)) == ["Sheet0", ["7", "#N/A", "TRUE"], "Sheet1", ["#DIV/0!", "0", "", "2"]]
    assert read(xls(xls_number((0, 0), 7))) == ["Sheet0", ["7"]]


def test_more_than_can_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(binary_cells._LOST, "MOST", 2)
    assert lost_cells.MOST > 2
    for data, kind in ((xlsb(row(0), *map(wrong, range(3))), "xlsb"), (xls(b"".join(xls_wrong((0, n)) for n in range(3))), "xls")):
        with pytest.raises(table_reader.RefusedError, match="large"):
            getattr(binary_cells, f"lost_in_{kind}")(data, ["Sheet0"], table_reader.RefusedError)


def test_chains_and_sheets_that_come_back_to_themselves_end() -> None:
    stream = xls(xls_wrong((0, 0)))[512 * 3 :]
    assert binary_cells.lost_in_xls(compound(stream, {3: 2}), ["Sheet0"], table_reader.RefusedError) == {"Sheet0": {(0, 0): "#N/A"}}
    alone = compound(stream.replace(b"\x85\0", b"\x86\0", 1))
    assert binary_cells.lost_in_xls(alone, ["Sheet0"], table_reader.RefusedError) == {}


def test_damaged_ones_are_refused_or_read_and_nothing_else_happens() -> None:
    chance = random.Random(7)
    for data in (xls(xls_wrong((0, 0)) + xls_formula((0, 1), bytes(8))), xlsb(row(0), number(0, 1), wrong(1))):
        for _ in range(300):
            broken = bytearray(data)
            for _ in range(chance.randrange(1, 6)):
                broken[chance.randrange(8, len(broken))] = chance.randrange(256)
            some = bytes(broken[: chance.randrange(40, len(broken) + 1)] if chance.random() < 0.3 else broken)
            for find in (binary_cells.lost_in_xls, binary_cells.lost_in_xlsb):
                with contextlib.suppress(table_reader.RefusedError, *TOLD):
                    find(some, ["Sheet0"], table_reader.RefusedError)

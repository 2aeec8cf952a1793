"""Errors in the cells of XLS and XLSB, which their reader hands out as empty ones. A formula always has a result there.

Run by `table_reader.py` by its path, in its process: it imports nothing of the tracker. `refuse` makes what is raised where a file cannot
be read: `refuse("large")`.
"""

from __future__ import annotations

import io
import re
import runpy
import struct
import zipfile
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_LOST = runpy.run_path(str(Path(__file__).with_name("lost_cells.py")))
_CODES = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
_CODE = b"[" + re.escape(bytes(_CODES)) + b"]"
# what shows that there may be one; most files are not walked through
_IN_XLSB = re.compile(rb"(?:\x03\x09|\x0b(?:[\x0f-\x7f]|[\x80-\xff][\x01-\x7f]))..\0\0...." + _CODE, re.DOTALL)
_IN_XLS = re.compile(rb"\x05\x02\x08\0|\x02." + _CODE + rb"...\xff\xff", re.DOTALL)
_ROW, _ERRORS, _BUNDLE = 0x00, (0x03, 0x0B), 0x9C  # records of XLSB
_SHEET, _END, _BEGIN, _ERROR, _FORMULA = 0x85, 0x0A, 0x809, 0x205, 0x06  # records of XLS
_LAST_SECTOR, _ENTRY = 0xFFFFFFFA, 128
Place = tuple[int, int]  # row and column, from 0
Lost = dict[str, dict[Place, str]]  # sheet -> where -> what stands there
Refuse = Callable[..., Exception]


def lost_in_xlsb(data: bytes, _names: list[str], refuse: Refuse) -> Lost:
    """Those of an XLSB package, which has the names of its sheets. Raises ValueError for one that ends in the middle."""
    try:
        return _in_package(data, refuse)
    except (LookupError, struct.error) as error:
        raise ValueError from error


def _in_package(data: bytes, refuse: Refuse) -> Lost:
    found: Lost = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name, part in _sheets(package):
            if part not in package.namelist():
                continue
            with package.open(part) as stream:
                if not any(map(_IN_XLSB.search, _LOST["pieces"](stream))):
                    continue
            with package.open(part) as stream:
                found[name] = _held(_cells(stream), refuse)
    return found


def _held(cells: Iterator[tuple[Place, int]], refuse: Refuse) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for place, code in cells:
        found[place] = _CODES.get(code, str(_LOST["ERROR"]))
        if len(found) > _LOST["MOST"]:
            raise refuse("large")
    return found


def _sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and its part."""
    parts = _LOST["parts_of"](package, "xl/_rels/workbook.bin.rels")
    with package.open("xl/workbook.bin") as stream:
        for kind, body in _records(stream):
            if kind == _BUNDLE:
                relation, end = _text(body, 8)
                yield _text(body, end)[0], parts.get(relation, "")


def _text(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _cells(stream: Any) -> Iterator[tuple[Place, int]]:
    row = 0
    for kind, body in _records(stream):
        if kind == _ROW:
            (row,) = struct.unpack_from("<I", body)
        elif kind in _ERRORS:
            yield (row, int.from_bytes(body[:4], "little")), body[8]


def _records(stream: Any) -> Iterator[tuple[int, bytes]]:
    """The records of a part of XLSB: a kind of one or two bytes, a length of up to four, seven bits in each, and the body."""
    data = io.BufferedReader(stream, 1 << 20)
    while first := data.read(1):
        kind = first[0]
        if kind & 0x80:
            kind = kind & 0x7F | data.read(1)[0] << 7
        length = shift = 0
        while shift < 28:
            byte = data.read(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data.read(length)


def lost_in_xls(data: bytes, names: list[str], refuse: Refuse) -> Lost:
    """Those of an XLS file with sheets of these `names`. Raises ValueError for one that is damaged."""
    try:
        book = _stream(data)
    except (LookupError, struct.error) as error:
        raise ValueError from error
    if not _IN_XLS.search(book):
        return {}
    begins = [struct.unpack_from("<I", book, at)[0] for kind, at, length in _parts(book, 0, len(book)) if kind == _SHEET and length >= 4]
    ends = sorted({*begins, len(book)})  # sheets do not overlap, whatever a file says
    found: Lost = {}
    for name, begin in zip(names, begins, strict=False):
        end = next((end for end in ends if end > begin), begin)
        found[name] = _held(_cells_of_xls(book, begin, end), refuse)
    return found


def _cells_of_xls(book: bytes, begin: int, end: int) -> Iterator[tuple[Place, int]]:
    depth = 0  # a chart inside of a sheet has records of its own
    for kind, at, length in _parts(book, begin, end):
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 1 and kind == _ERROR and length >= 8 and book[at + 7]:
            yield struct.unpack_from("<HH", book, at), book[at + 6]
        elif depth == 1 and kind == _FORMULA and length >= 14 and book[at + 6] == 2 and book[at + 12 : at + 14] == b"\xff\xff":
            yield struct.unpack_from("<HH", book, at), book[at + 8]
        elif depth == 0:
            return


def _parts(book: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(kind, where its body begins, its length) of the records of a part of XLS."""
    while at + 4 <= end:
        kind, length = struct.unpack_from("<HH", book, at)
        if at + 4 + length > end:
            return
        yield kind, at + 4, length
        at += 4 + length


def _stream(data: bytes) -> bytes:
    """The stream of the workbook in a compound file; a blank one for what no spreadsheet program writes."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return b""
    size = 1 << shift
    fat, more = array("I"), struct.unpack_from("<I", data, 68)[0]
    numbers = list(struct.unpack_from("<109I", data, 76))
    while more < _LAST_SECTOR and len(numbers) <= len(data) >> shift:
        block = array("I", _sector(data, more, size))
        numbers.extend(block[:-1])
        more = block[-1]
    for number in numbers:
        if number < _LAST_SECTOR:
            fat.frombytes(_sector(data, number, size))
    directory = _joined(data, fat, struct.unpack_from("<I", data, 48)[0], size)
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        name = directory[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
        if name.lower() in ("workbook", "book"):
            start, length = struct.unpack_from("<II", directory, at + 116)
            return _joined(data, fat, start, size)[:length]
    return b""


def _joined(data: bytes, fat: array[int], number: int, size: int) -> bytes:
    """The sectors of a chain; one that comes back to itself ends at once."""
    found: list[bytes] = []
    while number < len(fat) and len(found) * size <= len(data):
        found.append(_sector(data, number, size))
        number = fat[number]
    return b"".join(found)


def _sector(data: bytes, number: int, size: int) -> bytes:
    return data[(number + 1) * size : (number + 2) * size].ljust(size, b"\0")

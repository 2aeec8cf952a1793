"""Cells of a workbook that its reader hands out as empty ones: errors, and formulas whose result the file does not have (those of ODS
are found in `ods_reader.py`, those of XLS and XLSB in `binary_cells.py`).

Run by `table_reader.py` by its path, in its process: it imports nothing of the tracker. `refuse` makes what is raised where a file cannot
be read: `refuse("large")`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

ERROR = "#ERROR!"
ERRORS = frozenset(
    {
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#PYTHON!", "#EXTERNAL!", ERROR),
    }
)
NOT_CALCULATED = "#NOT CALCULATED"  # stands for what a formula comes to where no program has worked it out
MOST = 1_000_000  # cells of a file; each is held, so that more would take the memory that the others need
Place = tuple[int, int]  # row and column, from 0
Lost = dict[str, dict[Place, str]]  # sheet -> where -> what stands there
Refuse = Callable[..., Exception]

_AROUND = 1 << 16  # bytes of a piece that stand in the next one, too: a cell with a long formula is seen whole
# each part of these is taken once and never given back, so that no text makes them slow
_NAME, _SPACE = rb"(?:\w{1,20}+:)?+", rb"\s*+"
_FORMULA = rb"<" + _NAME + rb"f\b[^<>]*+(?:(?<=/)>|>[^<]*+</" + _NAME + rb"f\s*+>)" + _SPACE
_NO_VALUE = rb"(?:<" + _NAME + rb"v\s*+(?:/>|>\s*+</" + _NAME + rb"v\s*+>))?+" + _SPACE
_CELL = rb"<" + _NAME + rb"c\b([^<>]*+)>" + _SPACE
_NEVER = re.compile(_CELL + _FORMULA + _NO_VALUE + rb"</" + _NAME + rb"c\s*+>")
_WRONG = re.compile(rb"(?=<[^<>]*=[\"']e[\"'])" + _CELL + rb"(?:" + _FORMULA + rb")?+<" + _NAME + rb"v\b[^<>]*+>\s*+([^<>\s]{1,30}+)\s*+</")
_TYPE, _WHERE = re.compile(rb"\bt=[\"'](\w{1,20})[\"']"), re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def lost_in_xlsx(data: bytes, _names: list[str], refuse: Refuse) -> Lost:
    """Those of an XLSX package, which has the names of its sheets. Cells are looked for in the bytes; the sheets are not parsed."""
    found: Lost = {}
    count = 0
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.namelist():
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                cells: dict[Place, str] = {}
                with package.open(part) as stream:
                    for piece in pieces(stream):
                        cells.update(_cells(piece, refuse))
                        if count + len(cells) > MOST:
                            raise refuse("large")
                count += len(cells)
                found[part] = cells
        if not count:
            return {}
        return {name: found[part] for name, part in _sheets(package) if found.get(part)}


def pieces(stream: Any) -> Iterator[bytes]:
    rest = b""
    while chunk := stream.read(1 << 20):
        rest = rest[-_AROUND:] + chunk
        yield rest


def _cells(piece: bytes, refuse: Refuse) -> Iterator[tuple[Place, str]]:
    if b'="e"' in piece or b"='e'" in piece:
        for match in _WRONG.finditer(piece):
            if _type(match[1]) == b"e":
                yield _place(match[1], refuse), match[2].decode("utf-8", "replace")
    if b"f>" in piece or b"<f" in piece or b":f" in piece:
        for match in _NEVER.finditer(piece):
            if _type(match[1]) != b"str":  # it came to an empty text
                yield _place(match[1], refuse), NOT_CALCULATED


def _type(attributes: bytes) -> bytes:
    found = _TYPE.search(attributes)
    return found[1] if found else b""


def _place(attributes: bytes, refuse: Refuse) -> Place:
    """Where the cell is. One that does not say it cannot be told from its neighbours: the file has to be saved again."""
    found = _WHERE.search(attributes)
    if found is None:
        raise refuse("broken")
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return max(0, int(found[2]) - 1), column - 1


def _sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet and its part of an XLSX package."""
    parts = parts_of(package, "xl/_rels/workbook.xml.rels")
    for sheet in _parsed(package, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        yield str(sheet.get("name")), parts.get(str(sheet.get(_RELATION)), "")


def parts_of(package: zipfile.ZipFile, relations: str) -> dict[str, str]:
    """The parts of a package by the names that its workbook has for them."""
    targets = {str(one.get("Id")): str(one.get("Target")) for one in _parsed(package, relations)}
    return {name: target.removeprefix("/") if target.startswith("/") else f"xl/{target}" for name, target in targets.items()}


def _parsed(package: zipfile.ZipFile, part: str) -> Any:
    from defusedxml.ElementTree import ParseError, fromstring  # slow to import, and most files lose nothing

    try:
        return fromstring(package.read(part), forbid_dtd=True)
    except (ParseError, KeyError) as error:
        raise ValueError from error


def whole(start: Place | None, size: Place, lost: Iterable[Place]) -> tuple[Place, Place]:
    """Where a sheet begins, and how many rows and columns it has, together with what was lost around it."""
    corners = [*lost]
    if start and all(size):
        corners += [start, (start[0] + size[0] - 1, start[1] + size[1] - 1)]
    if not corners:
        return start or (0, 0), size
    rows, columns = zip(*corners, strict=True)
    return (min(rows), min(columns)), (max(rows) - min(rows) + 1, max(columns) - min(columns) + 1)


def restored(rows: Sequence[list[Any]], start: Place | None, lost: Mapping[Place, str]) -> Iterator[list[Any]]:
    """`rows`, which begin at `start`, with what was lost; they begin where `whole` says, and are as many and as long."""
    if not lost:
        yield from rows
        return
    (top, left), (height, width) = whole(start, (len(rows), len(rows[0]) if rows else 0), lost)
    of_rows: dict[int, list[int]] = {}
    for row, column in lost:
        of_rows.setdefault(row, []).append(column)
    begin, shift = (start[0], start[1] - left) if start else (top, 0)
    for number in range(top, top + height):
        cells = [""] * shift + (rows[number - begin] if begin <= number < begin + len(rows) else [])
        cells += [""] * (width - len(cells))
        for column in of_rows.get(number, ()):
            cells[column - left] = lost[number, column]
        yield cells

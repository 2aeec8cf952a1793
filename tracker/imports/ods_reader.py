"""What is particular to the sheets of an ODS package: cells merged over several rows, and those that its reader hands out as empty ones
though they hold an error, or a formula whose result the file does not have.

Run by `table_reader.py` by its path, in its process: it imports nothing of the tracker. `refuse` makes what is raised where a file cannot
be read: `refuse("large")`.
"""

from __future__ import annotations

import io
import re
import runpy
import zipfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

_LOST = runpy.run_path(str(Path(__file__).with_name("lost_cells.py")))
_TABLE, _OFFICE, _TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{one}:1.0}}" for one in ("table", "office", "text"))
_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_DIGITS = 7  # of the number of a row
# what makes a package worth to be parsed; the type of its value usually follows a formula
_MARKS = re.compile(
    rb'number-rows-spanned="(?!1")|value-type="error"|:formula="[^"<>]*+"(?! \w{0,20}:value-type=)(?=[\s\S]{50})|>\s*+(?:#[A-Z]|Err:)'
)
Place = tuple[int, int]  # row and column, from 0
Merged = dict[str, list[tuple[Place, Place]]]  # sheet -> first and last cell of what is merged
Lost = dict[str, dict[Place, str]]  # sheet -> where -> what stands there
Refuse = Callable[..., Exception]


def marks(data: bytes, refuse: Refuse) -> tuple[Merged, Lost]:
    """The cells that are merged over several rows, and those that are lost. A package without such is not parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        with package.open("content.xml") as stream:
            if not any(map(_MARKS.search, _LOST["pieces"](stream))):
                return {}, {}
        with package.open("content.xml") as stream:
            return _parsed(stream, refuse)


def _parsed(stream: Any, refuse: Refuse) -> tuple[Merged, Lost]:
    merged: Merged = {}
    lost: Lost = {}
    count = 0
    for name, (row, column), rows, element, said in _cells(stream):
        down, right = _number(element, "number-rows-spanned"), _number(element, "number-columns-spanned")
        if down > 1:
            merged.setdefault(name, []).append(((row, column), (row + down - 1, column + right - 1)))
        if text := _lost(element, said):
            columns = _number(element, "number-columns-repeated")
            count += rows * columns
            if count > _LOST["MOST"]:
                raise refuse("large")
            lost.setdefault(name, {}).update(dict.fromkeys(product(range(row, row + rows), range(column, column + columns)), text))
    return merged, lost


def _lost(element: Any, said: str) -> str:
    """What stands in a cell that would be read as an empty one; '' for any other."""
    is_formula, is_usual = bool(element.get(f"{_TABLE}formula")), said in _LOST["ERRORS"]
    # older programs write an error as the number 0, shown as its name; newer ones name it in the language of whoever saved the file
    if element.get(_TYPE) == "error" or (is_formula and (is_usual or said.startswith("Err:"))):
        return said if is_usual else str(_LOST["ERROR"])
    return str(_LOST["NOT_CALCULATED"]) if is_formula and not element.get(f"{_OFFICE}value-type") else ""


def _cells(stream: Any) -> Iterator[tuple[str, Place, int, Any, str]]:
    """Of each cell its sheet, its place, for how many rows it stands, its element, and the text that is shown in it."""
    from defusedxml.ElementTree import ParseError, iterparse  # slow to import, and most files are not parsed

    depth, name, row, rows, column, said = 0, "", 0, 1, 0, ""
    try:
        for event, element in iterparse(stream, ("start", "end"), forbid_dtd=True):
            tag, is_start = element.tag, event == "start"
            if tag == f"{_TABLE}table":
                depth += 1 if is_start else -1  # a table inside of a cell is none of its own
                if depth == 1 and is_start:
                    name, row = str(element.get(f"{_TABLE}name", "")), 0
            elif depth == 1 and tag == f"{_TABLE}table-row":
                column, rows = 0, _number(element, "number-rows-repeated")
                row += 0 if is_start else rows
            elif depth == 1 and tag in _CELLS and is_start:
                said = ""
            elif depth == 1 and tag in _CELLS:
                yield name, (row, column), rows, element, said
                column += _number(element, "number-columns-repeated")
            elif depth == 1 and tag == f"{_TEXT}p" and not is_start:
                said = (element.text or "").strip()  # the last one: a note stands before it
            if not is_start:
                element.clear()
    except ParseError as error:
        raise ValueError from error


def _number(element: Any, name: str) -> int:
    """An attribute that counts; 1 where it is not given, or is no number that a sheet can have."""
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 1

"""What is particular to the sheets of a workbook: how far they reach, and cells that were merged over several rows.

Run by `table_reader.py` by its path, in its process: it imports nothing of the tracker. The words of numbers and units are lists alone.
"""

from __future__ import annotations

import io
import re
import runpy
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

_UNITS = runpy.run_path(str(Path(__file__).with_name("unit_words.py")))
_WORDS = runpy.run_path(str(Path(__file__).parents[1] / "records" / "number_words.py"))
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_YEARS = range(1900, 2101)
_BEFORE = sorted((*_WORDS["AT_LEAST"], *_WORDS["AT_MOST"], *_WORDS["ABOUT"]), key=len, reverse=True)
_BEHIND = sorted((*_WORDS["PLUS"], *_WORDS["TIMES"]), key=len, reverse=True)
_LONGEST = 100  # characters of a number
_DAY = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}\.(?:19|20)\d\d|(?:19|20)\d\d-\d\d")
_AMOUNT = re.compile(r"(?:between |from )?(\d[\d.,' ]*+)(?:-|–|—|to|and|至|到) ?(\d[\d.,' ]*)|\d[\d.,' ]*")
Place = tuple[int, int]  # row and column, from 0


def extents(data: bytes) -> Iterator[int]:
    """How many cells the sheets of an XLSX package reach over, as the places of their cells say: a reader would hold them all."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in package.infolist():
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                rows, columns, rest = 1, 1, b""
                with package.open(part) as stream:
                    while chunk := stream.read(1 << 20):
                        for letters, number in set(_CELL.findall(rest + chunk)):
                            rows, columns = max(rows, int(number)), max(columns, _column(letters))
                        rest = chunk[-20:]
                yield rows * columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def filled(rows: Iterable[list[Any]], merged: Sequence[tuple[Place, Place]] | None, start: Place | None) -> Iterator[list[Any]]:
    """`rows`, which begin at `start`, with what a cell merged over several rows says in each of them, in its first column.

    Only in rows that hold something themselves, so that a range of a million rows costs nothing. An amount is not repeated: it would be
    counted once more in each row. Years and days are.
    """
    first_row, first_column = start or (0, 0)
    begins: dict[int, list[tuple[int, int]]] = {}  # row -> (column, last row) of the ranges that begin in it
    for (top, column), (last, _) in merged or ():
        if last > top:
            begins.setdefault(top, []).append((column - first_column, last))
    under_way: dict[int, tuple[int, Any]] = {}  # column -> (last row, value)
    for number, row in enumerate(rows, first_row):
        under_way = {column: one for column, one in under_way.items() if one[0] >= number}
        if under_way and any(map(_says, row)):
            for column, (_, value) in under_way.items():
                row[column] = row[column] if _says(row[column]) else value
        for column, last in begins.get(number, ()):
            if 0 <= column < len(row) and _says(row[column]) and _is_repeated(row[column]):
                under_way[column] = (last, row[column])
        yield row


def _says(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _is_repeated(value: Any) -> bool:
    match value:
        case bool():
            return True
        case int() | float():
            return value in _YEARS
        case str():
            return not _is_amount(value)
    return True


def _is_amount(value: str) -> bool:
    """Whether a text is a number, with what the reader of numbers takes with it: `more than 40`, `25-30`, `3.5 kg`, `50余人`.

    Without such words a year, `2018-2019` and `12.05.2018` are days.
    """
    text = whole = " ".join(unicodedata.normalize("NFKC", value).split()).lower()
    if len(text) > _LONGEST or text in _WORDS["WORDS"] or text in _WORDS["VAGUE"]:
        return len(text) <= _LONGEST
    text = next((text.removeprefix(word).strip() for word in _BEFORE if text.startswith(word)), text)
    text = _WORDS["COUNTED_IN"].sub("", _UNITS["parted"](text)[0])
    for _ in range(2):  # `2 million or more`
        text = next((text.removesuffix(word).strip() for word in _BEHIND if text.endswith(word)), text)
    text = _WORDS["COUNTED_IN"].sub("", text)
    found = _AMOUNT.fullmatch(text)
    if not found:
        return False
    return text != whole or not (_DAY.fullmatch(text) or all(map(_is_year, (found[1] or text, found[2] or text))))


def _is_year(text: str) -> bool:
    return text.strip().isdecimal() and int(text[:20]) in _YEARS

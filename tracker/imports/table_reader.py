"""Reads the tables of one file, in a process of its own with little memory and time.

`python table_reader.py CELLS ENCODING DELIMITER < FILE`, run by its path, so that it imports nothing of the tracker; the file comes by
the standard input, so that it lies nowhere in plain. ENCODING and DELIMITER are those that somebody chose for a text file, or ''.
The answer is a line of JSON for each of these, in order: {"kind": "xlsx" | "xlsb" | "xls" | "ods" | "text" | "jsonl" | "parquet",
"encoding": "utf-8", "delimiter": ","}, then of each sheet {"sheet": "Name", "first": 1} (the number of its first row) and its rows,
each a list of texts without the blanks at its end, and last {"done": true} or {"refused": "bomb", "row": 12}, a code of `words.py`.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import runpy
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

MEMORY, SECONDS = 1_500 * 1024 * 1024, 60
MOST_PARTS, MOST_UNPACKED, HIGHEST_RATIO, RATIO_MATTERS_FROM = 3_000, 600 * 1024 * 1024, 150, 20 * 1024 * 1024
MOST_IN_A_CELL, MOST_TEXT = 200_000, MOST_UNPACKED  # characters: the same text in a million cells is as much to write as to read
SAMPLE = 256 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DELIMITERS = ",;\t|"
_LINES_FOR_DELIMITER, _LONGEST_FOR_DELIMITER = 100, 4_000
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_FEW = 1_000  # a stray sign in so many bytes is a slip, which its cell says; more are no text
_PARTS_OF_ZEROS = 10
_NO_TABLES = (b"%PDF-", b"{\\rtf")
_JSON = re.compile(r'\ufeff?\s*(?:\{\s*["}]|\[\s*[\[{])')
# parts of this reader, found by their paths, since it imports nothing of the tracker
_RECORDS, _SHEETS = Path(__file__).with_name("record_reader.py"), Path(__file__).with_name("sheet_reader.py")
_LOST, _ODS = Path(__file__).with_name("lost_cells.py"), Path(__file__).with_name("ods_reader.py")
_BINARY = Path(__file__).with_name("binary_cells.py")
_PAGES = (  # pages of code that are told from each other; others are mistaken for them more often than met
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"),
    *("gb18030", "big5", "cp932", "cp949"),
)
_BETWEEN_CELLS = re.compile(rb"[\r\n\t,;]+")  # signs that are no part of a letter in any of these pages
_MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|head|body|table|meta)\b", re.IGNORECASE)
_MARKED = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class RefusedError(Exception):
    """The file cannot be read as tables: the first argument says why, the second in which row."""


def lines_of(file: IO[bytes], most_cells: int, encoding: str = "", delimiter: str = "") -> Iterator[Any]:
    """The lines of the answer but the last. Raises RefusedError."""
    data = file.read()
    kind = kind_of(data, encoding)
    if kind in ("jsonl", "parquet"):
        yield from _records(kind, data, most_cells, encoding)
    elif kind == "text":
        yield from _text(data, most_cells, encoding, delimiter)
    else:
        yield from _workbook(kind, data, most_cells)


def kind_of(data: bytes, encoding: str = "") -> str:
    """What the content says, whatever the file is called. Raises RefusedError for a package that holds no table."""
    if data.startswith(_OLE):
        return "xls"
    if data[:4] == data[-4:] == b"PARE":  # Parquet, sealed
        raise RefusedError("locked")
    if data.startswith(b"PAR1") and _NO_TEXT.search(data[:100]):
        return "parquet"
    with contextlib.suppress(LookupError):
        if _JSON.match(data[:SAMPLE].decode(encoding or _told_by_its_bytes(data) or "utf-8", "ignore")):
            return "jsonl"
    if not data.startswith(b"PK\x03\x04"):
        return "text"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            _check_unpacked(sum(part.file_size for part in parts), sum(part.compress_size for part in parts), len(parts))
            names = set(package.namelist())
            mimetype = package.read("mimetype")[:100] if "mimetype" in names else b""
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise RefusedError("broken") from error
    for name, kind in (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb")):
        if name in names:
            return kind
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    raise RefusedError("no_table")


def _check_unpacked(unpacked: int, packed: int, parts: int) -> None:
    if parts > MOST_PARTS or unpacked > MOST_UNPACKED:
        raise RefusedError("bomb")
    if unpacked > RATIO_MATTERS_FROM and unpacked > HIGHEST_RATIO * max(1, packed):
        raise RefusedError("bomb")


def _workbook(kind: str, data: bytes, most_cells: int) -> Iterator[Any]:
    """Values only: what a formula last came to. Macros are never looked at."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    reader = runpy.run_path(str(_SHEETS)) | runpy.run_path(str(_LOST))
    try:
        # a cell at the far corner makes a sheet of billions
        if kind == "xlsx" and any(cells > most_cells for cells in reader["extents"](data)):
            raise RefusedError("large")
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            merged, lost = _marks(kind, data, [sheet.name for sheet in book.sheets_metadata])
            yield {"kind": kind, "encoding": "", "delimiter": ""}
            for sheet in book.sheets_metadata:
                if sheet.typ is SheetTypeEnum.WorkSheet:
                    found, cells = book.get_sheet_by_name(sheet.name), lost.get(sheet.name, {})
                    start, (height, width) = reader["whole"](found.start, (found.height, found.width), cells)
                    most_cells -= height * width
                    if most_cells < 0:
                        raise RefusedError("large")
                    yield {"sheet": sheet.name, "first": start[0] + 1}
                    rows = reader["restored"](found.to_python(skip_empty_area=True), found.start, cells)
                    rows = reader["filled"](rows, merged.get(sheet.name) or found.merged_cell_ranges, start)
                    yield from _rows(([text_of(cell) for cell in row] for row in rows), most_cells)
    except PasswordError as error:
        raise RefusedError("locked") from error
    except (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError) as error:
        raise RefusedError("broken") from error


def _marks(kind: str, data: bytes, names: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the reader of workbooks does not tell, by the names of sheets: merged cells, and those that it hands out as empty ones."""
    if kind == "ods":
        merged, lost = runpy.run_path(str(_ODS))["marks"](data, RefusedError)
        return merged, lost
    reader = runpy.run_path(str(_LOST if kind == "xlsx" else _BINARY))
    return {}, reader[f"lost_in_{kind}"](data, names, RefusedError)


def text_of(value: Any) -> str:
    """A cell as its reader sees it: whole numbers without a point, days and times as ISO 8601 writes them."""
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case None:
            return ""
    return repr(value) if isinstance(value, float) else str(value)


def _records(kind: str, data: bytes, most_cells: int, encoding: str) -> Iterator[Any]:
    """What programs write."""
    reader = runpy.run_path(str(_RECORDS))
    text, encoding = decoded(data, encoding or _told_by_its_bytes(data) or "utf-8") if kind == "jsonl" else ("", "")
    yield {"kind": kind, "encoding": encoding, "delimiter": ""}
    yield {"sheet": "", "first": 1}
    if kind == "jsonl":
        yield from _rows(reader["json_rows"](text, RefusedError), most_cells)
    else:
        yield from _rows(reader["parquet_rows"](data, most_cells, _check_unpacked, text_of, RefusedError), most_cells)


def _text(data: bytes, most_cells: int, encoding: str, delimiter: str) -> Iterator[Any]:
    encoding = encoding or _told_by_its_bytes(data)
    first = data[:SAMPLE].removeprefix(b"\xef\xbb\xbf")
    is_text = encoding.startswith("utf-16") or len(_NO_TEXT.findall(first)) * _FEW <= len(first)
    if data.startswith(_NO_TABLES) or not is_text:
        raise RefusedError("no_table")
    if _MARKUP.match(first):
        raise RefusedError("markup")
    text, encoding = decoded(data, encoding)
    dialect, delimiter = _dialect(text, delimiter)
    yield {"kind": "text", "encoding": encoding, "delimiter": delimiter}
    yield {"sheet": "", "first": 1}
    csv.field_size_limit(MOST_IN_A_CELL)
    yield from _rows(csv.reader(io.StringIO(text, newline=""), dialect), most_cells)


def _told_by_its_bytes(data: bytes) -> str:
    """The encoding that the first bytes name, or that every second byte shows: the zeros of UTF-16 without a mark. '' for neither."""
    for mark, name in _MARKED:
        if data.startswith(mark):
            return name
    sample = data[: SAMPLE & ~1]
    high, low = sample[1::2].count(0), sample[::2].count(0)
    if not high or not low:
        for zeros, name in ((high, "utf-16-le"), (low, "utf-16-be")):
            if zeros * _PARTS_OF_ZEROS > len(sample):
                return name
    return ""


def decoded(data: bytes, encoding: str = "") -> tuple[str, str]:
    """The text of `data` and in which encoding it was written. Raises RefusedError."""
    try:
        if encoding:
            return data.decode(encoding), encoding
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-8"), "utf-8"
        from charset_normalizer import from_bytes

        found = from_bytes(_sample(data), cp_isolation=list(_PAGES))
        best = found.best()
        if best is None:
            raise RefusedError("encoding")
        # pages of code that read a short text alike well: that of most desks, which somebody may choose otherwise
        alike = {one.encoding for one in found if (one.chaos, one.coherence) == (best.chaos, best.coherence)}
        name = "cp1252" if "cp1252" in alike else best.encoding
        text = data.decode(name)
        # so is a page whose letters are all at the same places in it
        return text, "cp1252" if data.decode("cp1252", "replace") == text else name
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        raise RefusedError("encoding") from error


def _sample(data: bytes) -> bytes:
    """Enough cells to tell the encoding: those with other letters than ASCII has, each once, since repetition is no evidence."""
    telling = dict.fromkeys(cell for cell in _BETWEEN_CELLS.split(data) if not cell.isascii())
    return b"\n".join(telling)[:SAMPLE] or data[:SAMPLE]


def _dialect(text: str, delimiter: str) -> tuple[Any, str]:
    """How the file parts and quotes its cells: the delimiter by which its lines have most alike many cells."""

    class Dialect(csv.excel):
        strict = False

    if not delimiter:
        from clevercsv import Sniffer
        from clevercsv.exceptions import Error

        with contextlib.suppress(Error):
            found = Sniffer().sniff(_some_lines(text), delimiters=list(_DELIMITERS))
            delimiter = (found.delimiter if found else "") or ""
    Dialect.delimiter = delimiter or ","
    return Dialect, Dialect.delimiter


def _some_lines(text: str) -> str:
    """Lines that show the dialect, none too long: looking for patterns in a line of megabytes takes minutes."""
    lines = text[:SAMPLE].splitlines(keepends=True)[:_LINES_FOR_DELIMITER]
    return "".join(line for line in lines if len(line) < _LONGEST_FOR_DELIMITER)


def _rows(rows: Iterable[list[str]], most_cells: int) -> Iterator[list[str]]:
    number, most_text = 0, MOST_TEXT
    try:
        for row in rows:
            number += 1
            while row and not row[-1].strip():
                row.pop()
            most_cells, most_text = most_cells - len(row), most_text - sum(map(len, row))
            if most_cells < 0 or most_text < 0:
                raise RefusedError("large", number)
            if any(len(cell) > MOST_IN_A_CELL for cell in row):
                raise RefusedError("cell", number)
            yield row
    except csv.Error as error:
        raise RefusedError("cell" if "field larger" in str(error) else "broken", number + 1) from error


def _limit() -> None:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main(most_cells: str, encoding: str, delimiter: str) -> None:
    _limit()
    last: dict[str, Any] = {"done": True}
    try:
        for line in lines_of(sys.stdin.buffer, int(most_cells), encoding, delimiter):
            sys.stdout.write(json.dumps(line) + "\n")
    except RefusedError as error:
        last = {"refused": error.args[0], "row": error.args[1] if len(error.args) > 1 else 0}
    except MemoryError:
        last = {"refused": "large", "row": 0}
    sys.stdout.write(json.dumps(last) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

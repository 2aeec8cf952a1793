"""What is said about files, imports and lines."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.imports.added_up import ALIKE, SUMMED
from tracker.imports.cell_dates import Order
from tracker.imports.marked import MARKED
from tracker.imports.marks import Mark
from tracker.imports.models import BatchState, RowState
from tracker.imports.plan import ANY, LINES, Test
from tracker.imports.tables import UnreadableError

_REFUSED = {
    "empty": _l("The file holds no table: there is nothing to import."),
    "no_bytes": _l("The file is empty (0 bytes): save it again, then choose it once more."),
    "bomb": _l("The file unpacks to far more than its size: it was not read. Save it again from the program that made it."),
    "large": _l("The file is too large to be read here: split it, or ask whoever runs the tracker to import it by “flask import”."),
    "rows": _l("The file has more than a million rows: split it, or ask whoever runs the tracker to import it by “flask import”."),
    "locked": _l("The file is behind a password: save it without one."),
    "broken": _l("The file is damaged, or not what its name says: save it again from the program that made it."),
    "no_table": _l("This is no table: choose a workbook (XLSX, XLS, XLSB, ODS), a text (CSV, TSV), JSON lines or Parquet."),
    "json": _l("This is JSON, but not JSON lines: write one object in each line, without brackets around all of them."),
    "line": _l('This line is no whole JSON object: each line is one, such as {"title": "A course", "start": "2024"}.'),
    "twice": _l("A name stands there twice: leave one of its values."),
    "nested": _l("A value is a list or an object: only lists of the exchange form can be read. Write a text or a number under each name."),
    "uneven": _l("Not the same names as in the lines before of this type: give each line all of them, null where nothing is known."),
    "markup": _l("This is a web page, whatever it is called: open it in a spreadsheet program and save it as XLSX or CSV."),
    "columns": _l("A sheet has more than 1,000 columns: take those out that are not imported, or save the sheet without its empty ones."),
    "encoding": _l("The letters of the file cannot be read: save it as UTF-8."),
    "cell": _l("A cell holds more than 200,000 characters: is a quotation mark missing at its end?"),
}

STATE_WORDS = {
    BatchState.OPEN: _l("being prepared"),
    BatchState.LOADING: _l("coming in"),
    BatchState.DONE: _l("imported"),
    BatchState.CLEARING: _l("being taken back"),
    BatchState.UNDONE: _l("undone"),
    BatchState.CANCELLED: _l("cancelled"),
}

ROW_WORDS = {
    RowState.WRONG: _l("With problems"),
    RowState.NEW: _l("New records"),
    RowState.CHANGE: _l("Changes"),
    RowState.SAME: _l("Unchanged"),
    RowState.DOUBLE: _l("There already"),
    RowState.PART: _l("Parts of the line above"),
    RowState.SKIPPED: _l("Left out"),
    RowState.RULED_OUT: _l("Left out by a rule"),
}

ALIKE_WORDS = _l("New, look like others")

TEST_WORDS = {
    Test.CONTAINS: _l("contains"),
    Test.BEGINS: _l("begins with"),
    Test.IS: _l("is"),
    Test.EMPTY: _l("is empty"),
}

MARK_WORDS = {Mark.COMMA: _l("the comma"), Mark.POINT: _l("the point")}

ORDER_WORDS = {Order.DAY_FIRST: _l("day before month"), Order.MONTH_FIRST: _l("month before day")}

ENCODING_WORDS = {
    "": _l("told by the file"),
    "utf-8": _l("UTF-8"),
    "utf-16": _l("UTF-16"),
    "cp1252": _l("Western European (Windows-1252)"),
    "cp1250": _l("Central European (Windows-1250)"),
    "cp1257": _l("Baltic (Windows-1257)"),
    "cp1251": _l("Cyrillic (Windows-1251)"),
    "cp1253": _l("Greek (Windows-1253)"),
    "cp1254": _l("Turkish (Windows-1254)"),
    "cp1255": _l("Hebrew (Windows-1255)"),
    "cp1256": _l("Arabic (Windows-1256)"),
    "cp874": _l("Thai (Windows-874)"),
    "cp1258": _l("Vietnamese (Windows-1258)"),
    "gb18030": _l("Chinese, simplified (GB 18030)"),
    "big5": _l("Chinese, traditional (Big5)"),
    "cp932": _l("Japanese (Shift JIS)"),
    "cp949": _l("Korean (Windows-949)"),
}

DELIMITER_WORDS = {
    "": _l("told by the file"),
    ",": _l("a comma"),
    ";": _l("a semicolon"),
    "\t": _l("a tab"),
    "|": _l("a bar |"),
}

SEPARATOR_WORDS = {
    "": _l("one value"),
    ";": _l("several, parted by ;"),
    ",": _l("several, parted by ,"),
    "/": _l("several, parted by /"),
    "|": _l("several, parted by |"),
    "、": _l("several, parted by 、"),
    LINES: _l("several, one in each line"),
    " and ": _l("several, parted by “and”"),
    ANY: _l("several, parted by any of ; , / |"),
    SUMMED: _l("numbers, added up per record"),
    ALIKE: _l("numbers, alike in its rows"),
    MARKED: _l("x: the name of the column"),
}


def refusal(error: UnreadableError) -> str:
    """Why the file was not taken, for the field."""
    said = str(_REFUSED.get(error.code, _REFUSED["broken"]))
    return gettext("Row %(row)d: %(why)s", row=error.row, why=said) if error.row else said

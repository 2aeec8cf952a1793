"""What is said about files, imports and lines."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.imports.models import BatchState, RowState
from tracker.imports.plan import Test
from tracker.imports.tables import UnreadableError

_REFUSED = {
    "empty": _l("The file holds no table: there is nothing to import."),
    "bomb": _l("The file unpacks to far more than its size: it was not read. Save it again from the program that made it."),
    "large": _l("The file is too large to be read here: split it, or ask whoever runs the tracker to import it by “flask import”."),
    "rows": _l("The file has more than a million rows: split it, or ask whoever runs the tracker to import it by “flask import”."),
    "locked": _l("The file is behind a password: save it without one."),
    "broken": _l("The file is damaged, or not what its name says: save it again from the program that made it."),
    "no_table": _l("This is no table: choose a workbook (XLSX, XLS, XLSB, ODS) or a text (CSV, TSV)."),
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

TEST_WORDS = {
    Test.CONTAINS: _l("contains"),
    Test.BEGINS: _l("begins with"),
    Test.IS: _l("is"),
    Test.EMPTY: _l("is empty"),
}

SEPARATOR_WORDS = {
    "": _l("one value"),
    ";": _l("several, parted by ;"),
    ",": _l("several, parted by ,"),
    "/": _l("several, parted by /"),
    "|": _l("several, parted by |"),
    "\n": _l("several, one in each line"),
    " and ": _l("several, parted by “and”"),
}


def refusal(error: UnreadableError) -> str:
    """Why the file was not taken, for the field."""
    said = str(_REFUSED.get(error.code, _REFUSED["broken"]))
    return gettext("Row %(row)d: %(why)s", row=error.row, why=said) if error.row else said

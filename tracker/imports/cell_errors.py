"""Cells that hold no value but an error: a lookup that found nothing, a formula that nobody has worked out."""

from __future__ import annotations

from flask_babel import gettext

from tracker.imports.lost_cells import ERRORS, NOT_CALCULATED


def is_error(text: str) -> bool:
    """Whether a cell says that it has no value. What stands for nothing, such as `N/A`, is no error."""
    return text.startswith("#") and (text.upper() in ERRORS or text == NOT_CALCULATED)


def why_error(text: str) -> str:
    """What such a cell needs."""
    if text == NOT_CALCULATED:
        return gettext(
            "The file does not have what the formula of this cell comes to: open the workbook in a spreadsheet program, let it calculate, "
            "save it and send it again; or write the value here."
        )
    return gettext("“%(text)s” is an error of the spreadsheet, not a value: mend the cell.", text=text)

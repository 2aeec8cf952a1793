"""Files of comma-separated values that Excel opens without running anything in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

# What a spreadsheet takes for a formula or hides: a leading apostrophe makes it text and is taken off again on import.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
_CHUNK = 200


def safe_cell(value: object) -> str:
    """`value` as text that no spreadsheet runs. Numbers stay numbers, a minus sign included."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if isinstance(value, str) and text.startswith(_DANGEROUS):
        return f"'{text}"
    return text


def text_of_cell(cell: str) -> str:
    """The text that `safe_cell` made `cell` of: nothing is lost, since an apostrophe of the text itself got one too."""
    return cell.removeprefix("'")


def csv_lines(rows: Iterable[Sequence[object]], delimiter: str = ",") -> Iterator[str]:
    """The text of the file in pieces, so that a long one needs no memory."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    buffer.write("\ufeff")  # tells Excel that this is UTF-8
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(value) for value in row])
        if count % _CHUNK == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def csv_response(filename: str, rows: Iterable[Sequence[object]], *, delimiter: str = ",") -> Response:
    """An answer that downloads `rows` as `filename`; the first row is the header."""
    response = Response(stream_with_context(csv_lines(rows, delimiter)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response

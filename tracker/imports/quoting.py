"""The row that a record came from, as its source is quoted: whoever verifies it compares it with the cells, and sees what was mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from tracker.records.fields import has_forbidden
from tracker.records.sources import QUOTE_LENGTH

_HEADER, _CELL = 40, 300  # characters


def quotation(headers: Sequence[str], columns: Sequence[int], lines: Sequence[tuple[Sequence[str], Mapping[str, str]]]) -> str:
    """`Partner: Laos | Signed: 3 May 2001`, each line in a line of its own; long cells are cut, and all to what a quotation holds.

    `lines`: the cells of the file, and column -> what its importer has written in their place, which follows in brackets.
    """
    said = []
    for cells, mended in lines:
        pairs = [(headers[column], _cell(cells, mended, column)) for column in columns if column < len(cells) or str(column) in mended]
        known = [(header, text) for header, text in pairs if text and not has_forbidden(header + text)]
        said.append(" | ".join(f"{_cut(header, _HEADER)}: {text}" for header, text in known))
    return _cut("\n".join(filter(None, said)), QUOTE_LENGTH)


def _cell(cells: Sequence[str], mended: Mapping[str, str], column: int) -> str:
    """What stood in the file, and behind it what it was changed to."""
    text = cells[column].strip() if column < len(cells) else ""
    new = mended.get(str(column), text).strip()
    if new == text:
        return _cut(text, _CELL)
    change = gettext("mended at import: %(text)s", text=_cut(new, _CELL)) if new else gettext("emptied at import")
    return f"{_cut(text, _CELL)} [{change}]".strip()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"

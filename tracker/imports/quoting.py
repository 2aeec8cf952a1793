"""The row that a record came from, as its source is quoted: whoever verifies it compares it with the cells."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.records.fields import has_forbidden
from tracker.records.sources import QUOTE_LENGTH

_HEADER, _CELL = 40, 300  # characters


def quotation(headers: Sequence[str], columns: Sequence[int], lines: Sequence[Sequence[str]]) -> str:
    """`Partner: Laos | Signed: 3 May 2001`, each line in a line of its own; long cells are cut, and all to what a quotation holds."""
    said = []
    for cells in lines:
        pairs = [(headers[column], cells[column].strip()) for column in columns if column < len(cells)]
        known = [(header, text) for header, text in pairs if text and not has_forbidden(header + text)]
        said.append(" | ".join(f"{_cut(header, _HEADER)}: {_cut(text, _CELL)}" for header, text in known))
    return _cut("\n".join(filter(None, said)), QUOTE_LENGTH)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"

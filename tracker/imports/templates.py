"""Texts that every record says with cells of its own row in them: `Handover, {Country}, {Date}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from tracker.database.folding import fold

_NAMED = re.compile(r"\{([^{}]{1,100})\}")
_LEFT_OVER = re.compile(r"(?:\s*[,;:–-]\s*)+(?=[,;:–]|$)|^[\s,;:–-]+")  # marks beside a cell that says nothing


def filled(text: str, headers: Sequence[str], cell: Callable[[int], str]) -> str:
    """The text with cells in place of the names of their columns; what names no column stays."""
    if not _NAMED.search(text):
        return text
    places = {fold(header): number for number, header in reversed(list(enumerate(headers)))}
    made = _NAMED.sub(lambda named: cell(places[fold(named[1])]) if fold(named[1]) in places else named[0], text)
    return _LEFT_OVER.sub("", made).strip()


def unknown_names(text: str, headers: Iterable[str]) -> list[str]:
    """What stands in braces and is the name of no column."""
    known = set(map(fold, headers))
    return [name for name in _NAMED.findall(text) if fold(name) not in known]

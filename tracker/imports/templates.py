"""Texts that every record says with cells of its own row in them: `Handover, {Country}, {Date}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from tracker.database.folding import fold

_NAMED = re.compile(r"\{([^{}]{1,100})\}")
_MARKS = " ,;:–-"  # beside the place of a cell that says nothing


def filled(text: str, headers: Sequence[str], cell: Callable[[int], str]) -> str:
    """The text with cells in place of the names of their columns. What names no column stays; beside a blank cell its marks go, too."""
    places = {fold(header): number for number, header in reversed(list(enumerate(headers)))}
    made = between = ""
    is_after_blank = False
    for number, piece in enumerate(_NAMED.split(text)):
        if number % 2 and fold(piece) in places:
            said = cell(places[fold(piece)])
            is_after_blank = not said
            # what stands between two cells goes with the second, what stands before the first does not
            made, between = (made + between + said, "") if said else (made, "" if made else between.rstrip(_MARKS))
        else:
            literal = f"{{{piece}}}" if number % 2 else piece
            between += literal.lstrip(_MARKS) if is_after_blank and not made + between else literal
    return (made + (between.rstrip(_MARKS) if is_after_blank else between)).strip()


def names_in(text: str) -> list[str]:
    """What stands in braces."""
    return _NAMED.findall(text)


def unknown_names(text: str, headers: Iterable[str]) -> list[str]:
    """What stands in braces and is the name of no column."""
    known = set(map(fold, headers))
    return [name for name in names_in(text) if fold(name) not in known]

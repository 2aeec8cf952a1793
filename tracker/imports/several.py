"""Several meanings of one spelling: `Laos, Myanmar and others` in a cell whose column does not say what parts its names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

OTHERS = "+"  # partners that a file speaks of and does not name (C7)
_BETWEEN = ";"  # codes of one spelling as they are kept
# what parts names, the plainest first: a comma or an "and" may belong to a name, which is then looked up before it is parted
_MARKS = (re.compile(r"[;|/\n]"), re.compile(r"[,、，]"), re.compile(r"\band\b|&|和|及", re.IGNORECASE))
_OTHERS = frozenset({"other", "others", "other countries", "other states", "etc", "etc.", "et al", "et al.", "其他国家", "等"})

Known = Callable[[Iterable[str]], Mapping[str, str]]  # spellings -> code of those that are exactly known


def kept(codes: Iterable[str]) -> str:
    """Codes as one text; each once."""
    return _BETWEEN.join(dict.fromkeys(codes))


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of what was kept; none where the spelling means nothing."""
    return tuple(text.split(_BETWEEN)) if text else ()


def parted(text: str, known: Known, marks: tuple[re.Pattern[str], ...] = _MARKS) -> tuple[str, ...]:
    """What the pieces of a spelling mean; () where one of them is not exactly known."""
    spelling = text.strip()
    if spelling.casefold() in _OTHERS:
        return (OTHERS,)
    if code := known([spelling]).get(spelling):
        return (code,)
    if not marks:
        return ()
    found: list[str] = []
    for piece in filter(str.strip, marks[0].split(spelling)):
        codes = parted(piece, known, marks[1:])
        if not codes:
            return ()
        found += codes
    return tuple(dict.fromkeys(found))

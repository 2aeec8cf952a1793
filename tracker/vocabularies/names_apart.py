"""Several names in one text: `Laos; Korea, Republic of and Trinidad and Tobago`, told apart by which pieces are names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

_BETWEEN_NAMES = re.compile(r"[;；、|\r\n]+")
# These also stand inside names: `Korea, Republic of`, `Bosnia and Herzegovina`, `圣多美和普林西比`.
# each begins at the first of several blanks and never tries again from the second: a box full of them must not take minutes
_PERHAPS_BETWEEN_NAMES = re.compile(r"(?<!\s)(?:(?:\s*+[,，/]\s*+|\s++&\s++|\s*+和\s*+)(?:and\s++)?|\s++and\s++)", re.IGNORECASE)
_MOST_PIECES_OF_A_NAME = 4
_MOST_PIECES = 100
_MOST_NAMES = 200

Known = TypeVar("Known")


def taken_apart(typed: str, known_among: Callable[[set[str]], Mapping[str, Known]]) -> list[tuple[str, list[tuple[str, Known]]]]:
    """The texts that surely are apart, each with the names that it holds; without any where it holds something else, too.

    Semicolons, bars, line breaks and 、 always separate; commas, slashes and `and` only where every piece is then a name.
    `known_among` gives those of many texts that are names, with what they mean.
    """
    texts = _texts(typed)
    known = known_among({name for text in texts for name in _possible_names(text)})
    return [(text, _split(text, known)) for text in texts]


def possible_names(typed: str) -> set[str]:
    """Every piece that may be a name: who takes many texts apart looks all of them up at once."""
    return {name for text in _texts(typed) for name in _possible_names(text)}


def _texts(typed: str) -> list[str]:
    return [text for part in _BETWEEN_NAMES.split(typed)[:_MOST_NAMES] if (text := part.strip())]


def _split(text: str, known: Mapping[str, Known]) -> list[tuple[str, Known]]:
    """`text` cut into names so that every piece is one, with the fewest cuts from the left; nothing if that cannot be."""
    starts, ends = _cuts(text)
    # filled from the right: the names from piece `first` to the end
    rest: dict[int, list[tuple[str, Known]]] = {len(starts): []}
    for first in reversed(range(len(starts))):
        for name, after in _pieces(text, starts, ends, first):
            if after in rest and name in known:
                rest[first] = [(name, known[name]), *rest[after]]
                break
    return rest.get(0, [])


def _possible_names(text: str) -> Iterator[str]:
    starts, ends = _cuts(text)
    for first in range(len(starts)):
        yield from (name for name, _ in _pieces(text, starts, ends, first))


def _cuts(text: str) -> tuple[list[int], list[int]]:
    """Where the pieces of `text` begin and end; of too many, none."""
    cuts = list(_PERHAPS_BETWEEN_NAMES.finditer(text))
    if len(cuts) >= _MOST_PIECES:
        return [], []
    return [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(text)]


def _pieces(text: str, starts: list[int], ends: list[int], first: int) -> Iterator[tuple[str, int]]:
    """Longest first, the texts that begin at piece `first`, with the piece that follows each."""
    for after in range(min(first + _MOST_PIECES_OF_A_NAME, len(starts)), first, -1):
        yield text[starts[first] : ends[after - 1]], after

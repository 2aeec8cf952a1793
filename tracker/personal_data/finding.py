"""Finding a name in a text however it is written: case, marks, order, commas, hyphens. Pure functions.

"ZHANG San", "San, Zhang", "Zhāng-San" and "zhangsan" are one name. A surname alone, an initial or an inflected form is
found only when it was given as another spelling.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from tracker.database.folding import fold

MOST_PARTS = 5  # parts of a name that may stand in any order: 120 orders
WIDEST_GAP = 5  # signs between two parts: a comma, a hyphen, a blank
SHORT = 3  # a name of one word this short is found only as it was written: "An" is also a word


@dataclass(frozen=True)
class Word:
    """One word of a text, folded, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """A name in a text: whose it is and where it stands."""

    no: int
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of `text`; each Han character is one. Signs without width and combining marks part no words."""
    found: list[Word] = []
    letters, start, end = "", 0, 0
    for place, char in enumerate(text):
        if unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf"):
            end = place + 1 if letters else end
            continue
        folded, alone = _folded(char), is_han(char)
        if letters and (not folded or alone):
            found.append(Word(letters, start, end))
            letters = ""
        if not folded:
            continue
        if alone:
            found.append(Word(folded, place, place + 1))
            continue
        if not letters:
            start = place
        letters, end = letters + folded.replace(" ", ""), place + 1
    if letters:
        found.append(Word(letters, start, end))
    return found


class Finder:
    """Finds the spellings of persons: number of the person -> spellings."""

    def __init__(self, names: Mapping[int, Iterable[str]]) -> None:
        self._joined: dict[str, int] = {}
        self._exact: dict[str, set[str]] = {}
        for no, spellings in names.items():
            for spelling in spellings:
                self._add(no, spelling)
        self._longest = max(map(len, self._joined), default=0)

    def _add(self, no: int, spelling: str) -> None:
        parts = [word.folded for word in words_of(spelling)]
        letters = "".join(parts)
        if len(letters) < 2:
            return
        if len(parts) == 1 and len(letters) <= SHORT and not is_han(letters[0]):
            self._exact.setdefault(letters, set()).add(spelling.strip())
        for order in _orders(parts):
            self._joined.setdefault("".join(order), no)

    def find(self, text: str) -> list[Found]:
        """Every name in `text`, the longest where several begin, none inside another."""
        if not self._joined or not text:
            return []
        words, found, place = words_of(text), [], 0
        while place < len(words):
            last = self._longest_from(text, words, place)
            if last is None:
                place += 1
                continue
            no, stop = last
            found.append(Found(no, words[place].start, words[stop].end))
            place = stop + 1
        return found

    def _longest_from(self, text: str, words: list[Word], first: int) -> tuple[int, int] | None:
        joined, best = "", None
        for place in range(first, len(words)):
            if place > first and words[place].start - words[place - 1].end > WIDEST_GAP:
                break
            joined += words[place].folded
            if len(joined) > self._longest:
                break
            if joined in self._joined and self._is_as_written(joined, text[words[first].start : words[place].end]):
                best = self._joined[joined], place
        return best

    def _is_as_written(self, joined: str, written: str) -> bool:
        return joined not in self._exact or written in self._exact[joined]


def _orders(parts: list[str]) -> Iterator[tuple[str, ...]]:
    """The orders in which the parts of a name may stand. Han names have one: turned round they are other words."""
    if all(len(part) == 1 and is_han(part) for part in parts):
        yield tuple(parts)
    elif len(parts) <= MOST_PARTS:
        yield from itertools.permutations(parts)
    else:
        yield from (tuple(parts[place:] + parts[:place]) for place in range(len(parts)))


@cache
def _folded(char: str) -> str:
    return fold(char) if char != "&" else ""


@cache
def is_han(char: str) -> bool:
    """Whether search takes the sign for a word of its own, as it does with Han characters and kana."""
    return bool(fold(char)) and fold(f"a{char}").startswith("a ")

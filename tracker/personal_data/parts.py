"""A part of a name that stands alone: too little to be sure that it means the person, enough to ask. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.personal_data.finding import Finder, is_han, words_of

SHORTEST = 3  # letters; shorter parts ("de", "al") are in everything


class PartFinder:
    """Finds persons of whose names a part stands alone: number of the person -> spellings.

    A word that is a whole spelling is no part: it was masked already. Han names are left out, whose signs are words of their own.
    """

    def __init__(self, names: Mapping[int, Iterable[str]]) -> None:
        self._whole = Finder(names)
        self._parts: dict[str, set[int]] = {}
        for no, spellings in names.items():
            for spelling in spellings:
                words = [word.folded for word in words_of(spelling)]
                for word in words if len(words) > 1 else ():
                    if len(word) >= SHORTEST and not is_han(word[0]) and not word.isdigit():
                        self._parts.setdefault(word, set()).add(no)

    def __bool__(self) -> bool:
        """Whether there is anything to find."""
        return bool(self._parts)

    def find(self, text: str) -> set[int]:
        """The numbers of the persons. A word in small letters is none: "long" is no Mr Long."""
        if not self._parts or not text:
            return set()
        masked = [(found.start, found.end) for found in self._whole.find(text)]
        found: set[int] = set()
        for word in words_of(text):
            if text[word.start].islower() or any(start <= word.start < end for start, end in masked):
                continue
            found |= self._parts.get(word.folded, set())
        return found

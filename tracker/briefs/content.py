"""What a brief says, as plain values: both kinds of file are written from this and from nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_TOGETHER = 20  # rows of a table that is not cut by the end of a page
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # no file has a way to say these


@dataclass(frozen=True)
class Entry:
    """What stands in one place of a table, with the number of its note; 0 for none."""

    text: str
    note: int = 0


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    label: str
    entries: tuple[Entry, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first of `heads` stands over the labels."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    foot: str = ""
    is_numbers: bool = True  # else words, which are not set to the right

    @property
    def shares(self) -> tuple[int, ...]:
        """How wide each column is beside the others: labels have as much room as two numbers, more where there are few columns and less
        where there are many, whose heads need it."""
        count = len(self.heads)
        if self.is_numbers:
            return (6 if count <= 5 else 4 if count <= 7 else 3, *(2 for _ in range(count - 1)))
        return (8, 4, 4, 3, 6) if count > 4 else (11, 4, 4, 3)[:count]


@dataclass(frozen=True)
class Numbered:
    """A note or a source under its number."""

    number: int
    text: str


@dataclass(frozen=True)
class Brief:
    """The whole document."""

    title: str
    subtitle: str
    marking: str  # on every page
    period: str
    as_of: str
    basis: str
    about: tuple[tuple[str, str], ...]  # all that is said of the figures: period, as of, basis, clearance, rules
    lead: tuple[str, ...]  # the key figures in sentences
    tables: tuple[Table, ...]
    notes_title: str
    notes: tuple[Numbered, ...]
    sources_title: str
    sources: tuple[Numbered, ...]
    language: str = "en"
    records: int = 0  # how many stand behind its figures and lists


def printable(text: str) -> str:
    """`text` without what cannot be printed."""
    return _UNPRINTABLE.sub("", text)

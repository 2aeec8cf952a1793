"""The names of one record's persons: the only place where they are read and written.

A document never holds a name. It says `"name": 2`, the second spelling in the person's sealed book, and its texts say
`[HND-2026-0001/1]` (the first spelling) or `[HND-2026-0001/1.2]` (the second) where a name was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.personal_data.finding import Finder
from tracker.personal_data.keys import keep_spellings, new_key, spellings_of
from tracker.personal_data.models import SubjectKey

NAMES = "subjects"  # the list of a document that holds persons
TYPED = "typed"  # in a row just typed: {"name": ..., "other_names": [...], "remove": False}; never stored


class ErasedError(ValueError):
    """A name was typed for a person whose name was erased."""


class Books:
    """Every spelling of every person of the record `ref`, opened for as long as a request lasts.

    `session` only reads until `save`; a book that is never saved serves to compare and to show. `keys`: where all of them are read already.
    """

    def __init__(self, session: Session, ref: str, keys: Iterable[SubjectKey] | None = None) -> None:
        self.ref = ref
        self._session = session
        self.keys = {key.no: key for key in (keys if keys is not None else _keys_of(session, ref))}
        self._spellings = {no: spellings_of(key) for no, key in self.keys.items()}
        self._stored = {no: len(found) for no, found in self._spellings.items()}
        self._finder: Finder | None = None

    @property
    def has_new(self) -> bool:
        """Whether a spelling was found that was not known before: then older texts may hold it."""
        return any(len(found) > self._stored.get(no, 0) for no, found in self._spellings.items())

    @property
    def has_names(self) -> bool:
        """Whether there is a name of any person, in any version."""
        return any(self._spellings.values())

    def spelling(self, no: int, index: int) -> str:
        """Spelling `index` of person `no`; '' when there is none, or none any more."""
        found = self._spellings.get(no, [])
        return found[index - 1] if 0 < index <= len(found) else ""

    def index(self, no: int, spelling: str) -> int:
        """The number of `spelling` in the book of person `no`, written in when it is new. Raises ErasedError."""
        if self.is_erased(no):
            raise ErasedError(pseudonym_of(self.ref, no))
        found = self._spellings.setdefault(no, [])
        if spelling not in found:
            found.append(spelling)
            self._finder = None
        return found.index(spelling) + 1

    def is_erased(self, no: int) -> bool:
        """Whether the person's key was destroyed."""
        return no in self.keys and self.keys[no].wrapped is None

    def take(self, document: Mapping[str, Any], kept: Mapping[str, Any] | None) -> dict[str, Any]:
        """`document` with its typed names in the books and out of its rows. `kept` is what is stored now.

        A row that is new gets a number that no person of the record ever had.
        """
        known = {row["no"] for row in (kept or {}).get(NAMES) or ()}
        rows, used = [], known | set(self.keys)
        for row in document.get(NAMES) or ():
            typed = row.get(TYPED) or {}
            made = {name: value for name, value in row.items() if name != TYPED}
            is_somebody_else = row["no"] not in known and row["no"] in used  # unless an old version brings the person back
            if is_somebody_else and (typed or not row["name"]):
                made["no"] = max(used) + 1
            used.add(made["no"])
            rows.append(self._named(made, typed))
        return {**document, NAMES: rows} if NAMES in document else dict(document)

    def _named(self, row: dict[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
        if typed.get("remove"):
            row |= {"name": 0, "other_names": []}
        if typed.get("name"):
            row["name"] = self.index(row["no"], typed["name"])
        if typed.get("other_names"):
            row["other_names"] = [self.index(row["no"], other) for other in typed["other_names"]]
        return row

    def holds_name(self, text: str) -> bool:
        """Whether `text` names one of the record's persons."""
        return bool(self.finder.find(text))

    def masked(self, text: str) -> str:
        """`text` with the placeholder of the person for each name; how it was written goes into the book."""
        found, place = [], 0
        for one in self.finder.find(text):
            index = self.index(one.no, text[one.start : one.end])
            found += [text[place : one.start], placeholder(self.ref, one.no, index)]
            place = one.end
        return "".join([*found, text[place:]]) if found else text

    def opened(self, text: str) -> str:
        """`text` as it was typed, names and all; placeholders of persons who were erased stay."""
        pattern = re.compile(rf"\[{re.escape(self.ref)}/(\d{{1,6}})(?:\.(\d{{1,6}}))?\]", re.ASCII)
        return pattern.sub(lambda match: self.spelling(int(match[1]), int(match[2] or 1)) or match[0], text)

    def save(self, record_id: int) -> None:
        """Seal what is new; persons without a key get theirs."""
        for no, found in self._spellings.items():
            if len(found) == self._stored.get(no, 0):
                continue
            if no not in self.keys:
                self.keys[no] = new_key(pseudonym_of(self.ref, no), record_id, no)
                self._session.add(self.keys[no])
            keep_spellings(self.keys[no], found)
            self._stored[no] = len(found)
        self._session.flush()

    @property
    def finder(self) -> Finder:
        """Finds every name of every person."""
        self._finder = self._finder or Finder(self._spellings)
        return self._finder


def _keys_of(session: Session, ref: str) -> Iterable[SubjectKey]:
    """As they stand now: somebody whom this transaction waited for may have added a spelling."""
    held = sa.select(SubjectKey).where(SubjectKey.pseudonym.startswith(pseudonym_of(ref, 0)[:-1], autoescape=True))
    return session.scalars(held.execution_options(populate_existing=True))


def finder_of(session: Session, record_ids: sa.Select[int]) -> Finder:
    """Finds every sealed name of the persons of these records, as they stand now, in one pass."""
    held = sa.select(SubjectKey).where(SubjectKey.record_id.in_(record_ids), SubjectKey.wrapped.is_not(None)).order_by(SubjectKey.pseudonym)
    keys = session.scalars(held.execution_options(populate_existing=True))
    return Finder({number: spellings_of(key) for number, key in enumerate(keys)})


def nameless(finder: Finder, text: str, word: str) -> str:
    """`text` with `word` for each name, where even the pseudonym would tell too much; nothing is written into a book."""
    found, place = [], 0
    for one in finder.find(text):
        found += [text[place : one.start], word]
        place = one.end
    return "".join([*found, text[place:]]) if found else text


def pseudonym_of(ref: str, no: int) -> str:
    """`HND-2026-0001/1`."""
    return f"{ref}/{no}"


def placeholder(ref: str, no: int, index: int) -> str:
    """What stands in a text for spelling `index` of person `no`."""
    return f"[{pseudonym_of(ref, no)}]" if index == 1 else f"[{pseudonym_of(ref, no)}.{index}]"

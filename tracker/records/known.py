"""What documents that no form made may name: records, sources and persons that their writer sees, and file numbers that are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.personal_data.models import Subject
from tracker.records.fields import clean_text, has_forbidden
from tracker.records.list_columns import columns_of
from tracker.records.models import Record, RecordIdentifier
from tracker.records.numbers import small_number
from tracker.records.record_type import ColumnKind, RecordType
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to, visible_to

_AT_ONCE, _LONGEST = 500, 300


@dataclass
class Known:
    """Looked up for many documents at once, by `learn`, as far as `user` sees it."""

    session: Session
    user: User
    kinds: dict[str, str] = field(default_factory=dict)  # reference of a record -> its kind
    sources: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)  # pseudonyms
    holders: dict[tuple[str, str], str] = field(default_factory=dict)  # file number -> the record that has it

    def learn(self, given: Sequence[Mapping[str, Any]], record_type: RecordType) -> None:
        """Look up what the documents `given` name."""
        refs, sources, persons, numbers = set[str](), set[str](), set[str](), set[str]()
        records = [column.name for column in record_type.all_columns if column.kind is ColumnKind.RECORD]
        told = [(child.name, column.name) for child in record_type.all_lists for column in columns_of(child)
                if column.kind is ColumnKind.PERSON]  # fmt: skip
        for one in given:
            refs |= _texts([one.get(name) for name in records] + [row.get("to") for row in _rows(one, "links")])
            sources |= _texts(row.get("source") for row in _rows(one, "evidence"))
            numbers |= _texts(row.get("value") for row in _rows(one, "identifiers"))
            for list_name, name in told:
                persons |= _texts(row.get(name) for row in _rows(one, list_name))
        self._learn_records({ref.upper() for ref in refs} - self.kinds.keys())
        for some in _batches(sources - self.sources):
            found = sa.select(Source.ref).where(Source.ref.in_(some), sources_visible_to(self.user))
            self.sources |= set(self.session.scalars(found))
        self._learn_persons({person.upper() for person in persons} - self.persons)
        self._learn_holders(numbers)

    def _learn_records(self, refs: set[str]) -> None:
        for some in _batches(refs):
            seen = sa.select(Record.ref, Record.kind).where(Record.ref.in_(some), visible_to(self.user))
            self.kinds |= dict(self.session.execute(seen).all())

    def _learn_persons(self, pseudonyms: set[str]) -> None:
        """`HND-2024-0001/2` is the second person of a record that the writer sees."""
        for some in _batches({ref for ref, _, no in (one.partition("/") for one in pseudonyms) if small_number(no) is not None}):
            persons = sa.select(Record.ref, Subject.no).join(Record, Record.id == Subject.record_id)
            for ref, no in self.session.execute(persons.where(Record.ref.in_(some), visible_to(self.user))):
                self.persons.add(f"{ref}/{no}")

    def _learn_holders(self, numbers: set[str]) -> None:
        for some in _batches(numbers):
            held = sa.select(RecordIdentifier.scheme, RecordIdentifier.value, Record.ref).join(
                Record, Record.id == RecordIdentifier.record_id
            )
            for scheme, value, ref in self.session.execute(held.where(RecordIdentifier.value.in_(some))):
                self.holders[scheme, value] = ref


def _rows(given: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = given.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def _texts(values: Iterable[Any]) -> set[str]:
    """Texts that a database can be asked for, as they would be stored."""
    askable = (value for value in values if isinstance(value, str) and len(value) <= _LONGEST and not has_forbidden(value))
    return {text for value in askable if (text := clean_text(value))}


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]

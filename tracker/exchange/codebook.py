"""The codebook: what each column of the exchange form holds, with its codes and limits, read off the declarations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from tracker.records.exchange_rows import FIXED, TYPE
from tracker.records.filtering import Reader
from tracker.records.list_columns import columns_of, limit_of, limit_of_column
from tracker.records.record_type import Column, ColumnKind, RecordType
from tracker.records.workbooks import Sheet
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import terms

KIND_WORDS: dict[ColumnKind, LazyString] = {
    ColumnKind.TEXT: _l("text in one line"),
    ColumnKind.LONG_TEXT: _l("text"),
    ColumnKind.DATE: _l("partial date (EDTF, ISO 8601-2)"),
    ColumnKind.TERM: _l("code of a list"),
    ColumnKind.ENUM: _l("one of these words"),
    ColumnKind.FLAG: _l("true or false"),
    ColumnKind.NUMBER: _l("decimal number, with a point"),
    ColumnKind.LANGUAGE: _l("language (ISO 639-1)"),
    ColumnKind.RECORD: _l("reference of another record"),
    ColumnKind.PARTY: _l("code of a country (ISO 3166-1 alpha-3), organisation or agency"),
    ColumnKind.SOURCE: _l("reference of a source"),
    ColumnKind.WHOLE: _l("whole number"),
    ColumnKind.PERSON: _l("pseudonym of a person of another record"),
}
# name -> label, kind, and what becomes of it in the import
_FIXED: dict[str, tuple[LazyString, ColumnKind, LazyString]] = {
    "reference": (_l("Reference"), ColumnKind.TEXT, _l("tells the import which record is meant; empty for a new one")),
    "type": (_l("Type"), ColumnKind.ENUM, _l("tells the import which columns count")),
    "version": (_l("Version"), ColumnKind.WHOLE, _l("tells the import whether somebody has changed the record since")),
    "address": (_l("Address"), ColumnKind.TEXT, _l("the page of the record; passed over by the import")),
    "review_state": (_l("Review"), ColumnKind.TEXT, _l("passed over by the import")),
    "is_restricted": (_l("Restricted"), ColumnKind.FLAG, _l("kept and shown, outside every count; passed over by the import")),
    "handling": (_l("Handling of the record"), ColumnKind.TEXT, _l("at least as strict as its own marking; passed over by the import")),
}
PARTY_LIST, ROWS = "party", "list"


@dataclass(frozen=True)
class Entry:
    """One column, or one field of the rows of a list: `figures[].metric`."""

    column: str
    label: str
    kind: str
    form: str  # the kind in words
    codes: str = ""  # the name of the list of its codes
    limit: int = 0  # characters; 0: none
    note: str = ""


@dataclass(frozen=True)
class Codebook:
    """The columns of files of some types, and the lists of codes that they use: by list, code and label."""

    entries: tuple[Entry, ...]
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {"columns": [asdict(entry) for entry in self.entries], "codes": {name: dict(codes) for name, codes in self.lists.items()}}

    @property
    def sheets(self) -> list[Sheet]:
        """For people: columns, then codes."""
        return [
            Sheet(gettext("Codebook"), self.head, ([*self.row(entry)] for entry in self.entries)),
            Sheet(
                gettext("Codes"),
                (gettext("List"), gettext("Code"), gettext("Meaning")),
                ((name, code, label) for name, codes in self.lists.items() for code, label in codes.items()),
            ),
        ]

    @property
    def head(self) -> tuple[str, ...]:
        return tuple(map(str, (_l("Column"), _l("Meaning"), _l("Form"), _l("List of codes"), _l("Most characters"), _l("Note"))))

    @staticmethod
    def row(entry: Entry) -> Sequence[object]:
        return entry.column, entry.label, entry.form, entry.codes, entry.limit or None, entry.note


def codebook(reader: Reader, types: Iterable[RecordType]) -> Codebook:
    """The codebook of a file of these types: each column once, under the label of the first type that has it."""
    entries = {name: _fixed(name) for name in FIXED}
    lists: dict[str, dict[str, str]] = {TYPE: {}}
    for record_type in types:
        lists[TYPE][record_type.kind] = str(record_type.label)
        for name, column, limit in _columns(record_type):
            entries.setdefault(name, _entry(name, column, limit))
            lists |= _codes(reader, column)
        for child in record_type.all_lists:
            entries.setdefault(child.name, Entry(child.name, str(child.label), ROWS, gettext("rows as a JSON list")))
    order = {name: place for place, name in enumerate(entries)}
    return Codebook(tuple(sorted(entries.values(), key=lambda entry: _place(entry, order))), lists)


def _place(entry: Entry, order: Mapping[str, int]) -> tuple[int, int]:
    """Fields of rows stand behind their list."""
    return order[entry.column.partition("[")[0]], order[entry.column]


def _columns(record_type: RecordType) -> Iterator[tuple[str, Column, int]]:
    for column in record_type.all_columns:
        yield column.name, column, limit_of_column(record_type, column)
    for child in record_type.all_lists:
        for column in columns_of(child):
            yield f"{child.name}[].{column.name}", column, limit_of(child, column)


def _fixed(name: str) -> Entry:
    label, kind, note = _FIXED[name]
    return Entry(name, str(label), kind.value, str(KIND_WORDS[kind]), TYPE if name == TYPE else "", note=str(note))


def _entry(name: str, column: Column, limit: int) -> Entry:
    is_text = column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT)
    note = gettext("a row needs it") if column.is_required else ""
    return Entry(name, str(column.label), column.kind.value, str(KIND_WORDS[column.kind]), _list_of(column), limit if is_text else 0, note)


def _list_of(column: Column) -> str:
    """The name of the list of its codes; '' where it has none."""
    if column.kind is ColumnKind.PARTY:
        return PARTY_LIST
    return column.scheme or (column.name if column.kind is ColumnKind.ENUM else "")


def _codes(reader: Reader, column: Column) -> dict[str, dict[str, str]]:
    name = _list_of(column)
    if not name:
        return {}
    if column.kind is ColumnKind.PARTY:
        return {name: dict(names_by_code(reader.session, reader.locale))}
    if column.kind is ColumnKind.ENUM:
        return {name: {str(word): str(label) for word, label in column.words.items()}}
    return {name: {code: term.label(reader.locale) for code, term in terms(reader.session, column.scheme).items()}}

"""The exchange form: a record as one row for programs, which the import takes back unchanged.

Columns are named as in documents: those of `FIXED`, which say what the row is, then every column of the type with the stored
codes, then each list of rows as compact JSON, exactly as the document holds it. Values (`values_of`) are plain: what JSON has;
cells (`cells_of`) are text, for files that know nothing else. Pure: neither database nor request.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from tracker.records.csv_text import text_of_cell
from tracker.records.documents import Document
from tracker.records.record_type import Column, ColumnKind, RecordType
from tracker.records.values import empty

REFERENCE, TYPE, VERSION = "reference", "type", "version"
# what the import only reads to know which record is meant, and what it passes over
FIXED = (REFERENCE, TYPE, VERSION, "address", "review_state", "is_restricted", "handling")
# the files of this form, by what their names end in
FORMATS = ("exchange.csv", "exchange.xlsx", "jsonl", "parquet")
_NEEDED = {REFERENCE, TYPE, "title"}
_NEARLY_ALL = 5  # known columns and others, for each of the others
_FLAGS = {"true": True, "false": False}
Values = dict[str, Any]


class ExchangeError(ValueError):
    """Cells that cannot be read, by the name of their column: what is wrong and what to write."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class Exchanged:
    """One record in the exchange form; `handling` and the rest of what is no document are told and never read back."""

    reference: str
    version: int
    address: str
    review_state: str
    is_restricted: bool
    handling: str
    document: Document


def head(types: Iterable[RecordType]) -> tuple[str, ...]:
    """The names of the columns of a file of these types, each once: fixed ones, columns, lists."""
    known = list(types)
    columns = dict.fromkeys(column.name for record_type in known for column in record_type.all_columns)
    lists = dict.fromkeys(child.name for record_type in known for child in record_type.all_lists)
    return (*FIXED, *columns, *lists)


def is_exchange_form(header: Collection[str], types: Iterable[RecordType]) -> bool:
    """Whether a file with this header is of the exchange form, columns left out or in another order included."""
    return set(head(types)) >= set(header) >= _NEEDED


def further_columns(header: Collection[str], types: Iterable[RecordType]) -> list[str]:
    """What keeps a file with nearly all columns of the exchange form from being one: names that the form does not have."""
    known = set(head(types))
    further = [name for name in header if name not in known]
    return further if set(header) >= _NEEDED and len(header) >= _NEARLY_ALL * len(further) else []


def values_of(one: Exchanged, record_type: RecordType) -> Values:
    """The row of a record of this type: values of its document by name."""
    about = {
        REFERENCE: one.reference,
        TYPE: record_type.kind,
        VERSION: one.version,
        "address": one.address,
        "review_state": one.review_state,
        "is_restricted": one.is_restricted,
        "handling": one.handling,
    }
    return about | {name: one.document[name] for name in _names(record_type)}


def document_of(values: Mapping[str, Any], record_type: RecordType) -> Document:
    """The document that a row says, or as much of it as the row has columns for.

    What is not there is taken from what is stored, or from an empty document. Codes and references are as they stand in the row:
    whether they exist is for the checks of documents. Raises ExchangeError for what is not even of the right shape.
    """
    document: Document = {"kind": record_type.kind}
    problems: dict[str, str] = {}
    for column in record_type.all_columns:
        if column.name in values:
            document[column.name] = _stored(column, values[column.name], problems)
    for child in record_type.all_lists:
        if child.name in values:
            rows = [] if values[child.name] in (None, "") else values[child.name]
            if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
                document[child.name] = rows
            else:
                problems[child.name] = gettext("Write a list of rows as JSON, for example [] or [{…}].")
    if problems:
        raise ExchangeError(problems)
    return document


def cells_of(values: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """The values under `names` as text; what the row has no value for is empty."""
    return [_cell(values.get(name)) for name in names]


def values_of_cells(cells: Mapping[str, str], record_type: RecordType) -> Values:
    """The values that cells say, of a CSV file or a workbook: the inverse of `cells_of`. Raises ExchangeError."""
    plain = {name: text_of_cell(cell) for name, cell in cells.items()}
    values: Values = dict(plain)
    problems: dict[str, str] = {}
    for column in record_type.all_columns:
        if column.kind is ColumnKind.FLAG and plain.get(column.name):
            values[column.name] = _FLAGS.get(plain[column.name].strip().lower(), plain[column.name])
    for child in record_type.all_lists:
        if plain.get(child.name, "").strip():
            try:
                values[child.name] = json.loads(plain[child.name])
                if "\\u" in plain[child.name]:
                    compact(values[child.name]).encode()  # half a letter, which JSON can write and nobody can store
            except (ValueError, RecursionError):
                problems[child.name] = gettext("This is no JSON: write a list of rows, for example [] or [{…}].")
    if problems:
        raise ExchangeError(problems)
    return values


def without(document: Document, record_type: RecordType, hidden: Collection[str]) -> Document:
    """`document` for a reader who may not see the records `hidden`: they are named nowhere. Whoever writes it back keeps them."""
    if not hidden:
        return document
    fields = {
        column.name: None for column in record_type.all_columns if column.kind is ColumnKind.RECORD and document[column.name] in hidden
    }
    return document | fields | {"links": [entry for entry in document["links"] if entry["to"] not in hidden]}


def compact(value: object) -> str:
    """JSON in one line, in the signs of its texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _names(record_type: RecordType) -> list[str]:
    return [*(column.name for column in record_type.all_columns), *(child.name for child in record_type.all_lists)]


def _stored(column: Column, value: Any, problems: dict[str, str]) -> Any:
    """A value as documents hold it: what is empty as its kind has it."""
    if value in (None, ""):
        return empty(column)
    if column.kind is ColumnKind.FLAG:
        if not isinstance(value, bool):
            problems[column.name] = gettext("Write true or false.")
        return value
    if isinstance(value, bool | list | dict):
        problems[column.name] = gettext("Write text here.")
    return str(value)


def _cell(value: Any) -> str:
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return compact(value) if isinstance(value, list) else str(value)

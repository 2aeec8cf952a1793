"""What documents of one record type hold, worked out once for the many that are checked: how each column is read, and what it says where
nothing is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.records.documents import Document, empty_document
from tracker.records.known import Known
from tracker.records.list_columns import DEFAULTS, columns_of, limit_of, limit_of_column
from tracker.records.record_type import ChildList, RecordType
from tracker.records.values import Reading, empty


@dataclass(frozen=True)
class RowShape:
    """The rows of one list."""

    child: ChildList
    columns: Mapping[str, Reading]
    usual: Document
    required: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """A document of one type with its lists."""

    columns: Mapping[str, Reading]
    lists: Mapping[str, RowShape]
    usual: Document

    def empty(self) -> Document:
        """A document of which nothing is known yet."""
        return self.usual | {name: [] for name in self.lists}


def shape_of(record_type: RecordType, known: Known) -> Shape:
    """The shape of documents of this type; codes and references are those of `known`."""
    columns = {column.name: Reading(column, limit_of_column(record_type, column), known) for column in record_type.all_columns}
    lists = {child.name: _rows_of(child, known) for child in record_type.all_lists}
    return Shape(columns, lists, empty_document(record_type))


def _rows_of(child: ChildList, known: Known) -> RowShape:
    columns = {column.name: Reading(column, limit_of(child, column), known) for column in columns_of(child)}
    usual = {name: DEFAULTS.get((child.name, name), empty(one.column)) for name, one in columns.items()}
    return RowShape(child, columns, usual, tuple(name for name, one in columns.items() if one.column.is_required))

"""Lists in pieces for programs: each piece begins behind the last line of the one before, whatever was added or changed meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.counting.filters import RecordFilter
from tracker.records.filtering import Reader
from tracker.records.list_order import SORTS, in_order, sorted_by
from tracker.records.models import Record
from tracker.records.queries import ListRow, completed, lines, selected_ids

_READ: dict[str, Callable[[str], Any]] = {"date": date.fromisoformat, "changed": datetime.fromisoformat}


class CursorError(ValueError):
    """A cursor that no answer gave."""


@dataclass(frozen=True)
class Piece:
    """Some lines of a list, how many there are in all, and where the next piece begins; '' at the end."""

    rows: tuple[ListRow, ...]
    total: int
    following: str


def piece_of_records(reader: Reader, chosen: RecordFilter, sort: str, cursor: str, size: int) -> Piece:
    """At most `size` lines of the records of `chosen`, behind `cursor` ('' for the first). Raises CursorError.

    `sort` is one of SORTS, with `-` before it where the largest comes first.
    """
    if sort.lstrip("-") not in SORTS:
        raise ValueError(sort)
    ids = selected_ids(reader, chosen)
    total = reader.session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0
    by = sorted_by(sort.lstrip("-"))
    statement = in_order(lines().add_columns(by.label("sorted_by")).where(Record.id.in_(ids)), sort)
    if cursor:
        statement = statement.where(_behind(by, sort, *_read(cursor, sort)))
    found = reader.session.execute(statement.limit(size + 1)).all()
    shown = found[:size]
    following = _written(sort, shown[-1].sorted_by, shown[-1].id) if len(found) > size else ""
    return Piece(tuple(completed(reader, chosen, shown)), total, following)


def _behind(by: Any, sort: str, value: Any, record_id: int) -> sa.ColumnElement[bool]:
    """What comes after the line with this value and key: see `in_order`."""
    if value is None:
        return sa.and_(by.is_(None), Record.id < record_id)
    further = by < value if sort.startswith("-") else by > value
    return sa.or_(further, by.is_(None), sa.and_(by == value, Record.id < record_id))


def _written(sort: str, value: Any, record_id: int) -> str:
    said = value.isoformat() if isinstance(value, date) else value  # a moment is a date too
    return base64.urlsafe_b64encode(json.dumps([sort, said, record_id]).encode()).decode().rstrip("=")


def _read(cursor: str, sort: str) -> tuple[Any, int]:
    try:
        told, said, record_id = json.loads(base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), b"-_", validate=True))
        if told != sort or not isinstance(record_id, int) or not 0 < record_id < 2**31 or "\x00" in str(said):
            raise CursorError(cursor)
        if said is None and sort.lstrip("-") == "date":
            return None, record_id
        if not isinstance(said, str) or len(said) > 1_000:
            raise CursorError(cursor)
        value = _READ.get(sort.lstrip("-"), str)(said)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise CursorError(cursor)
        said.encode()  # half a character is no text
        return value, record_id
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise CursorError(cursor) from error

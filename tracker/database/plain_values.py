"""Values of columns as JSON and back, the same text from either engine."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa


def plain(value: Any) -> Any:
    """`value` as JSON holds it. A moment without a zone is one of SQLite's, which are UTC."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def reader_of(column: sa.Column[Any], dialect: str) -> Callable[[Any], Any]:
    """What makes a value for `column` out of what `plain` wrote. Raises ValueError for a text that is none."""
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return _optional(_naive_moment if dialect == "sqlite" else datetime.fromisoformat)
    if isinstance(kind, sa.Date):
        return _optional(date.fromisoformat)
    if isinstance(kind, sa.Numeric) and kind.asdecimal:
        return _optional(_decimal)
    if isinstance(kind, sa.LargeBinary):
        return _optional(_bytes)
    return _as_it_is


def _optional(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _as_it_is(value: Any) -> Any:
    return value


def _naive_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise ValueError(text) from error


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error

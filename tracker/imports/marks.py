"""The sign before the decimals."""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    """What stands before the decimals of a number."""

    COMMA = "comma"
    POINT = "point"

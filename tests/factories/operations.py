"""Joint operations for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.factories import records
from tracker.records.documents import Document


def operation(
    partners: Sequence[records.Partner] = (),
    start: str = "",
    end: str = "",
    *,
    arrests: str = "",
    figures: Iterable[Document] = (),
    **columns: Any,
) -> Document:
    """A joint operation; `arrests` is the number as typed, for all partners together."""
    own = [records.figure("arrests", arrests)] if arrests else []
    return records.document("operation", partners, start, end=end, figures=[*own, *figures], **columns)

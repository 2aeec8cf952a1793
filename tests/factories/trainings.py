"""Trainings for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.factories import records
from tracker.records.documents import Document


def training(
    partners: Sequence[records.Partner] = (),
    start: str = "",
    end: str = "",
    *,
    participants: str = "",
    figures: Iterable[Document] = (),
    **columns: Any,
) -> Document:
    """A training; `participants` is the number as typed, for all countries together."""
    own = [records.figure("participants", participants)] if participants else []
    return records.document("training", partners, start, end=end, figures=[*own, *figures], **columns)

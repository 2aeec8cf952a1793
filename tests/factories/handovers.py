"""Handovers for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.factories import records
from tracker.records.documents import Document


def handover(
    partners: Sequence[records.Partner] = (), start: str = "", persons: str = "", *, figures: Iterable[Document] = (), **columns: Any
) -> Document:
    """A handover; `persons` is the number as typed: `10`, `more than 5`, `several`."""
    own = [records.figure("handed_over", persons)] if persons else []
    return records.document("handover", partners, start, figures=[*own, *figures], **columns)

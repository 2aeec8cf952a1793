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


def subject(no: int = 1, name: str = "", other_names: Sequence[str] = (), kind: str = "suspect", **codes: Any) -> Document:
    """A person as the form hands it over: the name typed, not sealed yet. `codes`: legal_status, nationality, alleged_crime, same_as."""
    row: Document = {"no": no, "kind": kind, "legal_status": None, "nationality": None, "alleged_crime": None}
    row |= {"name": 0, "other_names": [], "same_as": ""} | codes
    return row | {"typed": {"name": name, "other_names": list(other_names), "remove": False}} if name or other_names else row

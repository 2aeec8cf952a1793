"""Visits for tests: of a type that only tests have (`tests/contract/visit_type`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.contract.whole_records import counted
from tracker.records.documents import Document
from tracker.records.record_type import RecordType


def visit(visits: RecordType, partners: Sequence[str] = (), start: str = "", *, title: str = "A visit", **columns: Any) -> Document:
    """A visit; the type is handed in, since importing it tells SQLAlchemy of a table that no database has."""
    return counted(visits, title, tuple(partners), start, **columns)

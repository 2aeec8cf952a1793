"""Statements for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tests.factories import records
from tracker.records.documents import Document


def statement(partners: Sequence[records.Partner] = (), start: str = "", *, figures: Iterable[Document] = (), **columns: Any) -> Document:
    """A statement with the numbers that it gives."""
    return records.document("statement", partners, start, figures=figures, **columns)


def running_total(
    number: str, as_of: str, series: str = "Reported arrests", metric: str = "arrests_reported", partners: Sequence[records.Partner] = ()
) -> Document:
    """A statement that gives a value of a running total: `running_total("more than 50,000", "2024-09")`."""
    value = records.figure(metric, number, "person", nature="cumulative", as_of=as_of, series=series)
    return statement(partners, as_of, figures=[value])

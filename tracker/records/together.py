"""Records that wait and can be decided about together, said by those who stand above records: an import says so here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from tracker.records.filtering import Reader
from tracker.records.models import Record

_TOGETHER = "waiting_together"


@dataclass(frozen=True)
class Together:
    """Such records in words, and the page where they are decided about."""

    text: str
    url: str
    marking: str  # of what the words name


Find = Callable[[Reader, Record | None], Sequence[Together]]  # without a record all that wait, with one those that it belongs to


def also_together(app: Flask, find: Find) -> None:
    app.extensions.setdefault(_TOGETHER, []).append(find)


def together(reader: Reader, record: Record | None = None) -> tuple[Together, ...]:
    """Those that the reader may decide about."""
    return tuple(one for find in current_app.extensions.get(_TOGETHER, ()) for one in find(reader, record))

"""Records that wait and can be decided about together, said by those who stand above records: an import says so here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask, current_app

from tracker.records.filtering import Reader
from tracker.records.models import Record

_TOGETHER, _WHICH = "waiting_together", "which_wait_together"


@dataclass(frozen=True)
class Together:
    """Such records in words, and the page where they are decided about."""

    text: str
    url: str
    marking: str  # of what the words name


Find = Callable[[Reader, Record | None], Sequence[Together]]  # without a record all that wait, with one those that it belongs to


def also_together(app: Flask, find: Find, which: Callable[[], sa.ColumnElement[bool]]) -> None:
    """`which` is the condition on records by which the queue leaves them out of its single ones."""
    app.extensions.setdefault(_TOGETHER, []).append(find)
    app.extensions.setdefault(_WHICH, []).append(which)


def together(reader: Reader, record: Record | None = None) -> tuple[Together, ...]:
    """Those that the reader may decide about."""
    return tuple(one for find in current_app.extensions.get(_TOGETHER, ()) for one in find(reader, record))


def waits_together() -> sa.ColumnElement[bool]:
    """Whether a record that waits can be decided about with others."""
    return sa.or_(sa.false(), *(which() for which in current_app.extensions.get(_WHICH, ())))

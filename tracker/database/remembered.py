"""Values that do not change within a transaction, asked for once in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

T = TypeVar("T")
_KEY = "remembered"


def remembered(session: Session, name: str, ask: Callable[[], T]) -> T:
    """What `ask` answers, once for each transaction of `session`."""
    kept: dict[str, Any] = session.info.setdefault(_KEY, {})
    if name not in kept:
        kept[name] = ask()
    value: T = kept[name]
    return value


def forget(session: Session, *_: Any) -> None:
    """Ask again: after a write to what is remembered, and at the end of every transaction."""
    session.info.pop(_KEY, None)


sa.event.listen(Session, "after_transaction_end", forget)

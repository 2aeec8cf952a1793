"""Values that do not change within a transaction, asked for once in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session

T = TypeVar("T")
_KEY = "remembered"
_models: set[type[Any]] = set()


def remembered(session: Session, name: str, ask: Callable[[], T]) -> T:
    """What `ask` answers, once for each transaction of `session`. Whoever asks names in `depends_on` what the answer is read from."""
    kept: dict[str, Any] = session.info.setdefault(_KEY, {})
    if name not in kept:
        kept[name] = ask()
    value: T = kept[name]
    return value


def depends_on(*models: type[Any]) -> None:
    """What is remembered is read from rows of `models`: a session that writes one of them asks again."""
    _models.update(models)


def forget(session: Session, *_: Any) -> None:
    """Ask again: at the end of every transaction, and after a write past the session to what is remembered."""
    session.info.pop(_KEY, None)


@sa.event.listens_for(Session, "after_flush")
def _forget_written(session: Session, _context: Any) -> None:
    if any(isinstance(one, tuple(_models)) for one in (*session.new, *session.dirty, *session.deleted)):
        forget(session)


@sa.event.listens_for(Session, "do_orm_execute")
def _forget_executed(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and state.bind_mapper is not None and issubclass(state.bind_mapper.class_, tuple(_models)):
        forget(state.session)


sa.event.listen(Session, "after_transaction_end", forget)

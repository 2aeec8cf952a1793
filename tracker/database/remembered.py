"""Values that do not change within a transaction, asked for once in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

T = TypeVar("T")
_KEY, _WRITTEN = "remembered", "has written what is remembered"
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


def has_written(session: Session, *models: type[Any]) -> bool:
    """Whether this transaction has written rows of one of `models`, which what is remembered depends on."""
    return not session.info.get(_WRITTEN, set()).isdisjoint(models)


def forget(session: Session, *models: type[Any]) -> None:
    """Ask again: after rows of `models` were written, by the session or past it."""
    session.info.pop(_KEY, None)
    session.info.setdefault(_WRITTEN, set()).update(models)


@sa.event.listens_for(Session, "after_flush")
def _forget_written(session: Session, _context: Any) -> None:
    written = {type(one) for one in (*session.new, *session.dirty, *session.deleted)} & _models
    if written:
        forget(session, *written)


@sa.event.listens_for(Session, "do_orm_execute")
def _forget_executed(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    if writes and state.bind_mapper is not None and state.bind_mapper.class_ in _models:
        forget(state.session, state.bind_mapper.class_)


@sa.event.listens_for(Session, "after_transaction_end")
def _forget_all(session: Session, transaction: SessionTransaction) -> None:
    session.info.pop(_KEY, None)
    if transaction.parent is None:
        session.info.pop(_WRITTEN, None)

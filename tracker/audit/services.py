"""Adding to the trail: with the write it tells of, or apart from a page that only reads.

Events wait in the session and are numbered and chained just before the commit, so that the head of the chain is the
last lock that a transaction takes: writers never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from tracker.audit.actions import Action
from tracker.audit.chain import canonical, hash_of
from tracker.audit.models import AuditEvent, AuditHead, AuditMention
from tracker.database.columns import utc_now
from tracker.database.session import writing

_PENDING, _WROTE, _ORIGIN = "audit_pending", "audit_wrote", "audit_origin"
TARGET_LENGTH, PURPOSE_LENGTH = 80, 500


class Actor(Protocol):
    """Whoever acts: a user, known here by key and name only."""

    @property
    def id(self) -> Any: ...
    @property
    def username(self) -> Any: ...


class UnauditedWriteError(RuntimeError):
    """A request changed something and left no event: a mistake of ours, and nothing is stored."""


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    address: str = ""
    request: str = ""
    token: int = 0  # with which a program came


@dataclass(frozen=True)
class _Waiting:
    values: dict[str, Any]
    mentions: tuple[str, ...]
    inside: tuple[SessionTransaction, ...]  # the savepoints it was written in: rolled back with any of them


@dataclass(frozen=True)
class _Wrote:
    table: str
    inside: tuple[SessionTransaction, ...]  # as above: what a savepoint took back was not written


def write(
    actor: Actor | None,
    session: Session,
    action: Action,
    target: str = "",
    *,
    purpose: str = "",
    detail: Mapping[str, Any] | None = None,
    mentions: Iterable[str] = (),
) -> None:
    """Add an event to the transaction of `session`: both are stored, or neither.

    `actor` is None for the command line and for somebody not signed in. `detail` is what JSON can hold; never personal data.
    `mentions`: the records that were read with this, though the target is another; the detail says them too.
    """
    if not session.in_transaction():
        session.begin()  # so that a rollback is told to us
    values = _values(actor, action, target, purpose, detail, session.info.get(_ORIGIN, Origin()))
    session.info.setdefault(_PENDING, []).append(_Waiting(values, tuple(dict.fromkeys(mentions)), _savepoints(session)))


def write_apart(
    actor: Actor | None,
    session: Session,
    action: Action,
    target: str = "",
    *,
    purpose: str = "",
    detail: Mapping[str, Any] | None = None,
    mentions: Iterable[str] = (),
) -> None:
    """Add an event in a short transaction of its own: for pages that read, and for refusals, whose own work is rolled back.

    When it cannot be stored, the error goes on: what must be logged is not shown unlogged. A transaction of `session` that may
    write must have ended before, or SQLite makes this one wait for it.
    """
    with writing(), Session(session.get_bind()) as apart:
        apart.info[_ORIGIN] = session.info.get(_ORIGIN, Origin())
        write(actor, apart, action, target, purpose=purpose, detail=detail, mentions=mentions)
        apart.commit()


def same_origin(session: Session, other: Session) -> None:
    """What `other` writes comes from where the request of `session` comes from, in transactions of its own."""
    other.info[_ORIGIN] = session.info.get(_ORIGIN, Origin())


def watch(session: Session, origin: Origin) -> None:
    """From here on `session` serves a request from `origin`: what it changes must leave an event."""
    session.info[_ORIGIN] = origin
    session.info[_WROTE] = []


def _values(
    actor: Actor | None, action: Action, target: str, purpose: str, detail: Mapping[str, Any] | None, origin: Origin
) -> dict[str, Any]:
    at: datetime = utc_now()
    return {
        "at": at,
        "actor_id": actor.id if actor else None,
        "actor": actor.username if actor else "",
        "action": action.value,
        "target": target[:TARGET_LENGTH],
        "purpose": purpose[:PURPOSE_LENGTH],
        "detail": canonical({**({"by_token": origin.token} if origin.token else {}), **(detail or {})}),
        "address": origin.address,
        "request": origin.request,
    }


def _savepoints(session: Session) -> tuple[SessionTransaction, ...]:
    found = []
    inside = session.get_nested_transaction()
    while inside is not None and inside.nested:
        found.append(inside)
        inside = inside.parent
    return tuple(found)


@sa.event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    """Number and chain what waits; refuse a request's commit that leaves no event of what it changed."""
    if session.in_nested_transaction():
        return
    session.flush()
    pending: list[_Waiting] = session.info.pop(_PENDING, [])
    wrote: list[_Wrote] | None = session.info.get(_WROTE)
    if wrote and not pending:
        raise UnauditedWriteError(f"changed without an event: {', '.join(sorted({one.table for one in wrote}))}")
    if wrote is not None:
        wrote.clear()
    if not pending:
        return
    head = session.execute(sa.select(AuditHead).with_for_update().execution_options(populate_existing=True)).scalar_one()
    rows, mentions = [], []
    for waiting in pending:
        event = waiting.values | {"no": head.no + 1, "previous": head.hash}
        event["hash"] = hash_of(event, head.hash)
        head.no, head.hash = event["no"], event["hash"]
        rows.append(event)
        mentions += [{"ref": ref, "event_no": head.no} for ref in waiting.mentions]
    session.execute(sa.insert(AuditEvent), rows)
    if mentions:
        session.execute(sa.insert(AuditMention), mentions)
    session.flush()


@sa.event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, rolled_back: SessionTransaction) -> None:
    """What was rolled back leaves no event."""
    if rolled_back.nested:
        waiting = session.info.get(_PENDING, [])
        session.info[_PENDING] = [event for event in waiting if rolled_back not in event.inside]
        if session.info.get(_WROTE) is not None:
            session.info[_WROTE] = [one for one in session.info[_WROTE] if rolled_back not in one.inside]
        return
    session.info.pop(_PENDING, None)
    if session.info.get(_WROTE) is not None:
        session.info[_WROTE].clear()


@sa.event.listens_for(Session, "after_flush")
def _see_objects(session: Session, _context: Any) -> None:
    if session.info.get(_WROTE) is None:
        return
    changed = (one for one in session.dirty if session.is_modified(one))
    for one in (*session.new, *session.deleted, *changed):
        _note(session, type(one))


@sa.event.listens_for(Session, "do_orm_execute")
def _see_statements(state: ORMExecuteState) -> None:
    if state.session.info.get(_WROTE) is None or not (state.is_insert or state.is_update or state.is_delete):
        return
    if state.bind_mapper is not None:
        _note(state.session, state.bind_mapper.class_)


def _note(session: Session, model: Any) -> None:
    if _is_audited(model):
        session.info[_WROTE].append(_Wrote(model.__tablename__, _savepoints(session)))


def _is_audited(model: Any) -> bool:
    """Whether a change of `model` must leave an event: everything but what is derived from audited rows, or helps to write them."""
    return getattr(model, "__audited__", True)

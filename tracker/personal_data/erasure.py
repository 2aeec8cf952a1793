"""Erasing names: one person asks, another decides. The key is destroyed; when, by whom and on which ground stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database import search
from tracker.database.columns import utc_now
from tracker.database.wiping import empty_log_after_commit
from tracker.personal_data.models import Decision, ErasureRequest, Ground, SubjectKey

_BEFORE, _FILES, _ALSO = "before_erasure", "files_on_erasure", "on_erasure"
_RECORD = sa.table("record", sa.column("id", sa.Integer))  # its model stands above this folder
Files = Mapping[str, Sequence[int]]  # {"SRC-2026-0001": [1, 3]}: numbers of files by the reference of their source
Forget = Callable[[User, Session, str], None]
ForgetFiles = Callable[[User, Session, str, Files], Files]


class ErasureError(ValueError):
    """Names cannot be erased as asked."""


class NothingToEraseError(ErasureError):
    """None of these persons has a name on file."""


class AlreadyAskedError(ErasureError):
    """Somebody asked already, and nobody has decided yet."""


class SamePersonError(ErasureError):
    """Whoever asked does not decide."""


class DecidedError(ErasureError):
    """It was decided meanwhile."""


def before(app: Flask, mask: Forget) -> None:
    """Let `mask(actor, session, ref)` take names out of whatever stays, while the keys are there and names can be found."""
    app.extensions.setdefault(_BEFORE, []).append(mask)


def also_files(app: Flask, forget: ForgetFiles) -> None:
    """Let `forget(actor, session, ref, keep)` take files out, too; it gives those of `keep` that it has left."""
    app.extensions.setdefault(_FILES, []).append(forget)


def also(app: Flask, forget: Forget) -> None:
    """Let `forget(actor, session, ref)` take its part out, too, whenever names of the record `ref` are erased."""
    app.extensions.setdefault(_ALSO, []).append(forget)


def ask(actor: User, session: Session, ref: str, record_id: int, nos: Sequence[int], ground: Ground) -> ErasureRequest:
    """Ask that the names of persons `nos` of a record be erased. Raises NothingToEraseError, AlreadyAskedError."""
    _lock(session, record_id)
    live = {key.no for key in _keys(session, record_id) if key.wrapped is not None}
    wanted = sorted(live & set(nos))
    if not wanted:
        raise NothingToEraseError(ref)
    if open_request(session, record_id):
        raise AlreadyAskedError(ref)
    asked = ErasureRequest(record_id=record_id, nos=",".join(map(str, wanted)), ground=ground, asked_by_id=actor.id)
    session.add(asked)
    session.flush()
    audit.write(actor, session, Action.ERASURE_ASKED, ref, detail={"persons": wanted, "ground": ground.value})
    return asked


def named_persons(session: Session, record_id: int) -> list[int]:
    """The numbers of the persons of a record whose names are on file."""
    return list(session.scalars(sa.select(SubjectKey.no).where(SubjectKey.record_id == record_id, SubjectKey.wrapped.is_not(None))))


def open_request(session: Session, record_id: int) -> ErasureRequest | None:
    """The request that waits for a decision."""
    return session.scalar(sa.select(ErasureRequest).where(ErasureRequest.record_id == record_id, ErasureRequest.decision.is_(None)))


def decide(
    actor: User, session: Session, ref: str, asked: ErasureRequest, decision: Decision, keep: Files | None = None
) -> tuple[int, Files]:
    """Approve or refuse what somebody else asked; how many names were erased, and which of the files `keep` were kept.

    Those are files of sources of which `actor` says that they name nobody; all others go. Raises SamePersonError, DecidedError.
    """
    _lock(session, asked.record_id)
    session.refresh(asked, with_for_update=True)
    if asked.decision is not None:
        raise DecidedError(ref)
    if asked.asked_by_id == actor.id:
        raise SamePersonError(ref)
    asked.decision, asked.decided_by_id, asked.decided_at = decision, actor.id, utc_now()
    session.flush()
    detail = {"persons": [int(no) for no in asked.nos.split(",")], "ground": asked.ground.value, "asked_by": asked.asked_by_id}
    if decision is Decision.REFUSED:
        audit.write(actor, session, Action.ERASURE_REFUSED, ref, detail=detail)
        return 0, {}
    for mask in current_app.extensions.get(_BEFORE, ()):
        mask(actor, session, ref)
    erased = _erase(actor, session, asked)
    kept: dict[str, Sequence[int]] = {}
    for forget_files in current_app.extensions.get(_FILES, ()):
        kept |= forget_files(actor, session, ref, keep or {})
    for forget in current_app.extensions.get(_ALSO, ()):
        forget(actor, session, ref)
    search.forget_deleted(session)
    audit.write(actor, session, Action.ERASED, ref, detail=detail | ({"kept": kept} if kept else {}))
    empty_log_after_commit(session)
    return erased, kept


def _erase(actor: User, session: Session, asked: ErasureRequest) -> int:
    wanted = {int(no) for no in asked.nos.split(",")}
    keys = [key for key in _keys(session, asked.record_id) if key.no in wanted and key.wrapped is not None]
    for key in keys:
        key.wrapped = key.spellings = None
        key.erased_at, key.erased_by_id, key.erasure_ground = asked.decided_at, actor.id, asked.ground
    session.flush()
    return len(keys)


def _lock(session: Session, record_id: int) -> None:
    """The record before its keys, in the order of saves: what is noted about it meanwhile is seen, and nobody waits in a circle."""
    session.execute(sa.select(_RECORD.c.id).where(_RECORD.c.id == record_id).with_for_update())


def _keys(session: Session, record_id: int) -> Sequence[SubjectKey]:
    return session.scalars(sa.select(SubjectKey).where(SubjectKey.record_id == record_id).order_by(SubjectKey.no).with_for_update()).all()

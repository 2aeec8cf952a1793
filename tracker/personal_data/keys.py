"""The keys of persons: one for each, sealed under the master key of the installation."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.remembered import depends_on, remembered
from tracker.database.sealing import KEY_LENGTH, SEALED_UNDER_MASTER, Sealer
from tracker.personal_data.models import SubjectKey


def master() -> Sealer:
    """The master keys of this installation."""
    return Sealer(current_app.config["SETTINGS"].personal_data_keys)


def new_key(pseudonym: str, record_id: int, no: int) -> SubjectKey:
    """A key for one person, with no spelling yet. Raises SealError when the installation has no master key."""
    key = secrets.token_bytes(KEY_LENGTH)
    wrapped = master().seal(key, _of_key(pseudonym))
    empty = Sealer([key]).seal(b"[]", _of_spellings(pseudonym))
    return SubjectKey(pseudonym=pseudonym, record_id=record_id, no=no, wrapped=wrapped, spellings=empty)


def keys_of(session: Session, record_id: int, found: Sequence[SubjectKey] | None = None) -> Sequence[SubjectKey]:
    """The keys of the persons of a record, to be read; asked for once in a transaction, or `found` already."""

    def ask() -> Sequence[SubjectKey]:
        return found if found is not None else session.scalars(sa.select(SubjectKey).where(SubjectKey.record_id == record_id)).all()

    return remembered(session, f"keys of the persons of {record_id}", ask)


def spellings_of(key: SubjectKey) -> list[str]:
    """Every spelling of the person's name, in the order in which they were found; [] when it was erased. Raises SealError."""
    if key.wrapped is None or key.spellings is None:
        return []
    found: list[str] = json.loads(_data_sealer(key).unseal(key.spellings, _of_spellings(key.pseudonym)))
    return found


def keep_spellings(key: SubjectKey, spellings: Sequence[str]) -> None:
    """Seal `spellings` under the person's key."""
    plain = json.dumps(list(spellings), ensure_ascii=False).encode()
    key.spellings = _data_sealer(key).seal(plain, _of_spellings(key.pseudonym))


def rotate(actor: User | None, session: Session, *, leave_lost: bool = False) -> dict[str, int]:
    """Seal everything under the first master key; how much of what there was. Raises SealError, and then nothing is to be kept."""
    sealer = master()
    newest = Sealer(current_app.config["SETTINGS"].personal_data_keys[:1])
    keys = session.scalars(sa.select(SubjectKey).where(SubjectKey.wrapped.is_not(None)).with_for_update()).all()
    for key in keys:
        key.wrapped = newest.seal(sealer.unseal(key.wrapped or b"", _of_key(key.pseudonym)), _of_key(key.pseudonym))
    session.flush()
    done = {"keys": len(keys)}
    for reseal in current_app.extensions.get(SEALED_UNDER_MASTER, ()):
        done |= reseal(session, sealer, newest, leave_lost=leave_lost)
    audit.write(actor, session, Action.KEY_ROTATED, "personal-data", detail=done)
    return done


def _data_sealer(key: SubjectKey) -> Sealer:
    return Sealer([master().unseal(key.wrapped or b"", _of_key(key.pseudonym))])


def _of_key(pseudonym: str) -> str:
    return f"subject-key {pseudonym}"


def _of_spellings(pseudonym: str) -> str:
    return f"subject-spellings {pseudonym}"


depends_on(SubjectKey)

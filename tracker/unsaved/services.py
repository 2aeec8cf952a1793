"""Keeping and closing unsaved work, the actor first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.database.sealing import Sealer
from tracker.unsaved.models import PLACE_LENGTH, Draft
from tracker.unsaved.stamps import Stamp

Pairs = Sequence[tuple[str, str]]

MOST = 100  # open drafts of one user
HELD = timedelta(hours=24)
_REMEMBERED = timedelta(days=1)


class TooManyError(Exception):
    """The user has more unsaved work than the tracker keeps."""


class ClosedError(Exception):
    """The draft was saved or thrown away meanwhile: what comes late does not bring it back."""


@dataclass(frozen=True)
class Kept:
    """What the page needs to know of what was kept."""

    stamp: Stamp
    at: datetime


def keep(actor: User, session: Session, sealer: Sealer, stamp: Stamp, place: str, pairs: Pairs) -> Kept:
    """Keep what a form holds. When another page has kept something of its own in this draft meanwhile, both are kept.

    Raises ClosedError and TooManyError.
    """
    row = _locked(actor, session, stamp.key)
    if row and row.closed_at:
        raise ClosedError
    if row and row.writer != stamp.writer and row.revision != stamp.seen:
        stamp, row = Stamp.new(), None
    now = utc_now()
    if row is None:
        _forget_what_is_over(session, now)
        try:
            with session.begin_nested():
                row = _begin(actor, session, stamp, place, now)
        except IntegrityError:  # the same page's request of a moment before
            return keep(actor, session, sealer, stamp, place, pairs)
    else:
        row.revision += 1
    row.place, row.writer, row.saved_at, row.expires_at = place[:PLACE_LENGTH], stamp.writer, now, None
    row.body = sealer.seal(json.dumps(list(pairs), ensure_ascii=False).encode("utf-8", "surrogatepass"), context(actor.id, row.key))
    session.flush()
    return Kept(replace(stamp, seen=row.revision), now)


def hold(actor: User, session: Session, sealer: Sealer, stamp: Stamp, place: str, pairs: Pairs, *, is_form: bool) -> str:
    """Keep for a day what `actor` sent when the sign-in had ended; gives the key under which it is found again."""
    try:
        kept = keep(actor, session, sealer, stamp, place, pairs)
    except ClosedError:  # sent once more after it was saved, from the browser's memory: it is work of its own
        kept = keep(actor, session, sealer, Stamp.new(), place, pairs)
    row = _locked(actor, session, kept.stamp.key)
    assert row is not None
    row.is_form = is_form
    if row.revision == 1:
        row.expires_at = kept.at + HELD
    session.flush()
    return row.key


def close(actor: User, session: Session, key: str) -> None:
    """The work under `key` is saved or thrown away: its text is gone in the transaction that says so."""
    now = utc_now()
    _forget_what_is_over(session, now)
    row = _locked(actor, session, key)
    if row is None:
        try:
            with session.begin_nested():
                row = _begin(actor, session, Stamp.new(key), "", now)
        except IntegrityError:  # kept in this very moment
            row = _locked(actor, session, key)
    if row:
        row.body, row.closed_at = b"", row.closed_at or now
        session.flush()


def forget_offered(actor: User, session: Session, place: str, offered: Iterable[tuple[str, str]]) -> None:
    """Drop what the actor was shown as unsaved in the form at `place`, as (key, revision), before he saved that form without it.

    What was typed on since he was shown it stays. Rows go whole: a page that still has the form open may begin its draft anew.
    """
    for key, revision in offered:
        mine = sa.and_(Draft.user_id == actor.id, Draft.place == place, Draft.is_form, Draft.closed_at.is_(None))
        shown = sa.and_(Draft.key == key, Draft.revision == int(revision))
        session.execute(sa.delete(Draft).where(mine, shown).execution_options(synchronize_session=False))


def _forget_what_is_over(session: Session, now: datetime) -> None:
    """Anybody's work that ran out, and what was closed a day ago: whoever begins or ends a draft sweeps, so that no timer is needed."""
    over = sa.or_(Draft.closed_at < now - _REMEMBERED, Draft.expires_at < now)
    # in one order, and none for which another sweeper waits
    ids = session.scalars(sa.select(Draft.id).where(over).order_by(Draft.id).with_for_update(skip_locked=True)).all()
    if ids:
        session.execute(sa.delete(Draft).where(Draft.id.in_(ids)).execution_options(synchronize_session=False))


def forget_places_of(_actor: User, session: Session, ref: str) -> None:
    """On erasure: unsaved work of anybody at addresses of which `ref` is a part, in the middle or at the end."""
    parts = (f"/{ref}/", f"/{ref}?")
    held = sa.or_(*(Draft.place.contains(part, autoescape=True) for part in parts), Draft.place.endswith(f"/{ref}", autoescape=True))
    session.execute(sa.delete(Draft).where(held).execution_options(synchronize_session=False))


def context(user_id: int, key: str) -> str:
    """What a body is sealed with: moved to another user or draft, it does not open."""
    return f"draft:{user_id}:{key}"


def _locked(actor: User, session: Session, key: str) -> Draft | None:
    statement = sa.select(Draft).where(Draft.user_id == actor.id, Draft.key == key).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def _begin(actor: User, session: Session, stamp: Stamp, place: str, now: datetime) -> Draft:
    has_place = bool(place)  # the mark of a draft that was saved before it was ever kept takes none of the user's room
    mine = sa.select(sa.func.count()).select_from(Draft).where(Draft.user_id == actor.id, Draft.closed_at.is_(None))
    if has_place and (session.scalar(mine) or 0) >= MOST:
        raise TooManyError
    row = Draft(user_id=actor.id, key=stamp.key, place=place, is_form=True, writer=stamp.writer, revision=1, body=b"", started_at=now)
    session.add(row)
    session.flush()
    return row

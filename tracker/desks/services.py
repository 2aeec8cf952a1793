"""Writes of desks, the actor first; rights change with the next request of whoever is concerned."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.desks.models import TARGET, Desk
from tracker.vocabularies.models import Party


def make_desk(
    actor: User | None, session: Session, name: str, *, covers_all: bool, parties: Collection[str], people: Collection[str]
) -> Desk:
    """A new desk for the parties with these codes and the people with these user names. `actor` is None only on the command line."""
    desk = Desk(name=name)
    session.add(desk)
    _fill(session, desk, name, covers_all, parties, people)
    audit.write(actor, session, Action.DESK_CHANGED, target_of(desk), detail={"after": _said(desk)})
    return desk


def change_desk(
    actor: User, session: Session, desk: Desk, name: str, *, covers_all: bool, parties: Collection[str], people: Collection[str]
) -> bool:
    """Rename the desk, or give it other partners or people; False when that changes nothing."""
    before = _said(desk)
    _fill(session, desk, name, covers_all, parties, people)
    after = _said(desk)
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    if not changed:
        return False
    desk.version += 1  # also when only its lists changed: two administrators do not overwrite each other
    session.flush()
    audit.write(actor, session, Action.DESK_CHANGED, target_of(desk), detail={"changed": changed})
    return True


def close_desk(actor: User, session: Session, desk: Desk) -> None:
    """The desk covers nothing from now on."""
    _set_closed(actor, session, desk, is_closed=True)


def open_desk(actor: User, session: Session, desk: Desk) -> None:
    """A closed desk goes to work again, with the partners and people that it had."""
    _set_closed(actor, session, desk, is_closed=False)


def target_of(desk: Desk) -> str:
    """What the trail calls the desk."""
    return TARGET.format(desk.id)


def _set_closed(actor: User, session: Session, desk: Desk, *, is_closed: bool) -> None:
    if (desk.closed_at is not None) == is_closed:
        return
    desk.closed_at = utc_now() if is_closed else None
    session.flush()
    audit.write(actor, session, Action.DESK_CHANGED, target_of(desk), detail={"name": desk.name, "closed": is_closed})


def _fill(session: Session, desk: Desk, name: str, covers_all: bool, parties: Collection[str], people: Collection[str]) -> None:
    desk.name, desk.covers_all = name, covers_all
    desk.parties = list(session.scalars(sa.select(Party).where(Party.code.in_(parties)).order_by(Party.code)))
    desk.people = list(session.scalars(sa.select(User).where(User.username.in_(people)).order_by(User.username)))
    session.flush()


def _said(desk: Desk) -> dict[str, Any]:
    return {
        "name": desk.name,
        "covers_all": desk.covers_all,
        "parties": sorted(party.code for party in desk.parties),
        "people": sorted(person.username for person in desk.people),
    }

"""Desks for tests: officers of the factories work at one that is in charge of all partners, unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.desks.models import Desk
from tracker.vocabularies.models import Party

GENERAL = "General desk"


def desk(session: Session, name: str, parties: Sequence[str] = (), people: Sequence[User] = (), *, covers_all: bool = False) -> Desk:
    """A stored desk for the parties with these codes."""
    made = Desk(name=name, covers_all=covers_all, people=list(people))
    made.parties = list(session.scalars(sa.select(Party).where(Party.code.in_(parties))))
    session.add(made)
    session.flush()
    return made


def seated(session: Session, user: User) -> None:
    """Put `user` on the desk that is in charge of all partners."""
    general = session.scalar(sa.select(Desk).where(Desk.name == GENERAL)) or desk(session, GENERAL, covers_all=True)
    general.people.append(user)
    session.flush()

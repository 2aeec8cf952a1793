"""What is kept of parties and terms from request to request, as long as the reference data stay as they are and no party is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.remembered import has_written, remembered
from tracker.vocabularies.models import Membership, Party, PartyAlias, PartyKind, VocabularyVersion
from tracker.vocabularies.state import State, state_of_reference

T = TypeVar("T")
_kept: dict[str, tuple[State, Any]] = {}


@dataclass(frozen=True)
class PartyTraits:
    """What pages of figures need of a party besides its name."""

    kind: PartyKind
    m49: str | None
    region: str | None  # UN M49
    is_ended: bool
    has_home: bool  # an agency of a country
    has_members: bool  # a group or organisation whose members are known


def kept(session: Session, name: str, ask: Callable[[], T]) -> T:
    """What `ask` answered under this name, asked again when the state of the reference data is another one.

    A transaction that has written them keeps nothing for others: it may come to nothing, and its numbers go to other rows.
    """

    def answer() -> T:
        if has_written(session, VocabularyVersion, Party, PartyAlias):
            return ask()
        state = state_of_reference(session)
        found = _kept.get(name)
        if found is None or found[0] != state:
            found = _kept[name] = (state, ask())
        value: T = found[1]
        return value

    return remembered(session, name, answer)


def traits_by_code(session: Session) -> Mapping[str, PartyTraits]:
    """The traits of all parties."""
    return kept(session, "traits", lambda: _traits(session))


def _traits(session: Session) -> dict[str, PartyTraits]:
    has_members = sa.exists().where(Membership.group_id == Party.id)
    columns = (Party.code, Party.kind, Party.m49, Party.region_m49, Party.valid_to, Party.parent_id, has_members)
    return {
        code: PartyTraits(kind, m49, region, until is not None, home is not None, bool(members))
        for code, kind, m49, region, until, home, members in session.execute(sa.select(*columns).order_by(Party.code))
    }

"""What desks cover: parties, their agencies, and the members of their groups on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Role, User
from tracker.desks.models import Desk, DeskPerson
from tracker.vocabularies.models import Membership, Party, PartyKind


@dataclass(frozen=True)
class Coverage:
    """What some desks cover together: everything, or these parties (ids and codes)."""

    names: tuple[str, ...] = ()
    covers_all: bool = False
    ids: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()

    def touches(self, partners: Collection[str]) -> bool:
        """Whether one of the desks is in charge of one of `partners`; of nobody at all only a desk that covers everything."""
        return self.covers_all or not self.codes.isdisjoint(partners)


def open_desks(session: Session) -> list[Desk]:
    """The desks at work, by name."""
    return list(session.scalars(sa.select(Desk).where(Desk.closed_at.is_(None)).order_by(Desk.name)))


def all_desks(session: Session) -> list[Desk]:
    """Every desk, the closed ones last."""
    return list(session.scalars(sa.select(Desk).order_by(Desk.closed_at.is_not(None), Desk.name)))


def get_desk(session: Session, number: int, *, to_change: bool = False) -> Desk | None:
    """The desk with this key."""
    statement = sa.select(Desk).where(Desk.id == number)
    return session.scalar(statement.with_for_update() if to_change else statement)


def desks_of(session: Session, user_id: int) -> list[Desk]:
    """The open desks at which the user works."""
    mine = sa.select(DeskPerson.desk_id).where(DeskPerson.user_id == user_id)
    return list(session.scalars(sa.select(Desk).where(Desk.id.in_(mine), Desk.closed_at.is_(None)).order_by(Desk.name)))


def coverage(session: Session, desks: Sequence[Desk], today: date, reporting_state: str) -> Coverage:
    """What `desks` cover on `today`. A group stands for itself and its members of the day, an agency for its country or organisation.

    The reporting state and its agencies are on every record and so decide nothing.
    """
    covers_all = any(desk.covers_all for desk in desks)
    named = {
        party.parent_id if party.kind is PartyKind.AGENCY and party.parent_id else party.id for desk in desks for party in desk.parties
    }
    since = sa.or_(Membership.valid_from.is_(None), Membership.valid_from <= today)
    until = sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= today)
    covered = named | set(session.scalars(sa.select(Membership.member_id).where(Membership.group_id.in_(named), since, until)))
    agencies = sa.and_(Party.kind == PartyKind.AGENCY, Party.parent_id.in_(covered))
    found = session.execute(sa.select(Party.id, Party.code).where(sa.or_(Party.id.in_(covered), agencies)))
    ours = ours_among_parties(session, reporting_state)
    parties = {code: party_id for party_id, code in found if code not in ours}
    return Coverage(tuple(desk.name for desk in desks), covers_all, frozenset(parties.values()), frozenset(parties))


def ours_among_parties(session: Session, reporting_state: str) -> frozenset[str]:
    """The codes of the reporting state and of its agencies."""
    home = sa.select(Party.id).where(Party.code == reporting_state).scalar_subquery()
    return frozenset({reporting_state, *session.scalars(sa.select(Party.code).where(Party.parent_id == home))})


def coverage_of(session: Session, user_id: int, today: date, reporting_state: str) -> Coverage:
    """What the desks of the user cover together."""
    return coverage(session, desks_of(session, user_id), today, reporting_state)


def in_charge_of(session: Session, partners: Collection[str], today: date, reporting_state: str) -> list[str]:
    """The names of the open desks that are in charge of `partners`."""
    return [desk.name for desk in open_desks(session) if coverage(session, [desk], today, reporting_state).touches(partners)]


def officers_without_desk(session: Session) -> list[User]:
    """Active officers whom no open desk lists: they can save drafts and nothing else."""
    at_work = sa.select(DeskPerson.user_id).join(Desk, Desk.id == DeskPerson.desk_id).where(Desk.closed_at.is_(None))
    statement = sa.select(User).where(User.role == Role.OFFICER, User.is_active, User.id.not_in(at_work))
    return list(session.scalars(statement.order_by(User.username)))


def people(session: Session, roles: Collection[Role]) -> list[User]:
    """Active users of `roles`, by the name that others see."""
    return list(session.scalars(sa.select(User).where(User.role.in_(roles), User.is_active).order_by(User.display_name, User.id)))

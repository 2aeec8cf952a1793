"""What desks cover: parties, their agencies, and the members of their groups on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from tracker.accounts.models import Role, User
from tracker.database.remembered import depends_on, remembered
from tracker.desks.models import TARGET, Desk, DeskParty, DeskPerson
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
    """Every desk with its partners and people, the closed ones last."""
    whole = selectinload(Desk.parties), selectinload(Desk.people)
    return list(session.scalars(sa.select(Desk).options(*whole).order_by(Desk.closed_at.is_not(None), Desk.name)))


def get_desk(session: Session, number: int, *, to_change: bool = False) -> Desk | None:
    """The desk with this key."""
    statement = sa.select(Desk).where(Desk.id == number)
    return session.scalar(statement.with_for_update() if to_change else statement)


def names_by_target(session: Session) -> dict[str, str]:
    """The names of all desks, closed ones too, by what the trail calls them."""
    return {TARGET.format(row.id): row.name for row in session.execute(sa.select(Desk.id, Desk.name))}


def coverage(session: Session, desks: Sequence[Desk], today: date, reporting_state: str) -> Coverage:
    """What `desks`, which are open, cover on `today`.

    A group stands for itself and its members of the day, an agency for its country or organisation.
    The reporting state and its agencies are on every record and so decide nothing.
    """
    keys = {desk.id for desk in desks}
    return _together(desk for desk in _at_work(session, today, reporting_state) if desk.id in keys)


def ours_among_parties(session: Session, reporting_state: str) -> frozenset[str]:
    """The codes of the reporting state and of its agencies."""
    return remembered(session, f"ours: {reporting_state}", lambda: _ours(session, reporting_state))


def coverage_of(session: Session, user_id: int, today: date, reporting_state: str) -> Coverage:
    """What the open desks at which the user works cover together."""
    return _together(desk for desk in _at_work(session, today, reporting_state) if user_id in desk.people)


def in_charge_of(session: Session, partners: Collection[str], today: date, reporting_state: str) -> list[str]:
    """The names of the open desks that are in charge of `partners`."""
    return [desk.name for desk in _at_work(session, today, reporting_state) if _together([desk]).touches(partners)]


def officers_without_desk(session: Session) -> list[User]:
    """Active officers whom no open desk lists: they can save drafts and nothing else."""
    at_work = sa.select(DeskPerson.user_id).join(Desk, Desk.id == DeskPerson.desk_id).where(Desk.closed_at.is_(None))
    statement = sa.select(User).where(User.role == Role.OFFICER, User.is_active, User.id.not_in(at_work))
    return list(session.scalars(statement.order_by(User.username)))


def people(session: Session, roles: Collection[Role]) -> list[User]:
    """Active users of `roles`, by the name that others see."""
    return list(session.scalars(sa.select(User).where(User.role.in_(roles), User.is_active).order_by(User.display_name, User.id)))


# --- Everything about desks in one statement, however many there are ---


@dataclass(frozen=True)
class _OpenDesk:
    """A desk at work: who works there, and what it covers by code and key."""

    id: int
    name: str
    covers_all: bool
    people: frozenset[int]
    parties: Mapping[str, int]


def _together(desks: Iterable[_OpenDesk]) -> Coverage:
    found = list(desks)
    parties = {code: key for desk in found for code, key in desk.parties.items()}
    names = tuple(desk.name for desk in found)
    return Coverage(names, any(desk.covers_all for desk in found), frozenset(parties.values()), frozenset(parties))


def _at_work(session: Session, today: date, reporting_state: str) -> list[_OpenDesk]:
    """The open desks by name, read once in a transaction: a page asks for several of them, and for some more than once."""
    return remembered(session, f"desks: {today} {reporting_state}", lambda: _read(session, today, reporting_state))


def _read(session: Session, today: date, reporting_state: str) -> list[_OpenDesk]:
    rows = session.execute(_everything(today, reporting_state)).all()
    people: dict[int, set[int]] = {}
    parties: dict[int, dict[str, int]] = {}
    ours: set[str] = {reporting_state}
    for what, desk, key, code in rows:
        if what == _PERSON:
            people.setdefault(desk, set()).add(key)
        elif what == _PARTY:
            parties.setdefault(desk, {})[code] = key
        elif what == _OURS:
            ours.add(code)
    remembered(session, f"ours: {reporting_state}", lambda: frozenset(ours))
    return [
        _OpenDesk(
            *(key, name, bool(covers_all), frozenset(people.get(key, ()))),
            {code: party for code, party in parties.get(key, {}).items() if code not in ours},
        )
        for what, key, covers_all, name in rows
        if what == _DESK
    ]


_DESK, _PERSON, _PARTY, _OURS = range(4)  # what a row of `_everything` is about


def _everything(today: date, reporting_state: str) -> sa.Select[Any]:
    """Rows (what, key, key, text): desks with whether they cover all and their names, by name; who works at them; what they cover; ours."""
    at_work = Desk.closed_at.is_(None)
    desks = sa.select(
        sa.literal(_DESK).label("what"), Desk.id, sa.case((Desk.covers_all, 1), else_=0).label("key"), Desk.name.label("text")
    )
    people = sa.select(sa.literal(_PERSON), DeskPerson.desk_id, DeskPerson.user_id, sa.literal(""))
    covered = _covered(today)
    parties = sa.select(sa.literal(_PARTY), covered.c.desk_id, Party.id, Party.code).join(Party, Party.id == covered.c.party_id)
    home = sa.select(Party.id).where(Party.code == reporting_state).scalar_subquery()
    ours = sa.select(sa.literal(_OURS), sa.literal(0), Party.id, Party.code).where(Party.parent_id == home)
    found = sa.union_all(desks.where(at_work), people, parties, ours).subquery()
    return sa.select(found).order_by(found.c.what, found.c.text)


def _covered(today: date) -> sa.CTE:
    """(desk_id, party_id): what each desk names, agencies by whom they belong to, with the members of the day and all their agencies."""
    belongs_to = sa.case((sa.and_(Party.kind == PartyKind.AGENCY, Party.parent_id.is_not(None)), Party.parent_id), else_=Party.id)
    named = sa.select(DeskParty.desk_id, belongs_to.label("party_id")).join(Party, Party.id == DeskParty.party_id).cte("named")
    since = sa.or_(Membership.valid_from.is_(None), Membership.valid_from <= today)
    until = sa.or_(Membership.valid_to.is_(None), Membership.valid_to >= today)
    members = sa.select(named.c.desk_id, Membership.member_id).join(Membership, Membership.group_id == named.c.party_id).where(since, until)
    covered = sa.union(sa.select(named.c.desk_id, named.c.party_id), members).cte("covered")
    agencies = (
        sa.select(covered.c.desk_id, Party.id).join(Party, Party.parent_id == covered.c.party_id).where(Party.kind == PartyKind.AGENCY)
    )
    return sa.union(sa.select(covered.c.desk_id, covered.c.party_id), agencies).cte("with_agencies")


def _ours(session: Session, reporting_state: str) -> frozenset[str]:
    home = sa.select(Party.id).where(Party.code == reporting_state).scalar_subquery()
    return frozenset({reporting_state, *session.scalars(sa.select(Party.code).where(Party.parent_id == home))})


depends_on(Desk, Party, Membership)

"""What the pages of desks show: who covers what, officers without a desk, records that no desk is in charge of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import ngettext

from tracker.accounts.models import Role, User
from tracker.desks.models import Desk
from tracker.desks.queries import all_desks, coverage, officers_without_desk, open_desks
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.handing_over import may_take_over, owned_by_each
from tracker.records.models import Record, RecordParty
from tracker.records.visibility import visible_to
from tracker.vocabularies.parties import names_by_code

MOST = 200
# administrators see everything that desks decide anyway; viewers and managers change no record
AT_DESKS = (Role.OFFICER, Role.REVIEWER)


@dataclass(frozen=True)
class DeskLine:
    """One desk in words."""

    number: int
    name: str
    is_open: bool
    covers_all: bool
    partners: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True)
class DesksPage:
    """All desks, and what they leave open."""

    desks: tuple[DeskLine, ...]
    idle: tuple[str, ...]  # officers without a desk
    unheld: int  # records that no desk is in charge of


def desks_page(reader: Reader) -> DesksPage:
    """Everything that an administrator must know of desks."""
    lines = tuple(_line(reader, desk) for desk in all_desks(reader.session))
    idle = tuple(user.display_name for user in officers_without_desk(reader.session))
    unheld = reader.session.scalar(sa.select(sa.func.count()).select_from(_unheld(reader).subquery())) or 0
    return DesksPage(lines, idle, unheld)


def unheld_records(reader: Reader) -> Sequence[Record]:
    """The newest records that no open desk is in charge of, as far as the reader may see them."""
    return reader.session.scalars(sa.select(Record).where(Record.id.in_(_unheld(reader))).order_by(Record.id.desc()).limit(MOST)).all()


def people_for(reader: Reader, desk: Desk | None) -> list[tuple[str, str]]:
    """Who can be put on a desk: active officers and reviewers, and whoever is on it already."""
    kept = [user.id for user in desk.people] if desk else []
    wanted = sa.or_(sa.and_(User.role.in_(AT_DESKS), User.is_active), User.id.in_(kept))
    rows = reader.session.scalars(sa.select(User).where(wanted).order_by(User.display_name, User.id))
    return [(user.username, user.display_name) for user in rows]


def givers_and_takers(reader: Reader) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Everybody who owns a record, those whose account is closed included; and who can take records over: never oneself."""
    users = list(reader.session.scalars(sa.select(User).order_by(User.display_name, User.id)))
    owned = owned_by_each(reader.session)
    givers = [(user.username, _with_counts(user, *owned[user.id])) for user in users if user.id in owned]
    return givers, [(user.username, user.display_name) for user in users if may_take_over(user) and user.id != reader.user.id]


def user_of(reader: Reader, username: str) -> User:
    """The user of this name, whom a form has offered."""
    return reader.session.scalars(sa.select(User).where(User.username == username)).one()


def _with_counts(user: User, records: int, drafts: int) -> str:
    said = ngettext("%(num)d record", "%(num)d records", records)
    if drafts:
        said += ", " + ngettext("%(num)d of them a draft", "%(num)d of them drafts", drafts)
    return f"{user.display_name} ({said})"


def _line(reader: Reader, desk: Desk) -> DeskLine:
    names = names_by_code(reader.session, reader.locale)
    partners = tuple(sorted(names.get(party.code, party.code) for party in desk.parties))
    people = tuple(user.display_name for user in desk.people)
    return DeskLine(desk.id, desk.name, desk.closed_at is None, desk.covers_all, partners, people)


def _unheld(reader: Reader) -> sa.Select[int]:
    held = coverage(reader.session, open_desks(reader.session), reader.today, reader.reporting_state)
    saved = sa.select(Record.id).where(Record.review_state.not_in((ReviewState.DRAFT, ReviewState.RETIRED)), visible_to(reader.user))
    if held.covers_all:
        return saved.where(sa.false())
    touched = sa.select(RecordParty.record_id).where(RecordParty.party_id.in_(held.ids))
    return saved.where(Record.id.not_in(touched))

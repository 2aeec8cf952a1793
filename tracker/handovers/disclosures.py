"""The log of what left the house: noting a disclosure, withdrawing a wrong entry, noting that a correction was sent (LED art. 7, 25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.accounts.services import names_of_users
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.handovers.models import Handover
from tracker.partial_dates import PartialDate
from tracker.personal_data.books import pseudonym_of
from tracker.personal_data.models import SubjectKey
from tracker.records.corrections import look_again, settle_when_told
from tracker.records.disclosure_models import STORED_LENGTH, Channel, Condition, CorrectionNotice, Disclosure, Given
from tracker.records.enums import ReviewState
from tracker.records.naming import masked_within
from tracker.records.told import lock, said_of, states
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Party
from tracker.web.formatters import here


class DisclosureError(ValueError):
    """Nothing can be noted as asked."""


class SettledError(DisclosureError):
    """It was withdrawn, or no correction is due any more."""


class DraftError(DisclosureError):
    """What is not submitted is not given to anybody."""


class TooEarlyError(DisclosureError):
    """Nobody was told of a correction before it arose, or before the data were given."""


class ChangedError(DisclosureError):
    """The record was changed since the notice was read: another notice is due."""


@dataclass(frozen=True)
class Entry:
    """What an officer notes: to whom, on which day, by which way, for what, and which version of the record."""

    party: str
    authority: str
    given_on: PartialDate
    channel: Channel
    purpose: str
    given: Given
    version: int
    caveats: str = ""
    token: str | None = None


@dataclass(frozen=True)
class DueCorrection:
    """One recipient who has to be told something."""

    ref: str
    title: str
    no: int
    party: str  # its code
    authority: str
    given_on: PartialDate
    since: datetime
    owner: str
    marking: str


def disclose(actor: User, session: Session, record: Handover, entry: Entry) -> bool:
    """Note that data of `record` were given to somebody; False when the same form did so before.

    No name stands in what is kept; the trail holds codes only, since a name found later could not be masked there. Raises DraftError.
    """
    lock(session, record)
    if record.review_state is ReviewState.DRAFT:
        raise DraftError(record.ref)
    party_id = session.scalars(sa.select(Party.id).where(Party.code == entry.party)).one()
    said: dict[str, Any] = {
        name: masked_within(session, record, getattr(entry, name), STORED_LENGTH) for name in ("authority", "purpose", "caveats")
    }
    said |= {"version": entry.version, "channel": entry.channel, "given": entry.given, "party_id": party_id, "given_on": entry.given_on}
    before = session.scalar(sa.select(Disclosure).where(Disclosure.form_token == entry.token)) if entry.token else None
    if before and before.record_id == record.id and all(getattr(before, name) == value for name, value in said.items()):
        return False
    last = session.scalar(sa.select(sa.func.max(Disclosure.no)).where(Disclosure.record_id == record.id)) or 0
    condition, erased = _known_on(session, record, entry.given_on.lower)
    row = Disclosure(record_id=record.id, no=last + 1, condition=condition, erased=said_of(erased), noted_by_id=actor.id, **said)
    row.form_token = None if before else entry.token  # a form taken out of the browser's memory and changed is an entry of its own
    session.add(row)
    session.flush()
    look_again(session, record)  # what is noted late may have been corrected since
    codes = {"no": row.no, "partner": entry.party, "channel": entry.channel.value, "given": entry.given.value, "version": entry.version}
    audit.write(actor, session, Action.DISCLOSED, record.ref, detail=codes)
    return True


def _known_on(session: Session, record: Handover, day: date | None) -> tuple[Condition, frozenset[str]]:
    """What a recipient knew who received it on `day`: what was restricted or erased before that."""
    if day is None:
        return Condition.VALID, frozenset()
    is_restricted = record.restricted_at is not None and here(record.restricted_at).date() < day
    erased = sa.select(SubjectKey.no, SubjectKey.erased_at).where(SubjectKey.record_id == record.id, SubjectKey.erased_at.is_not(None))
    gone = frozenset(pseudonym_of(record.ref, no) for no, at in session.execute(erased) if at and here(at).date() < day)
    return Condition.RESTRICTED if is_restricted else Condition.VALID, gone


def withdraw(actor: User, session: Session, record: Handover, no: int, reason: str) -> None:
    """Say that entry `no` is wrong; it stays in the log, and no correction is due for it. Raises SettledError."""
    session.refresh(record, with_for_update=True)
    row = _entry(session, record, no)
    if row is None or row.withdrawn_at:
        raise SettledError(record.ref)
    said = masked_within(session, record, reason, STORED_LENGTH)
    row.withdrawn_at, row.withdrawn_by_id, row.withdrawn_reason, row.due_since = utc_now(), actor.id, said, None
    session.flush()
    settle_when_told(session, record)
    audit.write(actor, session, Action.DISCLOSURE_WITHDRAWN, record.ref, detail={"no": no})


def send_notice(actor: User, session: Session, record: Handover, no: int, read: str, sent_on: PartialDate, channel: Channel) -> None:
    """Note that the recipient of disclosure `no` was told what the notice said when it was `read` (see `Known.stamp`).

    Raises SettledError when nothing is due, TooEarlyError, ChangedError when the record says something else by now.
    """
    lock(session, record)
    row = _entry(session, record, no)
    if row is None or row.due_since is None:
        raise SettledError(record.ref)
    now = states(session, record, [row])[row.id].now
    if now.stamp != read:
        raise ChangedError(record.ref)
    latest = sent_on.upper or sent_on.lower
    if latest and latest < max(here(row.due_since).date(), row.given_on.lower or date.min):
        raise TooEarlyError(record.ref)
    said = {"of_id": now.version[0], "version": now.version[1], "condition": now.condition, "under_id": now.under}
    notice = CorrectionNotice(disclosure_id=row.id, by_id=actor.id, sent_on=sent_on, channel=channel, erased=said_of(now.erased), **said)
    session.add(notice)
    session.flush()
    look_again(session, record)
    audit.write(actor, session, Action.CORRECTION_SENT, record.ref, detail={"no": no, "channel": channel.value, "version": now.version[1]})


def _entry(session: Session, record: Handover, no: int) -> Disclosure | None:
    wanted = sa.select(Disclosure).where(Disclosure.record_id == record.id, Disclosure.no == no)
    return session.scalar(wanted.execution_options(populate_existing=True))


# --- Reads ---


def disclosures_of(session: Session, record: Handover) -> Sequence[tuple[Disclosure, str]]:
    """Everything that was noted about the record, the newest entry first, each with the code of its recipient."""
    whole = sa.select(Disclosure, Party.code).join(Party, Party.id == Disclosure.party_id)
    rows = session.execute(whole.where(Disclosure.record_id == record.id).order_by(Disclosure.no.desc())).all()
    return [(row, code) for row, code in rows]


def notices_of(session: Session, record: Handover) -> Sequence[CorrectionNotice]:
    """Every notice that was sent about the record, the oldest first."""
    whole = sa.select(CorrectionNotice).join(Disclosure, Disclosure.id == CorrectionNotice.disclosure_id)
    return session.scalars(whole.where(Disclosure.record_id == record.id).order_by(CorrectionNotice.id)).all()


def due_corrections(session: Session, reader: User) -> list[DueCorrection]:
    """Everybody who has to be told something about a record that the reader may see, those who wait longest first."""
    whole = sa.select(Disclosure, Handover, Party.code).join(Handover, Handover.record_id == Disclosure.record_id)
    whole = whole.join(Party, Party.id == Disclosure.party_id).where(Disclosure.due_since.is_not(None), visible_to(reader, Handover))
    users = names_of_users(session)
    found = session.execute(whole.order_by(Disclosure.due_since, Disclosure.id)).all()
    return [
        DueCorrection(
            *(record.ref, record.title, row.no, party, row.authority, row.given_on, row.due_since),
            users.get(record.owner_id, ""),
            record.effective_marking,
        )
        for row, record, party in found
        if row.due_since is not None
    ]


def count_due(session: Session, reader: User) -> int:
    """How many these are."""
    whole = sa.select(sa.func.count()).select_from(Disclosure).join(Handover, Handover.record_id == Disclosure.record_id)
    return session.scalar(whole.where(Disclosure.due_since.is_not(None), visible_to(reader, Handover))) or 0

"""What feeds say: of records that their person may see, up to AMBER; by their titles only what is CLEAR or GREEN.

A feed is read by a program outside, which keeps what it got: so it says no more than an e-mail does (reference and link), and
nothing of what is stricter or restricted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.accounts.clearance import Marking
from tracker.accounts.permissions import Permission, may
from tracker.agreements.models import Agreement, AgreementAction
from tracker.agreements.rules import ENDS_INSTRUMENT
from tracker.exchange.atom import News
from tracker.exchange.calendar import Day
from tracker.handovers import retention
from tracker.partial_dates import describe, parse_edtf
from tracker.records.enums import ReviewMove, ReviewState, Status
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion, Review
from tracker.records.registry import by_kind
from tracker.records.visibility import visible_to

UP_TO = (Marking.CLEAR, Marking.GREEN, Marking.AMBER)
BY_TITLE = (Marking.CLEAR, Marking.GREEN)
NEWEST = 100
PAST = timedelta(days=366)  # how long what is over stays in the calendar
_RECORD: Any = Record.__table__
_AGREEMENT: Any = Agreement.__table__


def days(reader: Reader) -> list[Day]:
    """Expiries of agreements, last days of notice, and dates of review for those who look after them; in their order."""
    return sorted((*_expiries(reader), *_reviews(reader)), key=lambda one: (one.day, one.uid))


def news(reader: Reader) -> list[News]:
    """The newest records that were verified, each as it was then."""
    verified = (
        sa.select(Review.record_id, sa.func.max(Review.at).label("at")).where(Review.move == ReviewMove.VERIFY).group_by(Review.record_id)
    ).subquery()
    statement = (
        sa.select(Record.ref, Record.kind, Record.effective_marking, RecordVersion.payload, verified.c.at)
        .join(verified, verified.c.record_id == Record.id)
        .join(RecordVersion, sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == Record.verified_version))
        .where(*_told(reader, Record))
        .order_by(verified.c.at.desc(), Record.id.desc())
        .limit(NEWEST)
    )
    return [
        News(
            _address(kind, ref),
            _title(kind, ref, marking, payload["title"]),
            gettext("%(ref)s was verified.", ref=ref),
            str(by_kind(kind).label),
            at,
        )
        for ref, kind, marking, payload, at in reader.session.execute(statement)
    ]


def _told(reader: Reader, record: Any) -> list[Any]:
    """Which records a feed may name at all."""
    in_use = (record.review_state.not_in([ReviewState.DRAFT, ReviewState.RETIRED]), record.merged_into_id.is_(None))
    return [visible_to(reader.user, record), record.effective_marking.in_(UP_TO), record.restricted_at.is_(None), *in_use]


def _expiries(reader: Reader) -> Iterator[Day]:
    """A date known in part stands on its first possible day, better early than late, and says how far it is known."""
    record, agreement = _RECORD.c, _AGREEMENT.c
    ended = sa.exists().where(
        AgreementAction.agreement_id == agreement.record_id,
        AgreementAction.party_id.is_(None),
        AgreementAction.action.in_(sorted(ENDS_INSTRUMENT)),
    )
    statement = (
        sa.select(
            *(record.ref, record.kind, record.title, record.effective_marking, record.changed_at),
            *(agreement.expires_on_lo, agreement.expires_on_hi, agreement.expires_on_edtf, agreement.notice_days),
        )
        .select_from(_RECORD.join(_AGREEMENT, agreement.record_id == record.id))
        .where(*_told(reader, record), record.status.not_in([Status.COMPLETED, Status.CANCELLED]), ~ended)
        .where(agreement.expires_on_lo >= reader.today - PAST)
    )
    for row in reader.session.execute(statement):
        title = _title(row.kind, row.ref, row.effective_marking, row.title)
        when = describe(parse_edtf(row.expires_on_edtf))
        said, is_known = gettext("Expires: %(when)s", when=when), row.expires_on_lo == row.expires_on_hi
        summary = gettext("Expires: %(title)s", title=title)
        if not is_known:
            summary = gettext("Expires, day not known (%(when)s): %(title)s", when=when, title=title)
        yield _day(row.ref, "expiry", row.expires_on_lo, summary, said, row.kind, row.changed_at)
        if row.notice_days:
            last = row.expires_on_lo - timedelta(days=int(row.notice_days))
            summary = gettext("Last day to give notice: %(title)s", title=title)
            if not is_known:
                summary = gettext("Last day to give notice, at the earliest (expires: %(when)s): %(title)s", when=when, title=title)
            yield _day(row.ref, "notice", last, summary, said, row.kind, row.changed_at)


def _reviews(reader: Reader) -> Iterator[Day]:
    """Handovers to be reviewed for erasure: for their owners, and for whoever oversees personal data. Never by their titles."""
    oversees = may(reader.user.role, Permission.PERSONAL_DATA_OVERSEE)
    rows = [row for row in retention.due(reader.session, date.max, reader=reader.user) if oversees or row.owner_id == reader.user.id]
    known = sa.select(Record.ref, Record.kind, Record.changed_at).where(*_told(reader, Record))
    found = {ref: (kind, at) for ref, kind, at in reader.session.execute(known.where(Record.ref.in_([row.ref for row in rows])))}
    for row in rows:
        if row.ref in found:
            kind, changed_at = found[row.ref]
            summary = gettext("Review for erasure: %(ref)s", ref=row.ref)
            yield _day(row.ref, "review", row.review_on, summary, "", kind, changed_at)


def _day(ref: str, what: str, day: date, summary: str, said: str, kind: str, changed_at: datetime) -> Day:
    address = _address(kind, ref)
    description = f"{said}\n{address}" if said else address
    return Day(f"{ref}-{what}@{urlsplit(address).hostname}", day, summary, description, address, changed_at)


def _title(kind: str, ref: str, marking: str, title: str) -> str:
    return f"{title} ({ref})" if marking in BY_TITLE else f"{by_kind(kind).label} {ref}"


def _address(kind: str, ref: str) -> str:
    return from_outside(url_for("records.show", record_type=by_kind(kind), ref=ref))


def beginning(today: date) -> datetime:
    """The moment that a feed without entries says: the same all day."""
    return datetime.combine(today, time(), UTC)

"""What time brings about: agreements that expire, ongoing records that nobody has touched for long, handovers to be reviewed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.agreements.models import Agreement, AgreementAction
from tracker.agreements.rules import ENDS_INSTRUMENT
from tracker.database.columns import utc_now
from tracker.extensions import db
from tracker.handovers import retention
from tracker.notifications.commands import group
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify
from tracker.personal_data.retention import REMINDER_MONTHS, after_months
from tracker.records.enums import ReviewState, Status
from tracker.records.models import Record

# the tables: an agreement is a record by inheritance, and only three columns of them are needed
RECORD: sa.FromClause = Record.__table__
AGREEMENT: sa.FromClause = Agreement.__table__
DEADLINES = (30, 90)  # days; the nearest that is reached is told
STALE_MONTHS = 12
_OVER = (Status.COMPLETED, Status.CANCELLED)
_UNSEEN = (ReviewState.DRAFT, ReviewState.RETIRED)


def tell_expiring(session: Session, today: date) -> int:
    """Tell owners of agreements that may expire within 90, then within 30 days; how many were told now.

    A date known in part counts from its first possible day: better early than late. Each deadline is told once for
    each date of expiry; when that is moved, the new one is told anew.
    """
    ended = sa.exists().where(
        AgreementAction.agreement_id == AGREEMENT.c.record_id,
        AgreementAction.party_id.is_(None),
        AgreementAction.action.in_(sorted(ENDS_INSTRUMENT)),
    )
    columns = (RECORD.c.ref, RECORD.c.owner_id, AGREEMENT.c.expires_on_lo, AGREEMENT.c.expires_on_edtf)
    statement = _owned(sa.select(*columns).select_from(RECORD.join(AGREEMENT, AGREEMENT.c.record_id == RECORD.c.id)))
    within = AGREEMENT.c.expires_on_lo.between(today, today + timedelta(days=max(DEADLINES)))
    told = 0
    for row in session.execute(statement.where(within, RECORD.c.status.not_in(_OVER), ~ended)).all():
        left = (row.expires_on_lo - today).days
        deadline = next(days for days in DEADLINES if left <= days)
        said = {"days": left, "on": row.expires_on_lo.isoformat()}
        told += notify(session, row.owner_id, Kind.EXPIRING, row.ref, said, step=f"{deadline}:{row.expires_on_edtf}"[:40])
    return told


def tell_stale(session: Session, now: datetime, months: int = STALE_MONTHS) -> int:
    """Tell owners of ongoing records that were not changed for `months`; again after as many months; how many were told now."""
    limit = _months_before(now, months)
    statement = _owned(sa.select(RECORD.c.ref, RECORD.c.owner_id, RECORD.c.changed_at)).where(RECORD.c.status == Status.ONGOING)
    told = 0
    for row in session.execute(statement.where(RECORD.c.changed_at <= limit)).all():
        times = _whole_months(row.changed_at, now) // months
        said = {"since": row.changed_at.date().isoformat()}
        told += notify(session, row.owner_id, Kind.STALE, row.ref, said, step=f"{row.changed_at.date()}:{times}")
    return told


def tell_retention(session: Session, today: date) -> int:
    """Tell owners of handovers that are to be reviewed within six months (RPD art. 50), and again when the day has come; how many now."""
    told, here = 0, set(session.scalars(sa.select(User.id).where(User.is_active)))
    for row in retention.due(session, after_months(today, REMINDER_MONTHS)):
        if row.owner_id not in here:
            continue
        step = "over" if row.review_on <= today else "soon"
        said = {"on": row.review_on.isoformat()}
        told += notify(session, row.owner_id, Kind.RETENTION_DUE, row.ref, said, step=f"{step}:{row.review_on}")
    return told


@group.command("due")
@click.option(
    "--stale-months", type=click.IntRange(1, 120), default=STALE_MONTHS, show_default=True, help="When an ongoing record is stale."
)
def due(stale_months: int) -> None:
    """Find what has become due. Once a day, before the digest; running it again tells nobody twice."""
    now = utc_now().astimezone(ZoneInfo(current_app.config["TIME_ZONE"]))
    expiring, stale = tell_expiring(db.session, now.date()), tell_stale(db.session, now, stale_months)
    reviews = tell_retention(db.session, now.date())
    db.session.commit()
    click.echo(
        f"{expiring} told of an agreement that expires, {stale} of a record that was not touched for {stale_months} months,"
        f" {reviews} of a handover to be reviewed for erasure."
    )


def _owned(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Of records that are in use and have an owner who is there."""
    in_use = (RECORD.c.review_state.not_in(_UNSEEN), RECORD.c.restricted_at.is_(None), RECORD.c.merged_into_id.is_(None))
    active = sa.select(User.id).where(User.is_active)
    return statement.where(*in_use, RECORD.c.owner_id.in_(active)).order_by(RECORD.c.id)


def _months_before(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in (moment.day, 30, 29, 28):  # 31 August less six months is the last day of February
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError(moment)


def _whole_months(since: datetime, now: datetime) -> int:
    months = (now.year - since.year) * 12 + now.month - since.month
    return months if _months_before(now, months) >= since else months - 1


def register(app: Flask) -> None:
    """Nothing of its own: the command joins the group of notifications."""

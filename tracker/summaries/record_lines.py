"""Short lists of records on pages of figures: the newest, the planned, one's own drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Basis
from tracker.counting.queries import record_ids
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.queries import official_payloads
from tracker.records.visibility import own_drafts, visible_to
from tracker.web.formatters import moment


@dataclass(frozen=True)
class RecordLine:
    """One record in a line, as the timeline component shows it."""

    when: str
    title: str
    url: str
    tag: str
    text: str = ""
    tone: str = "plain"


def newest(reader: Reader, chosen: RecordFilter, most: int, measure: Measure | None = None) -> list[RecordLine]:
    """The records of `chosen`, latest first by their own date; those without a date at the end."""
    start = Record.__table__.c.start_lo
    planned = Record.__table__.c.planned_start_lo
    day = sa.func.coalesce(start, planned)
    order = (sa.case((day.is_(None), 1), else_=0), day.desc(), Record.id.desc())
    where = Record.id.in_(record_ids(reader.session, chosen, measure, reader.today))
    return _lines(reader, where, order, most, as_verified=chosen.basis is Basis.OFFICIAL)


def drafts_of(reader: Reader, most: int) -> list[RecordLine]:
    """The reader's own drafts, last touched first."""
    return _lines(reader, own_drafts(reader.user.id), (Record.changed_at.desc(), Record.id.desc()), most, by_change=True)


def changed(reader: Reader, most: int, *, only_mine: bool = False) -> list[RecordLine]:
    """Saved records by their last change."""
    where: list[Any] = [Record.review_state.not_in((ReviewState.DRAFT, ReviewState.RETIRED)), visible_to(reader.user)]
    if only_mine:
        where.append(Record.owner_id == reader.user.id)
    return _lines(reader, sa.and_(*where), (Record.changed_at.desc(), Record.id.desc()), most, by_change=True)


def freshness(reader: Reader) -> tuple[datetime | None, int]:
    """When something that counts was last saved, and how many drafts of the reader's own do not; of what he may not see, nothing."""
    saved = sa.select(sa.func.max(Record.changed_at)).where(Record.review_state != ReviewState.DRAFT, visible_to(reader.user))
    drafts = sa.select(sa.func.count()).select_from(Record).where(own_drafts(reader.user.id))
    return reader.session.scalar(saved), reader.session.scalar(drafts) or 0


def _lines(
    reader: Reader, where: Any, order: Sequence[Any], most: int, *, by_change: bool = False, as_verified: bool = False
) -> list[RecordLine]:
    table = Record.__table__.c
    columns = (Record.id, Record.ref, Record.kind, Record.title, table.start_edtf, table.planned_start_edtf, Record.changed_at)
    rows = reader.session.execute(sa.select(*columns).where(where).order_by(*order).limit(most)).all()
    verified = official_payloads(reader.session, (row.id for row in rows)) if as_verified else {}
    return [_line(row.ref, row.kind, *_said(row, verified.get(row.id)), row.changed_at, by_change=by_change) for row in rows]


def _said(row: Any, verified: Document | None) -> tuple[str, str, str]:
    """Title, date and planned date: as verified where that is asked for, else as they stand now."""
    if verified is not None:
        return verified["title"], verified["start"], verified["planned_start"]
    return row.title, row.start_edtf, row.planned_start_edtf


def _line(ref: str, kind: str, title: str, start: str, planned: str, changed_at: datetime, *, by_change: bool) -> RecordLine:
    record_type = registry.by_kind(kind)
    dated = describe(parse_edtf(start)) if start else gettext("planned: %(date)s", date=describe(parse_edtf(planned))) if planned else ""
    dated = dated or gettext("date not stated")
    when = f"{moment(changed_at)} · {ref}" if by_change else f"{dated} · {ref}"
    url = url_for("records.show", record_type=record_type.slug, ref=ref)
    return RecordLine(when, title or gettext("Untitled"), url, str(record_type.label))

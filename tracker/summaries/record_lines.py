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
from tracker.records.models import Record, RecordVersion
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


@dataclass(frozen=True)
class Changed:
    """What was changed last: by anybody, of the reader's own, and his drafts."""

    all: tuple[RecordLine, ...]
    mine: tuple[RecordLine, ...]
    drafts: tuple[RecordLine, ...]


def newest(reader: Reader, chosen: RecordFilter, most: int, measure: Measure | None = None) -> list[RecordLine]:
    """The records of `chosen`, latest first by their own date; those without a date at the end."""
    return newest_of_each(reader, [chosen], most, measure)[0]


def newest_of_each(reader: Reader, asked: Sequence[RecordFilter], most: int, measure: Measure | None = None) -> list[list[RecordLine]]:
    """`newest` of each filter, in their order: one statement."""
    found: list[list[RecordLine]] = [[] for _ in asked]
    if not asked:
        return found
    day = sa.func.coalesce(Record.__table__.c.start_lo, Record.__table__.c.planned_start_lo)
    undated = sa.case((day.is_(None), 1), else_=0)
    parts = []
    for place, chosen in enumerate(asked):
        columns = (sa.literal(place).label("place"), undated.label("undated"), day.label("day"), *_columns(), RecordVersion.payload)
        statement = sa.select(*columns).outerjoin(RecordVersion, _verified_before(chosen.basis))
        where = Record.id.in_(record_ids(reader.session, chosen, measure, reader.today))
        parts.append(statement.where(where).order_by(undated, day.desc(), Record.id.desc()).limit(most).subquery())
    every = sa.union_all(*(sa.select(part) for part in parts)).subquery() if len(parts) > 1 else parts[0]
    for row in reader.session.execute(sa.select(every).order_by(every.c.place, every.c.undated, every.c.day.desc(), every.c.id.desc())):
        found[row.place].append(_line(row.ref, row.kind, *_said(row, row.payload), row.changed_at, by_change=False))
    return found


def _verified_before(basis: Basis) -> sa.ColumnElement[bool]:
    """The version that an official line speaks of, where the newest one is another; none for others.

    Never only "false": SQLite would go through all versions for each record to find that none of them is meant.
    """
    verified = sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == Record.verified_version)
    return sa.and_(verified, Record.verified_version != Record.version, sa.literal(basis is Basis.OFFICIAL))


def changed(reader: Reader, most: int, drafts: int) -> Changed:
    """`most` records of everybody's, `most` of the reader's own and some drafts, last touched first: one statement."""
    saved = sa.and_(Record.review_state.not_in((ReviewState.DRAFT, ReviewState.RETIRED)), visible_to(reader.user))
    asked = ((saved, most), (sa.and_(saved, Record.owner_id == reader.user.id), most), (own_drafts(reader.user.id), drafts))
    order = (Record.changed_at.desc(), Record.id.desc())
    parts = [
        sa.select(sa.literal(place).label("place"), *_columns()).where(where).order_by(*order).limit(limit).subquery()
        for place, (where, limit) in enumerate(asked)
    ]
    found: list[list[RecordLine]] = [[] for _ in asked]
    rows = reader.session.execute(sa.union_all(*(sa.select(part) for part in parts)))
    for row in sorted(rows, key=lambda row: (row.changed_at, row.id), reverse=True):
        found[row.place].append(_line(row.ref, row.kind, *_said(row, None), row.changed_at, by_change=True))
    return Changed(*map(tuple, found))


def freshness(reader: Reader, *more: Any) -> tuple[datetime | None, int, *tuple[Any, ...]]:
    """When something that counts was last saved, and how many drafts of the reader's own do not; of what he may not see, nothing.

    `more` are columns that a page asks for in the same breath.
    """
    saved = sa.select(sa.func.max(Record.changed_at)).where(Record.review_state != ReviewState.DRAFT, visible_to(reader.user))
    drafts = sa.select(sa.func.count()).select_from(Record).where(own_drafts(reader.user.id))
    last, count, *others = reader.session.execute(sa.select(saved.scalar_subquery(), drafts.scalar_subquery(), *more)).one()
    return last, count, *others


def _columns() -> tuple[Any, ...]:
    table = Record.__table__.c
    return (Record.id, Record.ref, Record.kind, Record.title, table.start_edtf, table.planned_start_edtf, Record.changed_at)


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

"""Reads that leave a trace: of record types that say so, and of whatever is marked for few (LED art. 25)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from tracker.accounts.clearance import strictest
from tracker.accounts.services import names_of_users
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent, AuditMention
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion
from tracker.records.record_type import RecordType
from tracker.records.review_queue import OPENED_FOR_REVIEW
from tracker.records.visibility import may_read_version

LOGGED_MARKINGS = ("AMBER+STRICT", "RED")
READS = (Action.RECORD_READ, Action.NAME_READ, Action.FILE_READ, Action.EXPORTED)
SHOW_OLDER = ("show_history", "show_version")
MOST = 200
PAGE_WORDS = {
    "show": _l("the record"),
    "api": _l("the record, by a program"),
    "show_history": _l("its history"),
    "show_version": _l("an older version"),
    "edit": _l("the form"),
    "show_retention": _l("its retention"),
    "show_disclosures": _l("who received it"),
    "new_disclosure": _l("the form of a disclosure"),
    "ask_withdrawal": _l("the form of a disclosure"),
    "correction_notice": _l("a notice of correction"),
    "names": _l("the question for a purpose"),
    "readers": _l("who has read it"),
    "review": _l("its page of review"),
    "restrict": _l("the form of a restriction"),
}


@dataclass(frozen=True)
class ReadEvent:
    """One read: when, by whom, of what, why."""

    at: datetime
    by: str
    what: str
    purpose: str
    names: tuple[str, ...]  # the pseudonyms of the persons whose names were opened


class UnloggedReadError(RuntimeError):
    """A read that must be logged cannot be: the page is not shown (LED art. 25)."""


def log_read(reader: Reader, record: Record, record_type: RecordType, page: str, number: int | None = None) -> None:
    """Write down that `page` of the record is read; Raises UnloggedReadError when that cannot be stored."""
    if not _is_logged(reader, record, record_type, page, number):
        return
    detail: dict[str, Any] = {"page": page} | ({"version": number} if number else {})
    with must_be_logged(reader.session):
        audit.write_apart(reader.user, reader.session, Action.RECORD_READ, record.ref, detail=detail)


def log_opened(reader: Reader, record: Record) -> None:
    """Write down that this version is opened for review, which is a read too: one event says both. Raises UnloggedReadError."""
    with must_be_logged(reader.session):
        opened = {"for": OPENED_FOR_REVIEW, "version": record.version}
        audit.write_apart(reader.user, reader.session, Action.RECORD_READ, record.ref, detail=opened)


def _is_logged(reader: Reader, record: Record, record_type: RecordType, page: str, number: int | None = None) -> bool:
    if record_type.reads_are_logged or record.effective_marking in LOGGED_MARKINGS:
        return True
    return strictest(_markings_shown(reader, record, page, number)) in LOGGED_MARKINGS


def _markings_shown(reader: Reader, record: Record, page: str, number: int | None) -> list[str]:
    """The marking that decides who reads the record, and those of the older versions that `page` shows of it."""
    found = [str(record.effective_marking)]
    if page not in SHOW_OLDER:
        return found
    versions = sa.select(RecordVersion).where(RecordVersion.record_id == record.id)
    rows = reader.session.scalars(versions.where(RecordVersion.version == number) if number else versions)
    older = {str(row.payload["marking"]) for row in rows}
    return found + [marking for marking in older if may_read_version(reader.session, reader.user, record, marking)]


@contextmanager
def must_be_logged(session: Session) -> Iterator[None]:
    """What must be logged is not shown unlogged: whatever the trouble inside, the read ends with UnloggedReadError."""
    try:
        yield
    except SQLAlchemyError as error:
        session.rollback()  # the page that says so looks up whose it is
        raise UnloggedReadError("a read could not be written down") from error


def readers(session: Session, record: Record) -> list[ReadEvent]:
    """The last reads of the record, the newest first."""
    names = names_of_users(session)
    newest = (
        sa.select(AuditEvent).where(AuditEvent.action.in_([action.value for action in READS])).order_by(AuditEvent.no.desc()).limit(MOST)
    )
    rows = list(session.scalars(newest.where(AuditEvent.target == record.ref)))
    # files of lists that hold its row about persons, files of sources that were opened for its sake
    rows += session.scalars(newest.join(AuditMention, AuditMention.event_no == AuditEvent.no).where(AuditMention.ref == record.ref))
    return [_read_event(row, names) for row in sorted(rows, key=lambda row: -row.no)[:MOST]]


def _read_event(row: AuditEvent, names: Mapping[int, str]) -> ReadEvent:
    detail = json.loads(row.detail)
    if row.action == Action.NAME_READ.value:
        what = gettext("names of persons")
    elif row.action == Action.FILE_READ.value and "for" in detail:
        what = gettext("a file of the source %(ref)s", ref=row.target)
    elif row.action == Action.FILE_READ.value:
        what = gettext("a file")
    elif row.action == Action.EXPORTED.value and "recipient" in detail:
        what = gettext("its row in a file of a list, for %(recipient)s", recipient=detail["recipient"])
    elif row.action == Action.EXPORTED.value:
        what = gettext("a file of who received it")
    else:
        what = str(PAGE_WORDS.get(detail.get("page") or detail.get("for", ""), _l("the record")))
    by = names.get(row.actor_id or 0, row.actor)
    return ReadEvent(row.at, by, what, row.purpose, tuple(detail.get("subjects", ())))

"""When a recipient has to be told that what he was given is no longer so (LED art. 7 (3), 16 (6)).

The law: a correction is due as long as what the recipient was told last differs from what holds now. It is asked again whenever a
decision may have changed the answer; a difference that goes away before anybody was told of it is due no longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify, settle
from tracker.personal_data.books import NAMES
from tracker.personal_data.models import SubjectKey
from tracker.records.differences import is_same
from tracker.records.disclosure_models import Condition, CorrectionNotice, Disclosure, Given
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.models import Record, RecordVersion
from tracker.records.naming import has_persons
from tracker.records.registry import by_kind


class Cause(StrEnum):
    """What the recipient does not know yet."""

    CHANGED = "changed"
    RESTRICTED = "restricted"
    RETIRED = "retired"
    VALID = "valid"  # again: he was told otherwise
    ERASED = "erased"


@dataclass(frozen=True)
class Known:
    """What holds of a record, or what a recipient was told last: a version, whether it may be used, persons whose names are erased."""

    version: int
    condition: Condition
    erased: frozenset[int] = frozenset()

    @property
    def stamp(self) -> str:
        """The same as a form carries it, so that nobody confirms what he has not read."""
        return f"{self.version}:{self.condition}:{numbers_text(self.erased)}"


def numbers_text(numbers: frozenset[int]) -> str:
    """`1,2`, as it is stored."""
    return ",".join(map(str, sorted(numbers)))


def _known_of(row: Disclosure | CorrectionNotice) -> Known:
    return Known(row.version, row.condition, frozenset(int(no) for no in row.erased.split(",") if no))


def last_told(session: Session, disclosures: Sequence[Disclosure]) -> dict[int, Known]:
    """By the key of the disclosure: what was given, or told by the last notice since."""
    found = {row.id: _known_of(row) for row in disclosures}
    notices = sa.select(CorrectionNotice).where(CorrectionNotice.disclosure_id.in_(found)).order_by(CorrectionNotice.id)
    return found | {row.disclosure_id: _known_of(row) for row in session.scalars(notices)}


def erased_persons(session: Session, record: Record) -> frozenset[int]:
    """The persons of the record whose names are erased."""
    return frozenset(session.scalars(sa.select(SubjectKey.no).where(SubjectKey.record_id == record.id, SubjectKey.erased_at.is_not(None))))


def holds_now(record: Record, erased: frozenset[int], told: Known) -> Known:
    """What the recipient should know: the official version if it is a later one than he knows."""
    condition = Condition.RESTRICTED if record.restricted_at else Condition.VALID
    if record.review_state is ReviewState.RETIRED:
        condition = Condition.RETIRED
    elif told.condition is Condition.RETIRED and record.verified_version is None:
        condition = Condition.RETIRED  # brought back, but nothing of it is official yet
    return Known(max(record.verified_version or 0, told.version), condition, erased | told.erased)


def causes(told: Known, now: Known, given: Given, documents: Mapping[int, Document], kind: str) -> list[Cause]:
    """What differs between what was told and what holds; `documents` are the versions by number."""
    found = [] if now.condition is told.condition else [Cause(now.condition.value)]
    if now.erased - told.erased:
        found.append(Cause.ERASED)
    if now.version != told.version:
        was, now_is = (as_given(documents[number], given) for number in (told.version, now.version))
        if not is_same(was, now_is, by_kind(kind)):
            found.append(Cause.CHANGED)
    return found


def as_given(document: Document, given: Given) -> Document:
    """The part of a version that was given: of pseudonyms alone a corrected spelling of a name is no part."""
    if given is Given.NAMES:
        return document
    return document | {NAMES: [row | {"name": 0, "other_names": []} for row in document.get(NAMES) or ()]}


def documents_of(session: Session, record: Record, numbers: set[int]) -> dict[int, Document]:
    """Versions of the record by number."""
    wanted = sa.select(RecordVersion.version, RecordVersion.payload).where(RecordVersion.record_id == record.id)
    return {number: dict(payload) for number, payload in session.execute(wanted.where(RecordVersion.version.in_(numbers)))}


def look_again(session: Session, record: Record) -> None:
    """Ask of every recipient of the record whether a correction is due now; the owner is told once of what has become so.

    The caller holds the lock of the record and leaves the event.
    """
    if not has_persons(by_kind(record.kind)):
        return
    rows = session.scalars(sa.select(Disclosure).where(Disclosure.record_id == record.id, Disclosure.withdrawn_at.is_(None))).all()
    if not rows:
        return
    told, erased = last_told(session, rows), erased_persons(session, record)
    now = {row.id: holds_now(record, erased, told[row.id]) for row in rows}
    documents = documents_of(session, record, {known.version for state in (told, now) for known in state.values()})
    moment, is_new = utc_now(), False
    for row in rows:
        is_due = bool(causes(told[row.id], now[row.id], row.given, documents, record.kind))
        is_new |= is_due and row.due_since is None
        row.due_since = (row.due_since or moment) if is_due else None
    session.flush()
    if is_new:
        notify(session, record.owner_id, Kind.CORRECTION_DUE, record.ref, step=moment.isoformat())
    settle_when_told(session, record)


def settle_when_told(session: Session, record: Record) -> None:
    """When no correction is due any more, nobody has to read that one was."""
    still = sa.select(Disclosure.id).where(Disclosure.record_id == record.id, Disclosure.due_since.is_not(None))
    if session.scalar(still.limit(1)) is None:
        settle(session, record.ref, {Kind.CORRECTION_DUE})


def look_again_after_erasure(_actor: User, session: Session, ref: str) -> None:
    """On erasure, which holds the lock of the record: recipients of the names are to be told (LED art. 16 (6))."""
    wanted = sa.select(Record).where(Record.ref == ref).execution_options(populate_existing=True)  # read before it was locked
    look_again(session, session.scalars(wanted).one())

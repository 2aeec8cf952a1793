"""The versions of a record, each with what it changed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext

from tracker.accounts.services import names_of_users
from tracker.partial_dates import DateError, parse_typed
from tracker.records.differences import Change, changes, everything, fields_of, in_words, plain
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion, Review
from tracker.records.record_type import REVIEW_WORDS, RecordType
from tracker.records.visibility import may_read_version
from tracker.records.words import Wording
from tracker.web.formatters import here, moment

_AFTER = {
    ReviewMove.SUBMIT: ReviewState.SUBMITTED,
    ReviewMove.RESTORE: ReviewState.SUBMITTED,
    ReviewMove.VERIFY: ReviewState.VERIFIED,
    ReviewMove.RETURN: ReviewState.RETURNED,
    ReviewMove.RETIRE: ReviewState.RETIRED,
    ReviewMove.MERGE: ReviewState.RETIRED,
}


@dataclass(frozen=True)
class VersionEntry:
    """One save: who, when, why, and what is different since the version before."""

    number: int
    at: datetime
    by: str
    reason: str
    state: str
    changes: tuple[Change, ...]
    marking: str


@dataclass(frozen=True)
class WholeVersion:
    """One version as it was: every filled field in words."""

    entry: VersionEntry
    fields: tuple[tuple[str, tuple[str, ...]], ...]


def versions(reader: Reader, record: Record, record_type: RecordType) -> list[VersionEntry]:
    """All versions, the newest first."""
    wording = Wording(reader, record_type)
    names = names_of_users(reader.session)
    states = _states(reader, record)
    before = None
    found, rows = [], _rows(reader, record)
    _look_up(wording, rows)
    for row in rows:
        found.append(_entry(row, before, names, wording, states))
        before = row.payload
    return found[::-1]


def version(reader: Reader, record: Record, record_type: RecordType, number: int) -> WholeVersion | None:
    """Version `number` whole, or None when there is none."""
    wording = Wording(reader, record_type)
    rows = {row.version: row for row in _rows(reader, record)}
    if number not in rows:
        return None
    row = rows[number]
    _look_up(wording, [rows[one] for one in (number - 1, number) if one in rows])
    before = rows[number - 1].payload if number - 1 in rows else None
    document = plain(row.payload, record_type)
    filled = [(str(label), in_words(document, name, wording)) for name, label in fields_of(record_type)]
    entry = _entry(row, before, names_of_users(reader.session), wording, _states(reader, record))
    return WholeVersion(entry, tuple((label, lines) for label, lines in filled if lines))


def version_on(reader: Reader, record: Record, typed: str) -> tuple[int, str]:
    """The version that was valid at the end of a day, as people type it; or 0 and what is wrong."""
    try:
        day = parse_typed(typed, reader.locale).upper
    except DateError as error:
        return 0, str(error)
    if day is None:
        return 0, gettext("Give a day, a month or a year.")
    valid = [row.version for row in _rows(reader, record) if here(row.valid_from).date() <= day]
    return (valid[-1], "") if valid else (0, gettext("The record did not exist yet on that day."))


def readable_versions(reader: Reader, record: Record) -> dict[int, str]:
    """The versions that the reader may see, the newest first, each in a line: its number, day and state."""
    states = _states(reader, record)
    return {
        row.version: gettext(
            "Version %(no)s, %(when)s, %(state)s",
            no=row.version,
            when=moment(row.valid_from),
            state=REVIEW_WORDS[states.get(row.version, row.review_state)],
        )
        for row in _rows(reader, record)[::-1]
    }


def _rows(reader: Reader, record: Record) -> list[RecordVersion]:
    """The versions that the reader may see: one that was marked higher than the record is now stays with those who could read it then."""
    statement = sa.select(RecordVersion).where(RecordVersion.record_id == record.id).order_by(RecordVersion.version)
    rows = list(reader.session.scalars(statement))
    allowed = {marking: may_read_version(reader.session, reader.user, record, marking) for marking in {_marking(row) for row in rows}}
    return [row for row in rows if allowed[_marking(row)]]


def _look_up(wording: Wording, rows: Iterable[RecordVersion]) -> None:
    """Ask at once for all other records that the versions name, however many there are."""
    documents = (plain(row.payload, wording.record_type) for row in rows)
    wording.look_up({ref for document in documents for ref in references_in(document, wording.record_type)})


def _marking(row: RecordVersion) -> str:
    return str(row.payload["marking"])


def _states(reader: Reader, record: Record) -> dict[int, ReviewState]:
    """What became of each version: the state after the last move about it."""
    rows = reader.session.execute(sa.select(Review.version, Review.move).where(Review.record_id == record.id).order_by(Review.id))
    return {number: _AFTER[move] for number, move in rows}


def _entry(
    row: RecordVersion, before: Document | None, names: Mapping[int, str], wording: Wording, states: dict[int, ReviewState]
) -> VersionEntry:
    state = str(REVIEW_WORDS[states.get(row.version, row.review_state)])
    said = changes(before, row.payload, wording) if before is not None else everything(row.payload, wording)
    return VersionEntry(
        row.version,
        row.valid_from,
        names.get(row.by_id, ""),
        row.reason,
        state,
        tuple(said),
        _marking(row),
    )

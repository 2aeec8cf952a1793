"""The versions of a record or of a source, each with what it changed, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from tracker.records.source_documents import SOURCE, read_source
from tracker.records.sources import Source, SourceVersion
from tracker.records.visibility import may_read_source_version, may_read_version
from tracker.records.words import Wording
from tracker.web.formatters import here, moment

Kept = RecordVersion | SourceVersion
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
    """One save: who, when, why, and what is different since the version before. `state` is '' of what no one reviews."""

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
    wording, rows = Wording(reader, record_type), _rows(reader, record)
    _look_up(wording, rows)
    return told(rows, wording, _states(reader, record, rows))


def version(reader: Reader, record: Record, record_type: RecordType, number: int) -> WholeVersion | None:
    """Version `number` whole, or None when there is none."""
    wording, rows = Wording(reader, record_type), _rows(reader, record)
    _look_up(wording, [row for row in rows if row.version in (number - 1, number)])
    return told_whole(rows, number, wording, _states(reader, record, rows))


def source_versions(reader: Reader, source: Source) -> list[VersionEntry]:
    """The same of a source."""
    return told(_rows_of_source(reader, source), Wording(reader, SOURCE), {})


def source_version(reader: Reader, source: Source, number: int) -> WholeVersion | None:
    """The same of a source."""
    return told_whole(_rows_of_source(reader, source), number, Wording(reader, SOURCE), {})


def source_in_words(reader: Reader, source: Source) -> list[dict[str, str]]:
    """What the source says now, but for its title, as the component of facts takes it."""
    document, wording = read_source(source), Wording(reader, SOURCE)
    said = ((str(label), in_words(document, name, wording)) for name, label in fields_of(SOURCE) if name != "title")
    return [{"label": label, "value": " ".join(lines)} for label, lines in said]


def told(rows: Sequence[Kept], wording: Wording, states: Mapping[int, str]) -> list[VersionEntry]:
    """The versions `rows` in words, the newest first; `states` says what became of each, where anything does."""
    names, found = names_of_users(wording.reader.session), []
    before: Document | None = None
    for row in rows:
        found.append(_entry(row, before, names, wording, states))
        before = row.payload
    return found[::-1]


def told_whole(rows: Sequence[Kept], number: int, wording: Wording, states: Mapping[int, str]) -> WholeVersion | None:
    """Version `number` of `rows` whole, compared with the one before it when that is among them; None when it is not itself."""
    known = {row.version: row for row in rows}
    if number not in known:
        return None
    row, before = known[number], known[number - 1].payload if number - 1 in known else None
    document = plain(row.payload, wording.declared)
    filled = [(str(label), in_words(document, name, wording)) for name, label in fields_of(wording.declared)]
    entry = _entry(row, before, names_of_users(wording.reader.session), wording, states)
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
    rows = _rows(reader, record)
    states = _states(reader, record, rows)
    return {
        row.version: gettext("Version %(no)s, %(when)s, %(state)s", no=row.version, when=moment(row.valid_from), state=states[row.version])
        for row in rows[::-1]
    }


def _rows(reader: Reader, record: Record) -> list[RecordVersion]:
    """The versions that the reader may see: one that was marked higher than the record is now stays with those who could read it then."""
    statement = sa.select(RecordVersion).where(RecordVersion.record_id == record.id).order_by(RecordVersion.version)
    rows = list(reader.session.scalars(statement))
    allowed = {marking: may_read_version(reader.session, reader.user, record, marking) for marking in {_marking(row) for row in rows}}
    return [row for row in rows if allowed[_marking(row)]]


def _rows_of_source(reader: Reader, source: Source) -> list[SourceVersion]:
    statement = sa.select(SourceVersion).where(SourceVersion.source_id == source.id).order_by(SourceVersion.version)
    rows = list(reader.session.scalars(statement))
    allowed = {
        marking: may_read_source_version(reader.session, reader.user, source, marking) for marking in {_marking(row) for row in rows}
    }
    return [row for row in rows if allowed[_marking(row)]]


def _look_up(wording: Wording, rows: Iterable[RecordVersion]) -> None:
    """Ask at once for all other records that the versions name, however many there are."""
    documents = (plain(row.payload, wording.record_type) for row in rows)
    wording.look_up({ref for document in documents for ref in references_in(document, wording.record_type)})


def _marking(row: Kept) -> str:
    return str(row.payload["marking"])


def _states(reader: Reader, record: Record, rows: Iterable[RecordVersion]) -> dict[int, str]:
    """What became of each version: the state after the last move about it."""
    moved = reader.session.execute(sa.select(Review.version, Review.move).where(Review.record_id == record.id).order_by(Review.id))
    states = {row.version: row.review_state for row in rows} | {number: _AFTER[move] for number, move in moved}
    return {number: str(REVIEW_WORDS[state]) for number, state in states.items()}


def _entry(row: Kept, before: Document | None, names: Mapping[int, str], wording: Wording, states: Mapping[int, str]) -> VersionEntry:
    said = changes(before, row.payload, wording) if before is not None else everything(row.payload, wording)
    return VersionEntry(
        row.version,
        row.valid_from,
        names.get(row.by_id, ""),
        row.reason,
        states.get(row.version, ""),
        tuple(said),
        _marking(row),
    )

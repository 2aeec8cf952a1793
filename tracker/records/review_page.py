"""What a reviewer sees of one record, and what every reader sees of its review."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import Permission, may
from tracker.accounts.services import names_of_users
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.differences import Change, changes, everything
from tracker.records.documents import Document, read_document
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.filtering import Reader
from tracker.records.markings import page_marking
from tracker.records.models import Record, RecordVersion, Review
from tracker.records.record_page import quotes_of, source_titles
from tracker.records.record_type import RecordType
from tracker.records.restriction import open_lift
from tracker.records.review_queue import neighbours
from tracker.records.review_services import authors_since_verified
from tracker.records.rights import may_edit
from tracker.records.services import version_payload
from tracker.records.sources import Source
from tracker.records.twins import Twin, likely_twins
from tracker.records.words import Wording
from tracker.records.workflow import find_move
from tracker.vocabularies.terms import terms

Item = dict[str, Any]

MOVE_WORDS = {
    ReviewMove.SUBMIT: _l("sent to review"),
    ReviewMove.VERIFY: _l("verified"),
    ReviewMove.RETURN: _l("returned"),
    ReviewMove.RETIRE: _l("retired"),
    ReviewMove.RESTORE: _l("brought back"),
    ReviewMove.MERGE: _l("merged"),
}


@dataclass(frozen=True)
class MoveLine:
    """One move in words."""

    words: str
    version: int
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class ReviewPage:
    """The difference since the last verified version, value by value with its evidence."""

    record: Record
    record_type: RecordType
    title: str
    changes: tuple[Item, ...]
    verified: MoveLine | None
    moves: tuple[MoveLine, ...]
    reasons: tuple[tuple[int, str], ...]
    sources: tuple[Item, ...]
    twins: tuple[Twin, ...]
    marking: str
    is_own: bool
    is_open: bool
    previous_url: str
    next_url: str


def review_page(reader: Reader, record: Record, record_type: RecordType) -> ReviewPage:
    """The page of `record` for whoever decides about its newest version."""
    document = read_document(record, record_type)
    moves = moves_of(reader, record)
    before, after = neighbours(reader, record.ref)
    sources, twins = _sources(reader, document), _twins(reader, record, document)
    return ReviewPage(
        record,
        record_type,
        record.title or gettext("Untitled"),
        tuple(_changes(reader, record, record_type, document)),
        _verification(moves, record),
        tuple(moves),
        _reasons(reader, record),
        tuple(sources),
        twins,
        page_marking([record.effective_marking, *(twin.marking for twin in twins)]),
        reader.user.id in authors_since_verified(reader.session, record),
        record.review_state is ReviewState.SUBMITTED,
        review_url(reader, before),
        review_url(reader, after),
    )


def _reasons(reader: Reader, record: Record) -> tuple[tuple[int, str], ...]:
    """Why the versions since the verified one were written, where their authors said so."""
    since = (RecordVersion.record_id == record.id, RecordVersion.version > (record.verified_version or 0), RecordVersion.reason != "")
    rows = reader.session.execute(sa.select(RecordVersion.version, RecordVersion.reason).where(*since).order_by(RecordVersion.version))
    return tuple((number, reason) for number, reason in rows)


def _sources(reader: Reader, document: Document) -> list[Item]:
    """Each source that the newest version cites, as whoever weighs it needs it: who published what when, and where to read on."""
    refs = {entry["source"] for entry in document["evidence"]}
    kinds = terms(reader.session, "source_kind")
    return [
        {
            "ref": source.ref,
            "title": source.title,
            "url": url_for("sources.show", ref=source.ref),
            "said": [part for part in (
                kinds[source.kind].label(reader.locale) if source.kind else "", source.publisher or gettext("publisher not stated"),
                describe(source.published),
            ) if part],
        }
        for source in reader.session.scalars(sa.select(Source).where(Source.ref.in_(refs)).order_by(Source.ref))
    ]  # fmt: skip


def _twins(reader: Reader, record: Record, document: Document) -> tuple[Twin, ...]:
    """Records that may be the same; those that were retired or merged already ask nothing more."""
    start, codes = parse_edtf(document["start"] or ""), [entry["party"] for entry in document["parties"]]
    found = likely_twins(reader, record.kind, record.title, start, codes, record.ref)
    gone = sa.select(Record.ref).where(Record.ref.in_([twin.ref for twin in found]), Record.review_state == ReviewState.RETIRED)
    retired = set(reader.session.scalars(gone)) if found else set()
    return tuple(twin for twin in found if twin.ref not in retired)


def review_url(reader: Reader, ref: str | None) -> str:
    """The page of review of the record `ref`; '' for none."""
    kind = reader.session.scalar(sa.select(Record.kind).where(Record.ref == ref)) if ref else None
    return url_for("review.show", record_type=registry.by_kind(kind), ref=ref) if kind else ""


def moves_of(reader: Reader, record: Record) -> list[MoveLine]:
    """Every move of the record, the newest first."""
    names = names_of_users(reader.session)
    rows = reader.session.scalars(sa.select(Review).where(Review.record_id == record.id).order_by(Review.id.desc()))
    return [MoveLine(str(MOVE_WORDS[row.move]), row.version, names.get(row.by_id, ""), row.at, row.note) for row in rows]


def returned_move(reader: Reader, record: Record) -> MoveLine | None:
    """How the record was returned, while it waits for its author."""
    return moves_of(reader, record)[0] if record.review_state is ReviewState.RETURNED else None


@dataclass(frozen=True)
class LiftLine:
    """A request to lift a restriction that waits for a decision."""

    by: str
    at: datetime
    reason: str
    is_own: bool  # the reader asked


def lift_line(reader: Reader, record: Record) -> LiftLine | None:
    """The request to lift the restriction of `record`, if one waits."""
    asked = open_lift(reader.session, record) if record.restricted_at else None
    if asked is None:
        return None
    by = names_of_users(reader.session).get(asked.asked_by_id, "")
    return LiftLine(by, asked.asked_at, asked.reason, asked.asked_by_id == reader.user.id)


@dataclass(frozen=True)
class ReviewSummary:
    """What every reader of the record's page sees of its review, and what he may do about it."""

    verified: MoveLine | None
    returned: MoveLine | None
    moves: tuple[MoveLine, ...]
    deeds: tuple[Item, ...]
    official_url: str  # the version that is official, where the newest is another one
    merged: tuple[Item, ...]  # records whose references lead here
    lift: LiftLine | None


def review_state(reader: Reader, record: Record, record_type: RecordType) -> ReviewSummary:
    """The review of `record` as its page shows it."""
    moves = moves_of(reader, record)
    address: Item = {"record_type": record_type, "ref": record.ref}
    is_pending = record.verified_version not in (None, record.version)
    official = url_for("records.show_version", **address, number=record.verified_version) if is_pending else ""
    merged = reader.session.execute(sa.select(Record.ref, Record.title).where(Record.merged_into_id == record.id).order_by(Record.ref))
    return ReviewSummary(
        _verification(moves, record),
        returned_move(reader, record),
        tuple(moves),
        tuple(_deeds(reader, record, record_type)),
        official,
        tuple(
            {"ref": ref, "title": title, "url": url_for("records.show", record_type=record_type, ref=ref, stay=1)} for ref, title in merged
        ),
        lift_line(reader, record),
    )


def _verification(moves: list[MoveLine], record: Record) -> MoveLine | None:
    verified = str(MOVE_WORDS[ReviewMove.VERIFY])
    return next((line for line in moves if line.version == record.verified_version and line.words == verified), None)


def _deeds(reader: Reader, record: Record, record_type: RecordType) -> Iterator[Item]:
    """What the reader may do about the record now, as links of its page; nothing that would be refused."""
    address: Item = {"record_type": record_type, "ref": record.ref}
    is_official = record.verified_version is not None
    if record.review_state is ReviewState.DRAFT or record.restricted_at:
        return
    is_own = reader.user.id in authors_since_verified(reader.session, record)
    may_change = may_edit(reader.user, reader.session, record, reader.reporting_state)

    def offers(move: ReviewMove) -> bool:
        found = find_move(record.review_state, move, is_official=is_official)
        if found is None or not may(reader.user.role, found.permission) or (found.four_eyes and is_own):
            return False
        return may_change or found.permission is not Permission.RECORD_WRITE

    if offers(ReviewMove.VERIFY):
        yield {"label": gettext("Review"), "url": url_for("review.show", **address), "tone": "primary"}
    if offers(ReviewMove.MERGE):
        yield {"label": gettext("Merge"), "url": url_for("merging.choose", **address)}
    if offers(ReviewMove.RETIRE):
        yield {"label": gettext("Retire"), "url": url_for("bin.ask_retire", **address)}


def _changes(reader: Reader, record: Record, record_type: RecordType, document: Document) -> Iterator[Item]:
    wording, quotes, titles = Wording(reader, record_type), quotes_of(reader, document), source_titles(reader, document)
    before = version_payload(reader.user, reader.session, record, record.verified_version) if record.verified_version else None
    for change in changes(before, document, wording) if before else everything(document, wording):
        keys = [key for key in quotes if key == change.field or (change.field == "figures" and key.startswith("figure:"))]
        yield {
            "label": change.label,
            "before": _named(change, change.before, titles),
            "after": _named(change, change.after, titles),
            "evidence": [quote for key in keys for quote in quotes[key]],
        }


def _named(change: Change, lines: tuple[str, ...], titles: dict[str, str]) -> tuple[str, ...]:
    """Passages with the title of their source for its reference, by which nobody knows it; the link stands among the sources."""
    if change.field != "evidence":
        return lines
    parts = (line.partition(" · ") for line in lines)
    return tuple("".join((titles.get(ref, ref), dot, rest)) for ref, dot, rest in parts)

"""What a reviewer sees of one record, and what every reader sees of its review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from tracker.records.differences import Change, changes, everything, plain
from tracker.records.documents import Document, references_in
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.filtering import Reader
from tracker.records.markings import page_marking
from tracker.records.models import Record
from tracker.records.queries import newest_document
from tracker.records.record_page import quotes_of
from tracker.records.record_type import RecordType
from tracker.records.restriction import open_lift
from tracker.records.review_queue import Neighbour, place_of
from tracker.records.review_services import Step, authors_among, steps_of
from tracker.records.rights import may_edit
from tracker.records.services import version_payload
from tracker.records.sources import Source
from tracker.records.together import Together, together
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
    cautions: tuple[str, ...]
    marking: str
    is_own: bool
    is_open: bool
    previous_url: str
    next_url: str
    together: tuple[Together, ...]


def review_page(reader: Reader, record: Record, record_type: RecordType) -> ReviewPage:
    """The page of `record` for whoever decides about its newest version."""
    document, steps = newest_document(record, record_type), steps_of(reader.session, record.id)
    moves, cited, twins = moves_of(reader, steps), _cited(reader, document), _twins(reader, record, document)
    place = place_of(reader, record.ref)
    others = together(reader, record) if place.is_together else ()
    return ReviewPage(
        record,
        record_type,
        record.title or gettext("Untitled"),
        tuple(_changes(reader, record, record_type, document, {source.ref: source.title for source in cited})),
        _verification(moves, record),
        tuple(moves),
        _reasons(record, steps),
        tuple(_described(reader, source) for source in cited),
        twins,
        tuple(record_type.cautions(Wording(reader, record_type), record)) if record_type.cautions else (),
        page_marking([record.effective_marking, *(twin.marking for twin in twins), *(one.marking for one in others)]),
        reader.user.id in authors_among(steps, record.version),
        record.review_state is ReviewState.SUBMITTED,
        review_url(place.before),
        review_url(place.after),
        others,
    )


def _reasons(record: Record, steps: Sequence[Step]) -> tuple[tuple[int, str], ...]:
    """Why the versions since the verified one were written, where their authors said so."""
    said = {step.version: step.reason for step in steps if step.reason and step.version > (record.verified_version or 0)}
    return tuple(said.items())


def _cited(reader: Reader, document: Document) -> list[Source]:
    """The sources that the document cites, by reference."""
    refs = {entry["source"] for entry in document["evidence"]}
    return list(reader.session.scalars(sa.select(Source).where(Source.ref.in_(refs)).order_by(Source.ref)))


def _described(reader: Reader, source: Source) -> Item:
    """A source as whoever weighs it needs it: who published what when, and where to read on."""
    kind = terms(reader.session, "source_kind")[source.kind].label(reader.locale) if source.kind else ""
    said = (kind, source.publisher or gettext("publisher not stated"), describe(source.published))
    return {
        "ref": source.ref,
        "title": source.title,
        "url": url_for("sources.show", ref=source.ref),
        "said": [part for part in said if part],
    }


def _twins(reader: Reader, record: Record, document: Document) -> tuple[Twin, ...]:
    """Records that may be the same; those that were retired or merged already ask nothing more."""
    start, codes = parse_edtf(document["start"] or ""), [entry["party"] for entry in document["parties"]]
    return tuple(likely_twins(reader, record.kind, record.title, start, codes, record.ref, live_only=True))


def review_url(waiting: Neighbour | None) -> str:
    """The page of review of a record of the queue; '' for none."""
    return url_for("review.show", record_type=registry.by_kind(waiting.kind), ref=waiting.ref) if waiting else ""


def moves_of(reader: Reader, steps: Sequence[Step]) -> list[MoveLine]:
    """Every move among the steps of a record, the newest first."""
    names = names_of_users(reader.session)
    rows = sorted((step.move for step in steps if step.move), key=lambda move: move.id, reverse=True)
    return [MoveLine(str(MOVE_WORDS[row.move]), row.version, names.get(row.by_id, ""), row.at, row.note) for row in rows]


def returned_move(reader: Reader, record: Record) -> MoveLine | None:
    """How the record was returned, while it waits for its author."""
    is_returned = record.review_state is ReviewState.RETURNED
    return moves_of(reader, steps_of(reader.session, record.id))[0] if is_returned else None


@dataclass(frozen=True)
class LiftLine:
    """A request to lift a restriction that waits for a decision."""

    by: str
    at: datetime
    reason: str
    is_own: bool  # the reader asked
    id: int


def lift_line(reader: Reader, record: Record) -> LiftLine | None:
    """The request to lift the restriction of `record`, if one waits."""
    asked = open_lift(reader.session, record) if record.restricted_at else None
    if asked is None:
        return None
    by = names_of_users(reader.session).get(asked.asked_by_id, "")
    return LiftLine(by, asked.asked_at, asked.reason, asked.asked_by_id == reader.user.id, asked.id)


@dataclass(frozen=True)
class ReviewSummary:
    """What every reader of the record's page sees of its review, and what he may do about it."""

    verified: MoveLine | None
    returned: MoveLine | None
    moves: tuple[MoveLine, ...]
    deeds: tuple[Item, ...]
    official_url: str  # the version that is official, where the newest is another one
    lift: LiftLine | None


def review_state(reader: Reader, record: Record, record_type: RecordType) -> ReviewSummary:
    """The review of `record` as its page shows it."""
    steps = steps_of(reader.session, record.id)
    moves = moves_of(reader, steps)
    address: Item = {"record_type": record_type, "ref": record.ref}
    is_pending = record.verified_version not in (None, record.version)
    official = url_for("records.show_version", **address, number=record.verified_version) if is_pending else ""
    return ReviewSummary(
        _verification(moves, record),
        moves[0] if record.review_state is ReviewState.RETURNED else None,
        tuple(moves),
        tuple(_deeds(reader, record, record_type, steps)),
        official,
        lift_line(reader, record),
    )


def _verification(moves: list[MoveLine], record: Record) -> MoveLine | None:
    verified = str(MOVE_WORDS[ReviewMove.VERIFY])
    return next((line for line in moves if line.version == record.verified_version and line.words == verified), None)


def _deeds(reader: Reader, record: Record, record_type: RecordType, steps: Sequence[Step]) -> Iterator[Item]:
    """What the reader may do about the record now, as links of its page; nothing that would be refused."""
    address: Item = {"record_type": record_type, "ref": record.ref}
    is_official = record.verified_version is not None
    if record.review_state is ReviewState.DRAFT or record.restricted_at:
        return
    is_own = reader.user.id in authors_among(steps, record.version)
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


def _changes(reader: Reader, record: Record, record_type: RecordType, document: Document, titles: Mapping[str, str]) -> Iterator[Item]:
    wording, quotes = Wording(reader, record_type), quotes_of(titles, document)
    before = version_payload(reader.user, reader.session, record, record.verified_version) if record.verified_version else None
    wording.look_up(references_in(document, record_type) | (references_in(plain(before, record_type), record_type) if before else set()))
    for change in changes(before, document, wording) if before else everything(document, wording):
        keys = [key for key in quotes if key == change.field or (change.field == "figures" and key.startswith("figure:"))]
        yield {
            "label": change.label,
            "before": _named(change, change.before, titles),
            "after": _named(change, change.after, titles),
            "evidence": [quote for key in keys for quote in quotes[key]],
        }


def _named(change: Change, lines: tuple[str, ...], titles: Mapping[str, str]) -> tuple[str, ...]:
    """Passages with the title of their source for its reference, by which nobody knows it; the link stands among the sources."""
    if change.field != "evidence":
        return lines
    parts = (line.partition(" · ") for line in lines)
    return tuple("".join((titles.get(ref, ref), dot, rest)) for ref, dot, rest in parts)

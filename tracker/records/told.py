"""What each recipient of a record was told last, and what holds now: of the record, or of the one into which it was merged.

A merged record goes on under the reference of the other. From the first version of that one which is verified after the merge, what
recipients hold is compared with it; names stand sealed under each record's own numbers, so between two records they are not compared.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.personal_data.books import NAMES, pseudonym_of
from tracker.personal_data.models import SubjectKey
from tracker.records.differences import is_same
from tracker.records.disclosure_models import Condition, CorrectionNotice, Disclosure, Given
from tracker.records.documents import Document
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.models import Record, RecordVersion, Review
from tracker.records.registry import by_kind
from tracker.records.relations import merge_chain

Version = tuple[int, int]  # the key of a record, the number of one of its versions


class Cause(StrEnum):
    """What the recipient does not know yet."""

    CHANGED = "changed"
    RESTRICTED = "restricted"
    RETIRED = "retired"
    VALID = "valid"  # again: he was told otherwise
    MERGED = "merged"
    ERASED = "erased"


@dataclass(frozen=True)
class Known:
    """What holds, or what a recipient was told last."""

    version: Version
    condition: Condition  # whether it may be used
    under: int  # the key of the record under whose reference the data go on
    erased: frozenset[str] = frozenset()  # the pseudonyms of persons whose names are erased

    @property
    def stamp(self) -> str:
        """The same as a form carries it, so that nobody confirms what he has not read."""
        return f"{self.version[0]}.{self.version[1]}:{self.condition}:{self.under}:{said_of(self.erased)}"


@dataclass(frozen=True)
class State:
    """Where one recipient stands."""

    told: Known
    now: Known
    was: Document
    now_is: Document
    heard: frozenset[str]  # the pseudonyms of all persons of whom he was ever told
    kind: str

    @property
    def erased(self) -> frozenset[str]:
        """Persons of whom he was told, whose names are erased, and he does not know it."""
        return (self.now.erased - self.told.erased) & self.heard

    @property
    def causes(self) -> list[Cause]:
        found = [] if self.now.condition is self.told.condition else [Cause(self.now.condition.value)]
        if self.now.under != self.told.under:
            found.insert(0, Cause.MERGED)
        if self.erased:
            found.append(Cause.ERASED)
        if self.now.version != self.told.version and not is_same(self.was, self.now_is, by_kind(self.kind)):
            found.append(Cause.CHANGED)
        return found


def said_of(pseudonyms: Collection[str]) -> str:
    """`HND-2026-0001/1,HND-2026-0001/2`, as it is stored."""
    return ",".join(sorted(pseudonyms))


def erased_of(session: Session, record_ids: Collection[int]) -> frozenset[str]:
    """The persons of these records whose names are erased."""
    gone = sa.select(SubjectKey.pseudonym).where(SubjectKey.record_id.in_(record_ids), SubjectKey.erased_at.is_not(None))
    return frozenset(session.scalars(gone))


def merged_into(record_id: int) -> sa.Select[tuple[int]]:
    """The keys of the record and of all that go on under its reference."""
    tree = sa.select(Record.id).where(Record.id == record_id).cte(recursive=True)
    return sa.select(tree.union(sa.select(Record.id).where(Record.merged_into_id == tree.c.id)).c.id)


def lock(session: Session, record: Record) -> Record:
    """Lock all records to which `record` leads, the last one first, and then itself; the last one, under whose reference its data go on.

    When it leads elsewhere once it is locked, all are let go and locked again: in another order somebody would wait in a circle.
    """
    while True:
        chain, held = merge_chain(session, record, anew=True), session.begin_nested()
        for one in reversed(chain):
            session.refresh(one, with_for_update=True)
        if merge_chain(session, record) == chain:
            held.commit()
            return chain[-1]
        held.rollback()


def states(session: Session, record: Record, rows: Sequence[Disclosure]) -> dict[int, State]:
    """By the key of the disclosure: where each of these recipients of `record` stands."""
    if not rows:
        return {}
    known = {row.id: [_known_of(row.record_id, row.record_id, row)] for row in rows}
    notices = sa.select(CorrectionNotice).where(CorrectionNotice.disclosure_id.in_(known)).order_by(CorrectionNotice.id)
    for notice in session.scalars(notices):
        known[notice.disclosure_id].append(_known_of(notice.of_id, notice.under_id, notice))
    chain = merge_chain(session, record, anew=True)
    kept, official = chain[-1], _official(session, chain)
    erased = erased_of(session, {kept.id, *(one.version[0] for told in known.values() for one in told)})
    wanted = {one.version for told in known.values() for one in told} | ({(kept.id, official)} if official else set())
    documents, refs = _documents(session, wanted)
    found = {}
    for row in rows:
        told = known[row.id][-1]
        version = _version_now(kept, official, told)
        heard = frozenset(name for one in known[row.id] for name in _persons(one.version, documents, refs))
        gone = erased & (heard | _persons(version, documents, refs))
        now = Known(version, _condition(kept, told), kept.id, gone | told.erased)
        is_other = version[0] != told.version[0]
        was, now_is = (_as_given(documents[one], row.given, is_other) for one in (told.version, version))
        found[row.id] = State(told, now, was, now_is, heard, record.kind)
    return found


def _known_of(of_id: int, under_id: int, row: Disclosure | CorrectionNotice) -> Known:
    return Known((of_id, row.version), row.condition, under_id, frozenset(one for one in row.erased.split(",") if one))


def _official(session: Session, chain: Sequence[Record]) -> int:
    """The official version of the last record that recipients of the first have to know; 0 where there is none since the merge."""
    kept = chain[-1]
    if len(chain) == 1 or not kept.verified_version:
        return kept.verified_version or 0
    last = sa.select(sa.func.max(Review.at)).join(Record, Record.id == Review.record_id)
    led = [one.id for one in chain]
    merged = last.where(Record.merged_into_id == kept.id, Record.id.in_(led), Review.move == ReviewMove.MERGE)
    since = sa.select(sa.func.min(RecordVersion.version)).where(RecordVersion.record_id == kept.id)
    first = session.scalar(since.where(RecordVersion.valid_from >= merged.scalar_subquery()))
    return kept.verified_version if not first or kept.verified_version >= first else 0


def _version_now(kept: Record, official: int, told: Known) -> Version:
    """The official version if he does not know it or a later one."""
    if not official or (told.version[0] == kept.id and told.version[1] >= official):
        return told.version
    return kept.id, official


def _condition(kept: Record, told: Known) -> Condition:
    if kept.review_state is ReviewState.RETIRED:
        return Condition.RETIRED
    if told.condition is Condition.RETIRED and told.under == kept.id and kept.verified_version is None:
        return Condition.RETIRED  # brought back, but nothing of it is official yet
    return Condition.RESTRICTED if kept.restricted_at else Condition.VALID


def _documents(session: Session, wanted: Collection[Version]) -> tuple[dict[Version, Document], dict[int, str]]:
    """Versions of records, and the references of these records."""
    keys, numbers = {key for key, _ in wanted}, {number for _, number in wanted}
    whole = sa.select(RecordVersion.record_id, RecordVersion.version, RecordVersion.payload, Record.ref)
    whole = whole.join(Record, Record.id == RecordVersion.record_id).where(RecordVersion.record_id.in_(keys))
    rows = session.execute(whole.where(RecordVersion.version.in_(numbers))).all()
    return {(row[0], row[1]): dict(row[2]) for row in rows}, {row[0]: row[3] for row in rows}


def _persons(version: Version, documents: Mapping[Version, Document], refs: Mapping[int, str]) -> frozenset[str]:
    return frozenset(pseudonym_of(refs[version[0]], row["no"]) for row in documents[version].get(NAMES) or ())


def _as_given(document: Document, given: Given, is_other: bool) -> Document:
    """The part of a version that was given: of pseudonyms alone a corrected spelling of a name is no part."""
    if given is Given.NAMES and not is_other:
        return document
    return document | {NAMES: [row | {"name": 0, "other_names": []} for row in document.get(NAMES) or ()]}

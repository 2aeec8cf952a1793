"""Many new records at once, withheld from everybody until their import is finished: the same rows as one save after the other makes.

What a save does besides - events, notices, duplicates - is told once for the import as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.counting.models import Fact, FactKey
from tracker.counting.services import FACT_NAMES, KEY_NAMES
from tracker.database import search
from tracker.database.base import Base
from tracker.database.columns import utc_now
from tracker.database.inserting import insert_rows, insert_tuples
from tracker.files.models import Attachment
from tracker.personal_data.models import Retention
from tracker.records import registry
from tracker.records.bulk_rows import BulkRows, Row
from tracker.records.competing import settle
from tracker.records.documents import Document
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.facts import values_of_new
from tracker.records.figures import Figure
from tracker.records.findable import make_new_findable
from tracker.records.models import (
    Record,
    RecordAlias,
    RecordCrime,
    RecordIdentifier,
    RecordLink,
    RecordParty,
    RecordVersion,
    Review,
)
from tracker.records.naming import has_persons
from tracker.records.record_type import RecordType
from tracker.records.references import next_references
from tracker.records.sources import Evidence, NamedCitation, Source


@dataclass(frozen=True)
class Made:
    """One new record: its key and its reference."""

    id: int
    ref: str


class BulkWriter:
    """Writes new records of one owner, who has checked their documents. The transaction is the caller's."""

    def __init__(self, actor: User, session: Session, reporting_state: str, *, draft: bool, reason: str) -> None:
        self._actor, self._session, self._reporting_state = actor, session, reporting_state
        self._state = ReviewState.DRAFT if draft else ReviewState.SUBMITTED
        self._reason = reason
        self._rows = BulkRows(session)

    def write(self, documents: Sequence[Document]) -> list[Made]:
        """The records, in the order of `documents`; each says its kind. Nobody sees them before `publish`."""
        made: dict[int, Made] = {}
        kinds: dict[str, list[int]] = {}
        for place, document in enumerate(documents):
            kinds.setdefault(document["kind"], []).append(place)
        for kind, places in sorted(kinds.items()):
            settled = [documents[place] | {"figures": settle(documents[place], lambda _refs: {})} for place in places]
            made |= dict(zip(places, self._write(registry.by_kind(kind), settled), strict=True))
        return [made[place] for place in range(len(documents))]

    def _write(self, record_type: RecordType, documents: list[Document]) -> list[Made]:
        now = utc_now()
        refs = next_references(self._session, record_type.prefix, now.year, len(documents))
        rows = [
            self._rows.common(document)
            | {
                "ref": ref, "kind": record_type.kind, "review_state": self._state, "effective_marking": Marking.WITHHELD,
                "owner_id": self._actor.id, "version": 1, "created_at": now, "changed_at": now,
            }
            for document, ref in zip(documents, refs, strict=True)
        ]  # fmt: skip
        self._insert(Record, rows)  # one statement for all: SQLite would say the keys only of one row after the other
        keys = dict(self._session.execute(sa.select(Record.ref, Record.id).where(Record.ref.in_(refs))).all())
        made = [Made(keys[ref], ref) for ref in refs]
        ids = [one.id for one in made]
        self._insert(record_type.model, [self._rows.own(one, record_type, key) for one, key in zip(documents, ids, strict=True)])
        self._write_lists(documents, ids)
        self._write_own_lists(record_type, documents, ids)
        payloads = {
            one.id: self._rows.payload(document, one.ref, self._actor.id, self._state.value)
            for document, one in zip(documents, made, strict=True)
        }
        self._write_versions(payloads)
        make_new_findable(self._session, record_type, payloads)
        return made

    def _write_lists(self, documents: list[Document], ids: list[int]) -> None:
        both = list(zip(documents, ids, strict=True))
        sources = self._source_ids(documents)
        self._insert(RecordParty, [row for one, key in both for row in self._rows.parties(one, key)])
        for model, name in ((RecordCrime, "crimes"), (RecordAlias, "aliases"), (RecordIdentifier, "identifiers")):
            self._insert(model, [{"record_id": key} | entry for one, key in both for entry in one[name]])
        self._insert(RecordLink, [row for one, key in both for row in self._rows.links(one, key)])
        self._insert(Figure, [row for one, key in both for row in self._rows.figures(one, key)])
        self._contain(both)
        passages = [row for one, key in both for row in self._rows.evidence(one, key, sources, self._actor.id)]
        self._insert(Evidence, passages)
        if documents and has_persons(registry.by_kind(documents[0]["kind"])):
            cited = {(row["source_id"], row["record_id"]) for row in passages}
            self._insert(NamedCitation, [{"source_id": source, "record_id": key} for source, key in sorted(cited)])

    def _contain(self, both: Iterable[tuple[Document, int]]) -> None:
        """Parts of other figures, once these have keys."""
        for document, key in both:
            parts = [entry for entry in document["figures"] if entry["contained_in"]]
            if parts:
                mine = sa.select(Figure.no, Figure.id).where(Figure.record_id == key)
                numbers = dict(self._session.execute(mine).all())
                for entry in parts:
                    part = sa.update(Figure).where(Figure.id == numbers[entry["no"]])
                    self._session.execute(part.values(contained_in_id=numbers[entry["contained_in"]]))

    def _write_own_lists(self, record_type: RecordType, documents: list[Document], ids: list[int]) -> None:
        """By the type's own hand, which writes models."""
        if not record_type.lists:
            return
        found = {one.id: one for one in self._session.scalars(sa.select(record_type.model).where(record_type.model.id.in_(ids)))}
        for document, key in zip(documents, ids, strict=True):
            for handler in record_type.lists:
                handler.write(self._session, found[key], document[handler.child.name])
        self._session.flush()

    def _write_versions(self, payloads: Mapping[int, Document]) -> None:
        versions, facts, keys = list[Row](), list[tuple[Any, ...]](), list[tuple[Any, ...]]()
        for record_id, payload in payloads.items():
            said = {"version": 1, "by_id": self._actor.id, "reason": self._reason, "review_state": self._state}
            versions.append({"record_id": record_id, "payload": payload} | said)
            found, named = values_of_new(record_id, payload, self._reporting_state, marking=Marking.WITHHELD.value)
            facts += found
            keys += named
        self._insert(RecordVersion, versions)
        if self._state is ReviewState.SUBMITTED:
            said = {"version": 1, "move": ReviewMove.SUBMIT, "by_id": self._actor.id}
            self._insert(Review, [{"record_id": record_id} | said for record_id in payloads])
        insert_tuples(self._session, Fact, FACT_NAMES, facts)
        insert_tuples(self._session, FactKey, KEY_NAMES, keys)

    def _source_ids(self, documents: list[Document]) -> dict[str, int]:
        refs = {entry["source"] for document in documents for entry in document["evidence"]}
        return dict(self._session.execute(sa.select(Source.ref, Source.id).where(Source.ref.in_(refs))).all())

    def _insert(self, model: type[Any], rows: list[Row]) -> None:
        insert_rows(self._session, model, rows)


def publish(session: Session, ids: sa.Select[Any]) -> None:
    """Let everybody see the withheld records of `ids` whom their marking lets: a few statements, however many they are."""
    for marking in [one for one in Marking if one is not Marking.WITHHELD]:
        marked = sa.select(Record.id).where(Record.id.in_(ids), Record.marking == marking.value)
        _mark(session, marked, marking)


def hold(session: Session, ids: sa.Select[Any]) -> None:
    """Let nobody change or decide about the records of `ids` before this transaction ends; in the order of their keys, as everybody."""
    session.execute(sa.select(Record.id).where(Record.id.in_(ids)).order_by(Record.id).with_for_update()).all()


def withhold(session: Session, ids: sa.Select[Any]) -> None:
    """Take the records of `ids` away from everybody again. The database refuses it for what anybody has touched."""
    _mark(session, ids, Marking.WITHHELD)


def _mark(session: Session, ids: sa.Select[Any], marking: Marking) -> None:
    plain = {"synchronize_session": False}
    session.execute(sa.update(Fact).where(Fact.record_id.in_(ids)).values(marking=marking.value), execution_options=plain)
    session.execute(sa.update(Record).where(Record.id.in_(ids)).values(effective_marking=marking), execution_options=plain)


def delete_withheld(session: Session, ids: Collection[int]) -> None:
    """Delete withheld records with all that an import has made of them; nobody has seen them since they were withheld."""
    search.forget(session, ids)
    for model in (Fact, FactKey, Review, RecordVersion, NamedCitation, Retention):
        table: Any = model.__table__
        session.execute(sa.delete(table).where(table.c.record_id.in_(ids)))
    session.execute(sa.update(Figure).where(Figure.record_id.in_(ids)).values(contained_in_id=None))
    withheld = sa.select(Record).where(Record.id.in_(ids), Record.effective_marking == Marking.WITHHELD)
    for record in session.scalars(withheld).all():
        session.delete(record)  # with its own lists, whatever they are
    session.flush()


def touched(session: Session, ids: sa.Select[Any]) -> bool:
    """Whether anybody has changed or decided about one of these records, or anything else points at one by now.

    To return a record decides nothing about it: whoever is to mend it may also take it back.
    """
    return bool(touched_among(session, ids, 1))


def touched_among(session: Session, ids: sa.Select[Any], most: int) -> list[int]:
    """The ids of those of them, some where there are more than `most`."""
    found: set[int] = set()
    for asked in _touches(ids):
        if len(found) < most:
            found |= set(session.scalars(asked.limit(most)))
    return sorted(found)[:most]


def _touches(ids: sa.Select[Any]) -> Iterator[sa.Select[int]]:
    """For each way in which a record is touched those of `ids` that are."""
    yield sa.select(Record.id).where(Record.id.in_(ids), sa.or_(Record.version > 1, Record.discarded_at.is_not(None)))
    decided = Review.move.not_in([ReviewMove.SUBMIT, ReviewMove.RETURN])
    yield sa.select(Review.record_id).where(Review.record_id.in_(ids), decided)
    with_files = sa.select(Attachment.owner_ref).where(Attachment.owner_kind == "record")
    yield sa.select(Record.id).where(Record.id.in_(ids), Record.ref.in_(with_files))
    for column in _pointing_at_records():
        yield sa.select(column).where(column.in_(ids))


def _pointing_at_records() -> Iterator[sa.Column[Any]]:
    """Every column by which something that an import does not make itself points at a record."""
    own = {Fact, FactKey, Review, RecordVersion, NamedCitation, Retention, Figure, Evidence}
    own |= {RecordParty, RecordCrime, RecordAlias, RecordIdentifier, *(record_type.model for record_type in registry.every_type())}
    made = {(model.__tablename__, "record_id") for model in own} | {(RecordLink.__tablename__, "from_id"), ("import_row", "record_id")}
    keys = {Record.__table__.c.id, *(record_type.model.__table__.c.record_id for record_type in registry.every_type())}
    listed = {mapper.class_.__tablename__ for one in registry.every_type() for mapper in _lists_of(one)}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column in keys and (table.name, key.parent.name) not in made and table.name not in listed:
                yield key.parent


def _lists_of(record_type: RecordType) -> Iterator[sa.orm.Mapper[Any]]:
    """The tables of a type's own lists."""
    for relation in sa.inspect(record_type.model).relationships:
        if relation.cascade.delete_orphan:
            yield relation.mapper

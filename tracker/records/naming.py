"""Keeping names of persons out of what a record says: at every save, whoever makes it.

A record type has persons when its documents have the list `subjects`; the shared machine asks no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database import search
from tracker.database.wiping import empty_log_after_commit
from tracker.personal_data.books import NAMES, Books, finder_of
from tracker.personal_data.models import SubjectKey, VersionRedaction
from tracker.records.disclosure_models import STORED_LENGTH, Disclosure
from tracker.records.documents import Document
from tracker.records.figures import Figure
from tracker.records.models import (
    NOTE_LENGTH,
    SHORT_LENGTH,
    LiftRequest,
    Record,
    RecordAlias,
    RecordIdentifier,
    RecordParty,
    RecordVersion,
    Review,
)
from tracker.records.record_type import ColumnKind, RecordType
from tracker.records.sources import Evidence, NamedCitation, Source

# the fields of the lists that all types have in which people write freely, and where they are kept
TEXTS: dict[str, tuple[type[Any], tuple[str, ...]]] = {
    "parties": (RecordParty, ("note",)),
    "figures": (Figure, ("series", "text_original", "preference_reason")),
    "evidence": (Evidence, ("quote_exact", "quote_prefix", "quote_suffix", "locator")),
    "aliases": (RecordAlias, ("name",)),
    "identifiers": (RecordIdentifier, ("value",)),
}


def has_persons(record_type: RecordType) -> bool:
    """Whether records of this type are about persons."""
    return any(child.name == NAMES for child in record_type.all_lists)


def guarded(
    session: Session, record: Record, record_type: RecordType, document: Document, kept: Document | None, reason: str = ""
) -> tuple[Document, str, bool]:
    """`document` and the reason of its save as they may be stored: no name in them, all of them sealed in the persons' books.

    The third value says whether a new spelling came up, so that older versions must be looked through.
    """
    if not has_persons(record_type):
        return document, reason, False
    books = Books(session, record.ref)
    taken = with_texts(books.take(document, kept), record_type, books.masked)
    said = cut(books.masked(reason), f"[{record.ref}/", RecordVersion.reason.type.length)
    is_new = books.has_new
    if is_new:
        session.flush()  # a key belongs to a record that is there
        books.save(record.id)
    return taken, said, is_new


def masked(session: Session, record: Record, text: str) -> str:
    """A text about the record, a note of its review for instance, without the names of its persons."""
    books = Books(session, record.ref)
    said = books.masked(text)
    if books.has_new:
        books.save(record.id)
    return said


def masked_within(session: Session, record: Record, text: str, room: int) -> str:
    """The same, cut to its room where pseudonyms made it longer; none of them is cut through."""
    return cut(masked(session, record, text), f"[{record.ref}/", room)


def books_of(session: Session, records: Collection[Record]) -> dict[int, Books]:
    """The books of many records in one statement, by the key of the record; those that have none are empty."""
    held = sa.select(SubjectKey).where(SubjectKey.record_id.in_([one.id for one in records])).order_by(SubjectKey.no)
    keys: dict[int, list[SubjectKey]] = {one.id: [] for one in records}
    for key in session.scalars(held.execution_options(populate_existing=True)) if keys else ():
        keys[key.record_id].append(key)
    return {one.id: Books(session, one.ref, keys[one.id]) for one in records}


def masked_parts(books: Books, parts: Iterable[str]) -> list[str]:
    """Parts of what a record is found by, without the names of its persons; spellings that come up are not kept."""
    return [books.masked(part) for part in parts]


def as_it_would_be_stored(session: Session, ref: str, record_type: RecordType, document: Document, kept: Document | None) -> Document:
    """What `guarded` would make of `document`, with nothing written: to compare it with what is stored, and to show it."""
    if not has_persons(record_type):
        return document
    books = Books(session, ref)
    return with_texts(books.take(document, kept), record_type, books.masked)


def with_texts(document: Document, record_type: RecordType, change: Callable[[str], str]) -> Document:
    """`document` with every text that somebody wrote freely as `change` makes it; codes, dates and numbers as they are."""
    made = dict(document)
    for column in record_type.all_columns:
        if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT) and made.get(column.name):
            made[column.name] = change(made[column.name])
    common = {name: fields for name, (_, fields) in TEXTS.items()}
    own = {handler.child.name: handler.texts for handler in record_type.lists}
    for name, fields in (common | own).items():
        if made.get(name):
            made[name] = [{**row, **{field: change(row[field]) for field in fields if row.get(field)}} for row in made[name]]
    return made


def names_somebody(session: Session, source: Source, texts: Iterable[str | None]) -> bool:
    """Whether one of `texts` names a person of a record that cites `source`, or did: everybody reads what a source is called."""
    said = [text for text in texts if text]
    finder = finder_of(session, sa.select(NamedCitation.record_id).where(NamedCitation.source_id == source.id))
    return any(finder.find(text) for text in said)


def _mask_notes(actor: User, session: Session, record: Record, books: Books) -> list[int]:
    """The same for notes of review; gives the versions that they are about."""
    found = []
    for move in session.scalars(sa.select(Review).where(Review.record_id == record.id, Review.note != "")):
        note = books.masked(move.note)
        if note == move.note:
            continue
        books.save(record.id)
        pass_ = VersionRedaction(record_id=record.id, version=move.version, by_id=actor.id)
        session.add(pass_)
        session.flush()
        move.note = cut(note, f"[{record.ref}/", NOTE_LENGTH)
        session.flush()
        pass_.is_open = False
        found.append(move.version)
    return found


def _mask_lifts(session: Session, record: Record, books: Books) -> bool:
    """The same for the reasons of requests to lift a restriction; whether there was a name in one."""
    found = False
    for asked in session.scalars(sa.select(LiftRequest).where(LiftRequest.record_id == record.id)):
        reason = books.masked(asked.reason)
        if reason != asked.reason:
            books.save(record.id)
            asked.reason, found = cut(reason, f"[{record.ref}/", SHORT_LENGTH), True
    return found


def _mask_disclosures(session: Session, record: Record, books: Books) -> bool:
    """The same for what was noted when data of the record were given away."""
    found = False
    for row in session.scalars(sa.select(Disclosure).where(Disclosure.record_id == record.id)):
        for name in ("authority", "purpose", "caveats", "withdrawn_reason"):
            text = books.masked(getattr(row, name))
            if text != getattr(row, name):
                books.save(record.id)
                setattr(row, name, cut(text, f"[{record.ref}/", STORED_LENGTH))
                found = True
    return found


def cut(text: str, mark: str, room: int) -> str:
    """`text` in its room, with a placeholder whole: the database takes a changed reason only with one in it."""
    first = max(0, text.find(mark) - room // 2) if len(text) > room else 0
    return text[first : first + room]


def too_long(document: Document, record_type: RecordType) -> list[str]:
    """The columns and lists whose texts no longer fit where they are kept: a pseudonym may be longer than a name."""
    tables = (Record.__table__, record_type.model.__table__)
    room = {column.name: getattr(column.type, "length", None) for table in tables for column in table.columns}
    found = [
        column.name
        for column in record_type.all_columns
        if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT) and len(document[column.name] or "") > (room[column.name] or 10**6)
    ]
    for name, (model, fields) in TEXTS.items():
        limits = {field: model.__table__.c[field].type.length for field in fields}
        if any(len(row.get(field) or "") > limit for row in document[name] for field, limit in limits.items()):
            found.append(name)
    return found


def mask_older_versions(actor: User, session: Session, record: Record, record_type: RecordType) -> None:
    """Take names out of versions that were stored before somebody said that these words are a name.

    Nothing is lost: how a name was written goes into the person's book, and the placeholder says which spelling it was.
    """
    books, masked = Books(session, record.ref), []
    for version in session.scalars(
        sa.select(RecordVersion).where(RecordVersion.record_id == record.id, RecordVersion.version < record.version)
    ):
        payload: dict[str, Any] = with_texts(dict(version.payload), record_type, books.masked)
        reason = books.masked(version.reason)
        if (payload, reason) == (version.payload, version.reason):
            continue
        books.save(record.id)
        pass_ = VersionRedaction(record_id=record.id, version=version.version, by_id=actor.id)
        session.add(pass_)
        session.flush()
        version.payload, version.reason = payload, cut(reason, f"[{record.ref}/", RecordVersion.reason.type.length)
        session.flush()
        pass_.is_open = False
        masked.append(version.version)
    masked += _mask_notes(actor, session, record, books)
    beside = [_mask_lifts(session, record, books), _mask_disclosures(session, record, books)]
    if any(beside) or masked:
        session.flush()
        search.forget_deleted(session)
        empty_log_after_commit(session)
        audit.write(actor, session, Action.NAMES_MASKED, record.ref, detail={"versions": masked})

"""Sources that records about persons cite, or did: no name in their older versions nor in what is kept of their files.

Sources are read by many who may not know of such a record. So no pseudonym stands where a name was, only that there was one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database import search
from tracker.database.wiping import empty_log_after_commit
from tracker.files import services
from tracker.files.models import Attachment, TextState
from tracker.files.queries import of_owner
from tracker.files.services import Owner
from tracker.files.store import store_of
from tracker.personal_data.books import Books
from tracker.personal_data.models import SubjectKey
from tracker.records.documents import Document
from tracker.records.findable import make_citing_findable
from tracker.records.models import Record
from tracker.records.naming import has_persons
from tracker.records.record_type import RecordType
from tracker.records.source_documents import TEXTS
from tracker.records.sources import REASON_LENGTH, Evidence, NamedCitation, Source, SourceRedaction, SourceVersion
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.unsaved.services import forget_places_of

NAMELESS = "[name]"  # what stands in place of a name; the guard of the database looks for it


@dataclass(frozen=True)
class Keeper:
    """A record that cites a source and holds sealed names: the source's files open like its own."""

    ref: str
    kind: str


@dataclass(frozen=True)
class Keepers:
    """Whether any record keeps the files of a source, and those that the reader may see."""

    exist: bool
    seen: tuple[Keeper, ...] = ()


def keepers_of(session: Session, user: User, source: Source) -> Keepers:
    """The records for the sake of whose persons the files of the source do not open for every reader of it."""
    cites = sa.exists().where(NamedCitation.source_id == source.id, NamedCitation.record_id == Record.id)
    rows = session.execute(
        sa.select(Record.ref, Record.kind, visible_to(user).label("is_seen")).where(cites, _holds_names()).order_by(Record.ref)
    ).all()
    return Keepers(bool(rows), tuple(Keeper(row.ref, row.kind) for row in rows if row.is_seen))


def cited_sources(session: Session, record_id: int) -> list[Source]:
    """The sources that a record about persons cites, or did in one of its versions, in the order of their entry."""
    cited = sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record_id)
    return list(session.scalars(sa.select(Source).where(Source.id.in_(cited)).order_by(Source.id)))


def sources_losing_files(session: Session, record_id: int, user: User) -> list[Source]:
    """Of those that `user` may see the sources of which files go when names of the record are erased."""
    has_files = sa.exists().where(Attachment.owner_kind == "source", Attachment.owner_ref == Source.ref, _may_name())
    cited = sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record_id)
    statement = sa.select(Source).where(Source.id.in_(cited), has_files, sources_visible_to(user)).order_by(Source.id)
    return list(session.scalars(statement))


def keeps_files(session: Session, record: Record) -> bool:
    """Whether a source has a file that opens only for a purpose given for this record, or for another one like it."""
    kept = sa.select(Attachment.id).join(Source, sa.and_(Attachment.owner_kind == "source", Attachment.owner_ref == Source.ref))
    kept = kept.join(NamedCitation, NamedCitation.source_id == Source.id).join(Record, Record.id == NamedCitation.record_id)
    return session.scalar(kept.where(Record.id == record.id, _holds_names(), Attachment.removed_at.is_(None)).limit(1)) is not None


def guard_sources(actor: User, session: Session, record: Record, record_type: RecordType) -> None:
    """After a save of a record about persons: what it cites is remembered, and names are taken out of what others read of it."""
    if not has_persons(record_type):
        return
    _remember(session, record)
    books = Books(session, record.ref)
    if not books.has_names:
        return
    for source in cited_sources(session, record.id):
        versions, has_files = _mask_versions(actor, session, record, source, books), _mask_files(session, source, books)
        if versions:
            audit.write(actor, session, Action.NAMES_MASKED, source.ref, detail={"versions": versions})
        if has_files:
            make_citing_findable(session, source)
        if versions or has_files:
            search.forget_deleted(session)
            empty_log_after_commit(session)


def mask_source_files(session: Session, source: Source) -> None:
    """After a file was attached to a source: no name of a person of a record that cites it in what the database keeps of the file."""
    citing = sa.select(NamedCitation.record_id).where(NamedCitation.source_id == source.id)
    for ref in session.scalars(sa.select(Record.ref).where(Record.id.in_(citing), _holds_names()).order_by(Record.id)).all():
        _mask_files(session, source, Books(session, ref))


def forget_in_sources(actor: User, session: Session, ref: str) -> None:
    """On erasure: of every source that the record cites or did the files that may hold a name, and unsaved work about it, as its own."""
    record_id = session.scalar(sa.select(Record.id).where(Record.ref == ref))
    store = store_of(current_app.config["SETTINGS"])
    for source in cited_sources(session, record_id or 0):
        services.erase(actor, session, Owner("source", source.ref), store, _may_name())
        forget_places_of(actor, session, source.ref)
        make_citing_findable(session, source)


def _may_name() -> sa.ColumnElement[bool]:
    """Of files of sources: whether a name was found in it, or it could not be read to its end."""
    said = (Attachment.name, Attachment.note, Attachment.text)
    return sa.or_(Attachment.text_state != TextState.READ, *(words.contains(NAMELESS) for words in said))


def _holds_names() -> sa.ColumnElement[bool]:
    """Of records: whether any of their versions still holds a sealed name."""
    return sa.exists().where(SubjectKey.record_id == Record.id, SubjectKey.wrapped.is_not(None))


def _remember(session: Session, record: Record) -> None:
    known = set(session.scalars(sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record.id)))
    cited = set(session.scalars(sa.select(Evidence.source_id).where(Evidence.record_id == record.id)))
    session.add_all(NamedCitation(source_id=source_id, record_id=record.id) for source_id in sorted(cited - known))
    session.flush()


def _mask_versions(actor: User, session: Session, record: Record, source: Source, books: Books) -> list[int]:
    """Take names out of the source's older versions and of all reasons; the numbers of those that held one.

    What the source says now is not touched: whoever saves the record is asked to correct it first.
    """
    rows = session.scalars(sa.select(SourceVersion).where(SourceVersion.source_id == source.id).order_by(SourceVersion.version))
    found = [row.version for row in rows if _masked(row, source, books) != (row.payload, row.reason)]
    held = sa.select(SourceVersion).where(SourceVersion.source_id == source.id, SourceVersion.version.in_(found))
    held = held.order_by(SourceVersion.version).with_for_update(key_share=True).execution_options(populate_existing=True)
    for row in session.scalars(held).all() if found else ():
        pass_ = SourceRedaction(source_id=source.id, version=row.version, record_id=record.id, by_id=actor.id)
        session.add(pass_)
        session.flush()
        row.payload, row.reason = _masked(row, source, books)
        session.flush()
        pass_.is_open = False
        session.flush()
    return found


def _masked(row: SourceVersion, source: Source, books: Books) -> tuple[Document, str]:
    payload = dict(row.payload)
    if row.version < source.version:
        payload |= {name: books.nameless(payload[name], NAMELESS) for name in TEXTS}
    return payload, books.nameless(row.reason, NAMELESS)[:REASON_LENGTH]


def _mask_files(session: Session, source: Source, books: Books) -> bool:
    """The same in names, notes and words of the source's files; whether there was one."""
    rows: Iterable[Attachment] = of_owner(session, Owner("source", source.ref))
    found = False
    for row in rows:
        for field, room in (("name", Attachment.name.type.length), ("note", Attachment.note.type.length), ("text", None)):
            said = getattr(row, field)
            without = books.nameless(said, NAMELESS)[:room]
            if without != said:
                setattr(row, field, without)
                found = True
    session.flush()
    return found

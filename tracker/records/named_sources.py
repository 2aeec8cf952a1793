"""Sources that records about persons cite, or did: no name in their older versions nor in what is kept of their files.

Sources are read by many who may not know of such a record. So no pseudonym stands where a name was, only that there was one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.wiping import empty_log_after_commit
from tracker.files.models import NAME_LENGTH, NOTE_LENGTH, Attachment
from tracker.files.queries import of_owner
from tracker.files.services import Owner
from tracker.personal_data.books import Books, finder_of, nameless
from tracker.personal_data.finding import Finder
from tracker.records.documents import Document
from tracker.records.models import Record
from tracker.records.naming import cut, has_persons, mask_older_versions
from tracker.records.purposes import holds_names, holds_sealed_names
from tracker.records.record_type import RecordType
from tracker.records.registry import by_kind
from tracker.records.source_documents import TEXTS, keep_version, read_source, write_source
from tracker.records.sources import REASON_LENGTH, Evidence, NamedCitation, Source, SourceRedaction, SourceVersion
from tracker.records.visibility import sources_visible_to, visible_to

NAMELESS = "[name]"  # what stands in place of a name: the guard of the database wants it in a version that is changed


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
        sa.select(Record.ref, Record.kind, visible_to(user).label("is_seen")).where(cites, holds_names()).order_by(Record.ref)
    ).all()
    return Keepers(bool(rows), tuple(Keeper(row.ref, row.kind) for row in rows if row.is_seen))


class NamedSourceError(Exception):
    """Sources that a record cites, or did, name its persons; holds those that the actor may see, and whether there are others."""

    def __init__(self, refs: list[str], *, has_others: bool) -> None:
        super().__init__(", ".join(refs))
        self.refs, self.has_others = refs, has_others


def cited_sources(session: Session, record_id: int, *, to_change: bool = False) -> list[Source]:
    """The sources that a record about persons cites, or did in one of its versions, in the order of their entry."""
    cited = sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record_id)
    statement = sa.select(Source).where(Source.id.in_(cited)).order_by(Source.id)
    if to_change:
        statement = statement.with_for_update(key_share=True, of=Source).execution_options(populate_existing=True)
    return list(session.scalars(statement))


def keeps_files(session: Session, record: Record) -> bool:
    """Whether a source has a file that opens only for a purpose given for this record, or for another one like it."""
    kept = sa.select(Attachment.id).join(Source, sa.and_(Attachment.owner_kind == "source", Attachment.owner_ref == Source.ref))
    kept = kept.join(NamedCitation, NamedCitation.source_id == Source.id).join(Record, Record.id == NamedCitation.record_id)
    is_closed = sa.and_(holds_names(), Attachment.names_somebody.is_not(sa.false()), Attachment.removed_at.is_(None))
    return session.scalar(kept.where(Record.id == record.id, is_closed).limit(1)) is not None


def hold_sources(session: Session, record_type: RecordType, refs: Collection[str], record_id: int | None = None) -> list[Source]:
    """Before a save: the sources that the record will cite, as they are now, and stay until the transaction ends.

    Of records that can have persons also those that it has ever cited, and nobody else looks through one of these meanwhile. All
    in one order, after the record itself and before anything of a source.
    """
    named = has_persons(record_type)
    cited = sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record_id)
    statement = sa.select(Source).where(sa.or_(Source.ref.in_(refs), Source.id.in_(cited))).order_by(Source.id)
    held = statement.with_for_update(read=not named, key_share=named, of=Source)
    return list(session.scalars(held.execution_options(populate_existing=True)))


def require_nameless(actor: User, session: Session, record: Record, record_type: RecordType, sources: Collection[Source]) -> None:
    """Raise NamedSourceError when what one of these sources is called names a person of the record: everybody reads it there."""
    if not has_persons(record_type):
        return
    finder = Books(session, record.ref).finder
    named = [source.id for source in sources if any(finder.find(getattr(source, name) or "") for name in TEXTS)]
    if named:
        refs = session.scalars(sa.select(Source.ref).where(Source.id.in_(named), sources_visible_to(actor)).order_by(Source.id)).all()
        raise NamedSourceError(list(refs), has_others=len(refs) < len(named))


def guard_sources(actor: User, session: Session, record: Record, record_type: RecordType, *, has_new_names: bool) -> set[int]:
    """After a save of a record about persons: what it cites is remembered, and names are taken out of what others read of it.

    The caller holds the sources. Those are looked through that are cited for the first time, and all when a name is new. Gives
    the ids of those of whose files less is to be found now.
    """
    if not has_persons(record_type):
        return set()
    new = _remember(session, record)
    looked = [source for source in cited_sources(session, record.id) if has_new_names or source.id in new]
    return _mask_sources(actor, session, record, looked)


def mask_whatever_stays(actor: User, session: Session, ref: str) -> None:
    """Before names are erased, while they can be found: out of the record's older versions and of all that is kept of its sources.

    Not every name was known when these were last looked through, and no text is looked through at an upgrade. A source that is
    called by a name even now says so no longer: a version of its own.
    """
    held = sa.select(Record).where(Record.ref == ref).with_for_update(of=Record).execution_options(populate_existing=True)
    record = session.scalars(held).one()
    record_type = by_kind(record.kind)
    sources = hold_sources(session, record_type, (), record.id)
    mask_older_versions(actor, session, record, record_type)
    finder = Books(session, ref).finder
    for source in sources:
        said = read_source(source)
        masked = said | {name: _without(finder, said[name], _room(name)) for name in TEXTS}
        if masked != said:
            write_source(source, masked)
            source.version += 1
            keep_version(actor, session, source)
            changed = [name for name in TEXTS if masked[name] != said[name]]
            audit.write(actor, session, Action.SOURCE_SAVED, source.ref, detail={"version": source.version, "changed": changed})
    _mask_sources(actor, session, record, sources)


def mask_made_old(actor: User, session: Session, source: Source) -> None:
    """After a correction: no name in the version that it has made old, of a person of any record that cites the source, or did."""
    citing = sa.select(NamedCitation.record_id).where(NamedCitation.source_id == source.id)
    old = session.get_one(SourceVersion, (source.id, source.version - 1))
    finder = finder_of(session, citing)
    if not any(finder.find(old.payload[name] or "") for name in TEXTS):
        return
    for record in session.scalars(sa.select(Record).where(Record.id.in_(citing), holds_sealed_names()).order_by(Record.id)).all():
        versions = _mask_versions(actor, session, record, source, Books(session, record.ref).finder, only=old.version)
        if versions:
            audit.write(actor, session, Action.NAMES_MASKED, source.ref, detail={"versions": versions})
    empty_log_after_commit(session)


def mask_source_files(session: Session, source: Source, digests: Collection[str]) -> None:
    """After files with these contents were attached to a source: no name of a person of a record that cites it in what is kept of them."""
    finder = finder_of(session, sa.select(NamedCitation.record_id).where(NamedCitation.source_id == source.id))
    _mask_files(session, [row for row in of_owner(session, Owner("source", source.ref), to_change=True) if row.sha256 in digests], finder)


def _remember(session: Session, record: Record) -> set[int]:
    """Write down what the record cites; the sources that are new to it."""
    known = set(session.scalars(sa.select(NamedCitation.source_id).where(NamedCitation.record_id == record.id)))
    cited = set(session.scalars(sa.select(Evidence.source_id).where(Evidence.record_id == record.id)))
    session.add_all(NamedCitation(source_id=source_id, record_id=record.id) for source_id in sorted(cited - known))
    session.flush()
    return cited - known


def _mask_sources(actor: User, session: Session, record: Record, sources: Collection[Source]) -> set[int]:
    """Take names out of older versions, reasons and files of these sources; the ids of those of whose files there was one."""
    books = Books(session, record.ref)
    found = set()
    for source in sources if books.has_names else ():
        versions = _mask_versions(actor, session, record, source, books.finder)
        if versions:
            audit.write(actor, session, Action.NAMES_MASKED, source.ref, detail={"versions": versions})
        if _mask_files(session, of_owner(session, Owner("source", source.ref), to_change=True), books.finder):
            found.add(source.id)
        if versions or source.id in found:
            empty_log_after_commit(session)
    return found


def _mask_versions(actor: User, session: Session, record: Record, source: Source, finder: Finder, only: int | None = None) -> list[int]:
    """Take names out of the source's older versions and of all reasons; the numbers of those that held one.

    What the source says now is not touched: whoever saves the record is asked to correct it first.
    """
    looked = sa.select(SourceVersion).where(SourceVersion.source_id == source.id).order_by(SourceVersion.version)
    rows = session.scalars(looked if only is None else looked.where(SourceVersion.version == only))
    found = [row.version for row in rows if _masked(row, source, finder) != (row.payload, row.reason)]
    held = looked.where(SourceVersion.version.in_(found)).with_for_update(key_share=True).execution_options(populate_existing=True)
    for row in session.scalars(held).all() if found else ():
        pass_ = SourceRedaction(source_id=source.id, version=row.version, record_id=record.id, by_id=actor.id)
        session.add(pass_)
        session.flush()
        row.payload, row.reason = _masked(row, source, finder)
        session.flush()
        pass_.is_open = False
        session.flush()
    return found


def _masked(row: SourceVersion, source: Source, finder: Finder) -> tuple[Document, str]:
    payload = dict(row.payload)
    if row.version < source.version:
        payload |= {name: nameless(finder, payload[name], NAMELESS) for name in TEXTS}
    return payload, _without(finder, row.reason, REASON_LENGTH)


def _mask_files(session: Session, rows: Iterable[Attachment], finder: Finder) -> bool:
    """The same in names, notes and words of files; whether there was one."""
    found = False
    for row in rows:
        for field, room in (("name", NAME_LENGTH), ("note", NOTE_LENGTH), ("text", None)):
            said = getattr(row, field)
            without = _without(finder, said, room)
            if without != said:
                setattr(row, field, without)
                row.names_somebody = found = True
    session.flush()
    return found


def _room(name: str) -> int:
    """How long a text of a source may be."""
    room: int = Source.__table__.c[name].type.length  # type: ignore[attr-defined]
    return room


def _without(finder: Finder, text: str, room: int | None) -> str:
    """`text` without names, in its room where that is short; the mark is not cut through, or the database would refuse the text."""
    without = nameless(finder, text, NAMELESS)
    return without if room is None or without == text else cut(without, NAMELESS, room)

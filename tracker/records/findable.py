"""What a record is found by: written with every save, and for all records again after a restore, since an index belongs to its engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectin_polymorphic, selectinload

from tracker.database import search
from tracker.files.queries import search_words
from tracker.files.services import Owner
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.models import Record, RecordParty
from tracker.records.naming import books_of, has_persons, masked_parts
from tracker.records.record_type import ColumnKind, RecordType
from tracker.records.sources import Evidence, Source
from tracker.vocabularies.models import Party
from tracker.vocabularies.parties import names_of_parties

_BATCH = 200  # with the words of their files: some 60 MB at most


def make_findable(session: Session, record_ids: Collection[int]) -> None:
    """Write the search text of these records anew: after a save, a correction of a source that they cite, another file.

    The last thing that a transaction does. Of several that come to the same record each waits for the one before and reads again what
    that has left; whoever begins to cite a source, or changes it or its files, holds it.
    """
    ids = sorted(record_ids)
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        if search.hold(session, batch):
            session.flush()
            session.expire_all()  # what was read before the wait may be old
        records = session.scalars(_whole().where(Record.id.in_(batch)).order_by(Record.id)).all()
        search.index(session, _found_by(session, records))


def make_new_findable(session: Session, record_type: RecordType, payloads: Mapping[int, Document]) -> None:
    """The same for records of one type, by key, that nobody else knows yet: from their first versions. They have neither files nor a
    name on file."""
    columns = _text_columns(record_type)
    parties = _words_of_parties(session, {entry["party"] for payload in payloads.values() for entry in payload["parties"]})
    cited = [list(dict.fromkeys(entry["source"] for entry in payload["evidence"])) for payload in payloads.values()]
    asked = sa.select(Source).where(Source.ref.in_({ref for refs in cited for ref in refs}))
    sources = {source.ref: [source.title, source.publisher, source.ref] for source in session.scalars(asked)}
    files = search_words(session, [{Owner("source", ref) for ref in refs} for refs in cited])
    found = []
    for (record_id, payload), refs, words in zip(payloads.items(), cited, files, strict=True):
        parts = [payload["ref"], payload["title_original"], *(payload[name] for name in columns)]
        parts += [entry["name"] for entry in payload["aliases"]] + [entry["value"] for entry in payload["identifiers"]]
        parts += [word for entry in payload["parties"] for word in parties[entry["party"]]]
        found.append((record_id, [*parts, *(word for ref in refs for word in sources[ref]), *words]))
    search.index_new(session, found)


def citing(session: Session, source_ids: Collection[int]) -> set[int]:
    """The records that cite one of these sources now."""
    return set(session.scalars(sa.select(Evidence.record_id).where(Evidence.source_id.in_(source_ids))))


def rebuild(session: Session) -> int:
    """Write the search text of every record; how many there are."""
    ids = list(session.scalars(sa.select(Record.id).order_by(Record.id)))
    search.forget_all(session)
    for start in range(0, len(ids), _BATCH):
        batch = session.scalars(_whole().where(Record.id.in_(ids[start : start + _BATCH]))).all()
        search.index_new(session, _found_by(session, batch))
        session.flush()
        session.expunge_all()
    return len(ids)


def _whole() -> sa.Select[Record]:
    """Records with what they are found by, in a few statements for a whole batch."""
    return sa.select(Record).options(
        selectin_polymorphic(Record, [record_type.model for record_type in registry.every_type()]),
        selectinload(Record.aliases),
        selectinload(Record.identifiers),
        selectinload(Record.parties).joinedload(RecordParty.party),
        selectinload(Record.evidence).options(joinedload(Evidence.source)),
    )


def _found_by(session: Session, records: Sequence[Record]) -> list[tuple[int, list[str]]]:
    """Everything that each of these records is found by, in as many statements for many of them as for one.

    Sources are shared: what they and their files say now is not theirs to mask. Here no name of a record's own persons comes in.
    """
    owners = [{Owner("record", one.ref), *(Owner("source", evidence.source.ref) for evidence in one.evidence)} for one in records]
    types = [registry.by_kind(one.kind) for one in records]
    books = books_of(session, [one for one, its in zip(records, types, strict=True) if has_persons(its)])
    found = []
    for record, its, words in zip(records, types, search_words(session, owners), strict=True):
        parts = [*_own_words(session, record, its), *words]
        found.append((record.id, masked_parts(books[record.id], parts) if record.id in books else parts))
    return found


def _own_words(session: Session, record: Record, record_type: RecordType) -> list[str]:
    """What the record says, names of its parties in every language, its sources."""
    parts: list[Any] = [record.ref, record.title_original]
    parts += [getattr(record, name) for name in _text_columns(record_type)]
    parts += [alias.name for alias in record.aliases]
    parts += [identifier.value for identifier in record.identifiers]
    names = names_of_parties(session)
    for row in record.parties:
        parts += [row.party.code, row.party.name_en, row.party.name_local, *names.get(row.party_id, ())]
    for source in dict.fromkeys(evidence.source for evidence in record.evidence):
        parts += [source.title, source.publisher, source.ref]
    return [part for part in parts if part]


def _words_of_parties(session: Session, codes: Collection[str]) -> dict[str, list[str]]:
    """What each of these parties is called, in every language."""
    names = names_of_parties(session)
    rows = session.execute(sa.select(Party.id, Party.code, Party.name_en, Party.name_local).where(Party.code.in_(codes)))
    return {row.code: [row.code, row.name_en, row.name_local, *names.get(row.id, ())] for row in rows}


def _text_columns(record_type: RecordType) -> list[str]:
    return [column.name for column in record_type.all_columns if column.kind in (ColumnKind.TEXT, ColumnKind.LONG_TEXT)]

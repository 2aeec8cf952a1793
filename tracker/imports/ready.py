"""The documents that the check of lines has made, kept until they are stored: making them a second time is a third of the work.

They hold as long as nothing that they were made from is another: each cell, the plan, the importer, the day, the parties and terms. Of
what may change at any moment - records, sources, persons - they name nothing; whether a file number is taken is asked again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from tracker.database.sealing import Sealer, SealError
from tracker.imports import chunks
from tracker.imports.models import ImportChunk, ImportRow
from tracker.imports.preparing import SOURCE, Unit, numbers_in
from tracker.imports.reading import cells_of
from tracker.imports.work import Work
from tracker.records import registry
from tracker.records.documents import Document
from tracker.records.list_columns import columns_of
from tracker.records.models import RecordIdentifier
from tracker.records.record_type import ColumnKind, RecordType
from tracker.vocabularies.state import state_of_reference

_AT_ONCE = 500


def forget(work: Work, number: int) -> None:
    """The lines of a chunk are stored: what was kept for that is of no more use."""
    mine = sa.update(ImportChunk).where(ImportChunk.batch_id == work.batch.id, ImportChunk.no == number)
    work.session.execute(mine.values(ready=None, ready_for=None))


def keep(work: Work, number: int, units: Sequence[Unit]) -> None:
    """Keep the documents of a chunk that is checked; the caller commits. What is not kept is made again."""
    kept, naming = {}, {one.kind: _naming(one) for one in registry.every_type()}
    for unit in units if work.plan.group is None else ():
        is_whole = bool(unit.document) and not unit.problems and unit.record is None  # nothing was made of a line that is left out
        if is_whole and not _names_others(unit.document, *naming[unit.document["kind"]]):
            kept[str(unit.line.no)] = [unit.fingerprint, unit.document]
    body = zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)
    mine = sa.update(ImportChunk).where(ImportChunk.batch_id == work.batch.id, ImportChunk.no == number)
    sealed = _sealer(work).seal(body, _name(number)) if kept else None
    work.session.execute(mine.values(ready=sealed, ready_for=_depends_on(work)))


def recall(work: Work, number: int, units: Sequence[Unit], rows: Mapping[int, ImportRow]) -> bool:
    """Give the lines of a chunk the documents that were kept; False, and nothing is done, where one is to be made again."""
    columns = sa.select(ImportChunk.ready, ImportChunk.ready_for)
    ready, ready_for = work.session.execute(columns.where(ImportChunk.batch_id == work.batch.id, ImportChunk.no == number)).one()
    if not ready or ready_for != _depends_on(work):
        return False
    try:
        kept = json.loads(zlib.decompress(_sealer(work).unseal(ready, _name(number))).decode("utf-8", "surrogatepass"))
    except (SealError, zlib.error, ValueError):
        return False
    found: list[Document] = []
    for unit in units:
        unit.cells = cells_of(unit.line, rows.get(unit.line.no))
        fingerprint, document = kept.get(str(unit.line.no), ("", {}))
        if fingerprint != unit.fingerprint:
            return False
        found.append(document)
    if _is_any_taken(work, found):
        return False
    for unit, document in zip(units, found, strict=True):
        unit.document = document
    work.preparer.judge(units)
    return True


def _names_others(document: Document, fields: Iterable[str], rows: Iterable[tuple[str, str]]) -> bool:
    """Whether it speaks of records, sources or persons that may be gone, or another's, by the time that it is stored."""
    named = [document[name] for name in fields] + [row[name] for child, name in rows for row in document[child]]
    return any(one and one != SOURCE for one in named)


def _naming(its: RecordType) -> tuple[list[str], list[tuple[str, str]]]:
    """The fields, and the columns of lists, in which documents of this type name what else is recorded."""
    named = {ColumnKind.RECORD, ColumnKind.SOURCE, ColumnKind.PERSON}
    rows = [(child.name, column.name) for child in its.all_lists for column in columns_of(child) if column.kind in named]
    return [column.name for column in its.all_columns if column.kind in named], rows


def _is_any_taken(work: Work, documents: Sequence[Document]) -> bool:
    numbers = {number for document in documents for number in numbers_in(document)}
    values = sorted({value for _, value in numbers})
    for start in range(0, len(values), _AT_ONCE):
        held = sa.select(RecordIdentifier.scheme, RecordIdentifier.value)
        held = held.where(RecordIdentifier.value.in_(values[start : start + _AT_ONCE]))
        if any((scheme, value) in numbers for scheme, value in work.session.execute(held)):
            return True
    return False


def _depends_on(work: Work) -> str:
    """A digest of all that documents are made from, but for their cells and the software: the day bounds how long they are kept."""
    shapes = {
        one.kind: [[column.name for column in one.all_columns], [child.name for child in one.all_lists]] for one in registry.every_type()
    }
    who = [work.user.id, work.user.role.value, work.reporting_state, work.locale, str(work.today)]
    said = [shapes, who, work.plan.to_json(), repr(state_of_reference(work.session))]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def _sealer(work: Work) -> Sealer:
    return chunks.sealer_of(work.file.master, work.batch)


def _name(number: int) -> str:
    return f"import-ready {number}"

"""From checked lines to records: a piece at a time, withheld from everybody, then all of them seen at once - or none (settled 30).

Each piece is one transaction that also says how far the import is: a crash, a closed browser, a second click or another tab leaves
nothing half done. What is not finished is seen by nobody and is continued or taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.imports import chunks, ready
from tracker.imports.checking import counts, is_checked, rows_of
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState
from tracker.imports.preparing import SOURCE, Unit
from tracker.imports.services import StateError, forget_lines
from tracker.imports.work import Work
from tracker.records import bulk, services
from tracker.records.bulk import BulkWriter, Made
from tracker.records.documents import Document
from tracker.records.named_sources import NamedSourceError
from tracker.records.references import next_reference
from tracker.records.restriction import RestrictedError
from tracker.records.rights import RightsError
from tracker.records.services import ConflictError, OutOfReachError
from tracker.records.source_documents import keep_version, whole_document, write_source
from tracker.records.sources import Source

MOST_CHANGES = 500  # records that one import changes: they are changed in the transaction that ends it
_AT_ONCE = 200
_BACK = "back"  # in the counts of a batch that is cleared to be checked again
_MOST_NAMED = 2_000  # references that the event itself lists


class NotReadyError(Exception):
    """Lines are wrong or not checked: nothing is stored; the text says what to do."""


class TouchedError(Exception):
    """Somebody has worked on a record of the import: it is no longer undone as a whole."""


def confirm(actor: User, session: Session, batch: ImportBatch) -> None:
    """Begin to store. A second click finds it begun. Raises NotReadyError, StateError."""
    if batch.state in (BatchState.LOADING, BatchState.DONE) and batch.created_by_id == actor.id:
        return
    if batch.state is not BatchState.OPEN or batch.created_by_id != actor.id:
        raise StateError(batch.state.value)
    found = counts(session, batch)
    if not is_checked(session, batch):
        raise NotReadyError(gettext("Not every line is checked yet."))
    if found[RowState.WRONG]:
        raise NotReadyError(gettext("Some lines have problems: mend them, or leave them out."))
    if not found[RowState.NEW] + found[RowState.CHANGE]:
        raise NotReadyError(gettext("There is nothing to import: every line is skipped or there already."))
    if found[RowState.CHANGE] > MOST_CHANGES:
        raise NotReadyError(gettext("One import changes at most %(most)d records: split the file.", most=MOST_CHANGES))
    batch.state = BatchState.LOADING
    batch.source_id = _source(actor, session, batch).id
    session.flush()


def load_next(work: Work) -> bool:
    """Store the next chunk, or end the import after the last; whether there is more to do. The caller holds the batch and commits."""
    session, batch = work.session, work.batch
    if batch.state is not BatchState.LOADING:
        return False
    if batch.loaded_to >= chunks.count(session, batch):
        _finish(work)
        return False
    units = _wanted(work, batch.loaded_to, RowState.NEW)
    source = session.get_one(Source, batch.source_id)
    documents = [_cited(unit.document, source.ref) for unit in units]
    reason = gettext("Import %(number)d", number=batch.id)
    made = BulkWriter(work.user, session, work.reporting_state, draft=work.plan.is_draft, reason=reason).write(documents)
    _note_records(session, batch, {unit.line.no: one for unit, one in zip(units, made, strict=True)})
    ready.forget(work, batch.loaded_to)
    batch.loaded_to += 1
    session.flush()
    return True


def clear_next(session: Session, batch: ImportBatch) -> bool:
    """Delete some of the withheld records of an import that was cancelled or undone; whether there are more."""
    if batch.state is not BatchState.CLEARING:
        return False
    keys = list(session.scalars(_record_ids(batch).limit(_AT_ONCE)))
    if keys:
        mine = sa.update(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.record_id.in_(keys))
        session.execute(mine.values(record_id=None).execution_options(synchronize_session=False))
        bulk.delete_withheld(session, keys)
        return True
    if batch.done_at:
        batch.state = BatchState.UNDONE
        return False
    source = session.get(Source, batch.source_id) if batch.source_id else None
    batch.source_id, batch.loaded_to, batch.checked_to = None, 0, 0
    batch.state = BatchState.OPEN if batch.counts.get(_BACK) else BatchState.CANCELLED
    batch.counts = {}
    if batch.state is BatchState.CANCELLED:
        forget_lines(session, batch)
    session.flush()
    if source is not None:
        session.delete(source)
    session.flush()
    return False


def step_back(session: Session, batch: ImportBatch) -> None:
    """What came in so far is deleted, and the file is checked again: something has changed since it was checked."""
    if batch.state is BatchState.LOADING:
        batch.state, batch.counts = BatchState.CLEARING, {_BACK: True}
        session.flush()


def is_touched(session: Session, batch: ImportBatch) -> bool:
    """Whether it can no longer be undone as a whole: it has changed records, or somebody has worked on one of its own."""
    return bool(batch.counts.get("changed")) or bulk.touched(session, _record_ids(batch))


def touched_records(session: Session, batch: ImportBatch, most: int) -> list[int]:
    """The ids of some of its own records that somebody has worked on."""
    return bulk.touched_among(session, _record_ids(batch), most)


def undo(actor: User, session: Session, batch: ImportBatch) -> None:
    """Take a finished import back as a whole: from this moment nobody sees its records. Raises TouchedError, StateError."""
    if batch.state is not BatchState.DONE:
        raise StateError(batch.state.value)
    bulk.hold(session, _record_ids(batch))
    if is_touched(session, batch):
        raise TouchedError
    bulk.withhold(session, _record_ids(batch))
    batch.state = BatchState.CLEARING
    audit.write(actor, session, Action.IMPORT_UNDONE, target_of(batch), detail={"records": batch.counts.get("created", 0)})
    session.flush()


def target_of(batch: ImportBatch) -> str:
    """What the trail calls an import."""
    return f"import:{batch.id}"


def _finish(work: Work) -> None:
    """The one transaction by which everything is there: records that change, all new ones seen, one event (settled 30)."""
    session, batch, actor = work.session, work.batch, work.user
    source = session.get_one(Source, batch.source_id)
    source.marking = Marking(work.plan.marking)
    keep_version(actor, session, source)
    session.flush()  # what cites it is to be no less restricted than it is
    changed = _change(work, source)
    bulk.publish(session, _record_ids(batch))
    refs = list(
        session.scalars(
            sa.select(ImportRow.ref).where(ImportRow.batch_id == batch.id, ImportRow.record_id.is_not(None)).order_by(ImportRow.line)
        )
    )
    found = counts(session, batch)
    said = {state.value: found[state] for state in RowState if found[state] and state not in (RowState.NEW, RowState.CHANGE)}
    batch.counts = {"created": len(refs), "changed": len(changed), **said}
    batch.state, batch.done_at = BatchState.DONE, utc_now()
    detail = {"records": len(refs), "sha256": batch.sha256, "source": source.ref, "changed_records": changed}
    audit.write(actor, session, Action.IMPORTED, target_of(batch), detail=detail | {"refs": ranges(refs)}, mentions=[*refs, *changed])
    session.flush()


def _change(work: Work, source: Source) -> list[str]:
    """Save the next version of every record that the import changes; the references of those that are another now."""
    changed = []
    lines = work.session.scalars(sa.select(ImportRow.line).where(ImportRow.batch_id == work.batch.id, ImportRow.state == RowState.CHANGE))
    for number in chunks.holding(work.session, work.batch, lines):
        for unit in _wanted(work, number, RowState.CHANGE):
            record = unit.record
            if record is None:
                continue
            record_type = services.type_of(record)
            document = _cited(unit.document, source.ref)
            is_draft = record.review_state.value == "draft"
            try:
                saved = services.update(
                    *(work.user, work.session, record, record_type, document, work.reporting_state),
                    expected_version=record.version, draft=is_draft, reason=gettext("Import %(number)d", number=work.batch.id),
                )  # fmt: skip
            except (RightsError, RestrictedError, OutOfReachError, ConflictError, NamedSourceError) as error:
                raise NotReadyError(gettext("%(ref)s cannot be changed as it is now: check the file again.", ref=record.ref)) from error
            changed += [record.ref] if saved else []
    return changed


def _wanted(work: Work, number: int, state: RowState) -> list[Unit]:
    """The records to be of one chunk that are in `state`. Raises NotReadyError where they are no longer as they were checked."""
    units, _ = work.units(number)
    members = [part.no for unit in units for part in unit.parts]
    rows = rows_of(work.session, work.batch, [*(unit.line.no for unit in units), *members])
    units = [unit for unit in units if (row := rows.get(unit.line.no)) and row.state is state and row.record_id is None]
    if not units:
        return []
    if state is not RowState.NEW or not ready.recall(work, number, units, rows):
        work.preparer.prepare(units, rows)
    for unit in units:
        if unit.problems or (state is RowState.NEW and unit.record):
            raise NotReadyError(
                gettext("%(place)s is no longer as it was checked: check the file again.", place=work.file.place(unit.line))
            )
        if unit.record and unit.record.version != rows[unit.line.no].version:
            raise NotReadyError(gettext("%(ref)s was changed meanwhile: check the file again.", ref=unit.record.ref))
    return units


def _note_records(session: Session, batch: ImportBatch, made: Mapping[int, Made]) -> None:
    """Which record each line has become."""
    rows: Any = ImportRow.__table__
    mine = sa.update(rows).where(rows.c.batch_id == batch.id, rows.c.line == sa.bindparam("of_line"))
    said = [{"of_line": line, "made_id": one.id, "made_ref": one.ref} for line, one in made.items()]
    if said:
        session.execute(mine.values(record_id=sa.bindparam("made_id"), ref=sa.bindparam("made_ref"), version=1), said)


def _cited(document: Document, ref: str) -> Document:
    """With the reference that the file has by now as a source."""
    entries = [entry | {"source": ref} if entry["source"] == SOURCE else entry for entry in document["evidence"]]
    return document | {"evidence": entries}


def _source(actor: User, session: Session, batch: ImportBatch) -> Source:
    """The file as a source, which nobody sees before the import is finished; its version is kept then."""
    source = Source(ref=next_reference(session, "SRC", utc_now().year), created_by_id=actor.id, version=1)
    write_source(source, whole_document({"title": batch.file_name, "kind": "other", "marking": Marking.WITHHELD.value}, Marking.WITHHELD))
    session.add(source)
    session.flush()
    return source


def _record_ids(batch: ImportBatch) -> sa.Select[Any]:
    return sa.select(ImportRow.record_id).where(ImportRow.batch_id == batch.id, ImportRow.record_id.is_not(None))


def ranges(refs: list[str]) -> list[str]:
    """References one after the other as `TRN-2026-0001..0300`: what the event says of thousands."""
    found: list[list[str]] = []
    for ref in refs:
        if found and _follows(found[-1][-1], ref):
            found[-1][-1] = ref
        else:
            found.append([ref, ref])
    return [first if first == last else f"{first}..{last.rpartition('-')[2]}" for first, last in found][:_MOST_NAMED]


def _follows(one: str, other: str) -> bool:
    prefix, _, number = one.rpartition("-")
    other_prefix, _, other_number = other.rpartition("-")
    return prefix == other_prefix and int(other_number) == int(number) + 1

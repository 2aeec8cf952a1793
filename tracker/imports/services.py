"""The steps of an import, the actor first. Nothing is stored as a record before `confirm`; every step can be left and taken again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.columns import utc_now
from tracker.database.sealing import Sealer
from tracker.imports import chunks
from tracker.imports.chunks import Packed, pack
from tracker.imports.models import CHOSEN, FILE_NAME_LENGTH, BatchState, ImportBatch, ImportProfile, ImportRow, is_alike
from tracker.imports.plan import Plan, for_profile, from_json, signature
from tracker.imports.reading import File
from tracker.imports.tables import WITH_NAMES, Head, SheetStart, UnreadableError, read_tables
from tracker.records.csv_text import safe_cell
from tracker.records.exchange_rows import is_exchange_form
from tracker.records.record_type import RecordType

MOST_LINES = 1_000_000
MOST_OPEN = 30  # of one importer
_LOOKED_AT = 30  # earlier imports
_FORGOTTEN, _SHOULD_BE_CLEARED = timedelta(days=30), timedelta(days=1)


class TooManyError(Exception):
    """The importer has many imports that he has not finished."""


def prepare(
    file: IO[bytes], most_cells: int, types: Sequence[RecordType], *, encoding: str = "", delimiter: str = ""
) -> tuple[Head, Packed]:
    """Read and seal a file: long work, to be done outside of any transaction. Raises UnreadableError."""
    found = read_tables(file, encoding=encoding, delimiter=delimiter, most_cells=most_cells)
    head = next(found)
    assert isinstance(head, Head)
    rows = (one for one in found if not isinstance(one, Head))
    packed = pack(_as_cells(rows, types) if head.kind in WITH_NAMES else rows, MOST_LINES)
    if not packed.lines:
        raise UnreadableError("empty")
    return head, packed


def _as_cells(found: Iterable[SheetStart | list[str]], types: Sequence[RecordType]) -> Iterator[SheetStart | list[str]]:
    """Rows of the exchange form that hold texts as they are, as its CSV has them: what follows knows no other cells."""
    is_exchange: bool | None = None
    for one in found:
        if isinstance(one, list) and is_exchange is None:
            is_exchange = is_exchange_form(one, types)
        yield [safe_cell(cell) for cell in one] if is_exchange and isinstance(one, list) else one


def begin(actor: User, session: Session, master: Sealer, file_name: str, data: bytes, found: tuple[Head, Packed]) -> ImportBatch:
    """A new import of a file that was read. Raises TooManyError."""
    mine = sa.select(sa.func.count()).where(ImportBatch.created_by_id == actor.id, ImportBatch.state == BatchState.OPEN)
    if (session.scalar(mine) or 0) >= MOST_OPEN:
        raise TooManyError
    head, packed = found
    digest = hashlib.sha256(data).hexdigest()
    batch = ImportBatch(
        created_by_id=actor.id, file_name=file_name[-FILE_NAME_LENGTH:], size=len(data), sha256=digest, file_kind=head.kind,
        encoding=head.encoding, delimiter=head.delimiter, wrapped=chunks.wrap(master, digest, packed.key), sheets=packed.sheets, plan={},
        counts={},
    )  # fmt: skip
    session.add(batch)
    session.flush()
    chunks.store(session, batch, packed)
    return batch


def replan(actor: User, session: Session, batch: ImportBatch, plan: Plan, *, is_other_table: bool = False) -> None:
    """Read the file in another way: every line is checked anew. What was mended and decided stays, unless other lines are meant."""
    if batch.plan == plan.to_json() and not is_other_table:
        return
    _require(actor, batch, BatchState.OPEN)
    batch.plan = plan.to_json()
    batch.checked_to = 0
    if is_other_table:
        session.execute(sa.delete(ImportRow).where(ImportRow.batch_id == batch.id))
    session.flush()


def mend(
    actor: User, session: Session, batch: ImportBatch, line: int, cells: Mapping[int, str], decision: str | None, chosen: str = ""
) -> None:
    """Other words for some cells of a line, and whether it is skipped (`skip`) or taken though it came before (`take`). `chosen`: the
    reference of the record that it is said to be; whether it can be that one is for the check to tell."""
    _require(actor, batch, BatchState.OPEN)
    row = session.get(ImportRow, (batch.id, line), populate_existing=True)
    if row is None:
        return
    named = {CHOSEN: chosen} if chosen else {}
    row.mended = row.written | {str(column): text for column, text in cells.items()} | named
    if decision is not None:
        row.decision = decision
    batch.touched_at = utc_now()
    session.flush()


def decide_all(actor: User, session: Session, batch: ImportBatch, state: str, decision: str, *, only_alike: bool = False) -> list[int]:
    """The same decision for every line in a state, or only for those that look like a record; their numbers, to be checked again."""
    _require(actor, batch, BatchState.OPEN)
    where = ImportRow.batch_id == batch.id, ImportRow.state == state, *([is_alike()] if only_alike else [])
    lines = list(session.scalars(sa.select(ImportRow.line).where(*where).order_by(ImportRow.line)))
    session.execute(sa.update(ImportRow).where(*where).values(decision=decision))
    batch.touched_at = utc_now()
    session.flush()
    return lines


def save_profile(actor: User, session: Session, batch: ImportBatch, name: str, headers: Sequence[str]) -> None:
    """Keep how this file is read under a name, for files with the same columns."""
    profile = session.scalar(sa.select(ImportProfile).where(ImportProfile.owner_id == actor.id, ImportProfile.name == name))
    if profile is None:
        profile = ImportProfile(owner_id=actor.id, name=name)
        session.add(profile)
    profile.headers, profile.plan = signature(headers), for_profile(from_json(batch.plan), headers, _names(batch))
    batch.profile = name
    session.flush()


@dataclass(frozen=True)
class Earlier:
    """How an earlier file was read, as a profile; what it is called, and the signature of its columns."""

    name: str
    plan: dict[str, Any]
    signature: str


def plan_of_earlier(actor: User, session: Session, master: Sealer, batch: ImportBatch, wanted: Collection[str]) -> Earlier | None:
    """How the importer read the other file with columns of one of these signatures on which he has worked last: rejected rows come again,
    also when many files were begun in between. What was cancelled or undone teaches nothing."""
    mine = sa.select(ImportBatch).where(ImportBatch.created_by_id == actor.id, ImportBatch.state.in_((BatchState.OPEN, BatchState.DONE)))
    last_first = ImportBatch.touched_at.desc(), ImportBatch.id.desc()
    for earlier in session.scalars(mine.where(ImportBatch.id != batch.id).order_by(*last_first).limit(_LOOKED_AT)):
        plan = from_json(earlier.plan)
        its = File(session, master, earlier, plan).headers() if plan.columns else []
        if its and signature(its) in wanted:
            return Earlier(earlier.file_name, for_profile(plan, its, _names(earlier)), signature(its))
    return None


def _names(batch: ImportBatch) -> list[str]:
    """What its sheets are called."""
    return [str(sheet["name"]) for sheet in batch.sheets]


def forget_old(actor: User, session: Session) -> int:
    """Drop what the importer has begun and left for long: the cells of a file are not kept for nothing."""
    old = sa.select(ImportBatch).where(
        ImportBatch.created_by_id == actor.id, ImportBatch.state == BatchState.OPEN, ImportBatch.touched_at < utc_now() - _FORGOTTEN
    )
    found = session.scalars(old).all()
    for batch in found:
        cancel(actor, session, batch)
    return len(found)


def cancel(actor: User, session: Session, batch: ImportBatch) -> None:
    """Give an import up. What it has brought in was seen by nobody and is deleted, piece by piece."""
    _require(actor, batch, BatchState.OPEN, BatchState.LOADING)
    _give_up(session, batch)


def left_over(session: Session) -> list[int]:
    """Imports that nobody has touched for 30 days, or whose records should have been deleted a day ago."""
    now = utc_now()
    left = sa.and_(ImportBatch.state.in_((BatchState.OPEN, BatchState.LOADING)), ImportBatch.touched_at < now - _FORGOTTEN)
    half_cleared = sa.and_(ImportBatch.state == BatchState.CLEARING, ImportBatch.touched_at < now - _SHOULD_BE_CLEARED)
    return list(session.scalars(sa.select(ImportBatch.id).where(sa.or_(left, half_cleared)).order_by(ImportBatch.id)))


def expire(session: Session, number: int) -> ImportBatch | None:
    """Give up an import that was left; None when somebody has gone on with it meanwhile. What it has brought in is then to be cleared."""
    batch = session.get_one(ImportBatch, number, with_for_update=True, populate_existing=True)
    if number not in left_over(session):
        return None
    if batch.state is not BatchState.CLEARING:
        _give_up(session, batch)
    return batch


def _give_up(session: Session, batch: ImportBatch) -> None:
    batch.state = BatchState.CANCELLED if batch.state is BatchState.OPEN else BatchState.CLEARING
    if batch.state is BatchState.CANCELLED:
        forget_lines(session, batch)
    session.flush()


def forget_lines(session: Session, batch: ImportBatch) -> None:
    """Drop cells and lines of an import that comes to nothing."""
    chunks.forget(session, batch)
    rows: Any = ImportRow.__table__
    session.execute(sa.delete(rows).where(rows.c.batch_id == batch.id))


def _require(actor: User, batch: ImportBatch, *states: BatchState) -> None:
    """Only its importer works on an import, and only in these states. Raises StateError."""
    if batch.state not in states or batch.created_by_id != actor.id:
        raise StateError(batch.state.value)


class StateError(Exception):
    """The import is no longer, or not yet, where this can be done."""

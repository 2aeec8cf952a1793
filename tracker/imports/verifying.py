"""Verification of an import as a whole, by somebody who did not import it, after a random sample and the totals (settled 24).

What was drawn and opened stands in the trail, which nobody changes: the sample is drawn once for each reviewer and import. Whatever
somebody has changed or decided since the import is left for single review. See docs/decisions/0030-verification-of-an-import.md.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.database.columns import utc_now
from tracker.imports.loading import ranges, target_of
from tracker.imports.models import BatchState, ImportBatch, ImportRow, RowState, is_alike
from tracker.notifications.kinds import Kind
from tracker.notifications.services import notify
from tracker.records.bulk_review import as_submitted, decide_all
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.models import Record
from tracker.records.reading import must_be_logged
from tracker.records.review_queue import opened_versions
from tracker.records.sources import Source
from tracker.records.visibility import visible_to

SAMPLE = 10
_EVENTS = {ReviewMove.VERIFY: (Action.IMPORT_VERIFIED, Kind.VERIFIED), ReviewMove.RETURN: (Action.IMPORT_RETURNED, Kind.RETURNED)}


class OwnImportError(Exception):
    """Nobody decides about what he has imported himself (four eyes)."""


class NothingWaitsError(Exception):
    """Every record of the import is decided, or is for single review."""


class NotOpenedError(Exception):
    """The sample or the totals are not opened; the text says what is still to be opened."""


@dataclass(frozen=True)
class Waiting:
    """An import with records that wait for somebody who may verify them."""

    batch: ImportBatch
    marking: str  # of its file as a source
    records: int


@dataclass(frozen=True)
class Looked:
    """What a reviewer has opened of an import: the sample by reference, and whether the totals."""

    sample: tuple[str, ...]
    unopened: tuple[str, ...]
    undrawn: int  # records that the sample lacks
    has_totals: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What is still to be opened, in words."""
        found = []
        if self.undrawn:
            found.append(gettext("The sample is not drawn yet: open the page of the import."))
        if self.unopened:
            said, refs = len(self.unopened), ", ".join(self.unopened)
            found.append(
                ngettext("%(num)d record of the sample is not opened: %(refs)s.", "%(num)d records of the sample are not opened: %(refs)s.",
                         said, refs=refs)
            )  # fmt: skip
        if not self.has_totals:
            found.append(gettext("The totals are not opened."))
        return tuple(found)


def made_by(batch: ImportBatch) -> sa.Select[Any]:
    """The ids of the records that the import has made."""
    return sa.select(ImportRow.record_id).where(ImportRow.batch_id == batch.id, ImportRow.record_id.is_not(None))


def changed_by(batch: ImportBatch) -> sa.Select[Any]:
    """The references of the records that it has changed."""
    return sa.select(ImportRow.ref).where(ImportRow.batch_id == batch.id, ImportRow.state == RowState.CHANGE)


def ready(user: User, batch: ImportBatch) -> sa.Select[Any]:
    """The ids of its records that wait as it has made them, as far as `user` sees them."""
    return sa.select(Record.id).where(Record.id.in_(made_by(batch)), *as_submitted(), visible_to(user))


def alike(user: User, batch: ImportBatch) -> sa.Select[Any]:
    """The ids of those among them that looked like another record when they were checked."""
    rows = sa.select(ImportRow.record_id).where(ImportRow.batch_id == batch.id, ImportRow.record_id.is_not(None), is_alike())
    return ready(user, batch).where(Record.id.in_(rows))


def undecided_changes(user: User, batch: ImportBatch) -> sa.Select[Any]:
    """The ids of the records that it has changed and that are not verified since."""
    return sa.select(Record.id).where(Record.ref.in_(changed_by(batch)), Record.review_state != ReviewState.VERIFIED, visible_to(user))


def left(user: User, batch: ImportBatch) -> sa.Select[Any]:
    """The ids of what is for single review: records that it has changed, and those that somebody has changed, returned, restricted or
    taken out since, unless they are verified by now."""
    own = sa.and_(Record.id.in_(made_by(batch)), Record.id.not_in(ready(user, batch)), Record.review_state != ReviewState.VERIFIED)
    return sa.select(Record.id).where(sa.or_(own, Record.id.in_(undecided_changes(user, batch))), visible_to(user))


def waiting_imports(user: User, session: Session, record: Record | None = None) -> list[Waiting]:
    """The imports of which records wait, the oldest first; with `record` only the one that has made it."""
    held = (
        sa.select(ImportRow.batch_id, sa.func.count().label("records"))
        .join(Record, Record.id == ImportRow.record_id)
        .where(*as_submitted(), visible_to(user))
        .group_by(ImportRow.batch_id)
        .subquery()
    )
    whole = sa.select(ImportBatch, Source.marking, held.c.records).join(held, held.c.batch_id == ImportBatch.id)
    whole = whole.join(Source, Source.id == ImportBatch.source_id).order_by(ImportBatch.id)
    whole = whole.where(ImportBatch.state == BatchState.DONE)
    if record is not None:
        whole = whole.where(ImportBatch.id.in_(sa.select(ImportRow.batch_id).where(ImportRow.record_id == record.id)))
    return [Waiting(*row) for row in session.execute(whole)]


def wait_together() -> sa.ColumnElement[bool]:
    """Whether a record waits as its import has made it: it can be verified with the others."""
    made = sa.exists().where(ImportRow.record_id == Record.id, ImportRow.batch_id == ImportBatch.id, ImportBatch.state == BatchState.DONE)
    return sa.and_(made.correlate(Record), *as_submitted())


def count_of(session: Session, ids: sa.Select[Any]) -> int:
    """How many records a statement of ids finds."""
    return session.scalar(sa.select(sa.func.count()).select_from(ids.subquery())) or 0


def looked(user: User, session: Session, batch: ImportBatch) -> Looked:
    """What `user` has opened. A record of the sample that he has not opened and that is no longer as it was is replaced by another."""
    drawn = _drawn(user, session, batch)
    opened = {ref for ref, version in opened_versions(user, session, drawn) if version == 1}
    made = sa.exists().where(ImportRow.record_id == Record.id, ImportRow.batch_id == batch.id)
    still = set(session.scalars(sa.select(Record.ref).where(Record.ref.in_(drawn), made, *as_submitted(), visible_to(user))))
    sample = [ref for ref in drawn if ref in opened or ref in still]
    room = SAMPLE - len(sample)
    others = count_of(session, ready(user, batch)) - len(still) if room > 0 else 0
    read = _events(user, batch, Action.IMPORT_READ).limit(1)
    return Looked(
        tuple(sample), tuple(ref for ref in sample if ref not in opened), max(0, min(room, others)), session.scalar(read) is not None
    )


def draw(user: User, session: Session, batch: ImportBatch) -> Looked:
    """The sample, drawn where it is not yet. A page that reads may do so: nothing but an event is written. Raises UnloggedReadError."""
    found = looked(user, session, batch)
    if not found.undrawn or batch.created_by_id == user.id:
        return found
    others = sa.select(Record.ref).where(Record.id.in_(ready(user, batch)), Record.ref.not_in(found.sample)).order_by(Record.id)
    refs = secrets.SystemRandom().sample(list(session.scalars(others)), found.undrawn)
    turn = len(session.scalars(_events(user, batch, Action.IMPORT_SAMPLED)).all())
    with must_be_logged(session):
        audit.write_apart(user, session, Action.IMPORT_SAMPLED, target_of(batch), detail={"draw": turn, "refs": refs})
    session.rollback()  # to see it, whatever this transaction has seen before
    return looked(user, session, batch)


def note_totals(user: User, session: Session, batch: ImportBatch) -> None:
    """Write down that the totals are opened. Raises UnloggedReadError."""
    with must_be_logged(session):
        audit.write_apart(user, session, Action.IMPORT_READ, target_of(batch), detail={"records": count_of(session, ready(user, batch))})


def decide(actor: User, session: Session, batch: ImportBatch, move: ReviewMove, note: str) -> int:
    """Verify or return every record that still waits as it was imported; how many. The caller holds the batch.

    Raises OwnImportError, NothingWaitsError, NotOpenedError, ReviewError.
    """
    if batch.created_by_id == actor.id:
        raise OwnImportError
    if batch.state is not BatchState.DONE or not count_of(session, ready(actor, batch)):
        raise NothingWaitsError
    seen = looked(actor, session, batch)
    if move is ReviewMove.VERIFY and seen.missing:
        raise NotOpenedError(" ".join(seen.missing))
    decided = decide_all(actor, session, ready(actor, batch), move, note)
    rows = session.execute(sa.select(Record.ref, Record.owner_id).where(Record.id.in_(decided)).order_by(Record.id)).all()
    _tell(session, batch, [owner for _, owner in rows], actor.id, move)
    refs = [ref for ref, _ in rows]
    detail = {"records": len(refs), "refs": ranges(refs), "sample": list(seen.sample)}
    audit.write(actor, session, _EVENTS[move][0], target_of(batch), detail=detail, mentions=refs)
    session.flush()
    return len(refs)


def _tell(session: Session, batch: ImportBatch, owners: list[int], decided_by: int, move: ReviewMove) -> None:
    """One notice to the importer about all, and one to everybody else who owns records of it by now about his."""
    step, owned = utc_now().isoformat(), Counter(owners)
    for user_id in sorted({batch.created_by_id, *owned} - {decided_by}):
        is_own = user_id == batch.created_by_id
        detail = {"records": len(owners) if is_own else owned[user_id], "own": is_own}
        notify(session, user_id, _EVENTS[move][1], target_of(batch), detail, step=step)


def _drawn(user: User, session: Session, batch: ImportBatch) -> list[str]:
    """What was drawn for `user`, in order. Of two draws in the same moment the first one counts."""
    turns: dict[int, list[str]] = {}
    for text in session.scalars(_events(user, batch, Action.IMPORT_SAMPLED)):
        said = json.loads(text)
        turns.setdefault(said["draw"], said["refs"])
    return [ref for turn in sorted(turns) for ref in turns[turn]]


def _events(user: User, batch: ImportBatch, action: Action) -> sa.Select[str]:
    mine = AuditEvent.target == target_of(batch), AuditEvent.actor_id == user.id, AuditEvent.action == action.value
    return sa.select(AuditEvent.detail).where(*mine).order_by(AuditEvent.no)

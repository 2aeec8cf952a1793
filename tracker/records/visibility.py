"""Who may see what, as conditions. Everything that reads records or sources goes through here or through the same clearance.

A draft is its owner's alone; what is marked above a reader's clearance is not there for him; RED is for those it names: the
owner, the recipients whom he chose and the authors of versions that were RED themselves. Whoever changed the record only while it
was marked lower is not named: neither what was RED before nor what is RED afterwards is his. A source is seen by whoever added it
and by whoever sees a record that cites it; records are at least as restricted as their sources, so that no source is seen that its
marking forbids.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking, read_by
from tracker.accounts.models import User
from tracker.counting.clearance import Clearance
from tracker.records.enums import ReviewState
from tracker.records.models import Record, RecordRecipient, RecordVersion
from tracker.records.sources import Evidence, Source, SourceVersion

_RED = Record.__table__.alias("red").c  # made once: an alias of a wide table is most of the cost of a question to it
_SAID = RecordVersion.__table__.alias("said").c
_WAS_RED = _SAID.payload["marking"].as_string() == Marking.RED.value


def clearance_of(user: User) -> Clearance:
    """What `user` may see of what is no draft."""
    return Clearance(read_by(user.role), user.id, _named_on(user.id))


def own_drafts(user_id: int) -> sa.ColumnElement[bool]:
    """The drafts on the user's desk; those in the bin lie apart, those that an import has not finished are not there yet."""
    mine = sa.and_(Record.review_state == ReviewState.DRAFT, Record.owner_id == user_id)
    return sa.and_(mine, Record.discarded_at.is_(None), Record.effective_marking != Marking.WITHHELD)


def visible_to(user: User, record: Any = Record) -> sa.ColumnElement[bool]:
    """The records that `user` may see; `record` is the model or an alias of it."""
    cleared = clearance_of(user).covers(record.effective_marking, record.id)
    return sa.and_(sa.or_(record.review_state != ReviewState.DRAFT, record.owner_id == user.id), cleared)


def sources_visible_to(user: User) -> sa.ColumnElement[bool]:
    """The sources that `user` added, and those that a record cites which he may see."""
    cited = sa.exists().where(Evidence.source_id == Source.id, Evidence.record_id == Record.id, visible_to(user)).correlate(Source)
    own = sa.and_(Source.created_by_id == user.id, Source.marking.in_((*read_by(user.role), Marking.RED)))
    return sa.or_(own, cited)


def may_read_version(session: Session, user: User, record: Record, marking: str) -> bool:
    """Whether a version with this marking is for `user`, who may see the record: what was RED once stays with whom that names."""
    return marking in read_by(user.role) or (marking == Marking.RED and is_named_on(session, user, record))


def may_read_source_version(session: Session, user: User, source: Source, marking: str) -> bool:
    """Whether a version of a source with this marking is for `user`, who may see the source as it is now.

    What was RED once stays with whoever added the source or wrote a version of it that was RED, and with those whom a record that
    cites it and is RED names.
    """
    if marking in (*read_by(user.role), str(source.marking)):
        return True
    if marking != Marking.RED:
        return False
    author = sa.exists().where(
        SourceVersion.source_id == source.id,
        SourceVersion.by_id == user.id,
        SourceVersion.payload["marking"].as_string() == Marking.RED.value,
    )
    red = Record.effective_marking == Marking.RED
    cited = sa.exists().where(Evidence.source_id == source.id, Evidence.record_id == Record.id, red, visible_to(user))
    return source.created_by_id == user.id or bool(session.scalar(sa.select(sa.or_(author, cited))))


def is_named_on(session: Session, user: User, record: Record) -> bool:
    """Whether `user` is the owner, a chosen recipient or the author of a version of the record that was RED."""
    return session.scalar(sa.select(Record.id).where(Record.id == record.id, _names(user.id))) is not None


def authors_of_red(record_id: int) -> sa.Select[Any]:
    """The ids of the users who wrote a version of the record that was RED."""
    return sa.select(_SAID.by_id).where(_SAID.record_id == record_id, _WAS_RED)


def visible_refs(session: Session, user: User, refs: Collection[str]) -> set[str]:
    """Those of `refs` that name a record which `user` may see."""
    wanted = [ref for ref in refs if ref]
    return set(session.scalars(sa.select(Record.ref).where(Record.ref.in_(wanted), visible_to(user)))) if wanted else set()


def _named_on(user_id: int) -> sa.Select[Any]:
    """The ids of the records marked RED that name the user; asked only where something is RED."""
    return sa.select(_RED.id).where(_RED.effective_marking == Marking.RED, _names(user_id, _RED))


def _names(user_id: int, record: Any = Record) -> sa.ColumnElement[bool]:
    # asked of each record: what a version says lies in its text, which is read only of the few versions that he wrote of it
    author = sa.exists().where(_SAID.record_id == record.id, _SAID.by_id == user_id, _WAS_RED)
    recipient = sa.select(RecordRecipient.record_id).where(RecordRecipient.user_id == user_id)
    return sa.or_(record.owner_id == user_id, record.id.in_(recipient), author)

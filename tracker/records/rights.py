"""Who may change a record or a source. Every way of writing asks here, in the service, whatever the page showed.

Officers are bound to their desks; reviewers and administrators are not: a reviewer mends what he reviews, and where no desk covers a record
somebody must be able to (docs/decisions/0009-desks-and-markings.md).
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking, read_by
from tracker.accounts.models import Role, User
from tracker.accounts.permissions import Permission, may
from tracker.database.columns import utc_now
from tracker.desks.queries import Coverage, coverage_of, in_charge_of, ours_among_parties
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.markings import sources_above
from tracker.records.models import Record, RecordParty
from tracker.records.sources import Evidence, Source
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Party


class RightsError(Exception):
    """Somebody who may see a record or source may not change it; `target` is its reference, the text says whose it is."""

    def __init__(self, target: str, said: str) -> None:
        super().__init__(said)
        self.target = target


def is_bound_to_desks(user: User) -> bool:
    """Whether desks decide what `user` may change."""
    return user.role is Role.OFFICER


def partners_of(session: Session, codes: Collection[str], reporting_state: str) -> list[str]:
    """Of the parties of a record those that a desk can be in charge of: not the reporting state, which is on every one."""
    ours = ours_among_parties(session, reporting_state)
    return sorted(set(codes) - ours)


def coverage_for(session: Session, user: User, reporting_state: str) -> Coverage:
    """What the desks of `user` cover today."""
    return coverage_of(session, user.id, utc_now().date(), reporting_state)


def may_edit(user: User, session: Session, record: Record, reporting_state: str) -> bool:
    """Whether `user`, who may see the record, may change it."""
    if not may(user.role, Permission.RECORD_WRITE):
        return False
    if record.review_state is ReviewState.DRAFT:
        return record.owner_id == user.id
    if not is_bound_to_desks(user):
        return True
    mine = coverage_for(session, user, reporting_state)
    partners = partners_of(session, _codes(record), reporting_state)
    return mine.touches(partners) or (not partners and record.owner_id == user.id)


def require_edit(user: User, session: Session, record: Record, reporting_state: str) -> None:
    """Raise RightsError unless `user` may see the record, as it is now, and change it."""
    if session.scalar(sa.select(Record.id).where(Record.id == record.id, visible_to(user))) is None:
        raise RightsError(record.ref, gettext("You may not read %(ref)s any more.", ref=record.ref))
    require_hold(user, session, record, reporting_state)


def require_hold(user: User, session: Session, record: Record, reporting_state: str) -> None:
    """The same for whoever was just seen to see the record."""
    if may_edit(user, session, record, reporting_state):
        return
    desks = desks_of_record(session, record, reporting_state)
    if desks:
        raise RightsError(record.ref, gettext("%(ref)s is kept by: %(desks)s.", ref=record.ref, desks=", ".join(desks)))
    raise RightsError(record.ref, gettext("No desk is in charge of the partners of %(ref)s.", ref=record.ref))


def desks_of_record(session: Session, record: Record, reporting_state: str) -> list[str]:
    """The names of the desks that are in charge of the record."""
    return in_charge_of(session, _codes(record), utc_now().date(), reporting_state)  # no desk is in charge of ours


def desk_problem(user: User, session: Session, document: Document, owner_id: int, reporting_state: str) -> str:
    """Why `user` may not record `document`, for the field of its partners; '' when he may."""
    if not is_bound_to_desks(user):
        return ""
    mine = coverage_for(session, user, reporting_state)
    partners = partners_of(session, [entry["party"] for entry in document["parties"]], reporting_state)
    if mine.touches(partners) or (not partners and owner_id == user.id):
        return ""
    if not mine.names:
        return gettext("You work at no desk yet, so you can only save drafts: ask an administrator for a desk.")
    return gettext(
        "None of your desks (%(desks)s) is in charge of these partners: save it as a draft, or leave it to the desk that is.",
        desks=", ".join(mine.names),
    )


def marking_problem(user: User, before: str, wanted: str, *, is_owner: bool) -> str:
    """Why `user` may not mark a record or source `wanted` that was marked `before`; '' when he may. RED is its owner's word alone."""
    if wanted == before or wanted in read_by(user.role):
        if before == Marking.RED and wanted != before and not is_owner:
            return gettext("Only the owner of what is marked TLP:RED can mark it otherwise.")
        return ""
    if wanted == Marking.RED:
        return "" if is_owner else gettext("Only its owner can mark something TLP:RED.")
    return gettext("Nothing can be marked higher than you may read yourself.")


def require_document(
    user: User, session: Session, document: Document, *, record: Record | None, ref: str, draft: bool, reporting_state: str
) -> None:
    """Raise RightsError unless `user` may make a record, or the next version of `record`, say `document`."""
    owner_id = record.owner_id if record else user.id
    before = record.marking if record else Marking.AMBER.value
    problem = "" if draft else desk_problem(user, session, document, owner_id, reporting_state)
    problem = problem or marking_problem(user, before, document["marking"], is_owner=owner_id == user.id)
    if problem:
        raise RightsError(ref, problem)
    above = [] if draft else sources_above(session, document, to_keep=True)
    if above:
        raise RightsError(ref, gettext("%(ref)s would be less restricted than its sources.", ref=ref))


def may_correct(user: User, session: Session, source: Source, reporting_state: str) -> bool:
    """Whether `user`, who may see the source, may correct it: whoever added it or may change a record that cites it, and who is unbound."""
    if not may(user.role, Permission.SOURCE_WRITE):
        return False
    if not is_bound_to_desks(user) or source.created_by_id == user.id:
        return True
    citing = sa.select(Evidence.record_id).where(Evidence.source_id == source.id)
    return (
        session.scalar(sa.select(Record.id).where(Record.id.in_(citing), _editable_by(user, session, reporting_state)).limit(1)) is not None
    )


def require_correction(user: User, session: Session, source: Source, reporting_state: str) -> None:
    """Raise RightsError unless `user` may correct the source."""
    if not may_correct(user, session, source, reporting_state):
        raise RightsError(source.ref, gettext("%(ref)s is cited by no record that you may change.", ref=source.ref))


def _editable_by(user: User, session: Session, reporting_state: str) -> sa.ColumnElement[bool]:
    """`may_edit` of an officer as a condition on `Record`."""
    mine = coverage_for(session, user, reporting_state)
    draft = Record.review_state == ReviewState.DRAFT
    touched = Record.id.in_(sa.select(RecordParty.record_id).where(RecordParty.party_id.in_(mine.ids)))
    ours = sa.select(Party.id).where(Party.code.in_(ours_among_parties(session, reporting_state)))
    partner = sa.select(RecordParty.record_id).where(RecordParty.party_id.not_in(ours))
    alone = sa.and_(Record.owner_id == user.id, Record.id.not_in(partner))
    held = sa.or_(sa.true() if mine.covers_all else sa.false(), touched, alone)
    return sa.and_(visible_to(user), sa.or_(sa.and_(draft, Record.owner_id == user.id), sa.and_(sa.not_(draft), held)))


def _codes(record: Record) -> list[str]:
    """The parties of the record, as its newest version keeps them."""
    return [entry["party"] for entry in record.newest.payload["parties"]]

"""Writes of records: the actor first, one version for each, facts and search in the same transaction."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database import search
from tracker.database.columns import utc_now
from tracker.records import registry
from tracker.records.competing import settle
from tracker.records.differences import is_same, plain
from tracker.records.documents import Document, empty_document, read_document, read_payload, write_document
from tracker.records.enums import ReviewMove, ReviewState
from tracker.records.facts import write_speaking
from tracker.records.findable import citing, make_findable
from tracker.records.models import Record, RecordVersion, Review
from tracker.records.named_files import mask_files
from tracker.records.named_sources import guard_sources, hold_sources, require_nameless
from tracker.records.naming import as_it_would_be_stored, guarded, has_persons, mask_older_versions
from tracker.records.record_type import RecordType
from tracker.records.references import next_reference
from tracker.records.restriction import require_unrestricted
from tracker.records.rights import require_document, require_edit
from tracker.records.sources import Source
from tracker.records.telling import tell_reviewers
from tracker.records.visibility import may_read_version


class OutOfReachError(Exception):
    """The record is retired: it is brought back first, then changed."""


class ConflictError(Exception):
    """Somebody else saved since the form was opened; holds what it was opened on and what is stored now."""

    def __init__(self, base: Document, theirs: Document, current_version: int, by_id: int) -> None:
        super().__init__("the record was changed meanwhile")
        self.base = base
        self.theirs = theirs
        self.current_version = current_version
        self.by_id = by_id


def create(
    actor: User,
    session: Session,
    record_type: RecordType,
    document: Document,
    reporting_state: str,
    *,
    draft: bool,
    token: str | None = None,
) -> Record:
    """A new record of `record_type`; the same form sent again gives the record it made before. Raises RightsError, NamedSourceError."""
    now = utc_now()
    ref = next_reference(session, record_type.prefix, now.year)
    # The counter's lock is held from here on: whoever sent the same form a moment before has committed by now.
    repeated = saved_by_token(session, token)
    if repeated:
        return repeated.record
    sources = hold_sources(session, record_type, _cited(document))
    document = _settled(session, document)
    require_document(actor, session, document, record=None, ref=ref, draft=draft, reporting_state=reporting_state)
    record = record_type.model(ref=ref, owner_id=actor.id, version=1, created_at=now)
    session.add(record)
    document, _, _ = guarded(session, record, record_type, document, None)
    require_nameless(actor, session, record, record_type, sources)
    _save(actor, session, record, record_type, document, reporting_state, draft=draft, token=token, reason="")
    _find_anew(session, record, guard_sources(actor, session, record, record_type, has_new_names=True))
    return record


def update(
    actor: User,
    session: Session,
    record: Record,
    record_type: RecordType,
    document: Document,
    reporting_state: str,
    *,
    expected_version: int,
    draft: bool,
    token: str | None = None,
    reason: str = "",
) -> bool:
    """Save `document` as the next version; False when it changes nothing. A returned record is submitted again even so.

    A verified version stays official until the new one is verified. Raises ConflictError when the stored version is not
    `expected_version`, OutOfReachError when the record is retired, RestrictedError when it is restricted, RightsError as `rights` says,
    NamedSourceError when a source that it cites, or did, is called by a name of its persons.
    """
    session.refresh(record, with_for_update=True)
    require_edit(actor, session, record, reporting_state)
    require_unrestricted(record)
    if record.review_state is ReviewState.RETIRED or record.discarded_at:
        raise OutOfReachError
    repeated = saved_by_token(session, token)
    if repeated:
        if repeated.record_id == record.id and says_the_same(session, repeated, document, record_type):
            return True
        token = None  # a form taken out of the browser's memory and changed: a save of its own
    current = read_document(record, record_type)
    if record.version != expected_version:
        base = version_payload(actor, session, record, expected_version) or current
        last_by = session.scalar(
            sa.select(RecordVersion.by_id).where(RecordVersion.record_id == record.id, RecordVersion.version == record.version)
        )
        raise ConflictError(base, current, record.version, last_by or actor.id)
    sources = hold_sources(session, record_type, _cited(document), record.id)
    document = _settled(session, document)
    document, reason, has_new_names = guarded(session, record, record_type, document, current, reason)
    stays_draft = record.review_state is ReviewState.DRAFT and draft
    if is_same(current, document, record_type) and record.review_state is ReviewState.RETURNED:
        _submit_again(actor, session, record, record_type, reporting_state)
        return True
    if is_same(current, document, record_type) and (stays_draft or record.review_state is not ReviewState.DRAFT):
        return False
    require_document(actor, session, document, record=record, ref=record.ref, draft=stays_draft, reporting_state=reporting_state)
    require_nameless(actor, session, record, record_type, sources)
    record.version += 1
    _save(actor, session, record, record_type, document, reporting_state, draft=stays_draft, token=token, reason=reason)
    if has_new_names:
        mask_older_versions(actor, session, record, record_type)
        mask_files(session, record, record_type)
    _find_anew(session, record, guard_sources(actor, session, record, record_type, has_new_names=has_new_names))
    return True


def _settled(session: Session, document: Document) -> Document:
    """`document` with one number preferred of those that say the same thing (C28)."""

    def dates_of(refs: set[str]) -> dict[str, date | None]:
        asked = sa.select(Source.ref, Source.published).where(Source.ref.in_(refs))
        return {ref: published.upper or published.lower for ref, published in session.execute(asked)} if refs else {}

    return document | {"figures": settle(document, dates_of)}


def saved_by_token(session: Session, token: str | None) -> RecordVersion | None:
    """The version that a form with this token has saved already."""
    return session.scalar(sa.select(RecordVersion).where(RecordVersion.form_token == token)) if token else None


def says_the_same(session: Session, kept: RecordVersion, document: Document, record_type: RecordType) -> bool:
    """Whether `document`, as it was typed, is what this version stored; names that were typed are compared with the sealed ones."""
    payload = dict(kept.payload)
    return is_same(payload, as_it_would_be_stored(session, kept.record.ref, record_type, document, payload), record_type)


def version_payload(user: User, session: Session, record: Record, version: int) -> Document | None:
    """The record as one of its versions kept it; None when there is none, or none that `user`, who may see the record, may read."""
    kept = session.get(RecordVersion, (record.id, version))
    if kept is None or not may_read_version(session, user, record, str(kept.payload["marking"])):
        return None
    return dict(kept.payload)


def plain_payload(payload: Document, record_type: RecordType) -> Document:
    """A stored version as a form takes it: without what only facts need, with fields that came later empty."""
    return empty_document(record_type) | plain(payload, record_type)


def _save(
    actor: User,
    session: Session,
    record: Record,
    record_type: RecordType,
    document: Document,
    reporting_state: str,
    *,
    draft: bool,
    token: str | None,
    reason: str,
) -> None:
    record.changed_at = utc_now()
    record.review_state = ReviewState.DRAFT  # until the document is in: the database wants a title of anything else
    session.flush()
    write_document(session, record, record_type, document, coded_by=actor.id)
    record.review_state = ReviewState.DRAFT if draft else ReviewState.SUBMITTED
    session.flush()
    session.expire(record)
    payload = read_payload(session, record, record_type)
    session.add(
        RecordVersion(
            record_id=record.id, version=record.version, by_id=actor.id, reason=reason, form_token=token,
            review_state=record.review_state, payload=payload,
        )
    )  # fmt: skip
    session.flush()
    if not draft:
        session.add(Review(record_id=record.id, version=record.version, move=ReviewMove.SUBMIT, by_id=actor.id))
        tell_reviewers(session, record, {actor.id})
    write_speaking(session, record, record_type, reporting_state)
    said = {"version": record.version, "state": record.review_state.value}
    if reason and not has_persons(record_type):  # the trail is never changed: a name typed there could not be masked later
        said["reason"] = reason
    audit.write(actor, session, Action.RECORD_SAVED, record.ref, detail=said)
    session.flush()


def _find_anew(session: Session, record: Record, changed_sources: set[int]) -> None:
    """The record, and every one that cites a source of whose files less is to be found now. Last: others wait for these rows."""
    session.flush()
    make_findable(session, {record.id} | citing(session, changed_sources))
    if changed_sources:
        search.forget_deleted(session)


def _cited(document: Document) -> set[str]:
    return {entry["source"] for entry in document["evidence"]}


def _submit_again(actor: User, session: Session, record: Record, record_type: RecordType, reporting_state: str) -> None:
    """The officer stands by what was returned: the same version waits for review again."""
    record.review_state = ReviewState.SUBMITTED
    session.add(Review(record_id=record.id, version=record.version, move=ReviewMove.SUBMIT, by_id=actor.id))
    tell_reviewers(session, record, {actor.id})
    write_speaking(session, record, record_type, reporting_state)
    audit.write(actor, session, Action.RECORD_SUBMITTED, record.ref, detail={"version": record.version})
    session.flush()


def type_of(record: Record) -> RecordType:
    """The declaration of the record's type."""
    return registry.by_kind(record.kind)

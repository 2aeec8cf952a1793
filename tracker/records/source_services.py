"""Writes of sources, the actor first."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking, rank
from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.records.differences import is_same
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.findable import citing, make_findable
from tracker.records.models import Record
from tracker.records.named_sources import mask_made_old
from tracker.records.naming import names_somebody
from tracker.records.references import next_reference
from tracker.records.rights import RightsError, marking_problem, require_correction
from tracker.records.services import ConflictError
from tracker.records.source_documents import SOURCE, TEXTS, keep_version, read_source, whole_document, write_source
from tracker.records.sources import REASON_LENGTH, Evidence, Source, SourceVersion
from tracker.records.visibility import may_read_source_version, visible_to


class SourceMarkingError(Exception):
    """A source would be more restricted than records that cite it; holds those that the actor may see, and whether there are others."""

    def __init__(self, refs: list[str], *, has_others: bool) -> None:
        super().__init__(", ".join(refs))
        self.refs, self.has_others = refs, has_others


class NamedError(Exception):
    """A source, or the reason of its change, would name a person of a record that cites it, or did: everybody reads what a source says."""


def add_source(actor: User, session: Session, data: Document) -> Source:
    """A new source from plain values: title, publisher, url, published (EDTF), lang, kind, reliability, marking."""
    source = Source(ref=next_reference(session, "SRC", utc_now().year), created_by_id=actor.id, version=1)
    write_source(source, whole_document(data, Marking.AMBER))
    session.add(source)
    keep_version(actor, session, source)
    # no title: the trail is never changed, and a name in it could not be masked later
    audit.write(actor, session, Action.SOURCE_SAVED, source.ref, detail={"version": 1, "marking": str(source.marking)})
    return source


def change_source(
    actor: User, session: Session, source: Source, data: Document, reporting_state: str, *, expected_version: int, reason: str = ""
) -> bool:
    """Save `data` as the next version of a source; False when it changes nothing. Records that cite it show it and are found by it.

    Raises ConflictError when the newest version is not `expected_version`, RightsError, NamedError, and SourceMarkingError when records
    that cite it are less restricted than it would be: raising them is for those who keep them, and a refusal that names them is a shorter
    way there than records that disappear from their readers.
    """
    session.refresh(source, with_for_update=True)
    require_correction(actor, session, source, reporting_state)
    if names_somebody(session, source, [*(data.get(name) for name in TEXTS), reason]):
        raise NamedError(source.ref)
    before = read_source(source)
    if source.version != expected_version:
        raise _conflict(actor, session, source, before, expected_version)
    after = whole_document(data, before["marking"])
    if is_same(before, after, SOURCE):
        return False
    _require_restricted(actor, session, source, Marking(after["marking"]))
    write_source(source, after)
    source.version += 1
    keep_version(actor, session, source, reason[:REASON_LENGTH])
    changed = [name for name in after if before[name] != after[name]]
    marking = {"marking": after["marking"]} if "marking" in changed else {}
    audit.write(actor, session, Action.SOURCE_SAVED, source.ref, detail={"version": source.version, "changed": changed} | marking)
    mask_made_old(actor, session, source)
    make_findable(session, citing(session, {source.id}))
    return True


def source_payload(user: User, session: Session, source: Source, version: int) -> Document | None:
    """The source as one of its versions kept it; None when there is none, or none that `user`, who may see the source, may read."""
    kept = session.get(SourceVersion, (source.id, version))
    if kept is None or not may_read_source_version(session, user, source, str(kept.payload["marking"])):
        return None
    return dict(kept.payload)


def _conflict(actor: User, session: Session, source: Source, current: Document, expected_version: int) -> ConflictError:
    by = session.get_one(SourceVersion, (source.id, source.version)).by_id
    return ConflictError(source_payload(actor, session, source, expected_version) or current, current, source.version, by)


def with_stored_sources(actor: User, session: Session, document: Document, new: list[Document]) -> Document:
    """`document` with its `new:N` sources made and named by their references."""
    made: dict[str, str] = {}
    entries = []
    for entry in document["evidence"]:
        name: str = entry["source"]
        if name.startswith("new:") and name not in made:
            made[name] = add_source(actor, session, _marked(new[int(name[4:])], document["marking"])).ref
        entries.append(entry | {"source": made.get(name, name)})
    return document | {"evidence": entries}


def _marked(source: Document, marking: str) -> Document:
    """A new source about which nothing is said is no more restricted than the record that brings it, and at most AMBER: most are public."""
    usual = min((marking, Marking.AMBER), key=rank)
    return source | {"marking": source.get("marking") or str(usual)}


def _require_restricted(actor: User, session: Session, source: Source, marking: Marking) -> None:
    problem = marking_problem(actor, source.marking, marking, is_owner=source.created_by_id == actor.id)
    if problem:
        raise RightsError(source.ref, problem)
    citing = sa.select(Record.ref).where(Record.id.in_(sa.select(Evidence.record_id).where(Evidence.source_id == source.id)))
    less = [one for one in Marking if rank(one) < rank(marking)]
    below = citing.where(Record.effective_marking.in_(less), Record.review_state != ReviewState.DRAFT).order_by(Record.ref)
    every = list(session.scalars(below))
    if every:
        refs = list(session.scalars(below.where(visible_to(actor))))
        raise SourceMarkingError(refs, has_others=len(refs) < len(every))

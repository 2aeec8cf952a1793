"""Writes of sources, the actor first."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking, rank
from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.partial_dates import parse_edtf
from tracker.records.documents import Document
from tracker.records.enums import ReviewState
from tracker.records.findable import make_findable
from tracker.records.models import Record
from tracker.records.references import next_reference
from tracker.records.registry import by_kind
from tracker.records.rights import RightsError, marking_problem, require_correction
from tracker.records.sources import Evidence, Source
from tracker.records.visibility import visible_to

WORDS = ("title", "publisher", "url", "lang", "is_translation")
TERMS = ("kind", "reliability")


class SourceMarkingError(Exception):
    """A source would be more restricted than records that cite it; holds those that the actor may see, and whether there are others."""

    def __init__(self, refs: list[str], *, has_others: bool) -> None:
        super().__init__(", ".join(refs))
        self.refs, self.has_others = refs, has_others


def add_source(actor: User, session: Session, data: Document) -> Source:
    """A new source from plain values: title, publisher, url, published (EDTF), lang, kind, reliability, marking."""
    source = Source(ref=next_reference(session, "SRC", utc_now().year), created_by_id=actor.id)
    _fill(source, data)
    session.add(source)
    session.flush()
    audit.write(actor, session, Action.SOURCE_SAVED, source.ref, detail={"after": _said(source)})
    return source


def change_source(actor: User, session: Session, source: Source, data: Document, reporting_state: str) -> None:
    """Correct what is said about a source; all records that cite it show the correction and are found by it.

    Raises RightsError, and SourceMarkingError when records that cite it are less restricted than it would be: raising them is for those who
    keep them, and a refusal that names them is a shorter way there than records that disappear from their readers.
    """
    require_correction(actor, session, source, reporting_state)
    before = _said(source)
    _require_restricted(actor, session, source, Marking(data.get("marking") or source.marking))
    _fill(source, data)
    session.flush()
    after = _said(source)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        audit.write(actor, session, Action.SOURCE_SAVED, source.ref, detail={"changed": changed})
    make_citing_findable(session, source)


def make_citing_findable(session: Session, source: Source) -> None:
    """All records that cite the source are found by what it says now."""
    citing = sa.select(Record).where(Record.id.in_(sa.select(Evidence.record_id).where(Evidence.source_id == source.id)))
    for record in session.scalars(citing):
        make_findable(session, record, by_kind(record.kind))


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


def _said(source: Source) -> Document:
    """What the source says of itself, as plain values."""
    return {name: getattr(source, name) for name in (*WORDS, *TERMS)} | {"marking": str(source.marking), "published": source.published.edtf}


def _fill(source: Source, data: Document) -> None:
    values: dict[str, Any] = {name: data.get(name) or ("" if name != "is_translation" else False) for name in WORDS}
    values |= {name: data.get(name) or None for name in TERMS}
    for name, value in values.items():
        setattr(source, name, value)
    source.marking = Marking(data.get("marking") or source.marking or Marking.AMBER)
    source.published = parse_edtf(data.get("published") or "")

"""Writes of sources, the actor first."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.columns import utc_now
from tracker.partial_dates import parse_edtf
from tracker.records.documents import Document
from tracker.records.models import Record
from tracker.records.references import next_reference
from tracker.records.registry import by_kind
from tracker.records.services import make_findable
from tracker.records.sources import Evidence, Source

WORDS = ("title", "publisher", "url", "lang", "is_translation")
TERMS = ("kind", "reliability")


def add_source(actor: User, session: Session, data: Document) -> Source:
    """A new source from plain values: title, publisher, url, published (EDTF), lang, kind, reliability."""
    source = Source(ref=next_reference(session, "SRC", utc_now().year), created_by_id=actor.id)
    _fill(source, data)
    session.add(source)
    session.flush()
    audit.write(actor, session, Action.SOURCE_SAVED, source.ref, detail={"after": _said(source)})
    return source


def change_source(actor: User, session: Session, source: Source, data: Document) -> None:
    """Correct what is said about a source; all records that cite it show the correction and are found by it."""
    before = _said(source)
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
            made[name] = add_source(actor, session, new[int(name[4:])]).ref
        entries.append(entry | {"source": made.get(name, name)})
    return document | {"evidence": entries}


def _said(source: Source) -> Document:
    """What the source says of itself, as plain values."""
    return {name: getattr(source, name) for name in (*WORDS, *TERMS)} | {"published": source.published.edtf}


def _fill(source: Source, data: Document) -> None:
    values: dict[str, Any] = {name: data.get(name) or ("" if name != "is_translation" else False) for name in WORDS}
    values |= {name: data.get(name) or None for name in TERMS}
    for name, value in values.items():
        setattr(source, name, value)
    source.published = parse_edtf(data.get("published") or "")

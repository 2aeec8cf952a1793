"""A source as plain values - its document - out of the model and into it, declared as the documents of records are.

{"title": "...", "publisher": "", "url": "", "published": "2024-05", "lang": "en", "is_translation": False,
 "kind": "press", "reliability": None, "marking": "AMBER"}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from tracker.accounts.clearance import Marking
from tracker.accounts.models import User
from tracker.partial_dates import parse_edtf
from tracker.records.documents import Document, empty_document
from tracker.records.record_type import ChildList, Column, ColumnKind, ListHandler
from tracker.records.sources import Source, SourceVersion


@dataclass(frozen=True)
class SourceFields:
    """What a document of a source holds: what is called a type's own of records is nothing here, and there are no lists."""

    all_columns: tuple[Column, ...]
    kind: str = "source"
    model: type[Any] = Source
    columns: tuple[Column, ...] = ()
    lists: tuple[ListHandler, ...] = ()
    all_lists: tuple[ChildList, ...] = ()


SOURCE = SourceFields(
    (
        Column("title", _l("Title")),
        Column("publisher", _l("Publisher")),
        Column("url", _l("Address (URL)")),
        Column("published", _l("Published"), ColumnKind.DATE),
        Column("lang", _l("Language"), ColumnKind.LANGUAGE),
        Column("is_translation", _l("It is a translation"), ColumnKind.FLAG),
        Column("kind", _l("Kind of source"), ColumnKind.TERM, scheme="source_kind"),
        Column("reliability", _l("Reliability"), ColumnKind.TERM, scheme="reliability"),
        Column("marking", _l("Handling"), ColumnKind.TERM, scheme="marking"),
    )
)
TEXTS = tuple(column.name for column in SOURCE.all_columns if column.kind is ColumnKind.TEXT)


def read_source(source: Source) -> Document:
    """What the source says."""
    said = {column.name: getattr(source, column.name) for column in SOURCE.all_columns}
    return said | {"marking": str(source.marking), "published": source.published.edtf}


def whole_document(data: Document, marking: str) -> Document:
    """What a form or a version says of a source, as a document; what it leaves out is not known, and its marking is `marking`."""
    empty = empty_document(SOURCE)
    said = {column.name: data.get(column.name) or empty[column.name] for column in SOURCE.all_columns}
    return said | {"marking": data.get("marking") or marking, "published": parse_edtf(data.get("published") or "").edtf}


def write_source(source: Source, document: Document) -> None:
    """Make the source say what `document` says."""
    for column in SOURCE.all_columns:
        value = document[column.name]
        setattr(source, column.name, parse_edtf(value) if column.kind is ColumnKind.DATE else value)
    source.marking = Marking(document["marking"])


def keep_version(actor: User, session: Session, source: Source, reason: str = "") -> None:
    """Add what the source says now to its versions, under the number that it has."""
    session.flush()
    row = SourceVersion(source_id=source.id, version=source.version, by_id=actor.id, reason=reason, payload=read_source(source))
    session.add(row)
    session.flush()

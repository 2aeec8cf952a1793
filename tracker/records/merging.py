"""Two records of one activity made one: what both say in one document, the other reference leading to it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tracker.records.differences import Clash, merge
from tracker.records.documents import Document, empty_document, read_document
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.record_type import RecordType
from tracker.records.visibility import visible_to
from tracker.records.words import Wording


def find_other(reader: Reader, record: Record, typed: str) -> Record | None:
    """The record that `typed` (a reference, or `REF · title`) names, if the two can be made one.

    That is another one of the type, saved and not retired.
    """
    ref = typed.partition("·")[0].strip().upper()
    other = reader.session.scalar(sa.select(Record).where(Record.ref == ref, Record.kind == record.kind, visible_to(reader.user)))
    if other is None or other.id == record.id or other.review_state in (ReviewState.DRAFT, ReviewState.RETIRED):
        return None
    return other


def both(reader: Reader, record: Record, kept: Record, record_type: RecordType) -> tuple[Document, list[Clash]]:
    """What both records say in one document: that of `kept` where both say something else, rows of both.

    The title of the other becomes another name, so that whoever looks for it finds it.
    """
    theirs, mine = read_document(record, record_type), read_document(kept, record_type)
    document, clashes = merge(empty_document(record_type), theirs, mine, Wording(reader, record_type))
    names: list[dict[str, Any]] = document["aliases"]
    if theirs["title"] not in (mine["title"], *(entry["name"] for entry in names)):
        names.append({"name": theirs["title"], "lang": ""})
    # a file number stays with its record: whoever looks it up is led on
    document["identifiers"] = mine["identifiers"]
    document["links"] = [entry for entry in document["links"] if entry["to"] not in (record.ref, kept.ref)]
    if document["parent"] in (record.ref, kept.ref):
        document["parent"] = mine["parent"] if mine["parent"] != record.ref else None
    return document, clashes

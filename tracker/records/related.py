"""Which other records the page of a record names, and how they belong to it: one statement, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import sqlalchemy as sa

from tracker.accounts.clearance import Marking
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordLink
from tracker.records.visibility import visible_to


class Relation(IntEnum):
    """How another record belongs to this one, in the order of the page."""

    WHOLE = 0  # this one is a part of it
    PART = 1
    LINKED = 2  # this one names it in a link
    LINKING = 3  # it names this one
    NAMED = 4  # this one names it in a field
    MERGED = 5  # its reference leads here


@dataclass(frozen=True)
class Related:
    """Another record. `link` is the code of the link's type, '' where there is none."""

    relation: Relation
    link: str
    id: int
    ref: str
    kind: str
    title: str
    marking: Marking


def related_to(reader: Reader, record: Record, named: Collection[str]) -> list[Related]:
    """All that belong to `record`, or whose reference is among `named`, as far as the reader may see them; by relation, then as entered."""
    found = _pairs(record, named)
    columns = (found.c.relation, found.c.link, Record.id, Record.ref, Record.kind, Record.title, Record.effective_marking)
    statement = sa.select(*columns).join(Record, Record.id == found.c.id)
    rows = reader.session.execute(statement.where(visible_to(reader.user)))
    return sorted(
        (Related(Relation(relation), link.partition(":")[2], *rest) for relation, link, *rest in rows),
        key=lambda one: (one.relation, one.ref if one.relation in (Relation.PART, Relation.MERGED) else "", one.id),
    )


def _pairs(record: Record, named: Collection[str]) -> Any:
    """(relation, id of a link's type, key) of every record that belongs to `record`."""
    link = sa.type_coerce(RecordLink.type, sa.String)

    def others(relation: Relation, key: Any, where: Any, link: Any = None) -> sa.Select[Any]:
        said = sa.literal("") if link is None else link
        return sa.select(sa.literal(int(relation)).label("relation"), said.label("link"), key.label("id")).where(where)

    return sa.union_all(
        others(Relation.WHOLE, Record.id, Record.id == record.parent_id),
        others(Relation.PART, Record.id, Record.parent_id == record.id),
        others(Relation.LINKED, RecordLink.to_id, RecordLink.from_id == record.id, link),
        others(Relation.LINKING, RecordLink.from_id, RecordLink.to_id == record.id, link),
        others(Relation.NAMED, Record.id, Record.ref.in_(sorted(named))),
        others(Relation.MERGED, Record.id, Record.merged_into_id == record.id),
    ).subquery()

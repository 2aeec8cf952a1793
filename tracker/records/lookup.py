"""References as the reader may see them: with title and address, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for

from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.models import Record
from tracker.records.sources import Source
from tracker.records.visibility import sources_visible_to, visible_to


@dataclass(frozen=True)
class Found:
    """What a reference stands for."""

    title: str
    url: str


def look_up(reader: Reader, refs: Iterable[str]) -> dict[str, Found]:
    """The records and sources among `refs` that the reader may see, in two statements."""
    wanted = sorted({ref for ref in refs if ref})
    records = sa.select(Record.ref, Record.kind, Record.title).where(Record.ref.in_(wanted), visible_to(reader.user))
    found = {
        row.ref: Found(row.title, url_for("records.show", record_type=registry.by_kind(row.kind), ref=row.ref))
        for row in reader.session.execute(records)
    }
    sources = sa.select(Source.ref, Source.title).where(Source.ref.in_(wanted), sources_visible_to(reader.user))
    return found | {row.ref: Found(row.title, url_for("sources.show", ref=row.ref)) for row in reader.session.execute(sources)}

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
    marking: str = ""
    disclosures_url: str = ""  # the page of those outside who received it, where the type has one


def look_up(reader: Reader, refs: Iterable[str]) -> dict[str, Found]:
    """The records and sources among `refs` that the reader may see, in two statements."""
    wanted = sorted({ref for ref in refs if ref})
    records = sa.select(Record.ref, Record.kind, Record.title, Record.effective_marking).where(
        Record.ref.in_(wanted), visible_to(reader.user)
    )
    found = {}
    for ref, kind, title, marking in reader.session.execute(records):
        record_type = registry.by_kind(kind)
        endpoint = record_type.disclosures_endpoint
        sheet_url = url_for(endpoint, ref=ref) if endpoint else ""
        found[ref] = Found(title, url_for("records.show", record_type=record_type, ref=ref), marking, sheet_url)
    sources = sa.select(Source.ref, Source.title, Source.marking).where(Source.ref.in_(wanted), sources_visible_to(reader.user))
    return found | {row.ref: Found(row.title, url_for("sources.show", ref=row.ref), row.marking) for row in reader.session.execute(sources)}

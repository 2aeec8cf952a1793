"""What stands behind the figures and lists of a brief: asked for all of them at once, since a document has a hundred of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.records.documents import Document
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion
from tracker.records.queries import selected_ids
from tracker.records.sources import Evidence, Source

_SELECTIONS, _IDS = 60, 10_000  # in one statement


def ids_of_each(reader: Reader, selections: Sequence[RecordFilter]) -> list[list[int]]:
    """The ids of the records of each of `selections`."""
    found: list[list[int]] = [[] for _ in selections]
    for start in range(0, len(selections), _SELECTIONS):
        parts = []
        for number, chosen in enumerate(selections[start : start + _SELECTIONS], start):
            ids = selected_ids(reader, chosen).subquery()
            parts.append(sa.select(sa.literal(number), ids.c[0]))
        for number, record_id in reader.session.execute(sa.union_all(*parts) if len(parts) > 1 else parts[0]):
            found[number].append(record_id)
    return found


class Behind:
    """What the records of a brief say on its basis, and which sources they cite."""

    def __init__(self, session: Session, ids: Collection[int], to_read: Collection[int], basis: Basis) -> None:
        """`to_read`: those of `ids` of which the brief says more than their sources."""
        self._session = session
        self.documents: dict[int, Document] = {}  # of `to_read`, and of those whose official version is not their newest (C41)
        self._cited: dict[int, set[str]] = {key: set() for key in ids}
        self._sources: dict[str, Source] = {}
        for part in _parts(ids):
            cited = sa.select(Evidence.record_id, Source).join(Source, Source.id == Evidence.source_id)
            for key, source in session.execute(cited.where(Evidence.record_id.in_(part))):
                self._cited[key].add(source.ref)
                self._sources[source.ref] = source
            self._read(part, {*to_read}, basis)

    def cited_by(self, key: int) -> set[str]:
        """The references of the sources of one record."""
        return self._cited[key]

    def source_texts(self, text_of: Callable[[Source], str]) -> dict[str, str]:
        """What `text_of` says of each source that any record cites; its reference where it is gone."""
        refs = {ref for refs in self._cited.values() for ref in refs}
        rest = refs - self._sources.keys()  # an official version may cite what the newest no longer does
        rows = list(self._session.scalars(sa.select(Source).where(Source.ref.in_(rest)))) if rest else []
        return {ref: ref for ref in refs} | {source.ref: text_of(source) for source in [*self._sources.values(), *rows]}

    def _read(self, part: Sequence[int], to_read: set[int], basis: Basis) -> None:
        official = basis is Basis.OFFICIAL
        speaks = Record.verified_version if official else Record.version
        is_read = sa.or_(Record.id.in_(to_read & {*part}), Record.verified_version != Record.version if official else sa.false())
        joined = sa.and_(RecordVersion.record_id == Record.id, RecordVersion.version == speaks)
        statement = sa.select(Record.id, RecordVersion.payload).join(RecordVersion, joined).where(Record.id.in_(part), is_read)
        for key, payload in self._session.execute(statement):
            self.documents[key] = dict(payload)
            if official:
                self._cited[key] = {entry["source"] for entry in payload["evidence"]}


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IDS):
        yield ordered[start : start + _IDS]

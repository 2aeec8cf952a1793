"""Whether the rows of a file say something of single persons: under pseudonyms too, that is personal data (LED art. 3 (5))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.personal_data.books import NAMES
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordVersion
from tracker.records.naming import has_persons
from tracker.records.queries import official_payloads
from tracker.records.record_type import RecordType

_BATCH = 500


def refs_with_persons(reader: Reader, chosen: RecordFilter, types: Iterable[RecordType], ids: Sequence[int]) -> Iterator[str]:
    """The references of those of the records `ids`, all of these types, whose rows list a person, as this basis shows them."""
    if not any(has_persons(record_type) for record_type in types):
        return
    newest = sa.select(Record.id, Record.ref, RecordVersion.payload).join(Record.newest).order_by(Record.id)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        verified = official_payloads(reader.session, part) if chosen.basis is Basis.OFFICIAL else {}
        for key, ref, payload in reader.session.execute(newest.where(Record.id.in_(part))):
            if verified.get(key, payload).get(NAMES):
                yield ref

"""Records that may be the same as the one being entered: shown, never blocking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz

from tracker.database.folding import fold
from tracker.partial_dates import PartialDate
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordAlias, RecordParty
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Party

MOST = 5
NEWEST = 2_000  # of the records that fit, the newest are compared by title
SIMILAR = 72  # of 100: found on pairs of titles of the demo and of press headlines about one event
SIMILAR_WITH_PARTNER = 55


@dataclass(frozen=True)
class Twin:
    """A record that may be the same."""

    ref: str
    kind: str
    title: str
    start_edtf: str
    likeness: int
    marking: str = ""


def likely_twins(
    reader: Reader, kind: str, title: str, start: PartialDate | None, parties: Iterable[str], but: str | None = None
) -> list[Twin]:
    """Same type, dates that may be the same (unknown fits all), a common partner or none known, a similar title or alias."""
    wanted = fold(title)
    if len(wanted) < 4:
        return []
    codes = [code for code in parties if code != reader.reporting_state]
    shared = _records_with(reader, codes) if codes else set()
    candidates = reader.session.execute(_candidates(reader, kind, start, but)).all()
    aliases = _aliases(reader, kind)
    found = []
    for record_id, ref, name, edtf, marking in candidates:
        likeness = max(_likeness(wanted, other) for other in [name, *aliases.get(record_id, ())])
        common = record_id in shared
        if likeness >= (SIMILAR_WITH_PARTNER if common else SIMILAR):
            found.append((common, likeness, Twin(ref, kind, name, edtf, likeness, marking)))
    return [twin for _, _, twin in sorted(found, key=lambda entry: (entry[0], entry[1]), reverse=True)[:MOST]]


def _likeness(wanted: str, other: str) -> int:
    return round(fuzz.token_set_ratio(wanted, fold(other)) * 0.5 + fuzz.token_sort_ratio(wanted, fold(other)) * 0.5)


def _candidates(reader: Reader, kind: str, start: PartialDate | None, but: str | None) -> sa.Select[Any]:
    table = Record.__table__.c
    statement = sa.select(Record.id, Record.ref, Record.title, table.start_edtf, Record.effective_marking).where(
        Record.kind == kind, Record.title != ""
    )
    statement = statement.where(visible_to(reader.user))
    if but:
        statement = statement.where(Record.ref != but)
    if start and start.upper:
        statement = statement.where(sa.or_(table.start_lo.is_(None), table.start_lo <= start.upper))
    if start and start.lower:
        statement = statement.where(sa.or_(table.start_hi.is_(None), table.start_hi >= start.lower))
    return statement.order_by(Record.id.desc()).limit(NEWEST)


def _records_with(reader: Reader, codes: list[str]) -> set[int]:
    statement = sa.select(RecordParty.record_id).join(Party, Party.id == RecordParty.party_id).where(Party.code.in_(codes))
    return set(reader.session.scalars(statement))


def _aliases(reader: Reader, kind: str) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    statement = sa.select(RecordAlias.record_id, RecordAlias.name).join(Record, Record.id == RecordAlias.record_id)
    for record_id, name in reader.session.execute(statement.where(Record.kind == kind)):
        names.setdefault(record_id, []).append(name)
    return names

"""Records that may be the same as the one being entered: shown, never blocking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz

from tracker.database.folding import fold
from tracker.partial_dates import PartialDate
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordAlias, RecordParty
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Party

MOST = 5
NEWEST = 2_000  # of the records that fit, the newest are compared by title
SIMILAR = 72  # of 100: found on pairs of titles of the demo and of press headlines about one event
SIMILAR_WITH_PARTNER = 60
EVERYDAY, FEWEST = 4, 5  # a word of more than a quarter of at least five titles says little: "operation", "against", "China"


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
    reader: Reader,
    kind: str,
    title: str,
    start: PartialDate | None,
    parties: Iterable[str],
    but: str | None = None,
    *,
    live_only: bool = False,
) -> list[Twin]:
    """Same type, dates that may be the same (unknown fits all), a common partner or none known, a similar title or alias.

    With `live_only`, none that was retired or merged.
    """
    wanted = fold(title)
    if len(wanted) < 4:
        return []
    codes = [code for code in parties if code != reader.reporting_state]
    candidates = _candidates(reader, kind, start, but, codes, live_only=live_only).subquery()
    # one row for each further name, so that a form asks once
    statement = sa.select(candidates, RecordAlias.name).outerjoin(RecordAlias, RecordAlias.record_id == candidates.c.id)
    rows = reader.session.execute(statement.order_by(candidates.c.id.desc()))
    names: dict[tuple[Any, ...], list[str]] = {}
    for *candidate, alias in rows:
        names.setdefault(tuple(candidate), []).extend([alias] if alias else [])
    found, everyday = [], _everyday(name for _, _, name, *_ in names)
    for (_, ref, name, edtf, marking, common), aliases in names.items():
        likeness = max(_likeness(wanted, fold(other), everyday) for other in [name, *aliases])
        if likeness >= (SIMILAR_WITH_PARTNER if common else SIMILAR):
            found.append((common, likeness, Twin(ref, kind, name, edtf, likeness, marking)))
    return [twin for _, _, twin in sorted(found, key=lambda entry: (entry[0], entry[1]), reverse=True)[:MOST]]


def _everyday(titles: Iterable[str]) -> frozenset[str]:
    """The folded words that stand in so many of the titles that having them in common says nothing."""
    words = [set(fold(title).split()) for title in titles]
    counts = Counter(word for found in words for word in found)
    return frozenset(word for word, count in counts.items() if count * EVERYDAY > len(words) >= FEWEST)


def _likeness(wanted: str, other: str, everyday: frozenset[str]) -> int:
    """Of 100, as whole titles and by the words that tell titles apart: both must be alike."""
    rest, other_rest = (" ".join(word for word in title.split() if word not in everyday) for title in (wanted, other))
    whole = _ratio(wanted, other)
    return min(whole, _ratio(rest, other_rest)) if rest and other_rest else whole


def _ratio(one: str, other: str) -> int:
    return round(fuzz.token_set_ratio(one, other) * 0.5 + fuzz.token_sort_ratio(one, other) * 0.5)


def _candidates(
    reader: Reader, kind: str, start: PartialDate | None, but: str | None, codes: list[str], *, live_only: bool
) -> sa.Select[Any]:
    """Key, reference, title, date, marking, and whether one of the parties `codes` takes part."""
    table = Record.__table__.c
    party = sa.exists().where(RecordParty.record_id == Record.id, Party.id == RecordParty.party_id, Party.code.in_(codes))
    columns = (Record.id, Record.ref, Record.title, table.start_edtf, Record.effective_marking, party.label("is_common"))
    statement = sa.select(*columns).where(Record.kind == kind, Record.title != "")
    statement = statement.where(visible_to(reader.user))
    if live_only:
        statement = statement.where(Record.review_state != ReviewState.RETIRED)
    if but:
        statement = statement.where(Record.ref != but)
    if start and start.upper:
        statement = statement.where(sa.or_(table.start_lo.is_(None), table.start_lo <= start.upper))
    if start and start.lower:
        statement = statement.where(sa.or_(table.start_hi.is_(None), table.start_hi >= start.lower))
    return statement.order_by(Record.id.desc()).limit(NEWEST)

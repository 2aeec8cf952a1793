"""Records that may be the same as the one being entered: shown, never blocking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from rapidfuzz import fuzz
from sqlalchemy.orm import Session

from tracker.accounts.models import User
from tracker.database.folding import fold
from tracker.partial_dates import PartialDate, parse_edtf
from tracker.records.enums import ReviewState
from tracker.records.filtering import Reader
from tracker.records.models import Record, RecordAlias, RecordParty
from tracker.records.visibility import visible_to
from tracker.vocabularies.models import Party

MOST = 5
NEWEST = 2_000  # of the records that fit, the newest are compared by title
NEWEST_OF_MANY = 5_000  # the same for many records at once
MOST_OF_A_DAY = 50  # of a day with more, only the same words make a twin: each compared with each would take too long
SHORTEST = 4  # characters of a folded title that can be like another
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


@dataclass(frozen=True)
class _Known:
    """A record that another may be the same as: its folded names, the title first, and the codes of its parties."""

    ref: str
    kind: str
    start: str
    names: list[str]
    parties: set[str]


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
    if len(wanted) < SHORTEST:
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


def likely_twin_of_each(session: Session, user: User, documents: Mapping[int, Mapping[str, Any]], reporting_state: str) -> dict[int, str]:
    """The reference of the record that each of many documents most likely repeats, by its key: judged like a single one, but only among
    records of the very same date. Three questions to the database, however many documents there are."""
    of_a_day: dict[tuple[str, str], list[_Known]] = {}
    of_a_name: dict[tuple[str, str, str], list[_Known]] = {}
    for one in _of_the_same_days(session, user, documents.values()) if documents else ():
        of_a_day.setdefault((one.kind, one.start), []).append(one)
        for name in one.names:
            of_a_name.setdefault((one.kind, one.start, name), []).append(one)
    every = [one for some in of_a_day.values() for one in some]
    everyday = {kind: _everyday(one.names[0] for one in every if one.kind == kind) for kind in {one.kind for one in every}}
    found = {}
    for key, document in documents.items():
        kind, start, title = document["kind"], document["start"], fold(document["title"])
        near = of_a_day.get((kind, start), [])
        candidates = of_a_name.get((kind, start, title)) or (near if len(near) <= MOST_OF_A_DAY and len(title) >= SHORTEST else [])
        likeliest = _likeliest(document, title, candidates, everyday.get(kind, frozenset()), reporting_state)
        if likeliest:
            found[key] = likeliest
    return found


def _likeliest(
    document: Mapping[str, Any], title: str, candidates: Iterable[_Known], everyday: frozenset[str], reporting_state: str
) -> str:
    """Of those that are like it the most alike, one with a common partner first; '' for none."""
    codes = {row["party"] for row in document["parties"]} - {reporting_state, None}
    judged = [(bool(codes & one.parties), max(_likeness(title, name, everyday) for name in one.names), one.ref) for one in candidates]
    return max((one for one in judged if one[1] >= (SIMILAR_WITH_PARTNER if one[0] else SIMILAR)), default=(False, 0, ""))[-1]


def _of_the_same_days(session: Session, user: User, documents: Collection[Mapping[str, Any]]) -> Iterable[_Known]:
    """The records of these types and dates that `user` sees: those with the very title of a document, then the newest."""
    table = Record.__table__.c
    starts = {document["start"] for document in documents}
    first_days = {parse_edtf(start).lower for start in starts}  # they have an index
    days = sa.or_(table.start_lo.in_(first_days - {None}), *([table.start_lo.is_(None)] if None in first_days else []))
    asked = sa.select(Record.id, Record.ref, Record.kind, table.start_edtf, Record.title).where(
        Record.kind.in_({document["kind"] for document in documents}), days, table.start_edtf.in_(starts), visible_to(user)
    )
    has_title = Record.title.in_({document["title"] for document in documents})
    asked = asked.order_by(has_title.desc(), Record.id.desc()).limit(NEWEST_OF_MANY)
    found = {key: _Known(ref, kind, start, [fold(title)], set()) for key, ref, kind, start, title in session.execute(asked)}
    if found:
        aliases = sa.select(RecordAlias.record_id, RecordAlias.name).where(RecordAlias.record_id.in_(found))
        for key, name in session.execute(aliases):
            found[key].names.append(fold(name))
        parties = sa.select(RecordParty.record_id, Party.code).join(Party, Party.id == RecordParty.party_id)
        for key, code in session.execute(parties.where(RecordParty.record_id.in_(found))):
            found[key].parties.add(code)
    return found.values()


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

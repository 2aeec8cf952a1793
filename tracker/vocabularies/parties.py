"""Reading parties: who is meant by what was typed, what to offer while typing, and what a party is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.database.remembered import remembered
from tracker.vocabularies.kept import kept
from tracker.vocabularies.models import Party, PartyAlias, PartyKind
from tracker.vocabularies.names_apart import taken_apart

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,29}")
_ISO2 = re.compile(r"[A-Z]{2}")
_M49 = re.compile(r"[0-9]{3}")
_SIMILARITY = 75
_MOST_SUGGESTED = 20  # in one form
_CANDIDATES = 5
_MOST_AT_ONCE = 500
_SHORTEST_TO_COMPARE = 3


@dataclass(frozen=True)
class Resolution:
    """The party that was meant, or the parties to ask about; a candidate is never taken silently.

    `is_ambiguous` tells a name that several parties share from one that nobody has and that only looks like others.
    """

    party: Party | None
    candidates: tuple[Party, ...] = ()
    is_ambiguous: bool = False


@dataclass(frozen=True)
class Suggestion:
    """A party to offer, and the name under which it was found: `Burma` for Myanmar."""

    party: Party
    matched_name: str


def resolve(session: Session, typed: str) -> Resolution:
    """Who is meant by `typed`: a code or a name in any language, exactly; else suggestions."""
    return _known_among(session, [typed]).get(typed) or Resolution(None, tuple(_similar(session, typed, _CANDIDATES)))


def resolve_each(session: Session, names: Iterable[str]) -> dict[str, Resolution]:
    """Those of `names` that are a code or a name of somebody, exactly, all asked for at once: a file may hold thousands."""
    return _known_among(session, names)


def similar_to(session: Session, typed: str, limit: int = _CANDIDATES) -> list[Party]:
    """The parties with a name that looks like `typed`, most similar first."""
    return list(_similar(session, typed, limit))


def resolve_many(session: Session, typed: str) -> list[tuple[str, Resolution]]:
    """The names in a box that may hold several, each with what it resolves to, in the order typed.

    Semicolons, line breaks and 、 always separate; commas, slashes and `and` only where every piece is then a name.
    """
    result: list[tuple[str, Resolution]] = []
    for text, names in taken_apart(typed, lambda names: _known_among(session, names)):
        result += names or [(text, _unknown(session, text))]
    return result


def names_in(session: Session, typed: str) -> list[tuple[str, bool]]:
    """The names in a box that may hold several, told apart as `resolve_many` does, each with whether it means one party."""
    found = []
    for text, names in taken_apart(typed, lambda names: _known_among(session, names)):
        found += [(name, resolution.party is not None) for name, resolution in names] or [(text, False)]
    return found


def suggest(session: Session, typed: str, limit: int = 10, locale: str = "en") -> list[Suggestion]:
    """Parties one of whose names has a word that begins with `typed`; never one that only looks like it.

    A code comes first, then names that begin with `typed`; of these, names in the language of `locale`, states that still
    exist and the usual name before others.
    """
    folded = fold(typed)
    if not folded:
        return []
    language = locale[:2]
    best: dict[int, tuple[tuple[object, ...], Party, str]] = {}

    def offer(rank: tuple[object, ...], party: Party, name: str) -> None:
        if party.id not in best or rank < best[party.id][0]:
            best[party.id] = (rank, party, name)

    for party in _by_code(session, [typed]).get(typed, []):
        offer((0, 0, 0, 0, party.code), party, display_name(party, locale))
    begins, within = PartyAlias.folded.startswith(folded), PartyAlias.folded.contains(f" {folded}")
    matching = sa.select(Party, PartyAlias.name, PartyAlias.folded, PartyAlias.lang, PartyAlias.kind)
    for party, name, found, lang, kind in session.execute(matching.join(PartyAlias.party).where(begins | within)):
        place = 1 if found.startswith(folded) else 2
        offer((place, lang != language, party.valid_to is not None, kind != "name", len(found), party.code), party, name)
    return [Suggestion(party, name) for _, party, name in sorted(best.values(), key=lambda found: found[0])[:limit]]


def display_name(party: Party, locale: str) -> str:
    """What `party` is called in the language of `locale`.

    Countries take their name from CLDR; those it does not know (dissolved states) and all others have names of their own.
    """
    if party.kind is PartyKind.COUNTRY and party.iso2 and (name := _territories(locale).get(party.iso2)):
        return name
    return (party.name_local or party.name_en) if locale.startswith("zh") else party.name_en


def names_by_code(session: Session, locale: str) -> dict[str, str]:
    """Display names of all parties by code, kept until the reference data change or a party is added."""

    def ask() -> dict[str, str]:
        return {party.code: display_name(party, locale) for party in session.scalars(sa.select(Party).order_by(Party.code))}

    return dict(kept(session, f"names: {locale}", ask))


def names_of_parties(session: Session) -> dict[int, list[str]]:
    """Every name that each party has in any language, by its key."""

    def ask() -> dict[int, list[str]]:
        found: dict[int, dict[str, None]] = {}
        for alias in _aliases(session).values():
            found.setdefault(alias.party_id, {})[alias.name] = None
        return {party_id: list(names) for party_id, names in found.items()}

    return kept(session, "names of parties", ask)


@cache
def _territories(locale: str) -> Mapping[str, str]:
    """CLDR's names of countries in the language of `locale`; English where it does not know the language."""
    try:
        return Locale.parse(locale.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en").territories


def _known_among(session: Session, names: Iterable[str]) -> dict[str, Resolution]:
    """Those of `names` that are a code or a name of somebody, all asked for at once: a box may hold hundreds.

    `AU` is Australia's code and the African Union's short name: a name may mean several parties.
    """
    asked = {name: (name.strip(), fold(name)) for name in names}
    texts, folded = {text for text, _ in asked.values()}, {folded for _, folded in asked.values()}
    by_code = _by_code(session, texts)
    by_name = _by_name(session, folded | {name.removeprefix("the ") for name in folded})
    known = {}
    for name, (text, short) in asked.items():
        found = by_code.get(text, []) + by_name.get(short, [])
        if not found and short.startswith("the "):
            found = by_name.get(short.removeprefix("the "), [])
        if not found and _CODE.fullmatch(text):
            found = [party for party in by_code.get(text.upper(), []) if party.code == text.upper()]
        parties = tuple({party.id: party for party in found}.values())
        if parties:
            known[name] = Resolution(parties[0]) if len(parties) == 1 else Resolution(None, parties, is_ambiguous=True)
    return known


def _by_code(session: Session, texts: Iterable[str]) -> dict[str, list[Party]]:
    """Parties by code, in any of its spellings; two letters are a code only in capitals, since `it` and `no` are words."""
    found: dict[str, dict[int, Party]] = {}
    for column, pattern in ((Party.m49, _M49), (Party.iso2, _ISO2), (Party.code, _CODE)):
        codes = {text for text in texts if pattern.fullmatch(text)}
        codes |= {text.upper() for text in codes} if column is Party.code else set()
        for code, party in _parties_where(session, column, codes):
            found.setdefault(code, {})[party.id] = party
    return {code: sorted(parties.values(), key=lambda party: party.code) for code, parties in found.items()}


def _by_name(session: Session, folded: Iterable[str]) -> dict[str, list[Party]]:
    found: dict[str, dict[int, Party]] = {}
    for name, party in _parties_where(session, PartyAlias.folded, {name for name in folded if name}):
        found.setdefault(name, {})[party.id] = party
    return {name: sorted(parties.values(), key=lambda party: party.code) for name, parties in found.items()}


def _parties_where(session: Session, column: Any, values: Iterable[str]) -> Iterator[tuple[str, Party]]:
    """Each of `values` that stands in `column`, with the party that it belongs to."""
    statement = sa.select(column, Party)
    if column is PartyAlias.folded:
        statement = statement.join(PartyAlias, PartyAlias.party_id == Party.id)
    wanted = sorted(values)
    for first in range(0, len(wanted), _MOST_AT_ONCE):
        found = session.execute(statement.where(column.in_(wanted[first : first + _MOST_AT_ONCE])))
        yield from ((value, party) for value, party in found)


def _unknown(session: Session, typed: str) -> Resolution:
    """What a box says of a name that nobody has. To look for similar ones takes long: some suggestions help, hundreds do not."""
    helped: list[str] = remembered(session, "unknown names", list)
    helped.append(typed)
    return Resolution(None, tuple(_similar(session, typed, _CANDIDATES)) if len(helped) <= _MOST_SUGGESTED else ())


def _similar(session: Session, typed: str, limit: int) -> dict[Party, str]:
    """Up to `limit` parties with a name that looks like `typed`, and that name, most similar first.

    Names under half its length are left out: `car` is part of many words and means none of them. A name that differs in few
    letters comes before one that is merely contained: `Thialand` is Thailand rather than Aland.
    """
    folded = fold(typed)
    if len(folded) < _SHORTEST_TO_COMPARE:
        return {}
    aliases = _aliases(session)
    names = {number: alias.folded for number, alias in aliases.items() if len(alias.folded) * 2 >= len(folded)}
    hits = process.extract(folded, names, scorer=fuzz.WRatio, score_cutoff=_SIMILARITY, limit=None)
    found: dict[int, str] = {}
    for _, _, alias_id in sorted(hits, key=lambda hit: (-fuzz.ratio(folded, hit[0]), -hit[1], hit[0])):
        if len(found) < limit:
            found.setdefault(aliases[alias_id].party_id, aliases[alias_id].name)
    parties = {party.id: party for party in session.scalars(sa.select(Party).where(Party.id.in_(list(found))))}
    return {parties[party_id]: name for party_id, name in found.items()}


def _aliases(session: Session) -> Mapping[int, Any]:
    """All names of all parties, kept like `names_by_code`."""
    statement = sa.select(PartyAlias.id, PartyAlias.folded, PartyAlias.party_id, PartyAlias.name)
    return kept(session, "aliases", lambda: {row.id: row for row in session.execute(statement)})

"""Reading parties: who is meant by what was typed, what to offer while typing, and what a party is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError
from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.database.remembered import remembered
from tracker.vocabularies.models import Party, PartyAlias, PartyKind, VocabularyVersion

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,29}")
_ISO2 = re.compile(r"[A-Z]{2}")
_M49 = re.compile(r"[0-9]{3}")
_BETWEEN_NAMES = re.compile(r"[;；、\r\n]+")
# These also stand inside names: `Korea, Republic of`, `Bosnia and Herzegovina`, `圣多美和普林西比`.
_PERHAPS_BETWEEN_NAMES = re.compile(r"(?:\s*[,，/]\s*|\s+&\s+|\s*和\s*)(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_MOST_PIECES_OF_A_NAME = 4
_MOST_PIECES = 100

_SIMILARITY = 75
_MOST_NAMES = 200
_MOST_SUGGESTED = 5
_CANDIDATES = 5
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
    return _resolve_exactly(session, typed) or Resolution(None, tuple(_similar(session, typed, _CANDIDATES)))


def resolve_many(session: Session, typed: str) -> list[tuple[str, Resolution]]:
    """The names in a box that may hold several, each with what it resolves to, in the order typed.

    Semicolons, line breaks and 、 always separate; commas, slashes and `and` only where every piece is then a name.
    """
    result: list[tuple[str, Resolution]] = []
    unknown = 0
    for text in (part.strip() for part in _BETWEEN_NAMES.split(typed)[:_MOST_NAMES]):
        if not text:
            continue
        names = _split(session, text)
        if not names:
            unknown += 1
            # looking for similar names takes long: a few suggestions help, a hundred do not
            names = [(text, resolve(session, text) if unknown <= _MOST_SUGGESTED else Resolution(None))]
        result += names
    return result


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

    for party in _with_code(session, typed):
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
    state = remembered(session, "state of parties", lambda: _state_of_parties(session))
    kept = _KEPT_NAMES.get(locale)
    if kept is None or kept[0] != state:
        parties = session.scalars(sa.select(Party).order_by(Party.code))
        kept = _KEPT_NAMES[locale] = (state, {party.code: display_name(party, locale) for party in parties})
    return dict(kept[1])


def _state_of_parties(session: Session) -> tuple[Any, ...]:
    """What tells whether the names are still those that were read, on which database."""
    version = sa.select(sa.func.max(VocabularyVersion.id)).scalar_subquery()
    return (str(session.get_bind().engine.url), *session.execute(sa.select(version, sa.func.count(Party.id), sa.func.max(Party.id))).one())


_KEPT_NAMES: dict[str, tuple[tuple[Any, ...], dict[str, str]]] = {}


@cache
def _territories(locale: str) -> Mapping[str, str]:
    """CLDR's names of countries in the language of `locale`; English where it does not know the language."""
    try:
        return Locale.parse(locale.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en").territories


def _resolve_exactly(session: Session, typed: str) -> Resolution | None:
    matches = _exact(session, typed)
    if not matches:
        return None
    return Resolution(matches[0]) if len(matches) == 1 else Resolution(None, tuple(matches), is_ambiguous=True)


def _exact(session: Session, typed: str) -> list[Party]:
    """Every party that `typed` is a code or a name of: `AU` is Australia's code and the African Union's short name."""
    text, folded = typed.strip(), fold(typed)
    found = _with_code(session, text) + _named(session, folded)
    if not found and folded.startswith("the "):
        found = _named(session, folded.removeprefix("the "))
    if not found and _CODE.fullmatch(text):
        found = list(session.scalars(sa.select(Party).where(Party.code == text.upper())))
    return list({party.id: party for party in found}.values())


def _with_code(session: Session, text: str) -> list[Party]:
    """Two letters are a code only in capitals, since `it` and `no` are words."""
    if _M49.fullmatch(text):
        is_code = Party.m49 == text
    elif _ISO2.fullmatch(text):
        is_code = sa.or_(Party.iso2 == text, Party.code == text)
    elif _CODE.fullmatch(text):
        is_code = Party.code == text
    else:
        return []
    return list(session.scalars(sa.select(Party).where(is_code).order_by(Party.code)))


def _named(session: Session, folded: str) -> list[Party]:
    if not folded:
        return []
    named = sa.select(PartyAlias.party_id).where(PartyAlias.folded == folded)
    return list(session.scalars(sa.select(Party).where(Party.id.in_(named)).order_by(Party.code)))


def _similar(session: Session, typed: str, limit: int) -> dict[Party, str]:
    """Up to `limit` parties with a name that looks like `typed`, and that name, most similar first.

    Names under half its length are left out: `car` is part of many words and means none of them. A name that differs in few
    letters comes before one that is merely contained: `Thialand` is Thailand rather than Aland.
    """
    folded = fold(typed)
    if len(folded) < _SHORTEST_TO_COMPARE:
        return {}
    rows = session.execute(sa.select(PartyAlias.id, PartyAlias.folded, PartyAlias.party_id, PartyAlias.name)).all()
    names = {row.id: row.folded for row in rows if len(row.folded) * 2 >= len(folded)}
    aliases = {row.id: row for row in rows}
    hits = process.extract(folded, names, scorer=fuzz.WRatio, score_cutoff=_SIMILARITY, limit=None)
    found: dict[int, str] = {}
    for _, _, alias_id in sorted(hits, key=lambda hit: (-fuzz.ratio(folded, hit[0]), -hit[1], hit[0])):
        if len(found) < limit:
            found.setdefault(aliases[alias_id].party_id, aliases[alias_id].name)
    parties = {party.id: party for party in session.scalars(sa.select(Party).where(Party.id.in_(list(found))))}
    return {parties[party_id]: name for party_id, name in found.items()}


def _split(session: Session, text: str) -> list[tuple[str, Resolution]]:
    """`text` cut into names so that every piece is one, with the fewest cuts from the left; nothing if that cannot be."""
    cuts = list(_PERHAPS_BETWEEN_NAMES.finditer(text))
    if len(cuts) >= _MOST_PIECES:
        return []
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(text)]
    # filled from the right: the names from piece `first` to the end
    rest: dict[int, list[tuple[str, Resolution]]] = {len(starts): []}
    for first in reversed(range(len(starts))):
        for name, after in _pieces(text, starts, ends, first):
            if after in rest and (resolution := _resolve_exactly(session, name)):
                rest[first] = [(name, resolution), *rest[after]]
                break
    return rest.get(0, [])


def _pieces(text: str, starts: list[int], ends: list[int], first: int) -> Iterator[tuple[str, int]]:
    """Longest first, the texts that begin at piece `first`, with the piece that follows each."""
    for after in range(min(first + _MOST_PIECES_OF_A_NAME, len(starts)), first, -1):
        yield text[starts[first] : ends[after - 1]], after

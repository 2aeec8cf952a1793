"""The reference data that ships with the product, read from `data/` and from CLDR, as plain rows without a database."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale

from tracker.database.folding import fold

DATA = Path(__file__).parent / "data"

# The official languages of the United Nations: what letters and sources that reach the desk are written in.
NAME_LANGUAGES = ("en", "zh", "ru", "ar", "es", "fr")


@dataclass(frozen=True)
class TermRow:
    """One line of terms.csv; `position` is its place in its own list."""

    scheme: str
    code: str
    label_en: str
    label_local: str
    parent_id: str | None
    maps_to_id: str | None
    counts_as_partner: bool | None
    default_unit: str | None
    position: int
    valid_to: date | None
    source: str

    @property
    def id(self) -> str:
        return f"{self.scheme}:{self.code}"


@dataclass(frozen=True)
class PartyRow:
    """One line of countries.csv or parties.csv."""

    code: str
    kind: str
    iso2: str | None
    m49: str | None
    region_m49: str | None
    name_en: str
    name_local: str
    parent_code: str | None
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class AliasRow:
    """A name that leads to a party; `folded` is what is compared."""

    code: str
    lang: str
    name: str
    kind: str
    folded: str


@dataclass(frozen=True)
class MembershipRow:
    """One line of memberships.csv."""

    group_code: str
    member_code: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True)
class ReferenceData:
    """Everything that ships. The digest covers the names from CLDR too: another release of it is another vocabulary."""

    terms: tuple[TermRow, ...]
    parties: tuple[PartyRow, ...]
    aliases: tuple[AliasRow, ...]
    memberships: tuple[MembershipRow, ...]

    @property
    def digest(self) -> str:
        digest = hashlib.sha256()
        for rows in (self.terms, self.parties, self.aliases, self.memberships):
            for row in rows:
                digest.update(repr(row).encode())
        return digest.hexdigest()


@cache
def shipped() -> ReferenceData:
    """The data of this release; read once, since the files do not change while the product runs."""
    parties = (*_countries(), *_other_parties())
    return ReferenceData(tuple(_terms()), parties, tuple(_aliases(parties)), tuple(_memberships()))


def _lines(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _terms() -> Iterator[TermRow]:
    positions: dict[str, int] = {}
    for line in _lines("terms.csv"):
        scheme = line["scheme"]
        position = positions[scheme] = positions.get(scheme, -1) + 1
        yield TermRow(
            scheme=scheme,
            code=line["code"],
            label_en=line["label_en"],
            label_local=line["label_local"],
            parent_id=f"{scheme}:{line['parent_code']}" if line["parent_code"] else None,
            maps_to_id=line["maps_to"] or None,
            counts_as_partner=line["counts_as_partner"] == "1" if line["counts_as_partner"] else None,
            default_unit=line["default_unit"] or None,
            position=position,
            valid_to=_day(line["valid_to"]),
            source=line["source"],
        )


def _countries() -> Iterator[PartyRow]:
    for line in _lines("countries.csv"):
        yield PartyRow(
            code=line["code"],
            kind="country",
            iso2=line["iso2"] or None,
            m49=line["m49"] or None,
            region_m49=line["region_m49"] or None,
            name_en=line["name_en"],
            name_local=line["name_local"],
            parent_code=None,
            valid_from=_day(line["valid_from"]),
            valid_to=_day(line["valid_to"]),
        )


def _other_parties() -> Iterator[PartyRow]:
    for line in _lines("parties.csv"):
        yield PartyRow(
            code=line["code"],
            kind=line["kind"],
            iso2=None,
            m49=None,
            region_m49=None,
            name_en=line["name_en"],
            name_local=line["name_local"],
            parent_code=line["parent_code"] or None,
            valid_from=None,
            valid_to=None,
        )


def _memberships() -> Iterator[MembershipRow]:
    for line in _lines("memberships.csv"):
        yield MembershipRow(line["group_code"], line["member_code"], _day(line["valid_from"]), _day(line["valid_to"]), line["source"])


def _aliases(parties: tuple[PartyRow, ...]) -> Iterator[AliasRow]:
    """Names of CLDR, own names and aliases.csv; of names that fold alike in one language the first stays."""
    seen: set[tuple[str, str, str]] = set()
    for code, lang, name, kind in (*_own_names(parties), *_hand_picked()):
        folded = fold(name)
        if (code, folded, lang) not in seen:
            seen.add((code, folded, lang))
            yield AliasRow(code, lang, name, kind, folded)


def _own_names(parties: tuple[PartyRow, ...]) -> Iterator[tuple[str, str, str, str]]:
    territories = {lang: Locale.parse(lang).territories for lang in NAME_LANGUAGES}
    for party in parties:
        for lang, names in territories.items():
            if party.iso2 and (name := names.get(party.iso2)):
                yield party.code, lang, name, "name"
        for lang, name in (("en", party.name_en), ("zh", party.name_local)):
            if name:
                yield party.code, lang, name, "name"


def _hand_picked() -> Iterator[tuple[str, str, str, str]]:
    for line in _lines("aliases.csv"):
        yield line["code"], line["lang"], line["name"], line["kind"]

"""All partners with their figures, and finding one by any of its names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.counting.models import Basis
from tracker.records.filtering import Reader, all_records
from tracker.summaries.by_type import all_types, leading_measures
from tracker.summaries.links import partner_url
from tracker.summaries.matrix import Matrix
from tracker.summaries.partner_grid import partner_grid, tables_by_partner
from tracker.summaries.stamp import Stamp, other_basis, stamp
from tracker.vocabularies.parties import display_name, resolve, suggest

_MOST = 20


@dataclass(frozen=True)
class Found:
    """A party that a search found, and the name under which."""

    code: str
    name: str
    matched: str
    url: str


@dataclass(frozen=True)
class PartnersPage:
    """All partners, or those that a search found."""

    stamp: Stamp
    grid: Matrix
    typed: str = ""
    found: tuple[Found, ...] = ()

    def row_url(self, key: str) -> str:
        return partner_url(key, self.stamp.basis)

    def no_url(self, key: str) -> str:
        """Columns are measures here and lead nowhere."""
        return ""


def partners_page(reader: Reader, typed: str, now: datetime, basis: Basis) -> PartnersPage:
    """The list of partners; with `typed`, what was found stands above it."""
    chosen = all_records(reader, basis)
    grid = partner_grid(reader, tables_by_partner(reader, [all_types(), *leading_measures()], chosen), chosen, by_region=True)
    made = stamp(reader, now, chosen, None, other_basis("summaries.partners", basis, name=typed or None))
    return PartnersPage(made, grid, typed, tuple(_found(reader, typed, basis)))


def sole_match(reader: Reader, typed: str) -> str | None:
    """The party that is meant, when only one can be."""
    party = resolve(reader.session, typed).party if typed else None
    return party.code if party else None


def _found(reader: Reader, typed: str, basis: Basis) -> list[Found]:
    if not typed:
        return []
    hits = suggest(reader.session, typed, _MOST, reader.locale)
    named = [(hit, display_name(hit.party, reader.locale)) for hit in hits]
    return [
        Found(hit.party.code, name, "" if hit.matched_name == name else hit.matched_name, partner_url(hit.party.code, basis))
        for hit, name in named
    ]

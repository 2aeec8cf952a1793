"""Loading the shipped reference data into the database; may be run again after every update.

What is shipped wins over what stands in the database under the same code. What an administrator added is left alone,
and nothing is ever deleted: records of the past point to it. A term or party goes out of use by being shipped with a
`valid_to`; an end that an administrator set is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.database.remembered import forget
from tracker.vocabularies.models import Membership, Party, PartyAlias, PartyKind, VocabTerm, VocabularyVersion
from tracker.vocabularies.reference_files import MembershipRow, PartyRow, ReferenceData, TermRow, shipped


@dataclass(frozen=True)
class LoadReport:
    """What one loading did to terms, parties, names and memberships together."""

    added: int
    changed: int
    retired: int
    unchanged: int
    digest: str
    is_new_version: bool


class _Counts:
    """Counts what happened, row by row."""

    def __init__(self) -> None:
        self.added = self.changed = self.retired = self.unchanged = 0

    def compare(self, row: Any, values: dict[str, Any], valid_from: date | None, valid_to: date | None) -> None:
        """Bring `row` to the shipped values. Days are only set, never emptied."""
        if valid_from is not None:
            values["valid_from"] = valid_from
        if valid_to is not None:
            values["valid_to"] = valid_to
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not different:
            self.unchanged += 1
        elif "valid_to" in different and row.valid_to is None:
            self.retired += 1
        else:
            self.changed += 1
        for name, value in different.items():
            setattr(row, name, value)


def load(session: Session) -> LoadReport:
    """Bring the database to the shipped reference data. The caller commits."""
    return load_data(session, shipped())


def load_data(session: Session, data: ReferenceData) -> LoadReport:
    """As `load`, for given data."""
    counts = _Counts()
    _load_terms(session, data.terms, counts)
    parties = _load_parties(session, data.parties, counts)
    ids = {code: party.id for code, party in parties.items()}
    _load_aliases(session, data, ids, counts)
    _load_memberships(session, data.memberships, ids, counts)
    is_new = _note_version(session, data.digest)
    forget(session, VocabularyVersion, Party, PartyAlias)
    return LoadReport(counts.added, counts.changed, counts.retired, counts.unchanged, data.digest, is_new)


def _load_terms(session: Session, rows: Iterable[TermRow], counts: _Counts) -> None:
    existing = {term.id: term for term in session.scalars(sa.select(VocabTerm))}
    new = []
    for row in _terms_broader_first(rows):
        values = {
            "label_en": row.label_en,
            "label_local": row.label_local,
            "parent_id": row.parent_id,
            "maps_to_id": row.maps_to_id,
            "counts_as_partner": row.counts_as_partner,
            "default_unit": row.default_unit,
            "position": row.position,
            "source": row.source,
        }
        if term := existing.get(row.id):
            counts.compare(term, values, None, row.valid_to)
        else:
            new.append({"id": row.id, "scheme": row.scheme, "code": row.code, "valid_to": row.valid_to, **values})
    if new:
        session.execute(sa.insert(VocabTerm), new)
    counts.added += len(new)
    session.flush()


def _terms_broader_first(rows: Iterable[TermRow]) -> Iterator[TermRow]:
    """Foreign keys are checked row by row: what a term points to has to be there before it."""
    by_id = {row.id: row for row in rows}
    pointers = {row.id: {target for target in (row.parent_id, row.maps_to_id) if target in by_id} for row in by_id.values()}
    return (by_id[id_] for id_ in TopologicalSorter(pointers).static_order())


def _load_parties(session: Session, rows: tuple[PartyRow, ...], counts: _Counts) -> dict[str, Party]:
    parties = {party.code: party for party in session.scalars(sa.select(Party))}
    for row in rows:
        values = {
            "kind": PartyKind(row.kind),
            "iso2": row.iso2,
            "m49": row.m49,
            "region_m49": row.region_m49,
            "name_en": row.name_en,
            "name_local": row.name_local,
            # the object and not its id, which a parent of the same loading does not have yet
            "parent": parties[row.parent_code] if row.parent_code else None,
        }
        if party := parties.get(row.code):
            counts.compare(party, values, row.valid_from, row.valid_to)
        else:
            parties[row.code] = Party(code=row.code, valid_from=row.valid_from, valid_to=row.valid_to, **values)
            session.add(parties[row.code])
            counts.added += 1
    session.flush()
    return parties


def _load_aliases(session: Session, data: ReferenceData, ids: dict[str, int], counts: _Counts) -> None:
    """Names are only added: a spelling that is there already may be an administrator's."""
    known = set(session.execute(sa.select(PartyAlias.party_id, PartyAlias.folded, PartyAlias.lang)))
    new = [
        {"party_id": ids[row.code], "lang": row.lang, "name": row.name, "kind": row.kind, "folded": row.folded}
        for row in data.aliases
        if (ids[row.code], row.folded, row.lang) not in known
    ]
    if new:
        session.execute(sa.insert(PartyAlias), new)
    counts.added += len(new)
    counts.unchanged += len(data.aliases) - len(new)


def _load_memberships(session: Session, rows: tuple[MembershipRow, ...], ids: dict[str, int], counts: _Counts) -> None:
    existing = {(row.group_id, row.member_id, row.valid_from): row for row in session.scalars(sa.select(Membership))}
    for row in rows:
        group_id, member_id = ids[row.group_code], ids[row.member_code]
        if membership := existing.get((group_id, member_id, row.valid_from)):
            counts.compare(membership, {"source": row.source}, None, row.valid_to)
        else:
            session.add(
                Membership(
                    group_id=group_id,
                    member_id=member_id,
                    valid_from=row.valid_from,
                    valid_to=row.valid_to,
                    source=row.source,
                )
            )
            counts.added += 1
    session.flush()


def _note_version(session: Session, digest: str) -> bool:
    """A new version only where the shipped data differ: the version is printed with every figure."""
    latest = session.scalar(sa.select(VocabularyVersion.digest).order_by(VocabularyVersion.id.desc()).limit(1))
    if latest == digest:
        return False
    session.add(VocabularyVersion(digest=digest))
    session.flush()
    return True

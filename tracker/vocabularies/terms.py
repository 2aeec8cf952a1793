"""Labels of controlled terms, read once per process and version of the reference data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.vocabularies.kept import kept
from tracker.vocabularies.models import VocabTerm
from tracker.vocabularies.state import state_of_reference


@dataclass(frozen=True)
class TermLabel:
    """One term as the interface needs it."""

    code: str
    label_en: str
    label_local: str
    parent: str | None
    default_unit: str | None
    is_retired: bool
    counts_as_partner: bool = False  # of a role (C5)

    def label(self, locale: str) -> str:
        """In the ministry's language where that is asked for and known, else in English."""
        return self.label_local if locale.startswith("zh") and self.label_local else self.label_en


def version(session: Session) -> int:
    """The number of the reference data in force (C42)."""
    return state_of_reference(session).version


def all_terms(session: Session) -> Mapping[str, Mapping[str, TermLabel]]:
    """Every list by scheme, each by code in its order."""
    return kept(session, "terms", lambda: _lists(session))


def _lists(session: Session) -> dict[str, dict[str, TermLabel]]:
    lists: dict[str, dict[str, TermLabel]] = {}
    for row in session.scalars(sa.select(VocabTerm).order_by(VocabTerm.scheme, VocabTerm.position, VocabTerm.code)):
        parent = row.parent_id.partition(":")[2] if row.parent_id else None
        lists.setdefault(row.scheme, {})[row.code] = TermLabel(
            row.code, row.label_en, row.label_local, parent, row.default_unit, row.valid_to is not None, bool(row.counts_as_partner)
        )
    return lists


def terms(session: Session, scheme: str) -> Mapping[str, TermLabel]:
    """The terms of one list by code, in order."""
    return all_terms(session).get(scheme, {})


def choices(session: Session, scheme: str, locale: str, keep: str | None = None) -> list[tuple[str, str]]:
    """(code, label) of the terms that may be chosen now, and of `keep`, which an old record may still carry."""
    return [(term.code, term.label(locale)) for term in terms(session, scheme).values() if not term.is_retired or term.code == keep]

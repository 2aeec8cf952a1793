"""What every page of figures says about itself: as of when, by which rules, from which records (C42)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Basis, Standing
from tracker.counting.projection import RULE_VERSION
from tracker.counting.queries import record_ids
from tracker.records.enums import ReviewState
from tracker.records.file_notes import basis_words, clearance_words, state_name
from tracker.records.filtering import Reader
from tracker.records.markings import highest_marking
from tracker.records.visibility import clearance_of
from tracker.summaries.links import list_url
from tracker.summaries.row_choices import type_of_measure
from tracker.vocabularies.terms import version
from tracker.web.formatters import moment

PENDING = (ReviewState.RETURNED.value, ReviewState.SUBMITTED.value)


@dataclass(frozen=True)
class Stamp:
    """Same four inputs, same number: the filter stands in the page's header, the other three here."""

    counted_at: datetime
    rule_version: str
    vocabulary: int
    basis: Basis
    reporting_state: str
    marking: str = ""
    clearance: str = ""
    pending: int = 0  # records of the same selection whose newest version nobody has verified
    pending_url: str = ""
    restricted: int = 0  # records of the same selection that count nowhere, since they are restricted (LED art. 16)
    restricted_url: str = ""
    other_url: str = ""  # the same page on the other basis

    @property
    def is_official(self) -> bool:
        return self.basis is Basis.OFFICIAL

    @property
    def basis_words(self) -> str:
        return basis_words(self.basis)

    @property
    def line(self) -> str:
        """One line for the foot of the page and of the file."""
        return gettext(
            "Counted %(moment)s · rules %(rules)s · vocabulary %(vocabulary)s · %(basis)s · read with %(clearance)s · seen from %(state)s",
            moment=moment(self.counted_at),
            rules=self.rule_version,
            vocabulary=self.vocabulary,
            basis=self.basis_words,
            clearance=self.clearance,
            state=self.reporting_state,
        )


def stamp(
    reader: Reader, counted_at: datetime, chosen: RecordFilter, measure: Measure | None, other_url: str, *also: Any, is_empty: bool = False
) -> Stamp:
    """The stamp of a page that counts or names the records of `chosen`, and names those of `also` (statements that give their ids).

    `other_url` is the same page on the other basis. With `is_empty` nothing was selected, since the address could not be read.
    """
    waiting, restricted = chosen.narrowed(basis=Basis.WORKING, review=PENDING), _restricted(chosen, measure)
    behind = (record_ids(reader.session, waiting, measure, reader.today), record_ids(reader.session, restricted, None, reader.today))
    counts = [sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery() for ids in behind] if not is_empty else []
    is_named, *found = reader.session.execute(sa.select(clearance_of(reader.user).named.exists(), *counts)).one()
    clearance = clearance_words(reader, is_named=is_named)
    made = Stamp(
        counted_at, RULE_VERSION, version(reader.session), chosen.basis, state_name(reader), clearance=clearance, other_url=other_url
    )
    if is_empty:
        return made
    marking = highest_marking(reader.session, record_ids(reader.session, chosen, measure, reader.today), *also)
    made = replace(made, marking=marking, pending=found[0], pending_url=list_url(waiting))
    return replace(made, restricted=found[1], restricted_url=list_url(restricted))


def _restricted(chosen: RecordFilter, measure: Measure | None) -> RecordFilter:
    """What `chosen` would count if it were not restricted: all that its kind has, since what is restricted has no measures of its own."""
    record_type = type_of_measure(measure) if measure else None
    kinds = chosen.kind
    if record_type:
        kinds = (record_type.kind,) if record_type.kind in (chosen.kind or record_type.kind) else ("",)  # no record has both kinds
    return chosen.narrowed(standing=Standing.RESTRICTED.value, measure="", number="", kind=kinds)


def other_basis(endpoint: str, basis: Basis, **values: Any) -> str:
    """The address of the same page on the other basis."""
    return url_for(endpoint, **values, basis=Basis.WORKING.value if basis is Basis.OFFICIAL else None)

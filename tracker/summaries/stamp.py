"""What every page of figures says about itself: as of when, by which rules, from which records (C42)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from tracker.counting.models import Basis
from tracker.counting.projection import RULE_VERSION
from tracker.records.filtering import Reader
from tracker.records.markings import highest_marking
from tracker.records.visibility import clearance_of
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import version
from tracker.web.formatters import moment


@dataclass(frozen=True)
class Stamp:
    """Same four inputs, same number: the filter stands in the page's header, the other three here."""

    counted_at: datetime
    rule_version: str
    vocabulary: int
    is_official: bool
    reporting_state: str
    marking: str = ""
    clearance: str = ""

    @property
    def basis(self) -> str:
        return gettext("verified records only") if self.is_official else gettext("all records, verified or not")

    @property
    def line(self) -> str:
        """One line for the foot of the page and of the file."""
        return gettext(
            "Counted %(moment)s · rules %(rules)s · vocabulary %(vocabulary)s · %(basis)s · read with %(clearance)s · seen from %(state)s",
            moment=moment(self.counted_at),
            rules=self.rule_version,
            vocabulary=self.vocabulary,
            basis=self.basis,
            clearance=self.clearance,
            state=self.reporting_state,
        )


def stamp(reader: Reader, counted_at: datetime, *selections: Any, basis: Basis = Basis.WORKING) -> Stamp:
    """The stamp of a page that counts or names the records of `selections` (statements that give their ids)."""
    state = names_by_code(reader.session, reader.locale).get(reader.reporting_state, reader.reporting_state)
    marking = highest_marking(reader.session, *selections)
    return Stamp(counted_at, RULE_VERSION, version(reader.session), basis is Basis.OFFICIAL, state, marking, _clearance(reader))


def _clearance(reader: Reader) -> str:
    """Settled: what a reader may not read is not in his figures, so they say up to which marking he reads."""
    own = clearance_of(reader.user)
    up_to = gettext("clearance TLP:%(marking)s", marking=own.markings[-1])
    if reader.session.scalar(own.named.limit(1)) is None:
        return up_to
    return gettext("%(clearance)s and the TLP:RED records of %(user)s", clearance=up_to, user=reader.user.display_name)

"""What a file of records or figures says of itself (C42): what was asked, when, by which rules, for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import sqlalchemy as sa
from flask import current_app, url_for
from flask_babel import gettext

from tracker.counting.filters import RecordFilter
from tracker.counting.models import Basis
from tracker.counting.projection import RULE_VERSION
from tracker.records.filtering import Reader, in_words
from tracker.records.visibility import clearance_of
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import version
from tracker.web.formatters import moment

_PERIOD = ("year", "since", "until")


@dataclass(frozen=True)
class Notes:
    """Everything on which the content of a file depends. `more`: what else it says, as pairs of label and words."""

    title: str
    filter: str
    period: str
    counted_at: datetime
    basis: Basis
    clearance: str
    rule_version: str
    vocabulary: int
    marking: str
    reporting_state: str
    address: str
    more: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each with its label, for people."""
        return [
            (gettext("Title"), self.title),
            (gettext("Filter"), self.filter or gettext("none")),
            (gettext("Period"), self.period),
            *self.more,
            (gettext("As of"), moment(self.counted_at)),
            (gettext("Basis"), basis_words(self.basis)),
            (gettext("Read with"), self.clearance),
            (gettext("Rules"), self.rule_version),
            (gettext("Vocabulary"), str(self.vocabulary)),
            (gettext("Handling"), self.marking or gettext("none")),
            (gettext("Seen from"), self.reporting_state),
            (gettext("Page"), self.address),
        ]

    @property
    def plain(self) -> Mapping[str, Any]:
        """The same for programs."""
        return {
            "title": self.title,
            "filter": self.filter,
            "period": self.period,
            "as_of": self.counted_at.isoformat(timespec="seconds"),
            "basis": self.basis.value,
            "clearance": self.clearance,
            "rule_version": self.rule_version,
            "vocabulary_version": self.vocabulary,
            "marking": self.marking,
            "reporting_state": self.reporting_state,
            "page": self.address,
            "notes": [f"{label}: {words}" for label, words in self.more],
        }


def notes_of(reader: Reader, chosen: RecordFilter, title: str, counted_at: datetime, marking: str, path: str) -> Notes:
    """The notes of a list of the records of `chosen`, whose page is at `path`."""
    is_named = reader.session.scalar(sa.select(clearance_of(reader.user).named.exists()))
    return Notes(
        title,
        *filter_and_period(reader, chosen),
        counted_at,
        chosen.basis,
        clearance_words(reader, is_named=bool(is_named)),
        RULE_VERSION,
        version(reader.session),
        marking,
        state_name(reader),
        from_outside(path),
    )


def filter_and_period(reader: Reader, chosen: RecordFilter) -> tuple[str, str]:
    """The filter in words, and apart from it the years or days that it names."""
    parts = [(name, words) for name, words, _ in in_words(reader, chosen) if name != "basis"]
    period = "; ".join(words for name, words in parts if name in _PERIOD)
    return "; ".join(words for name, words in parts if name not in _PERIOD), period or gettext("all years")


def basis_words(basis: Basis) -> str:
    return gettext("verified records only") if basis is Basis.OFFICIAL else gettext("all records, verified or not")


def state_name(reader: Reader) -> str:
    """The reporting state in the reader's language."""
    return names_by_code(reader.session, reader.locale).get(reader.reporting_state, reader.reporting_state)


def clearance_words(reader: Reader, *, is_named: bool) -> str:
    """Settled: what a reader may not read is not in his figures, so they say up to which marking he reads."""
    up_to = gettext("clearance TLP:%(marking)s", marking=clearance_of(reader.user).markings[-1])
    if not is_named:
        return up_to
    return gettext("%(clearance)s and the TLP:RED records of %(user)s", clearance=up_to, user=reader.user.display_name)


def from_outside(path: str) -> str:
    """An address that works in a file: under PUBLIC_URL, else under the address that the asking browser used."""
    outside = current_app.config["SETTINGS"].public_url
    return f"{outside}{path}" if outside else urljoin(url_for("static", filename="", _external=True), path)

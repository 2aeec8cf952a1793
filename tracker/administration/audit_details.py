"""What an event says in detail, as lines that a person reads: names for codes, days as days, long fingerprints shortened."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from tracker.accounts.services import names_of_users, usernames
from tracker.administration.audit_words import SENTENCES, code_word, name_word
from tracker.audit.words import GROUPS, action_word
from tracker.partial_dates import DateError, describe, parse_edtf
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.vocabularies.languages import language_name
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import all_terms
from tracker.web.formatters import file_size, moment_exact

_LONGEST = 200
_SHORT = 12
_HASH = re.compile(r"[0-9a-f]{64}")
_NOTHING: tuple[Any, ...] = ("", None, False, [])
_SCHEMES = {"region": "m49", "crime": "crime", "reliability": "reliability", "source_saved.kind": "source_kind"}
_PARTIES, _PEOPLE = frozenset({"partner", "group", "parties"}), frozenset({"owner", "person", "people", "from", "to", "added", "removed"})
_DAYS = frozenset({"since", "until", "published", "review_date_set.before"})


@dataclass(frozen=True)
class Detail:
    """One line: `what` is empty where the line is a sentence, `before` where nothing was there before; `full` is the whole of a hash."""

    what: str
    before: str
    after: str
    full: str = ""

    def __str__(self) -> str:
        value = self.full or (f"{self.before} → {self.after}" if self.before else self.after)
        return f"{self.what}: {value}" if self.what else value


class Details:
    """Puts the details of events into words. What it needs to know is read once, however many events there are."""

    def __init__(self, reader: Reader) -> None:
        self._locale = reader.locale
        self._people, self._by_id = usernames(reader.session), names_of_users(reader.session)
        self._parties, self._terms = names_by_code(reader.session, reader.locale), all_terms(reader.session)
        self._kinds = {one.kind: str(one.label) for one in registry.every_type()}
        self._groups = {code: str(label) for code, label, _ in GROUPS}

    def of(self, action: str, said: Mapping[str, Any]) -> tuple[Detail, ...]:
        """The lines of one event."""
        return tuple(self._line(action, *entry) for entry in _entries(said))

    def _line(self, action: str, name: str, before: Any, after: Any) -> Detail:
        sentence = SENTENCES.get((name, after)) if isinstance(after, bool) else None
        if sentence is not None and before is None:
            return Detail("", "", str(sentence))
        is_hash = isinstance(after, str) and _HASH.fullmatch(after) is not None
        shown = f"{after[:_SHORT]}…" if is_hash else self._value(action, name, after)
        return Detail(
            name_word(action, name), "" if before is None else self._value(action, name, before), shown, str(after) if is_hash else ""
        )

    def _value(self, action: str, name: str, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if name == "changed" and isinstance(value, list):
            return ", ".join(name_word(action, str(one)) for one in value)
        if isinstance(value, list):
            return ", ".join(self._value(action, name, one) for one in value) or "–"
        if isinstance(value, dict):
            return "; ".join(str(self._line(action, inner, None, one)) for inner, one in value.items()) or gettext("everything")
        text = self._number(name, value) if isinstance(value, int) else self._word(action, name, str(value))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def _number(self, name: str, value: int) -> str:
        if name == "size":
            return file_size(value)
        return self._by_id.get(value, str(value)) if name == "asked_by" else str(value)

    def _word(self, action: str, name: str, code: str) -> str:
        """A code as its reader knows it; what nothing knows stays as it is stored."""
        scheme = _SCHEMES.get(f"{action}.{name}") or _SCHEMES.get(name)
        if scheme:
            term = self._terms.get(scheme, {}).get(code)
            return term.label(self._locale) if term else code
        known = code_word(action, name, code)
        if known is not None:
            return known
        if name in _PARTIES:
            return self._parties.get(code, code)
        if name in _PEOPLE:
            return self._people.get(code, code)
        return self._of_the_house(action, name, code)

    def _of_the_house(self, action: str, name: str, code: str) -> str:
        if name in ("lang", "language"):
            return language_name(code, self._locale)
        if name == "kind":
            return self._kinds.get(code, code)
        if name == "action":
            return self._groups.get(code) or action_word(code)
        if name == "marking":
            return f"TLP:{code}"
        if name == "made_at":
            return _moment(code)
        return _day(code) if name in _DAYS or f"{action}.{name}" in _DAYS else code


def _entries(said: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(name, before, after). Events keep before and after in one of three ways; everything else is a value without a before."""
    after, before = said.get("after"), said.get("before")
    for name, value in said.items():
        if name == "changed" and isinstance(value, dict):
            yield from (_pair(field, pair) for field, pair in value.items())
        elif name == "changed" and isinstance(value, list) and isinstance(after, dict):
            rest = [field for field in value if field not in after]
            yield from [(name, None, rest)] if rest else []
        elif name == "after" and isinstance(value, dict):
            yield from _filled(value, before if isinstance(before, dict) else {})
        elif name == "before" and isinstance(after, str):
            yield name, value, after
        elif name not in ("before", "after") or (before is None or after is None):
            yield name, None, value


def _pair(field: str, pair: Any) -> tuple[str, Any, Any]:
    first, second = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
    return field, "" if first is None else first, second


def _filled(after: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What was filled in; beside it what was there, where the event knows it."""
    for field, value in after.items():
        if field in before or value not in _NOTHING:
            yield field, before.get(field), value


def _day(code: str) -> str:
    try:
        return describe(parse_edtf(code))
    except DateError:
        return code


def _moment(code: str) -> str:
    try:
        return moment_exact(datetime.fromisoformat(code))
    except ValueError:
        return code

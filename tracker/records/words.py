"""A document in words: names and labels instead of codes, dates as the reader writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.partial_dates import describe, parse_edtf
from tracker.records.enums import ContainedBasis, Nature, Preference, Qualifier
from tracker.records.filtering import Reader
from tracker.records.form_rows import NATURE_WORDS
from tracker.records.numbers import Number, NumberError, parse_number
from tracker.records.record_type import Column, ColumnKind, Documented, RecordType
from tracker.records.visibility import visible_refs
from tracker.records.whole_numbers import fraction_problem, said_of
from tracker.vocabularies.languages import language_name
from tracker.vocabularies.parties import names_by_code
from tracker.vocabularies.terms import all_terms
from tracker.vocabularies.units import several
from tracker.web.formatters import number

MEASURED = ("kg", "litre", "piece")
QUALIFIED = {
    Qualifier.EXACT: _l("%(low)s"),
    Qualifier.AT_LEAST: _l("at least %(low)s"),
    Qualifier.AT_MOST: _l("at most %(high)s"),
    Qualifier.ABOUT: _l("about %(low)s"),
    Qualifier.RANGE: _l("%(low)s to %(high)s"),
}


def live_number(typed: str, unit: str = "", label: str = "") -> tuple[str, bool]:
    """What a number means as it stands, while it is typed; whether it can be stored. ("", True) when nothing is typed.

    `unit` is the code of what it counts, `label` the word for one of it.
    """
    try:
        read = parse_number(typed)
    except NumberError as error:
        return said_of(error, unit), False
    if read is None:
        return "", True
    if read.qualifier is Qualifier.UNQUANTIFIED:
        return gettext("no number: kept in these words"), True
    if problem := fraction_problem("", unit, (read.lower, read.upper), ()):
        return problem, False
    return " ".join(filter(None, (_qualified(read), several(unit, read.lower, read.upper) or label))), True


def number_in_words(typed: str) -> str:
    """What stands in the box of a number, `at most 12`, in the language of the page; other words as they are."""
    try:
        read = parse_number(typed)
    except NumberError:
        return typed
    return typed if read is None or read.qualifier is Qualifier.UNQUANTIFIED else _qualified(read)


def _qualified(read: Number) -> str:
    return str(QUALIFIED[read.qualifier]) % {"low": number(read.lower), "high": number(read.upper)}


@dataclass(frozen=True)
class Wording:
    """Turns the plain values of documents of one type, or of sources, into words for one reader."""

    reader: Reader
    declared: Documented
    # records named, and whether the reader may see them: asked for once, however many versions name one
    _seen: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def record_type(self) -> RecordType:
        """The type of the records that are put into words; sources have none."""
        assert isinstance(self.declared, RecordType)
        return self.declared

    def word(self, scheme: str, code: str | None) -> str:
        """A term, or under `party` a party, by its code."""
        if not code:
            return ""
        if scheme == "party":
            return names_by_code(self.reader.session, self.reader.locale).get(code, code)
        term = all_terms(self.reader.session).get(scheme, {}).get(code)
        return term.label(self.reader.locale) if term else code

    def value(self, column: Column, value: Any) -> str:
        """One column of a document; '' for what is not filled in."""
        if column.kind is ColumnKind.FLAG:
            return gettext("yes") if value else gettext("no")
        if column.kind is ColumnKind.DATE:
            return describe(parse_edtf(value)) if value else ""
        if value in (None, ""):
            return ""
        if column.kind is ColumnKind.TERM:
            return f"TLP:{value}" if column.scheme == "marking" else self.word(column.scheme, value)
        if column.kind is ColumnKind.ENUM:
            return str(column.words.get(value, value))
        if column.kind is ColumnKind.LANGUAGE:
            return language_name(value, self.reader.locale)
        if column.kind is ColumnKind.RECORD:
            return self.reference(value)
        return number(value) if column.kind is ColumnKind.NUMBER else str(value)

    def reference(self, ref: str) -> str:
        """Another record by its reference, unless the reader may not see it: then not even by that."""
        self.look_up([ref])
        return ref if self._seen[ref] else gettext("(a record that you may not see)")

    def look_up(self, refs: Iterable[str]) -> None:
        """Ask at once which of the records that will be named the reader may see."""
        asked = {ref for ref in refs if ref not in self._seen}
        self.learn(asked, visible_refs(self.reader.session, self.reader.user, asked))

    def learn(self, asked: Iterable[str], seen: Collection[str]) -> None:
        """Which of the records `asked` the reader may see was found out elsewhere."""
        self._seen.update((ref, ref in seen) for ref in asked)

    def row(self, child: str, entry: Mapping[str, Any]) -> str:
        """One row of a list of a document, as a line."""
        for handler in self.declared.lists:
            if handler.child.name == child:
                return handler.describe(entry, self.word)
        line: str = getattr(self, f"_{child}")(entry)
        return line

    def quantity(self, figure: Mapping[str, Any]) -> str:
        """The number of a figure with its unit: `at least 50 000 persons`; the source's words where it has none."""
        if figure["qualifier"] == Qualifier.UNQUANTIFIED:
            return f"“{figure['text_original']}”"
        text = str(QUALIFIED[Qualifier(figure["qualifier"])]) % {"low": number(figure["value_lo"]), "high": number(figure["value_hi"])}
        metric = all_terms(self.reader.session).get("metric", {}).get(figure["metric"])
        # "Persons handed over: 10" says its unit already; kilograms are never left to be guessed.
        is_said = metric is not None and metric.default_unit == figure["unit"] and figure["unit"] not in MEASURED
        return text if is_said else f"{text} {self.unit(figure['unit'], figure['value_lo'], figure['value_hi'])}"

    def unit(self, code: str, lower: Any, upper: Any) -> str:
        """A unit behind a number with these bounds: `person`, `persons`."""
        return several(code, lower, upper) or self.word("unit", code)

    def _parties(self, entry: Mapping[str, Any]) -> str:
        note = f" ({entry['note']})" if entry["note"] else ""
        return f"{self.word('party', entry['party'])} – {self.word('role', entry['role'])}{note}"

    def _crimes(self, entry: Mapping[str, Any]) -> str:
        term = self.word("crime", entry["term"])
        return gettext("%(crime)s (primary)", crime=term) if entry["is_primary"] else term

    def _figures(self, entry: Mapping[str, Any]) -> str:
        parts = [f"{self.word('metric', entry['metric'])}: {self.quantity(entry)}"]
        parts += [self.word("item", entry["item"]), self.word("party", entry["country"])]
        if entry["person_status"] != "not_stated":
            parts.append(self.word("person_status", entry["person_status"]))
        if entry["nature"] != "new_in_period":
            parts.append(str(NATURE_WORDS[entry["nature"]]))
        if entry["as_of"]:
            parts.append(gettext("as of %(day)s", day=describe(parse_edtf(entry["as_of"]))))
        if entry["period"]:
            parts.append(describe(parse_edtf(entry["period"])))
        parts += _containment(entry)
        parts += _preference(entry)
        return " · ".join(part for part in parts if part)

    def _evidence(self, entry: Mapping[str, Any]) -> str:
        parts = [
            entry["source"],
            entry["locator"],
            f"“{entry['quote_exact']}”" if entry["quote_exact"] else "",
            self.target(entry["target_field"]),
        ]
        if entry["credibility"]:
            parts.append(gettext("credibility %(grade)s", grade=entry["credibility"]))
        return " · ".join(part for part in parts if part)

    def _links(self, entry: Mapping[str, Any]) -> str:
        return f"{self.word('link_type', entry['type'])} {self.reference(entry['to'])}"

    def _aliases(self, entry: Mapping[str, Any]) -> str:
        return f"{entry['name']} ({language_name(entry['lang'], self.reader.locale)})" if entry["lang"] else str(entry["name"])

    def _identifiers(self, entry: Mapping[str, Any]) -> str:
        return f"{self.word('identifier_scheme', entry['scheme'])} {entry['value']}"

    def target(self, field: str) -> str:
        """What a passage supports: a field's label, or a figure; '' for the record as a whole."""
        if field.startswith("figure:"):
            return gettext("figure %(no)s", no=field.partition(":")[2])
        if field == "parties":
            return gettext("Partners")
        return next((str(column.label) for column in self.declared.all_columns if column.name == field), field)


def _containment(entry: Mapping[str, Any]) -> list[str]:
    """Of which running total a figure is, and what holds it (C27)."""
    parts = []
    if entry["series"] and entry["nature"] == Nature.NEW_IN_PERIOD:
        parts.append(gettext("contained in the series %(name)s", name=entry["series"]))
    elif entry["series"]:
        parts.append(gettext("series %(name)s", name=entry["series"]))
    if entry["contained_in"]:
        parts.append(gettext("contained in figure %(no)s", no=entry["contained_in"]))
    if parts and entry.get("contained_basis") == ContainedBasis.INFERRED:
        parts.append(gettext("inferred"))
    return parts


def _preference(entry: Mapping[str, Any]) -> list[str]:
    """Whether the number counts before others that say the same thing, and who decided (C28)."""
    decided, reason = entry.get("preference", Preference.OFFICER), entry.get("preference_reason", "")
    if not entry["preferred"] and decided == Preference.OFFICER and reason:
        return [gettext("not preferred: %(reason)s", reason=reason)]
    if not entry["preferred"] and decided == Preference.OPEN:
        return [gettext("not preferred for now")]
    if not entry["preferred"]:
        return [gettext("not preferred") if decided == Preference.OFFICER else gettext("not preferred: another is better founded")]
    if decided == Preference.OPEN:
        return [gettext("preferred for now: nothing says which of the competing numbers is better founded")]
    return [gettext("preferred: %(reason)s", reason=reason)] if reason else []

"""What a case shows, in the words and numbers of the reader."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from babel.lists import format_list
from flask_babel import gettext

from tracker.counting.cells import Cell
from tracker.counting.measures import Measure
from tracker.counting.models import NumberState
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.records.figure_words import cell_text
from tracker.records.filtering import Reader, partner_label
from tracker.summaries.cases import Case
from tracker.vocabularies.terms import terms


class Words:
    """Names and numbers as one reader sees them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def party(self, code: str) -> str:
        return partner_label(self.reader, code)

    def parties(self, codes: Iterable[str]) -> str:
        """`Laos, Myanmar and Thailand`."""
        return self.all(sorted(self.party(code) for code in codes))

    def all(self, items: Iterable[str]) -> str:
        return format_list(list(items), locale=self.reader.locale)

    def type(self, case: Case) -> str:
        """What kind of record it is, as its own label says."""
        return str(registry.by_kind(case.kind).label).lower()

    def term(self, scheme: str, code: str) -> str:
        term = terms(self.reader.session, scheme).get(code)
        return term.label(self.reader.locale) if term else code

    def value(self, fact: Any) -> str:
        """`10`, `≥ 2 100`; the unit where there is an item: `12 kilogram methamphetamine`."""
        if fact.number_state != NumberState.VALUE:
            return "–"
        text = bounds(fact.value_lo, fact.value_hi, about=fact.is_about)
        return " ".join((text, self.term("unit", fact.unit), self.term("item", fact.item))) if fact.item else text

    def figure(self, fact: Any) -> str:
        """`Persons handed over: 10`."""
        return gettext("%(what)s: %(number)s", what=self.what(fact), number=self.value(fact))

    def what(self, fact: Any) -> str:
        """What a fact counts: the label of its measure, or of the metric that no measure sums."""
        measure = measure_of_fact(fact)
        if measure:
            return str(measure.label)
        label = self.term("metric", fact.measure)
        return label if fact.item else gettext("%(metric)s (%(unit)s)", metric=label, unit=self.term("unit", fact.unit))


def measure_of_fact(fact: Any) -> Measure | None:
    """The measure of its type that counts a fact."""
    measures = registry.by_kind(fact.kind).measures
    units = {one.code: one.fact_units or (one.unit,) for one in measures}
    return next((one for one in measures if fact.measure in one.facts and fact.unit in units[one.code] and not one.is_span), None)


def bounds(lower: Any, upper: Any, *, about: bool = False) -> str:
    """A number with its bounds, in the signs of the tables."""
    quantity = next(one for one in registry.every_measure().values() if one.is_quantity)
    return cell_text(Cell(1, lower, upper, about), quantity)


def days(fact: Any) -> str:
    """The days between which a date lies: `2024`, `July 2024`, `10 July 2024` or from a day to another."""
    first, last = fact.lo, fact.hi
    if first is None or last is None:
        known = [day and day.isoformat() for day in (first, last)]
        return describe(parse_edtf("/".join(day or ".." for day in known) if any(known) else ""))
    if first == last:
        return describe(parse_edtf(first.isoformat()))
    if (first.year, first.day) == (last.year, 1) and (last + timedelta(days=1)).day == 1:
        if (first.month, last.month) == (1, 12):
            return str(first.year)
        if first.month == last.month:
            return describe(parse_edtf(first.isoformat()[:7]))
    return gettext("%(first)s to %(last)s", first=describe(parse_edtf(first.isoformat())), last=describe(parse_edtf(last.isoformat())))

"""The second count of quantities: persons, arrests, participants and their days."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.oracle.reading import Reading
from tests.oracle.values import (
    ALL,
    MISSING,
    NOT_STATED,
    QUANTITIES,
    SHARED,
    WORDS,
    Amount,
    Known,
)


class Quantities(Reading):
    """What the figures of a record add to each row."""

    def figures(self, measure: str, record: Known) -> list[dict[str, Any]]:
        """The figures of a measure; C28: only the preferred ones; C26: only what is new in a period is added up."""
        metric, unit, _ = QUANTITIES[measure]
        written = record.document["figures"]
        found = [figure for figure in written if figure["metric"] == metric and figure["unit"] == unit]
        stated = any(figure["metric"] == "participant_days" for figure in written)
        if measure == "participant_days" and record.document.get("days") and not stated:
            # C37: what a course of so many days with so many participants comes to
            found = [
                figure | {bound: _times(figure[bound], record.document["days"]) for bound in ("value_lo", "value_hi")}
                for figure in written
                if figure["metric"] == "participants" and figure["unit"] == "participant" and figure["qualifier"] != "unquantified"
            ]
        return [figure for figure in found if self._counts_before_others(figure, found) and figure["nature"] == "new_in_period"]

    def _counts_before_others(self, figure: dict[str, Any], found: list[dict[str, Any]]) -> bool:
        """C28: of those that say the same thing one counts: here, without evidence, the first that nobody put aside."""
        same = ("metric", "item", "unit", "country", "person_status", "period", "nature", "as_of", "contained_in")
        alike = [other for other in found if other["preferred"] and all(other[name] == figure[name] for name in same)]
        return bool(figure["preferred"]) and figure["no"] == min(other["no"] for other in alike)

    def quantities(self, measure: str, record: Known) -> Iterator[tuple[str, tuple[Amount, ...]]]:
        """By row: what the record's figures add to it. C27: what is contained in another is not added to the total again."""
        if self.is_outside(record) or self.is_told_above(measure, record):
            return
        figures = {figure["no"]: figure for figure in self.figures(measure, record)}
        rows: dict[str, list[Amount]] = {}
        for figure in figures.values():
            if self._container(figure, figures):
                continue
            whole = _amount(figure)
            rows.setdefault(ALL, []).append(whole)
            shares = [
                (row, _amount(part))
                for part in figures.values()
                if self._top(part, figures) is figure
                and part["country"]
                and not figure["country"]
                and not self._inside_a_country(part, figures)
                and (row := self.row_of(record, part)) not in (SHARED, NOT_STATED)
            ]
            for row, share in shares:
                rows.setdefault(row, []).append(share)
            rest = _less(whole, [share for _, share in shares])
            if rest.upper != 0 or not shares:
                row = SHARED if shares else self.row_of(record, figure)
                rows.setdefault(row, []).append(rest)
        if self.lacks(measure, record):
            partners = self.partners(record)
            row = NOT_STATED if not partners else partners[0] if len(partners) == 1 else SHARED
            rows |= {ALL: [MISSING], row: [MISSING]}
        for row, amounts in rows.items():
            yield row, tuple(amounts)

    def is_told_above(self, measure: str, record: Known) -> bool:
        """C34: whether the operation of which this is a phase, or one above it, gives the number itself."""
        if not self.is_phase(record):
            return False
        parent = next((known for known in self.records if known.ref == record.document["parent"]), None)
        if parent is None:  # nobody sees it
            return False
        numbers = [figure for figure in self.figures(measure, parent) if figure["qualifier"] != "unquantified"]
        return bool(numbers and not self.is_outside(parent)) or self.is_told_above(measure, parent)

    def lacks(self, measure: str, record: Known) -> bool:
        """Whether the record should have such a number and gives none, not even in words."""
        metric, unit, kind = QUANTITIES[measure]
        has = any(figure["metric"] == metric and figure["unit"] == unit and figure["preferred"] for figure in record.document["figures"])
        counted = record.document["kind"] == kind and not record.document["is_group_entry"] and not self.is_phase(record)
        return counted and not has

    def _container(self, figure: dict[str, Any], figures: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
        """C27: the number of the same thing that holds this one; words without a number hold nothing."""
        container = figures.get(figure["contained_in"])
        if container is None or container["qualifier"] == "unquantified" or container["item"] != figure["item"]:
            return None
        return container

    def _top(self, figure: dict[str, Any], figures: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
        """The number that holds this one and is held by none."""
        container, top = self._container(figure, figures), None
        while container:
            container, top = self._container(container, figures), container
        return top

    def _inside_a_country(self, figure: dict[str, Any], figures: dict[int, dict[str, Any]]) -> bool:
        """A part of a country's number is in that country's row already."""
        container = self._container(figure, figures)
        while container:
            if container["country"]:
                return True
            container = self._container(container, figures)
        return False

    def row_of(self, record: Known, figure: dict[str, Any]) -> str:
        """C33: the row of the partner to which the source gives it, else that of the only partner, else shared."""
        partners = self.partners(record)
        if not partners:
            return NOT_STATED
        if figure["country"]:
            return str(figure["country"]) if figure["country"] in partners else SHARED
        return partners[0] if len(partners) == 1 and record.document["parties_complete"] else SHARED


def _amount(figure: dict[str, Any]) -> Amount:
    """C29, C31: the bounds of a figure; words without number have none."""
    if figure["qualifier"] == "unquantified":
        return WORDS
    upper = None if figure["value_hi"] is None else Decimal(figure["value_hi"])
    return Amount("value", Decimal(figure["value_lo"]), upper, figure["qualifier"] == "about")


def _less(whole: Amount, parts: list[Amount]) -> Amount:
    """What is left of a number when parts of it are known; a part in words may be all of the rest."""
    if whole.state != "value" or not parts:
        return whole
    is_open = any(part.upper is None or part.state != "value" for part in parts)
    lower = Decimal(0) if is_open else max(Decimal(0), whole.lower - sum((part.upper or Decimal(0) for part in parts), Decimal(0)))
    upper = None if whole.upper is None else max(Decimal(0), whole.upper - sum((part.lower for part in parts), Decimal(0)))
    return Amount("value", lower, upper, whole.about)


def _times(value: str | None, days: str) -> str | None:
    return None if value is None else str(Decimal(value) * Decimal(days))

"""What the desk does not know of a selection: undated, without a number, a property not stated. Told on pages and in briefs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext, ngettext

from tracker.counting.cells import TOTAL
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter
from tracker.counting.models import NumberState
from tracker.summaries.breakdowns import ByProperty
from tracker.summaries.by_type import Figures, main_measures
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Shown, shown
from tracker.web.formatters import number


@dataclass(frozen=True)
class Unknown:
    """One thing that is not known, and of how many records."""

    label: str
    records: Shown
    text: str = ""  # the same in words, where one record may make several statements (C31) or there is no number to add up


def unknowns(chosen: RecordFilter, figures: Sequence[Figures], properties: Sequence[ByProperty], column: str = TOTAL) -> Iterator[Unknown]:
    """What is not known: of the types' counts the year; in `column` the number of a figure, the value of a property."""
    for one in figures:
        if one.measure in main_measures():
            for key, said in ((NOT_STATED, gettext("year not stated")), (UNCERTAIN, gettext("year uncertain"))):
                if not one.cell(key).is_empty:
                    yield Unknown(_unknown(one, said), _records_of(one, key))
    for one in figures:
        for count, state, said in (
            (one.cell(column).missing, NumberState.MISSING, gettext("number not stated")),
            (one.cell(column).unquantified, NumberState.UNQUANTIFIED, gettext("said in words only")),
        ):
            if count:
                behind = Shown(number(count), one.links.without_number(state, TOTAL, column))
                yield Unknown(_unknown(one, said), behind, _counted(one, state, count))
    yield from _not_stated(chosen, properties, column)


def _counted(one: Figures, state: NumberState, count: int) -> str:
    if state is NumberState.MISSING:
        return ngettext("%(num)d record", "%(num)d records", count)
    if not one.measure.is_quantity:
        return ""
    return ngettext("%(num)d statement without a number", "%(num)d statements without a number", count)


def _records_of(one: Figures, key: str) -> Shown:
    """How many records: of which only words are known, too."""
    cell, found = one.cell(key), one.shown(key)
    return found if cell.records else replace(found, text=number(cell.unquantified + cell.missing))


def _unknown(one: Figures, said: str) -> str:
    return gettext("%(measure)s: %(unknown)s", measure=one.measure.label, unknown=said)


def _not_stated(chosen: RecordFilter, properties: Sequence[ByProperty], column: str) -> Iterator[Unknown]:
    for one in properties:
        measure, cell = one.main.measure, one.main.cell(NOT_STATED, column)
        if cell.records:
            links = CellLinks(chosen.narrowed(measure=measure.code), measure, one.choice)
            said = gettext("%(measure)s: %(property)s not stated", measure=measure.label, property=in_a_sentence(str(one.choice.label)))
            yield Unknown(said, shown(cell, measure, links, NOT_STATED, Column(column, "")))


def in_a_sentence(label: str) -> str:
    """A label in the middle of a sentence: only its first letter changes, and none of an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]

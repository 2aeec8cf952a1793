"""Saved views on the first page: each with the number that it comes to for whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import ngettext

from tracker.counting.cells import Cell
from tracker.counting.conditions import conditions, figures_in_series, in_row
from tracker.counting.filters import FilterError, RecordFilter
from tracker.counting.measures import RUNNING_TOTAL, SEIZURES
from tracker.counting.models import Fact, NumberState, Scope
from tracker.counting.periods import question_of
from tracker.counting.queries import Question
from tracker.counting.totals import Asked as Total
from tracker.counting.totals import totals
from tracker.records import registry
from tracker.records.figure_words import cell_text
from tracker.records.filtering import Reader, all_records, filter_of
from tracker.records.queries import selected_ids
from tracker.records.words import Wording
from tracker.saved.queries import pinned_views
from tracker.summaries import asked as asking
from tracker.summaries.links import basis_of
from tracker.summaries.matrix import filter_for
from tracker.summaries.running import asked_of
from tracker.summaries.saved_page import MATRIX, ONE_TYPE, RUNNING, SEIZED, State, kind_of, state_in
from tracker.web.formatters import number

Rows = sa.Select[Any]  # of which only the number is told


@dataclass(frozen=True)
class PinnedView:
    """One saved view on the first page, with its number for whoever looks; `–` where what it asks for is no longer there."""

    name: str
    url: str
    number: str
    unit: str


def pinned_page(reader: Reader) -> tuple[PinnedView, ...]:
    """What the reader pinned, each with its number by what he may see; all are counted by one statement."""
    views = pinned_views(reader.session, reader.user)
    states = [state_in(view) for view in views]
    asked = [_asked(reader, state) for state in states]
    sums, rows = [one for one in asked if isinstance(one, Total)], [one for one in asked if isinstance(one, sa.Select)]
    numbers, counted = totals(reader.session, sums, rows, reader.today)
    cells, counts, units = iter(zip(sums, numbers, strict=True)), iter(counted), _units(reader, sums)
    said = []
    for state, one in zip(states, asked, strict=True):
        if isinstance(one, Total):
            said.append(_of_cell(reader, *next(cells), units))
        else:
            said.append(("–", "") if one is None else _of_rows(state, next(counts)))
    urls = [url_for("saved.show", number=view.id) for view in views]
    return tuple(PinnedView(view.name, url, *one) for view, url, one in zip(views, urls, said, strict=True))


def _asked(reader: Reader, state: State) -> Total | Rows | None:
    """What a view counts; None where what it asks for is no longer there."""
    if state.endpoint == MATRIX:
        return _of_table(reader, state)
    if state.endpoint == RUNNING:
        return _of_running(reader, state)
    if state.endpoint == SEIZED:
        return _of_seizures(reader, state)
    return _of_list(reader, state)


def _of_table(reader: Reader, state: State) -> Total | None:
    """Its distinct total; of two periods that of the first."""
    asked = asking.read(reader, state.args)
    if asked.problems:
        return None
    chosen = filter_for(asked)
    if asked.comparison is None:
        return Total(Question(asked.measure, chosen))
    period = asked.comparison.this
    return Total(question_of(asked.measure, chosen, None, period), period.column)


def _of_running(reader: Reader, state: State) -> Total | Rows | None:
    """The latest value of one series; of all how many there are, since they have no sum (C26)."""
    chosen, problem = asked_of(reader, state.args, basis_of(state.args))
    if problem:
        return None
    if chosen.series:
        return Total(Question(RUNNING_TOTAL, chosen.narrowed(measure=RUNNING_TOTAL.code)))
    found = figures_in_series(reader.session, chosen.narrowed(until=None))
    return sa.select(Fact.series).where(*found, Fact.scope == Scope.TOTAL).distinct()


def _of_seizures(reader: Reader, state: State) -> Rows:
    """How many items there are, each in its unit: they have no sum (C35)."""
    chosen = all_records(reader, basis_of(state.args)).narrowed(measure=SEIZURES.code)
    found = [*conditions(reader.session, chosen, SEIZURES), *in_row(chosen, SEIZURES), Fact.number_state == NumberState.VALUE]
    return sa.select(Fact.item).where(*found).group_by(Fact.item, Fact.unit)


def _of_list(reader: Reader, state: State) -> Rows | None:
    """The records of a list."""
    try:
        chosen = filter_of(reader, state.args)
    except FilterError:
        return None
    if state.endpoint == ONE_TYPE:
        record_type = kind_of(state)
        if record_type is None:
            return None
        chosen = chosen.narrowed(kind=(record_type.kind,))
    return selected_ids(reader, chosen)


def _of_cell(reader: Reader, asked: Total, cell: Cell, units: dict[tuple[str, object], str]) -> tuple[str, str]:
    measure = asked.question.measure
    unit = units.get(_key(asked.question.chosen)) if measure.is_running else None
    label = Wording(reader, registry.every_type()[0]).unit(unit, cell.lower, cell.upper) if unit else str(measure.label)
    return cell_text(cell, measure), label


def _of_rows(state: State, count: int) -> tuple[str, str]:
    if state.endpoint == RUNNING:
        return number(count), ngettext("running total", "running totals", count)
    if state.endpoint == SEIZED:
        return number(count), ngettext("item seized", "items seized", count)
    return number(count), ngettext("record", "records", count)


def _units(reader: Reader, asked: Sequence[Total]) -> dict[tuple[str, object], str]:
    """The unit of each running total (C1); nothing is asked where there is none."""
    chosen = [one.question.chosen for one in asked if one.question.measure.is_running]
    statements = [
        sa.select(sa.literal(place), sa.func.min(Fact.unit)).where(
            *conditions(reader.session, one, RUNNING_TOTAL), *in_row(one, RUNNING_TOTAL)
        )
        for place, one in enumerate(chosen)
    ]
    if not statements:
        return {}
    return {_key(chosen[place]): unit for place, unit in reader.session.execute(sa.union_all(*statements)) if unit}


def _key(chosen: RecordFilter) -> tuple[str, object]:
    return f"{chosen.basis} {chosen.series}", chosen.until

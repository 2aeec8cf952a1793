"""Figures in a line: each with its label, its list, and how sure it is; of what is in force also when it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext, ngettext

from tracker.counting.filters import A_YEAR, NOT_STATED, PAST, SOON, RecordFilter
from tracker.counting.measures import Mode
from tracker.counting.queries import Question
from tracker.partial_dates import describe, parse_edtf
from tracker.records import registry
from tracker.summaries.by_type import Figures
from tracker.summaries.matrix import Shown
from tracker.web.formatters import number

_ENDS = (SOON, A_YEAR, PAST, NOT_STATED)


@dataclass(frozen=True)
class Tile:
    """One figure over all years, or today."""

    label: str
    number: Shown
    note: str = ""
    before_label: str = ""  # the days that `before` is of
    before: Shown | None = None
    difference: str = ""


@dataclass(frozen=True)
class Tiles:
    """A line of tiles; an agency has one for itself and one for its country."""

    title: str
    tiles: tuple[Tile, ...]


def tile_of(figures: Figures) -> Tile:
    """One figure over all years; of what is in force, today."""
    cell = figures.cell()
    notes = [today_note(figures)] if figures.measure.mode is Mode.STOCK else []
    if cell.unquantified:
        notes.append(ngettext("%(num)d statement without a number", "%(num)d statements without a number", cell.unquantified))
    if cell.missing:
        notes.append(ngettext("%(num)d record without a number", "%(num)d records without a number", cell.missing))
    return Tile(str(figures.measure.label), figures.shown(), "; ".join(notes))


def today_note(figures: Figures) -> str:
    """What a stock says of its day, and how sure it is."""
    sure = sure_note(figures)
    return gettext("today; %(sure)s", sure=sure) if sure else gettext("today")


def sure_note(figures: Figures) -> str:
    """How much of a number is certain; '' where all of it is."""
    cell = figures.cell()
    if cell.upper is None or cell.lower == cell.upper:
        return ""
    return gettext("%(sure)s certainly, %(maybe)s possibly", sure=number(cell.lower), maybe=number(cell.upper - cell.lower))


def questions_of_ends(chosen: RecordFilter) -> list[Question]:
    """What `tiles_of_ends` needs to know of every stock, for a page that asks more in the same breath."""
    stocks = [one for one in registry.every_measure().values() if one.mode is Mode.STOCK]
    return [Question(one, chosen.narrowed(measure=one.code, ends=ends), only_years=True) for one in stocks for ends in _ENDS]


def tiles_of_ends(found: Sequence[Figures], today: date) -> Iterator[Tile]:
    """How much of what is in force ends soon or says no end; what is past its date only where there is something."""
    for figures in found:
        ends = figures.links.chosen.ends
        if ends != PAST or figures.cell().records:
            yield Tile(_end_label(ends), figures.shown(), _end_note(figures, ends, today))


def _end_label(ends: str) -> str:
    labels = {
        PAST: gettext("Past their date of expiry"),
        NOT_STATED: gettext("In force, no end stated"),
        A_YEAR: gettext("End within a year"),
    }
    return labels.get(ends) or ngettext("End within %(num)d day", "End within %(num)d days", int(ends))


def _end_note(figures: Figures, ends: str, today: date) -> str:
    """By which day, and how sure that is."""
    if ends == PAST:
        return gettext("no end recorded")
    if not ends.isdigit():
        return today_note(figures)
    by = gettext("by %(day)s", day=describe(parse_edtf((today + timedelta(days=int(ends))).isoformat())))
    sure = sure_note(figures)
    return f"{by}; {sure}" if sure else by

"""The first table of a brief: each measure in all years, in the year, and in the year before; a year that goes on stands beside the
same days of the year before (C15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from tracker.briefs.citations import Citations
from tracker.briefs.content import Line, Table
from tracker.counting.cells import TOTAL
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Mode
from tracker.records.filtering import Reader
from tracker.summaries.by_type import Figures
from tracker.summaries.compared import compared
from tracker.summaries.matrix import Shown
from tracker.summaries.unknowns import in_a_sentence
from tracker.summaries.years import short_day


@dataclass(frozen=True)
class KeyFigures:
    """Measures by periods."""

    periods: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Shown, ...]], ...]  # each with the words of its measure
    is_running: bool  # whether the year goes on

    def table(self, cite: Citations, title: str, foot: str) -> Table:
        lines = tuple(Line(label, tuple(map(cite.entry, cells))) for label, cells in self.lines)
        return Table(title, (gettext("Measure"), *self.periods), lines, foot)

    @property
    def sentences(self) -> tuple[str, ...]:
        """What there is of each period, without what there is none of; no sentence of a period with nothing at all."""
        return tuple(filter(None, (self._sentence(place, period) for place, period in enumerate(self.periods))))

    def _sentence(self, place: int, period: str) -> str:
        cells = [(label, row[place]) for label, row in self.lines]
        said = [
            gettext("%(measure)s %(number)s", measure=in_a_sentence(label), number=shown.text)
            for label, shown in cells
            if shown.cell and shown.cell.records
        ]
        return gettext("%(period)s: %(figures)s.", period=period, figures=gettext("; ").join(said)) if said else ""


def key_figures(reader: Reader, chosen: RecordFilter, found: Sequence[Figures], year: int, *, with_all: bool) -> KeyFigures:
    """The measures of `found`, which are those of `chosen`, in `year` and the year before; `with_all`: first in all years."""
    is_running = year == reader.today.year
    first = [[one.shown(TOTAL)] if with_all else [] for one in found]
    now = _to_day(reader, chosen, found, year) if is_running else [[one.shown(str(year))] for one in found]
    before = [one.shown(str(year - 1)) for one in found]
    cells = [(*row, *this, last) for row, this, last in zip(first, now, before, strict=True)]
    periods = [gettext("All years")] if with_all else []
    periods += [*so_far(reader, year), gettext("%(year)s, whole year", year=year - 1)] if is_running else [str(year), str(year - 1)]
    lines = tuple((str(one.measure.label), row) for one, row in zip(found, cells, strict=True))
    return KeyFigures(tuple(periods), lines, is_running)


def so_far(reader: Reader, year: int) -> tuple[str, str]:
    """`2026 to 27 Nov`, `2025 to 27 Nov`."""
    day = short_day(reader)
    now, before = (gettext("%(year)s to %(day)s", year=one, day=day) for one in (year, year - 1))
    return now, before


def _to_day(reader: Reader, chosen: RecordFilter, found: Sequence[Figures], year: int) -> list[list[Shown]]:
    """Until today, and in the same days of the year before; of what is in force only today's number is known."""
    flows = [one for one in found if one.measure.mode is Mode.FLOW]
    pairs = dict(zip((one.measure.code for one in flows), compared(reader, [(one.measure, chosen) for one in flows]), strict=True))
    rows = []
    for one in found:
        both = pairs.get(one.measure.code)
        rows.append([both.now, both.before] if both else [one.shown(str(year)), Shown("–")])
    return rows

"""This year until today beside the same days of last year, by measure and by partner (C15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, SHARED, RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.queries import Question, Table
from tracker.counting.to_date import PartOfYear, same_day, to_date
from tracker.records.filtering import Reader
from tracker.summaries.links import CellLinks, partner_url
from tracker.summaries.matrix import Column, Shown, shown
from tracker.summaries.record_lines import RecordLine, newest_of_each
from tracker.summaries.row_choices import PARTNERS
from tracker.vocabularies.parties import names_by_code
from tracker.web.formatters import signed

_CANDIDATES, _MOVES, _TITLES = 12, 4, 2


@dataclass(frozen=True)
class Compared:
    """One figure in the same days of two years."""

    now: Shown
    before: Shown
    moved: Decimal | None  # None where either number is not exact: then there is no difference to tell

    @property
    def difference(self) -> str:
        """`+3`, `−2`, in words where nothing moved; '' where nobody knows."""
        if self.moved is None:
            return ""
        return signed(self.moved) if self.moved else gettext("as many")


@dataclass(frozen=True)
class Move:
    """A partner whose number moved, with the first of the records that made it."""

    name: str
    url: str
    both: Compared
    records: tuple[RecordLine, ...]


def compared(reader: Reader, asked: Sequence[tuple[Measure, RecordFilter]]) -> list[Compared]:
    """Each measure over its records, this year until today and last year until the same day: one statement."""
    days = (reader.today, same_day(reader.today, reader.today.year - 1))
    parts = [PartOfYear(measure, chosen, day) for measure, chosen in asked for day in days]
    cells = to_date(reader.session, parts)
    pairs = zip(parts[::2], cells[::2], parts[1::2], cells[1::2], strict=True)
    return [Compared(_shown(now, new), _shown(then, old), _moved(new, old)) for now, new, then, old in pairs]


def _shown(part: PartOfYear, cell: Cell) -> Shown:
    return shown(cell, part.measure, CellLinks(part.behind, part.measure, None), TOTAL, Column(str(part.last.year), ""))


def _moved(now: Cell, before: Cell) -> Decimal | None:
    if not (now.records or before.records):
        return None  # there is nothing to compare
    exact = all(cell.lower == cell.upper and not (cell.about or cell.unquantified or cell.missing) for cell in (now, before))
    return Decimal(now.lower) - Decimal(before.lower) if exact else None


def questions_of_moves(reader: Reader, measure: Measure, chosen: RecordFilter) -> list[Question]:
    """What `biggest_moves` needs to know of all partners, for a page that asks more in the same breath."""
    days = (reader.today, same_day(reader.today, reader.today.year - 1))
    return [Question(measure, chosen.narrowed(measure=measure.code, until=day), PARTNERS.rows) for day in days]


def candidates(found: Sequence[Table], year: int) -> list[str]:
    """The partners whose numbers of records differ most; `found` answers `questions_of_moves`."""
    now, before = found
    rows = {row for one in found for row in one.rows} - {NOT_STATED, SHARED}
    moves = {row: abs(now.cell(row, str(year)).records - before.cell(row, str(year - 1)).records) for row in rows}
    return sorted((row for row in moves if moves[row]), key=lambda row: (-moves[row], row))[:_CANDIDATES]


def biggest_moves(reader: Reader, measure: Measure, chosen: RecordFilter, both: Mapping[str, Compared]) -> tuple[Move, ...]:
    """The partners whose number moved most against the same days of last year, with the newest records of the year that has more."""
    names = names_by_code(reader.session, reader.locale)
    moved = [(code, one, one.moved) for code, one in both.items() if one.moved]
    kept = sorted(moved, key=lambda each: (-abs(each[2]), names.get(each[0], each[0])))[:_MOVES]
    years = [reader.today.year if number_moved > 0 else reader.today.year - 1 for _, _, number_moved in kept]
    behind = [
        PartOfYear(measure, chosen.narrowed(partner=code), same_day(reader.today, year)).behind
        for (code, _, _), year in zip(kept, years, strict=True)
    ]
    lines = newest_of_each(reader, behind, _TITLES, measure)
    return tuple(
        Move(names.get(code, code), partner_url(code, chosen.basis), one, tuple(found))
        for (code, one, _), found in zip(kept, lines, strict=True)
    )

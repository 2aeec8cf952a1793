"""What stands behind "How this is counted" under figures: what counts, by which date and rules, and what is not known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import sqlalchemy as sa
from flask_babel import gettext, ngettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, UNCERTAIN, RecordFilter, item_and_unit, year_range
from tracker.counting.measures import Measure
from tracker.counting.models import NumberState
from tracker.counting.queries import record_ids
from tracker.records.filtering import Reader, in_words
from tracker.summaries.by_type import Figures
from tracker.summaries.counting_rules import RULES, Rule, rules_of
from tracker.vocabularies.terms import terms

_EVERYWHERE = (41, 43)
_TO_DATE = 15


@dataclass(frozen=True)
class Open:
    """A number of records of which something is not known, with the list of exactly these."""

    count: int
    what: str
    url: str
    are_statements: bool = False  # of which one record may make several

    @property
    def text(self) -> str:
        if self.are_statements:
            return ngettext("%(num)d statement without a number", "%(num)d statements without a number", self.count)
        records = ngettext("%(num)d record", "%(num)d records", self.count)
        return gettext("%(records)s, %(what)s", records=records, what=self.what)


@dataclass(frozen=True)
class DetailLine:
    """One measure: its unit, the date by which it counts, and what of it is in no year or has no number."""

    code: str
    label: str
    unit: str
    date: str
    undated: tuple[Open, ...]
    without_number: tuple[Open, ...]

    @property
    def open(self) -> tuple[Open, ...]:
        return self.undated + self.without_number


@dataclass(frozen=True)
class FigureDetails:
    """What the figures of one table, or of one line of tiles, count."""

    filter: str
    period: str
    lines: tuple[DetailLine, ...]
    rules: tuple[Rule, ...]


def figure_details(
    reader: Reader, chosen: RecordFilter, found: Sequence[Figures], period: str, *, to_date: bool = False, asks: bool = True
) -> FigureDetails:
    """The details of `found`, figures over `chosen`; `to_date` where a year is set against the same days of the year before.

    Where nothing more may be asked of the database (not `asks`), statements are told instead of the records that make them.
    """
    in_words_only: Sequence[int | None] = _records_in_words(reader, found) if asks else [None] * len(found)
    lines = [_line(reader, one, one, said) for one, said in zip(found, in_words_only, strict=True)]
    return _details(reader, chosen, period, lines, rule_numbers(found, to_date=to_date))


def compared_details(
    reader: Reader, chosen: RecordFilter, bare: Figures, both: Sequence[tuple[str, Figures]], period: str
) -> FigureDetails:
    """The details of two periods, each with its label and a line of its own; `bare`, without days, knows what is in no year."""
    found = [one for _, one in both]
    lines = [
        replace(_line(reader, bare, one, said), label=f"{one.measure.label}, {label}")
        for (label, one), said in zip(both, _records_in_words(reader, found), strict=True)
    ]
    return _details(reader, chosen, period, lines, rule_numbers(found, to_date=True))


def rule_numbers(found: Sequence[Figures], *, to_date: bool) -> set[int]:
    """The rules by which `found` are counted."""
    return {rule.number for one in found for rule in rules_of(one.measure)} | {*_EVERYWHERE} | ({_TO_DATE} if to_date else set())


def _details(reader: Reader, chosen: RecordFilter, period: str, lines: Sequence[DetailLine], numbers: set[int]) -> FigureDetails:
    parts = [words for name, words, _ in in_words(reader, chosen) if name not in ("basis", "measure")]
    rules = tuple(RULES[number] for number in sorted(numbers))
    return FigureDetails("; ".join(parts) or gettext("all records"), period, tuple(lines), rules)


def _line(reader: Reader, dated: Figures, one: Figures, said: int | None) -> DetailLine:
    measure, unit = one.measure, unit_words(reader, one.measure, one.links.chosen)
    undated, without_number = tuple(_undated(dated)), tuple(_without_number(one, said))
    return DetailLine(measure.code, str(measure.label), unit, str(measure.date_label), undated, without_number)


def unit_words(reader: Reader, measure: Measure, chosen: RecordFilter) -> str:
    """The unit of a measure (C1): of seizures that of the item, each row's own where there are several."""
    named = item_and_unit(chosen.item) if measure.by_item else None
    code = named[1] if named else measure.unit
    term = terms(reader.session, "unit").get(code)
    return term.label(reader.locale) if term else gettext("that of each row")


def _records_in_words(reader: Reader, found: Sequence[Figures]) -> list[int]:
    """Of each figure the records with statements without a number: asked only where a record may make several (C31)."""
    counts = [one.cell(one.column).unquantified for one in found]
    several = [place for place, one in enumerate(found) if one.measure.is_quantity and counts[place] > 1]
    if not several:
        return counts
    asked = [found[place] for place in several]
    lists = [
        record_ids(
            reader.session,
            one.links.chosen.narrowed(year=one.column, number=NumberState.UNQUANTIFIED.value),
            one.measure,
            reader.today,
        )
        for one in asked
    ]
    columns = [sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery() for ids in lists]
    for place, count in zip(several, reader.session.execute(sa.select(*columns)).one(), strict=True):
        counts[place] = count
    return counts


def _undated(one: Figures) -> list[Open]:
    """C12: what may be in one of several years, and what has no date; what is in force has no year to be without."""
    ranges = [cell for column, cell in one.cells.items() if year_range(column)]
    uncertain = reduce(Cell.plus, ranges, one.cell(UNCERTAIN))
    found = ((uncertain, UNCERTAIN, gettext("year uncertain")), (one.cell(NOT_STATED), NOT_STATED, gettext("year not stated")))
    return [Open(cell.records, what, one.links.to(cell, TOTAL, column)) for cell, column, what in found if cell.records]


def _without_number(one: Figures, said: int | None) -> Iterator[Open]:
    """C31: words, told by their records where these are known; and records that should have a number and have none."""
    cell, links, column = one.cell(one.column), one.links, one.column
    count = cell.unquantified if said is None else said
    if count:
        statements = said is None and one.measure.is_quantity and count > 1
        yield Open(count, gettext("in words only"), links.without_number(NumberState.UNQUANTIFIED, TOTAL, column), statements)
    if cell.missing:
        yield Open(cell.missing, gettext("number not stated"), links.without_number(NumberState.MISSING, TOTAL, column))

"""The partners of one year: those with the most activities, and those with whom there was none before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.counting.filters import NOT_STATED, SHARED, year_range
from tracker.counting.queries import Table
from tracker.records.filtering import Reader, year_label
from tracker.summaries.links import CellLinks, partner_url
from tracker.summaries.matrix import Column, Shown, shown
from tracker.vocabularies.parties import names_by_code

_MOST = 10


@dataclass(frozen=True)
class TopPartner:
    """A partner with its number in the year and in the year before."""

    name: str
    url: str
    number: Shown
    before: Shown


@dataclass(frozen=True)
class Earlier:
    """Records of which nobody knows whether they were before the year (C12)."""

    label: str
    number: Shown


@dataclass(frozen=True)
class NewPartner:
    """A partner whose first activity that is known to a year was in this one."""

    name: str
    url: str
    number: Shown
    perhaps_earlier: tuple[Earlier, ...]


def top_partners(reader: Reader, found: Table, links: CellLinks, year: int) -> tuple[TopPartner, ...]:
    """Those with the most records in `year`, the largest first; of equal ones those that come first by name."""
    names = names_by_code(reader.session, reader.locale)
    rows = [row for row in _partners(found) if found.cell(row, str(year)).records]
    rows.sort(key=lambda row: (-found.cell(row, str(year)).records, names.get(row, row)))
    basis, both = links.chosen.basis, (str(year), str(year - 1))
    return tuple(
        TopPartner(names.get(row, row), partner_url(row, basis), *(_number(found, links, row, column) for column in both))
        for row in rows[:_MOST]
    )


def new_partners(reader: Reader, found: Table, links: CellLinks, year: int) -> tuple[NewPartner, ...]:
    """Partners without a record in any year before `year`, by name; `found` tells uncertain years by range."""
    names = names_by_code(reader.session, reader.locale)
    earlier = [str(one) for one in found.years if one < year]
    rows = [
        row
        for row in _partners(found)
        if found.cell(row, str(year)).records and not any(found.cell(row, column).records for column in earlier)
    ]
    return tuple(
        NewPartner(
            names.get(row, row),
            partner_url(row, links.chosen.basis),
            _number(found, links, row, str(year)),
            tuple(_earlier(found, links, row, year)),
        )
        for row in sorted(rows, key=lambda row: names.get(row, row))
    )


def _partners(found: Table) -> list[str]:
    return [row for row in found.rows if row not in (NOT_STATED, SHARED)]


def _earlier(found: Table, links: CellLinks, row: str, year: int) -> Iterator[Earlier]:
    for column in (*found.ranges, NOT_STATED):
        bounds = year_range(column)
        if found.cell(row, column).records and (bounds is None or bounds[0] < year):
            yield Earlier(year_label(column), _number(found, links, row, column))


def _number(found: Table, links: CellLinks, row: str, column: str) -> Shown:
    return shown(found.cell(row, column), found.measure, links, row, Column(column, ""))

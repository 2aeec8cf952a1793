"""Seizures by item and unit over the years: every row a sum of its own, and no sum of rows (C35)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from tracker.counting.cells import TOTAL
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import SEIZURES
from tracker.counting.models import Basis
from tracker.counting.queries import table
from tracker.records.filtering import Reader, all_records
from tracker.summaries.asked import Asked
from tracker.summaries.by_type import Figures
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.links import FORMATS, CellLinks, address
from tracker.summaries.matrix import Matrix, Section, presented
from tracker.summaries.row_choices import ITEMS
from tracker.summaries.stamp import Stamp, other_basis, stamp


@dataclass(frozen=True)
class SeizuresPage:
    """Everything that was seized, each item in its unit."""

    stamp: Stamp
    asked: RecordFilter
    details: FigureDetails
    matrix: Matrix

    @property
    def args(self) -> dict[str, Any]:
        """What its address asks for."""
        return {} if self.stamp.is_official else {"basis": Basis.WORKING.value}

    @property
    def files(self) -> list[tuple[str, str]]:
        """The same table as files: each format with its address."""
        return [(name, url_for("figure_files.seizures", file_format=name, **self.args)) for name in FORMATS]

    @property
    def save_url(self) -> str:
        """Where this page is kept under a name."""
        return url_for("saved.new", of=address("summaries.seizures", self.args))

    def row_url(self, key: str) -> str:
        """The item by country."""
        return address("summaries.matrix", {"measure": SEIZURES.code, "item": key} | self.args)

    def year_url(self, key: str) -> str:
        """No year adds up what stands under it."""
        return ""


def seizures_page(reader: Reader, now: datetime, basis: Basis) -> SeizuresPage:
    """The table of all items and years."""
    chosen = all_records(reader, basis).narrowed(measure=SEIZURES.code)
    found = table(reader.session, SEIZURES, chosen, ITEMS.rows, reader.today)
    counted = Figures(SEIZURES, found.total_row, CellLinks(chosen, SEIZURES, None))
    # C35: what all items come to is no number
    found = replace(found, cells={key: cell for key, cell in found.cells.items() if key[0] != TOTAL}, repeated={})
    drawn = presented(reader, Asked(SEIZURES, ITEMS, chosen), found)
    made = stamp(reader, now, chosen, SEIZURES, other_basis("summaries.seizures", basis))
    details = figure_details(reader, chosen, [counted], gettext("all years, each in a column of its own"), asks=False)
    return SeizuresPage(made, chosen, details, replace(drawn, sections=tuple(map(_unshaded, drawn.sections)), sums=()))


def _unshaded(section: Section) -> Section:
    """A shade would set tablets beside kilograms (C1)."""
    rows = (replace(row, cells=tuple(replace(cell, heat=None) for cell in row.cells)) for row in section.rows)
    return replace(section, rows=tuple(rows))

"""Seizures by item and unit over the years: every row a sum of its own, and no sum of rows (C35)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext

from tracker.counting.cells import TOTAL
from tracker.counting.measures import SEIZURES
from tracker.counting.models import Basis
from tracker.counting.queries import table
from tracker.records.filtering import Reader, all_records
from tracker.summaries.asked import Asked
from tracker.summaries.by_type import Figures
from tracker.summaries.figure_details import FigureDetails, figure_details
from tracker.summaries.links import CellLinks, address
from tracker.summaries.matrix import Matrix, presented
from tracker.summaries.row_choices import ITEMS
from tracker.summaries.stamp import Stamp, other_basis, stamp


@dataclass(frozen=True)
class SeizuresPage:
    """Everything that was seized, each item in its unit."""

    stamp: Stamp
    details: FigureDetails
    matrix: Matrix

    def row_url(self, key: str) -> str:
        """The item by country."""
        basis = {"basis": Basis.WORKING.value} if self.stamp.basis is Basis.WORKING else {}
        return address("summaries.matrix", {"measure": SEIZURES.code, "item": key} | basis)

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
    return SeizuresPage(made, details, replace(drawn, sums=()))

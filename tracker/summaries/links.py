"""Addresses of the lists behind figures (C43): made once for a table, completed for each cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, SHARED, RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.models import Basis, NumberState
from tracker.counting.rows import CONTINENT
from tracker.records.list_order import BY_END
from tracker.summaries.row_choices import RowChoice

FORMATS = ("csv", "xlsx", "json")  # of the files of a page with one table


def address(endpoint: str, args: Mapping[str, Any]) -> str:
    """The address of `endpoint` with parameters that may have several values."""
    query = urlencode(args, doseq=True)
    return f"{url_for(endpoint)}?{query}" if query else url_for(endpoint)


def basis_of(args: Mapping[str, Any]) -> Basis:
    """Pages of figures count verified records only unless their address says otherwise (C41)."""
    return Basis.WORKING if args.get("basis") == Basis.WORKING else Basis.OFFICIAL


def figure_args(chosen: RecordFilter) -> dict[str, Any]:
    """The parameters of a page of figures that means `chosen`: there, what is verified goes without saying."""
    args: dict[str, Any] = {name: value for name, value in chosen.to_args().items() if name != "basis"}
    return args | ({"basis": Basis.WORKING.value} if chosen.basis is Basis.WORKING else {})


def list_url(chosen: RecordFilter) -> str:
    """The list of exactly the records of `chosen`; of what ends, the next to end first."""
    return address("records.index_all", chosen.to_args() | ({"sort": BY_END} if chosen.ends else {}))


def partner_url(code: str, basis: Basis) -> str:
    """The page of a partner on the same basis; put together by hand, since a table has hundreds."""
    return f"{url_for('summaries.partners')}{code}{_same(basis)}"


def region_url(code: str, basis: Basis) -> str:
    """The figures of the partners of a region, on the same basis."""
    return address("summaries.matrix", {"region": code} | ({"basis": basis.value} if basis is Basis.WORKING else {}))


def year_url(column: str, basis: Basis) -> str:
    """The page of a year on the same basis; other columns have none."""
    return f"{url_for('summaries.years')}{column}{_same(basis)}" if column.isdigit() else ""


def _same(basis: Basis) -> str:
    return f"?basis={basis.value}" if basis is Basis.WORKING else ""


def file_urls(endpoint: str, basis: Basis, **values: Any) -> list[tuple[str, str]]:
    """The tables of a page as files: each format with its address, on the same basis."""
    said = basis.value if basis is Basis.WORKING else None
    return [(name, url_for(endpoint, file_format=name, basis=said, **values)) for name in ("xlsx", "json")]


class CellLinks:
    """The lists behind the cells of one table of `measure` over `chosen`."""

    def __init__(self, chosen: RecordFilter, measure: Measure, choice: RowChoice | None) -> None:
        self.path = url_for("records.index_all")
        self.field = choice.field if choice else ""
        # C33: quantities are never spread over the members of a group, so the lists behind them are not either
        self.chosen = chosen.narrowed(measure=measure.code, year="", number="", expand=chosen.expand and not measure.is_quantity)
        # a row of continents lies around the region that the filter names, and narrows nothing further
        self.keeps_region = choice is not None and choice.code == CONTINENT and bool(self.chosen.region)
        args: dict[str, Any] = self.chosen.to_args()
        self._total = urlencode(args, doseq=True)
        if not self.keeps_region:
            args.pop(self.field, None)
        self._row = urlencode(args, doseq=True)

    def to(self, cell: Cell, row: str, column: str = TOTAL) -> str:
        """The list of the records behind `cell`; '' where there is nothing to list."""
        if cell.records:
            return self._address(row, column, "")
        if cell.unquantified:
            return self._address(row, column, NumberState.UNQUANTIFIED)
        return self._address(row, column, NumberState.MISSING) if cell.missing else ""

    def without_number(self, state: NumberState, row: str = TOTAL, column: str = TOTAL) -> str:
        """The list of statements or records without a number."""
        return self._address(row, column, state)

    def _address(self, row: str, column: str, state: str) -> str:
        parts = [self._row if row != TOTAL else self._total, urlencode({"year": column}) if column != TOTAL else ""]
        parts.append(urlencode(self._row_args(row)))
        if state:
            parts.append(urlencode({"number": state}))
        return f"{self.path}?{'&'.join(part for part in parts if part)}"

    def _row_args(self, row: str) -> dict[str, str]:
        if row == TOTAL or self.keeps_region:
            return {}
        # Rows beside the regions are rows of partners: the region of an unnamed partner is not known.
        beside = self.field == "region" and row in (NOT_STATED, SHARED)
        return {"partner" if beside else self.field: row}

"""The matrix as a comparison: each row in this period, in the other, and the difference, with its bounds."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.measures import Measure
from tracker.counting.periods import OTHER, beside
from tracker.counting.queries import Table
from tracker.records.filtering import Reader
from tracker.summaries.asked import Asked
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Drawing, Row, Shown, filter_for, only_named_row, scale_of, shown
from tracker.summaries.periods import Comparison, period_label
from tracker.web.formatters import signed

DIFFERENCE = "difference"
SORTS = (OTHER, DIFFERENCE)
_LAST = Decimal("-Infinity")


def compared(reader: Reader, asked: Asked, comparison: Comparison) -> Table:
    """The numbers of both periods."""
    found = beside(reader.session, asked.measure, filter_for(asked), asked.choice.rows, comparison.both, reader.today)
    return only_named_row(asked, found)


class ComparedDrawing(Drawing):
    """Draws this period, the other, and the difference. Each number opens its list; a difference is of two lists, and opens none."""

    def __init__(self, reader: Reader, asked: Asked, found: Table, comparison: Comparison) -> None:
        self.found, self.measure = found, asked.measure
        self.scale = scale_of(found, totals=frozenset())
        self.periods = dict(zip((TOTAL, OTHER), comparison.both, strict=True))
        self.columns = (
            *(Column(key, period_label(period, reader.locale)) for key, period in self.periods.items()),
            Column(DIFFERENCE, gettext("Difference"), "total"),
        )
        chosen = filter_for(asked)
        self.links = {key: CellLinks(period.behind(chosen), asked.measure, asked.choice) for key, period in self.periods.items()}

    def body(self, row: str, column: Column) -> Shown:
        if column.key == DIFFERENCE:
            return self._difference(self.found.cell(row), self.found.cell(row, OTHER))
        period, links = self.periods[column.key], self.links[column.key]
        return shown(self.found.cell(row, column.key), self.measure, links, row, Column(period.column, ""), self.scale)

    def total(self, column: Column) -> Shown:
        if column.key == DIFFERENCE:
            return self._difference(self.found.cell(TOTAL), self.found.cell(TOTAL, OTHER))
        period, links = self.periods[column.key], self.links[column.key]
        return shown(self.found.cell(TOTAL, column.key), self.measure, links, TOTAL, Column(period.column, ""))

    def weight(self, row: str, key: str) -> Decimal:
        if key != DIFFERENCE:
            return super().weight(row, key)
        bounds = bounds_of_difference(self.found.cell(row), self.found.cell(row, OTHER), self.measure)
        known = [bound for bound in bounds or () if bound is not None]
        return known[0] if known else _LAST

    def sums(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The foot of C3, with the difference of what both periods say there."""
        said = {
            "sum": [self.found.sum_of_rows(key) for key in self.periods],
            "again": [_exactly(self.found.counted_again(key)) for key in self.periods],
            "records": [_exactly(Decimal(self.found.repeated.get(key, 0))) for key in self.periods],
        }
        return tuple(Row(row.key, row.label, (*row.cells[:-1], self._difference(*said[row.key]))) for row in rows)

    def _difference(self, this: Cell, other: Cell) -> Shown:
        text, title = difference_words(this, other, self.measure)
        lower, upper = bounds_of_difference(this, other, self.measure) or (None, None)
        counted = None if lower is None else Cell(max(this.records, other.records), lower, upper)
        return Shown(text, title=title, extra="total", cell=counted)


def bounds_of_difference(this: Cell, other: Cell, measure: Measure) -> tuple[Decimal | None, Decimal | None] | None:
    """How far `this` may lie from `other`, at least and at most: None on a side without bound, no bounds where one of them is not known.

    The least it may be is this at its lowest beside the other at its highest: a difference of ranges is never narrower than they are.
    """
    if not (_is_known(this, measure) and _is_known(other, measure)):
        return None
    lower = None if other.upper is None else this.lower - other.upper
    upper = None if this.upper is None else this.upper - other.lower
    return lower, upper


def difference_words(this: Cell, other: Cell, measure: Measure) -> tuple[str, str]:
    """The difference in the few signs that a table has room for, and in a sentence; `–` where it is not known."""
    bounds = bounds_of_difference(this, other, measure)
    if bounds is None:
        return "–", gettext("not known: one of the two is not a number")
    lower, upper = bounds
    about = "≈ " if this.about or other.about else ""
    if upper is None:
        if lower is None:
            return "–", gettext("not known: neither number has an upper bound")
        return f"≥ {signed(lower)}", gettext("at least; this period has no upper bound")
    if lower is None:
        return f"≤ {signed(upper)}", gettext("at most; the other period has no upper bound")
    if lower == upper:
        return f"{about}{signed(lower)}", ""
    words = gettext("%(lower)s to %(upper)s", lower=signed(lower), upper=signed(upper))
    return f"{about}{words}", gettext("somewhere between: the numbers compared are not exact")


def _is_known(cell: Cell, measure: Measure) -> bool:
    """C31, C32: neither words nor a quantity that nobody stated are a 0."""
    return bool(cell.records) or not (measure.is_quantity or cell.unquantified or cell.missing)


def _exactly(value: Decimal) -> Cell:
    return Cell(1, value, value)

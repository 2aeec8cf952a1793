"""How the figures of a type fall into its properties: handovers by direction, agreements by binding (C20, C22, C24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import TOTAL, Table, table
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.record_type import Column, RecordType
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column as TableColumn
from tracker.summaries.matrix import Shown, shown
from tracker.summaries.row_choices import RowChoice, row_labels, row_order


@dataclass(frozen=True)
class Line:
    """One value of the property with its numbers, one for each measure."""

    label: str
    numbers: tuple[Shown, ...]


@dataclass(frozen=True)
class Breakdown:
    """One property of one type."""

    title: str
    property: str
    measures: tuple[str, ...]
    lines: tuple[Line, ...]


def breakdowns(reader: Reader, record_type: RecordType, chosen: RecordFilter) -> Iterator[Breakdown]:
    """A table for each property of `record_type`: its count, and its persons or the like; none where nothing is recorded."""
    quantity = next((measure for measure in record_type.measures if measure.is_quantity and measure.mode is Mode.FLOW), None)
    measures = [record_type.main_measure, *([quantity] if quantity else [])]
    for column in record_type.dimensions:
        found = by_property(reader, column, measures, chosen)
        if found.lines:
            yield found


def by_property(reader: Reader, column: Column, measures: Sequence[Measure], chosen: RecordFilter) -> Breakdown:
    """`measures` by the values of one property."""
    choice = RowChoice(column.name, column.label, column.name, is_key=True)
    tables = [table(reader.session, measure, chosen.narrowed(measure=measure.code), choice.rows, reader.today) for measure in measures]
    rows = tuple({row for one in tables for row in one.rows})
    labels = row_labels(reader, choice, rows)
    places = {code: place for place, code in enumerate(row_order(reader, choice))}
    ordered = sorted(rows, key=lambda row: places.get(row, len(places)))
    numbers = [_numbers(measure, one, choice, chosen) for measure, one in zip(measures, tables, strict=True)]
    lines = tuple(Line(labels[row], tuple(one[row] for one in numbers)) for row in ordered)
    return Breakdown(_type_label(column), str(column.label), tuple(str(measure.label) for measure in measures), lines)


class _Numbers(dict[str, Shown]):
    """Rows that a measure knows nothing of are shown as it shows nothing: 0, or –."""

    def __init__(self, nothing: Shown) -> None:
        super().__init__()
        self.nothing = nothing

    def __missing__(self, row: str) -> Shown:
        return self.nothing


def _numbers(measure: Measure, found: Table, choice: RowChoice, chosen: RecordFilter) -> _Numbers:
    links = CellLinks(chosen.narrowed(measure=measure.code), measure, choice)
    total = TableColumn(TOTAL, "")
    made = _Numbers(shown(found.cell("\0"), measure, links, "", total))
    for row in found.rows:
        made[row] = shown(found.cell(row), measure, links, row, total)
    return made


def _type_label(column: Column) -> str:
    return next(str(one.label_plural) for one in registry.every_type() if column in one.dimensions)

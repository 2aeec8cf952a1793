"""How the figures of a type fall into its properties: handovers by direction, agreements by binding (C20, C22, C24)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.counting.cells import TOTAL
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import Question, Table, answers
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.record_type import RecordType
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


@dataclass(frozen=True)
class PropertyTables:
    """One property of one type: its count, and its persons or the like, by the values of the property and by year."""

    record_type: RecordType
    choice: RowChoice
    tables: tuple[Table, ...]


def property_tables(reader: Reader, chosen: RecordFilter, *, only_sides: bool = False) -> list[PropertyTables]:
    """The tables of each property of each type, or only of those that tell two sides apart."""
    properties = [
        (record_type, RowChoice(column.name, column.label, column.name, is_key=True))
        for record_type in registry.activity_types()
        for column in record_type.dimensions
        if not only_sides or (record_type.sides and record_type.sides.dimension == column.name)
    ]
    asked = [
        [Question(measure, chosen.narrowed(measure=measure.code), choice.rows) for measure in _measures(record_type)]
        for record_type, choice in properties
    ]
    found = iter(answers(reader.session, [question for questions in asked for question in questions], reader.today))
    return [
        PropertyTables(record_type, choice, tuple(next(found) for _ in questions))
        for (record_type, choice), questions in zip(properties, asked, strict=True)
    ]


def breakdowns(reader: Reader, found: Sequence[PropertyTables], chosen: RecordFilter) -> Iterator[Breakdown]:
    """A table for each property over all years; none where nothing is recorded."""
    for one in found:
        made = _by_property(reader, one.record_type, one.choice, one.tables, chosen)
        if made.lines:
            yield made


def _measures(record_type: RecordType) -> list[Measure]:
    quantity = next((measure for measure in record_type.measures if measure.is_quantity and measure.mode is Mode.FLOW), None)
    return [record_type.main_measure, *([quantity] if quantity else [])]


def _by_property(reader: Reader, record_type: RecordType, choice: RowChoice, tables: Sequence[Table], chosen: RecordFilter) -> Breakdown:
    """The measures of a type by the values of one property."""
    ordered = rows_in_order(reader, choice, tables)
    labels = row_labels(reader, choice, tuple(ordered))
    numbers = [_numbers(one.measure, one, choice, chosen) for one in tables]
    lines = tuple(Line(labels[row], tuple(one[row] for one in numbers)) for row in ordered)
    return Breakdown(str(record_type.label_plural), str(choice.label), tuple(str(one.measure.label) for one in tables), lines)


def rows_in_order(reader: Reader, choice: RowChoice, tables: Sequence[Table]) -> list[str]:
    """The values of a property that any of `tables` knows, in the order in which forms offer them."""
    places = {code: place for place, code in enumerate(row_order(reader, choice))}
    return sorted({row for one in tables for row in one.rows}, key=lambda row: (places.get(row, len(places)), row))


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

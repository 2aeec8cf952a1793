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
class ByProperty:
    """The count of a type, and its persons or the like, by one of its properties."""

    record_type: RecordType
    choice: RowChoice
    tables: tuple[Table, ...]

    @property
    def main(self) -> Table:
        """The count of the type's records."""
        return self.tables[0]


def questions_by_property(chosen: RecordFilter, *, only_sides: bool = False) -> list[Question]:
    """What `by_property` needs to know, for pages that ask more in the same breath."""
    return [
        Question(measure, chosen.narrowed(measure=measure.code), choice.rows)
        for record_type, choice in _properties(only_sides=only_sides)
        for measure in _measures(record_type)
    ]


def by_property(found: Iterator[Table], *, only_sides: bool = False) -> list[ByProperty]:
    """Every type by each of its properties; `found` gives the answers to `questions_by_property`, and may give more after them."""
    return [ByProperty(one, choice, tuple(next(found) for _ in _measures(one))) for one, choice in _properties(only_sides=only_sides)]


def by_sides(reader: Reader, chosen: RecordFilter) -> list[ByProperty]:
    """Only the properties that tell two sides apart."""
    return by_property(iter(answers(reader.session, questions_by_property(chosen, only_sides=True), reader.today)), only_sides=True)


def breakdowns(reader: Reader, chosen: RecordFilter, properties: Sequence[ByProperty]) -> Iterator[Breakdown]:
    """A table for each property of each type: its count, and its persons or the like; none where nothing is recorded."""
    for one in properties:
        made = _by_property(reader, one.record_type, one.choice, one.tables, chosen)
        if made.lines:
            yield made


def _properties(*, only_sides: bool) -> list[tuple[RecordType, RowChoice]]:
    return [
        (record_type, RowChoice(column.name, column.label, column.name, is_key=True))
        for record_type in registry.activity_types()
        for column in record_type.dimensions
        if not only_sides or (record_type.sides and record_type.sides.dimension == column.name)
    ]


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

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


def breakdowns(reader: Reader, chosen: RecordFilter) -> Iterator[Breakdown]:
    """A table for each property of each type: its count, and its persons or the like; none where nothing is recorded."""
    properties = [
        (record_type, RowChoice(column.name, column.label, column.name, is_key=True))
        for record_type in registry.activity_types()
        for column in record_type.dimensions
    ]
    asked = [
        [Question(measure, chosen.narrowed(measure=measure.code), choice.rows) for measure in _measures(record_type)]
        for record_type, choice in properties
    ]
    found = iter(answers(reader.session, [question for questions in asked for question in questions], reader.today))
    for (record_type, choice), questions in zip(properties, asked, strict=True):
        made = _by_property(reader, record_type, choice, [next(found) for _ in questions], chosen)
        if made.lines:
            yield made


def _measures(record_type: RecordType) -> list[Measure]:
    quantity = next((measure for measure in record_type.measures if measure.is_quantity and measure.mode is Mode.FLOW), None)
    return [record_type.main_measure, *([quantity] if quantity else [])]


def _by_property(reader: Reader, record_type: RecordType, choice: RowChoice, tables: Sequence[Table], chosen: RecordFilter) -> Breakdown:
    """The measures of a type by the values of one property."""
    rows = tuple({row for one in tables for row in one.rows})
    labels = row_labels(reader, choice, rows)
    places = {code: place for place, code in enumerate(row_order(reader, choice))}
    ordered = sorted(rows, key=lambda row: places.get(row, len(places)))
    numbers = [_numbers(one.measure, one, choice, chosen) for one in tables]
    lines = tuple(Line(labels[row], tuple(one[row] for one in numbers)) for row in ordered)
    return Breakdown(str(record_type.label_plural), str(choice.label), tuple(str(one.measure.label) for one in tables), lines)


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

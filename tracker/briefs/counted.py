"""Every figure of a brief, counted in one breath: measures, how they fall into the properties of their type, partners and regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure, Mode
from tracker.counting.queries import Question, Table, answers
from tracker.records import registry
from tracker.records.filtering import Reader
from tracker.records.record_type import RecordType
from tracker.summaries.by_type import Figures, figures_from, questions_of
from tracker.summaries.row_choices import PARTNERS, REGIONS, RowChoice


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


@dataclass(frozen=True)
class Counted:
    """All that a brief counts over `chosen`."""

    chosen: RecordFilter
    figures: tuple[Figures, ...]
    properties: tuple[ByProperty, ...]
    partners: tuple[Table, ...]
    regions: tuple[Table, ...]


def counted(reader: Reader, chosen: RecordFilter, measures: Sequence[Measure], by_place: Sequence[Measure] = ()) -> Counted:
    """The figures of `measures`, every type by its properties, and those of `by_place` by partner and by region."""

    def by(measure: Measure, choice: RowChoice) -> Question:
        return Question(measure, chosen.narrowed(measure=measure.code), choice.rows)

    plain = questions_of(measures, chosen)
    wanted = [
        (record_type, RowChoice(column.name, column.label, column.name, is_key=True), _measures(record_type))
        for record_type in registry.activity_types()
        for column in record_type.dimensions
    ]
    asked = [by(measure, choice) for _, choice, of_type in wanted for measure in of_type]
    places = [by(measure, choice) for choice in (PARTNERS, REGIONS) for measure in by_place]
    found = iter(answers(reader.session, [*plain, *asked, *places], reader.today))
    figures = figures_from(plain, [next(found) for _ in plain])
    properties = [ByProperty(record_type, choice, tuple(next(found) for _ in of_type)) for record_type, choice, of_type in wanted]
    partners = tuple(next(found) for _ in by_place)
    return Counted(chosen, tuple(figures), tuple(properties), partners, tuple(found))


def _measures(record_type: RecordType) -> list[Measure]:
    quantity = next((one for one in record_type.measures if one.is_quantity and one.mode is Mode.FLOW), None)
    return [record_type.main_measure, *([quantity] if quantity else [])]

"""Every figure of a brief, counted with few statements: measures, how they fall into the properties of their type, partners and regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.briefs.steps import Step, Work
from tracker.counting.filters import RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.queries import Question, Table, answers
from tracker.records.filtering import Reader
from tracker.summaries.breakdowns import ByProperty, by_property, questions_by_property
from tracker.summaries.by_type import Figures, figures_from, questions_of
from tracker.summaries.row_choices import PARTNERS, REGIONS, RowChoice


@dataclass(frozen=True)
class Counted:
    """All that a brief counts over `chosen`."""

    chosen: RecordFilter
    figures: tuple[Figures, ...]
    properties: tuple[ByProperty, ...]
    partners: tuple[Table, ...]
    regions: tuple[Table, ...]


def counted(reader: Reader, chosen: RecordFilter, measures: Sequence[Measure], by_place: Sequence[Measure] = ()) -> Work[Counted]:
    """The figures of `measures`, every type by its properties, and those of `by_place` by partner and by region."""
    yield Step.FIGURES

    def by(measure: Measure, choice: RowChoice) -> Question:
        return Question(measure, chosen.narrowed(measure=measure.code), choice.rows)

    plain = questions_of(measures, chosen)
    found = iter(answers(reader.session, [*plain, *questions_by_property(chosen)], reader.today))
    figures, properties = figures_from(plain, [next(found) for _ in plain]), by_property(found)
    if not by_place:
        return Counted(chosen, tuple(figures), tuple(properties), (), ())
    yield Step.PLACES
    places = answers(reader.session, [by(measure, choice) for choice in (PARTNERS, REGIONS) for measure in by_place], reader.today)
    partners, regions = places[: len(by_place)], places[len(by_place) :]
    return Counted(chosen, tuple(figures), tuple(properties), tuple(partners), tuple(regions))

"""A table of partners or regions with one column for each measure: all types side by side, for one year or for all."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import NOT_STATED, SHARED, RecordFilter
from tracker.counting.measures import Measure
from tracker.counting.queries import Question, Table, answers
from tracker.records.filtering import Reader
from tracker.summaries.asked import Asked
from tracker.summaries.heat import Scale
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Matrix, Row, Shown, presented, shown
from tracker.summaries.row_choices import PARTNERS, RowChoice


def tables_by_partner(reader: Reader, measures: Sequence[Measure], chosen: RecordFilter) -> list[Table]:
    """The figures of each of `measures` by partner and year."""
    return answers(reader.session, questions_by(PARTNERS, measures, chosen), reader.today)


def questions_by(choice: RowChoice, measures: Sequence[Measure], chosen: RecordFilter, *, ranges: bool = False) -> list[Question]:
    """What a grid of `measures` in the rows of `choice` asks, for pages that ask more in the same breath."""
    return [Question(measure, chosen.narrowed(measure=measure.code), choice.rows, ranges) for measure in measures]


def partner_grid(
    reader: Reader,
    found: Sequence[Table],
    chosen: RecordFilter,
    column: str = TOTAL,
    *,
    by_region: bool = False,
    sort: str = "name",
    choice: RowChoice = PARTNERS,
) -> Matrix:
    """Rows of partners, or those of `choice`, a column for each of the tables `found`, all for the year `column` or over all years.

    Rows are those in which any measure has something to say in that column.
    """
    measures = [one.measure for one in found]
    merged = _merged(found, column)
    asked = Asked(measures[0], choice, chosen.narrowed(measure=measures[0].code), sort, by_region)
    frame = presented(reader, asked, merged)
    columns = tuple(Column(measure.code, str(measure.label)) for measure in measures)
    links = [CellLinks(chosen.narrowed(measure=measure.code), measure, choice) for measure, one in zip(measures, found, strict=True)]
    # every measure has a unit of its own, and so its own shades
    scales = [Scale.of(one.cell(row, column).lower for row in one.rows if row not in (NOT_STATED, SHARED)) for one in found]

    def cells(key: str) -> tuple[Shown, ...]:
        return tuple(
            shown(one.cell(key, column), measure, link, key, Column(column, ""), scale if key != TOTAL else None)
            for one, measure, link, scale in zip(found, measures, links, scales, strict=True)
        )

    sections = tuple(
        type(section)(section.title, tuple(Row(row.key, row.label, cells(row.key)) for row in section.rows), section.is_beside)
        for section in frame.sections
    )
    return Matrix(columns, sections, Row(TOTAL, frame.total.label, cells(TOTAL)))


def _merged(found: Sequence[Table], column: str) -> Table:
    """One table with the rows of all, for names, sections and order; its numbers are those of the first that has any."""
    cells: dict[tuple[str, str], Cell] = {}
    for one in found:
        for (row, key), cell in one.cells.items():
            if key == column and not cell.is_empty:
                cells.setdefault((row, TOTAL), cell)
    return Table(found[0].measure, tuple(sorted({row for row, _ in cells if row != TOTAL})), (), (), cells)

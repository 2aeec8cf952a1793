"""What stands behind "How this is counted" under the matrix: what its columns are, and what is known of the records in them."""

from __future__ import annotations

from flask_babel import gettext

from tracker.counting.cells import TOTAL
from tracker.counting.filters import Step
from tracker.counting.periods import OTHER
from tracker.counting.queries import Question, Table, answers
from tracker.records.filtering import Reader
from tracker.summaries.asked import Asked
from tracker.summaries.by_type import Figures
from tracker.summaries.figure_details import FigureDetails, compared_details, figure_details
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import filter_for
from tracker.summaries.periods import Comparison, period_label


def matrix_details(reader: Reader, asked: Asked, found: Table) -> FigureDetails:
    """The details of the table `found`."""
    chosen = filter_for(asked)
    if asked.comparison:
        return _of_two_periods(reader, asked, asked.comparison, found)
    counted = Figures(asked.measure, found.total_row, CellLinks(chosen, asked.measure, None))
    return figure_details(reader, chosen, [counted], _columns_of_time(asked.step))


def _columns_of_time(step: Step) -> str:
    if step is Step.QUARTER:
        return gettext("all quarters, each in a column of its own")
    if step is Step.MONTH:
        return gettext("all months, each in a column of its own")
    return gettext("all years, each in a column of its own")


def _of_two_periods(reader: Reader, asked: Asked, comparison: Comparison, found: Table) -> FigureDetails:
    """C15: each period by itself; what is in no year (C12) may be in either, and is told of all records of the filter."""
    measure, chosen = asked.measure, filter_for(asked).narrowed(year="", since=None, until=None)
    table = answers(reader.session, [Question(measure, chosen)], reader.today)[0]
    bare = Figures(measure, table.total_row, CellLinks(chosen, measure, None))
    labels = [period_label(period, reader.locale) for period in comparison.both]
    both = [
        Figures(
            measure,
            {period.column: found.cell(TOTAL, key)},
            CellLinks(period.behind(filter_for(asked)), measure, None),
            period.column,
        )
        for key, period in zip((TOTAL, OTHER), comparison.both, strict=True)
    ]
    words = gettext("%(this)s compared with %(other)s", this=labels[0], other=labels[1])
    return compared_details(reader, chosen, bare, list(zip(labels, both, strict=True)), words)

"""One year by month, as far as the months are known."""

from __future__ import annotations

from collections.abc import Sequence

from babel.dates import get_month_names
from flask_babel import gettext

from tracker.counting.cells import TOTAL
from tracker.counting.filters import PartOfYear, RecordFilter, Step
from tracker.counting.measures import Measure
from tracker.counting.queries import Question, answers
from tracker.records.filtering import Reader
from tracker.summaries.links import CellLinks
from tracker.summaries.matrix import Column, Matrix, Row, Section, shown

MONTHS = range(1, 13)


def by_month(reader: Reader, measures: Sequence[Measure], chosen: RecordFilter, year: int) -> Matrix:
    """A row for each measure, a column for each month; what is only known to the year stands beside them. Each number opens its list."""
    names = get_month_names("abbreviated", context="stand-alone", locale=reader.locale)
    columns = [Column(PartOfYear(year, Step.MONTH, month).key, names[month]) for month in MONTHS]
    columns.append(Column(PartOfYear(year, Step.MONTH, 0).key, gettext("Month not known"), "uncertain"))
    columns.append(Column(str(year), str(year), "total"))
    asked = [Question(measure, chosen.narrowed(measure=measure.code), step=Step.MONTH) for measure in measures]
    rows = []
    for one, found in zip(asked, answers(reader.session, asked, reader.today), strict=True):
        links = CellLinks(one.chosen, one.measure, None)
        cells = tuple(shown(found.cell(TOTAL, column.key), one.measure, links, TOTAL, column) for column in columns)
        rows.append(Row(one.measure.code, str(one.measure.label), cells))
    return Matrix(tuple(columns), (Section("", tuple(rows)),), rows[0])

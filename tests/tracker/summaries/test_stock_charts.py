"""The course of a stock as a line of steps, and its table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.factories import agreements
from tracker.counting.filters import RecordFilter
from tracker.records.filtering import Reader
from tracker.summaries.by_type import figures_of, headline_measures
from tracker.summaries.charts import HEIGHT, TOP
from tracker.summaries.stock_charts import StepLine, stock_charts

TODAY = 2026


def lines(reader: Reader) -> tuple[StepLine, ...]:
    return stock_charts(figures_of(reader, headline_measures(), RecordFilter(reporting_state="CHN")), TODAY)


@pytest.mark.once
class TestSteps:
    def test_each_year_says_its_last_day_certain_and_possible(self, reader: Reader, save: Callable[..., None]) -> None:
        save(
            agreements.agreement(["THA"], "2019", actions=[("entered_into_force", "2020-05-01")]),
            agreements.agreement(["THA"], "2020", actions=[("entered_into_force", "2021-06/2023-03"), ("terminated", "2025-02-01")]),
        )
        (line,) = lines(reader)
        treads = {one.year: one for one in line.treads}
        assert list(treads) == list(range(2019, TODAY + 1))  # a few years keep the shape of a chart
        assert {year: one.text for year, one in treads.items() if one.text} == {
            2019: "0",
            2020: "1",
            2021: "1–2",
            2023: "2",
            2025: "1",
            TODAY: "1",  # where nothing changes no number is repeated, but over the last step
        }
        assert treads[2021].lower == treads[2020].lower > treads[2021].upper
        assert treads[2023].lower == treads[2023].upper == treads[2021].upper
        assert treads[2019].lower == TOP + HEIGHT
        assert treads[2021].label == "Agreements in force, end of 2021: 1–2 (1 certainly, 1 possibly)"
        assert treads[TODAY].label == "Agreements in force, 2026, today: 1"
        assert "measure=agreements_in_force&year=2021" in treads[2021].url
        assert not treads[2019].url  # nothing to list
        assert line.has_band
        assert [(riser.is_upper, riser.x) for riser in line.risers if riser.x == treads[2021].x] == [(True, treads[2021].x)]
        (row,) = line.table.sections[0].rows
        assert [(column.key, cell.url) for column, cell in zip(line.table.columns, row.cells, strict=True)] == [
            (str(year), one.url) for year, one in treads.items()
        ]

    def test_nothing_is_drawn_of_what_was_never_in_force(self, reader: Reader, save: Callable[..., None]) -> None:
        save(agreements.agreement(["THA"], "2024"))
        assert lines(reader) == ()

"""Bars by year."""

from __future__ import annotations

from functools import partial

import pytest

from tracker.summaries.charts import HEIGHT, TOP, Chart, Series, stacked

pytestmark = pytest.mark.engine_free


def chart_of(*values: dict[int, int], years: range = range(2022, 2027)) -> Chart | None:
    series = [Series(f"Type {number}", found, partial("/{}/{}".format, number)) for number, found in enumerate(values)]
    return stacked("Activities", list(years), series)


class TestStacked:
    def test_nothing_is_drawn_of_nothing(self) -> None:
        assert chart_of({}, {2024: 0}) is None

    def test_parts_stand_on_each_other_and_each_opens_its_list(self) -> None:
        chart = chart_of({2024: 3}, {2024: 1, 2025: 4})
        assert chart
        bar = next(bar for bar in chart.bars if bar.year == 2024)
        lower, upper = bar.segments
        assert lower.y + lower.height == pytest.approx(TOP + HEIGHT)
        assert upper.y + upper.height == pytest.approx(lower.y, abs=0.2)
        assert upper.height == pytest.approx(HEIGHT / 4, abs=0.5)
        assert lower.height == pytest.approx(3 * upper.height, abs=0.5)
        assert [part.url for part in bar.segments] == ["/0/2024", "/1/2024"]
        assert lower.label == "2024, Type 0: 3"

    def test_a_year_without_anything_keeps_its_place(self) -> None:
        chart = chart_of({2022: 1, 2026: 1})
        assert chart
        assert [bar.total for bar in chart.bars] == [1, 0, 0, 0, 1]

    @pytest.mark.parametrize("highest", [1, 3, 7, 48, 101, 9_999])
    def test_the_scale_has_whole_numbers_up_to_the_highest_bar(self, highest: int) -> None:
        chart = chart_of({2024: highest})
        assert chart
        labels = [tick.label for tick in chart.ticks]
        assert labels[0] == 0
        assert labels[-1] >= highest
        assert len(labels) <= 7
        assert min(bar.top for bar in chart.bars) >= TOP

    def test_many_years_name_only_some_on_a_small_screen(self) -> None:
        chart = chart_of({2020: 1}, years=range(1990, 2027))
        assert chart
        assert chart.is_dense
        assert not chart.bars[-1].is_minor
        assert sum(not bar.is_minor for bar in chart.bars) <= 10

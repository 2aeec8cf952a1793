"""What an address of the matrix may ask for."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from tests.tracker.summaries.conftest import TODAY
from tracker.counting.filters import FilterError
from tracker.database.columns import utc_now
from tracker.records.filtering import Reader, filter_of
from tracker.summaries.asked import Asked, read
from tracker.summaries.matrix_page import matrix_page


def asked(reader: Reader, **args: str) -> Asked:
    return read(reader, MultiDict(args))


class TestAddress:
    def test_an_empty_one_asks_for_all_activities_by_country(self, reader: Reader) -> None:
        found = asked(reader)
        assert (found.measure.code, found.choice.code, found.problems) == ("activities", "partner", {})

    def test_a_partner_may_be_typed_by_any_name(self, reader: Reader) -> None:
        assert asked(reader, partner="Burma").chosen.partner == "MMR"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *(("measure", "crimes"), ("rows", "colour"), ("rows", "direction"), ("partner", "Thialand"), ("region", "999")),
            *(("since", "soon"), ("status", "odd"), ("sort", "colour"), ("year", "2024"), ("basis", "best"), ("crime", "x")),
            ("columns", "week"),
            ("sort", "2024m13"),
        ],
    )
    def test_what_does_not_exist_is_named_and_no_table_is_made(self, reader: Reader, name: str, value: str) -> None:
        page = matrix_page(reader, asked(reader, **{name: value}), {name: value}, utc_now())
        assert list(page.asked.problems) == [name]
        assert page.matrix is None
        assert page.chips == ()

    def test_of_a_type_may_ask_for_its_own_properties(self, reader: Reader) -> None:
        assert asked(reader, measure="handovers", rows="direction").problems == {}

    def test_is_made_again_from_what_it_asks(self, reader: Reader) -> None:
        args = {"measure": "handovers", "rows": "direction", "sort": "total", "ranges": "1", "columns": "month"}
        args |= {"partner": "THA", "direction": "inward"}
        found = asked(reader, **args)
        assert found.args() == args
        assert read(reader, MultiDict(found.args())) == found

    @pytest.mark.parametrize("measure", ["operations_active", "agreements_in_force"])
    def test_what_lasts_is_told_by_year_only(self, reader: Reader, measure: str) -> None:
        """C11"""
        assert list(asked(reader, measure=measure, columns="month").problems) == ["columns"]
        with pytest.raises(FilterError) as refused:
            filter_of(reader, MultiDict({"measure": measure, "year": "2024m03"}))
        assert list(refused.value.problems) == ["year"]

    @pytest.mark.parametrize("year", ["2024q5", "2024m13", "2024m3", "2024q", "2024-03"])
    def test_a_part_of_a_year_that_there_is_not_is_named(self, reader: Reader, year: str) -> None:
        with pytest.raises(FilterError):
            filter_of(reader, MultiDict({"year": year}))

    def test_a_bound_covers_all_that_it_may_mean(self, reader: Reader) -> None:
        chosen = asked(reader, since="2024", until="2024").chosen
        assert (chosen.since, chosen.until) == (TODAY.replace(2024, 1, 1), TODAY.replace(2024, 12, 31))

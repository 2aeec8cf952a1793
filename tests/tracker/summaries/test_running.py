"""The page of running totals: the day, the parts and the warnings belong to the number that is shown (C26, C27)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.factories.handovers import handover
from tests.factories.records import figure
from tests.factories.statements import running_total, statement
from tracker.counting.models import Basis
from tracker.records.documents import Document
from tracker.records.filtering import Reader
from tracker.summaries.running import RunningPage, RunningTotal, running_page

pytestmark = pytest.mark.once

SERIES = "Reported arrests"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Save = Callable[..., None]


def part(number: str, start: str = "") -> Document:
    return handover(["MMR"], start, figures=[figure("handed_over", number, series=SERIES, contained_basis="inferred")])


def shown(reader: Reader, until: str = "", **args: Any) -> RunningPage:
    return running_page(reader, {"series": SERIES, "until": until, **args}, NOW, Basis.OFFICIAL)


def chosen(reader: Reader, until: str = "") -> RunningTotal:
    found = shown(reader, until).chosen
    assert found
    return found


def parts(page: RunningPage) -> list[tuple[str, str]]:
    return [(one.day_words, one.part) for one in page.given]


@pytest.mark.once
class TestTheDayOfTheTotal:
    @pytest.fixture
    def with_words(self, save: Save) -> None:
        save(running_total("1000", "2024-03-01"), part("7", "2024-10"), running_total("several thousand", "2025-06-01"))

    def test_c26_is_that_of_its_value_whatever_is_added_or_said_in_words_later(self, reader: Reader, with_words: None) -> None:
        found = chosen(reader)
        assert (found.number.text, found.as_of, found.unit) == ("1\u202f007", "1 March 2024", "persons")
        assert found.note == "persons, as of 1 March 2024"
        assert parts(shown(reader)) == [
            ("1 March 2024", "the running total"),
            ("October 2024", "added: later than the total"),
            ("1 June 2025", "in words, without a number"),
        ]

    def test_c26_is_not_that_of_an_undated_value(self, reader: Reader, save: Save, with_words: None) -> None:
        save(running_total("2000", ""))
        assert chosen(reader).as_of == "1 March 2024"
        assert parts(shown(reader))[0] == ("not stated", "no day stated, not counted")
        every = running_page(reader, {}, NOW, Basis.OFFICIAL)
        assert [(one.name, one.as_of) for one in every.totals] == [(SERIES, "1 March 2024")]

    def test_is_that_of_what_is_added_where_there_is_no_value(self, reader: Reader, save: Save) -> None:
        save(part("3", "2023-05"), part("4", "2024-05"), part("5"))
        assert (chosen(reader).number.text, chosen(reader).as_of) == ("12", "May 2024")

    def test_c1_is_in_the_unit_of_the_last_number_and_others_are_not_added(self, reader: Reader, save: Save) -> None:
        cases = statement([], "2024", figures=[figure("cases_opened", "4", "case", series=SERIES)])
        save(part("3", "2023-05"), cases, part("5", "2025"))
        assert (chosen(reader).number.text, chosen(reader).as_of) == ("8", "2025")
        assert [said for _, said in parts(shown(reader))] == ["added", "in another unit, not added", "added"]

    def test_is_none_where_nothing_is_counted(self, reader: Reader, save: Save) -> None:
        save(part("10"), running_total("1000", "2024-03-01"))
        found = chosen(reader, "2020")
        assert (found.number.text, found.as_of, found.note) == ("–", "", "persons")
        assert parts(shown(reader, "2020")) == [
            ("not stated", "no day stated, not counted"),
            ("1 March 2024", "later than the day asked for"),
        ]

    def test_of_two_values_of_one_record_is_that_of_the_counted_one(self, reader: Reader, save: Save) -> None:
        values = [
            figure("arrests", number, nature="cumulative", as_of=day, series=SERIES, no=place)
            for place, (number, day) in enumerate((("100", "2024-03-01"), ("200", "2025-03-01")), 1)
        ]
        save(statement([], "2025", figures=values))
        found = chosen(reader, "2024-12-31")
        assert (found.number.text, found.as_of) == ("100", "1 March 2024")


class TestUpToADay:
    def test_c26_what_came_later_or_perhaps_later_is_told_apart(self, reader: Reader, save: Save) -> None:
        save(running_total("1000", "2024-03-01"), part("7", "2025/.."), part("5", "2024-09"), part("2", "2024-02"))
        page = shown(reader, "2024-09-15")
        assert page.chosen
        assert (page.chosen.number.text, page.chosen.as_of) == ("1\u202f000–1\u202f005", "1 March 2024")
        assert [said for _, said in parts(page)] == [
            "contained (inferred), not added",
            "the running total",
            "perhaps later than the day asked for: in the upper bound only",
            "later than the day asked for",
        ]
        assert [(year, cell.text) for year, cell in page.years] == [("2024", "1\u202f005")]

    def test_warns_only_of_values_up_to_the_day(self, reader: Reader, save: Save) -> None:
        save(running_total("50000", "2024-09"), running_total("more than 57,000", "2025-07", metric="handed_over"))
        now, then = shown(reader), shown(reader, "2024-09-30")
        assert now.chosen
        assert then.chosen
        assert (now.chosen.number.text, len(now.warnings), len(now.chosen.warnings)) == ("≥ 57\u202f000", 1, 1)
        assert (then.chosen.number.text, then.warnings, then.chosen.warnings) == ("50\u202f000", (), ())

    def test_does_not_set_an_undated_value_against_a_dated_one(self, reader: Reader, save: Save) -> None:
        save(running_total("2000", "", metric="handed_over"), running_total("1000", "2024-03-01"))
        assert shown(reader).warnings == ()

    def test_without_a_day_that_can_be_read_no_part_is_told(self, reader: Reader, save: Save) -> None:
        save(running_total("1000", "2024-03-01"))
        page = shown(reader, "some day")
        assert page.problem
        assert (page.chosen, parts(page)) == (None, [("1 March 2024", "")])

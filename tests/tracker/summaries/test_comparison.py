"""Two periods beside each other, and how far one lies from the other."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from tests.factories import handovers, operations, records
from tests.tracker.summaries.test_matrix import column_of, page_of, rows_of
from tracker.counting.cells import TOTAL, Cell
from tracker.counting.filters import RecordFilter
from tracker.counting.periods import OTHER, Period, beside
from tracker.counting.queries import record_ids
from tracker.counting.rows import PARTNER, Rows
from tracker.database.columns import utc_now
from tracker.records import registry
from tracker.records.figure_words import cell_text
from tracker.records.filtering import Reader, filter_of, measure_of
from tracker.records.queries import figure_behind
from tracker.summaries.asked import read
from tracker.summaries.comparison import difference_words
from tracker.summaries.files import bounds, exact, said
from tracker.summaries.matrix import Matrix, Shown, filter_for
from tracker.summaries.matrix_page import file_rows, matrix_page

pytestmark = pytest.mark.once

Save = Callable[..., None]
YEARS = {"since": "2024", "until": "2024", "columns": "period", "other_since": "2023"}


def table(reader: Reader, **args: str) -> Matrix:
    found = page_of(reader, **args)
    assert found.matrix, found.asked.problems
    return found.matrix


class TestPeriods:
    def test_years_say_what_their_columns_say(self, reader: Reader, save: Save) -> None:
        """C12: what belongs to one of them only perhaps is in neither."""
        save(*(operations.operation(["THA"], start) for start in ("2024-03", "2024", "2023-12/2024-01", "2023-05", "", "2022")))
        found = table(reader, measure="operations_started", **YEARS)
        assert [(column.key, column.label) for column in found.columns] == [
            ("", "2024"),
            ("other", "2023"),
            ("difference", "Difference"),
        ]
        assert [cell.text for cell in rows_of(found)["THA"]] == ["2", "1", "+1"]

    def test_of_the_running_year_are_the_same_days_of_the_year_before(self, reader: Reader, save: Save) -> None:
        """C15: a date that is known to the year may lie before the day or after it."""
        save(*(operations.operation(["THA"], start) for start in ("2026-02", "2026-03-01", "2025-02", "2025", "2025-12-01")))
        page = page_of(reader, measure="operations_started", columns="before")
        assert page.caption == "Country, 1 Jan – 23 Nov 2026 compared with 1 Jan – 23 Nov 2025"
        assert page.matrix
        assert [cell.text for cell in rows_of(page.matrix)["THA"]] == ["2", "1–2", "0 to +1"]

    def test_over_several_years_hold_what_lies_between_them(self, reader: Reader, save: Save) -> None:
        save(*(operations.operation(["THA"], start) for start in ("2022-12/2023-01", "2023-12/2024-01", "2020")))
        found = table(
            reader, measure="operations_started", since="2023", until="2024", columns="period", other_since="2019", other_until="2021"
        )
        assert [cell.text for cell in rows_of(found)["THA"]] == ["1–2", "1", "0 to +1"]

    def test_of_what_lasts_are_whole_years(self, reader: Reader, save: Save) -> None:
        """C11"""
        save(operations.operation(["THA"], "2023-05", "2024-02"))
        found = table(reader, measure="operations_active", **YEARS)
        assert [cell.text for cell in rows_of(found)["THA"]] == ["1", "1", "0"]
        assert list(page_of(reader, measure="operations_active", columns="before", since="2024-02").asked.problems) == ["since"]
        assert page_of(reader, measure="agreements_in_force", columns="before").asked.problems == {}

    @pytest.mark.parametrize(
        ("args", "problem"),
        [
            ({"columns": "period"}, "other_since"),
            ({"columns": "period", "other_since": "soon"}, "other_since"),
            ({"columns": "period", "other_since": "2024", "other_until": "2023"}, "other_until"),
            ({"columns": "period", "other_since": "0999"}, "other_since"),
            ({"columns": "before", "since": "2024", "until": "2023"}, "until"),
            ({"columns": "before", "since": "0001-01-01", "until": "2024"}, "since"),
            ({"columns": "before", "since": "2020-02-01", "until": "2023"}, "since"),
        ],
    )
    def test_that_there_are_not_are_named(self, reader: Reader, args: dict[str, str], problem: str) -> None:
        page = matrix_page(reader, read(reader, MultiDict(args)), args, utc_now())
        assert list(page.asked.problems) == [problem]
        assert page.matrix is None
        assert page.form.columns.data == args["columns"]

    def test_are_asked_again_by_their_address(self, reader: Reader) -> None:
        for args in (YEARS | {"sort": "difference"}, {"columns": "before", "sort": "other", "since": "2026-02-01"}):
            asked = read(reader, MultiDict(args))
            assert asked.problems == {}
            assert read(reader, MultiDict(asked.args())) == asked
        assert "columns" not in read(reader, MultiDict({"sort": "difference"})).args()


class TestDifference:
    @pytest.mark.parametrize(
        ("this", "other", "words"),
        [
            ((1, 5, 5), (1, 3, 3), "+2"),
            ((1, 3, 3), (1, 5, 5), "−2"),
            ((1, 3, 5), (1, 4, 4), "−1 to +1"),
            ((1, 10, None), (1, 3, 4), "≥ +6"),
            ((1, 10, 12), (1, 3, None), "≤ +9"),
            ((1, 10, None), (1, 3, None), "–"),
            ((1, 10, 10), (0, 0, 0), "–"),  # C32: a quantity that nobody stated is no 0
        ],
    )
    def test_c29_is_a_range_where_one_of_the_numbers_is(
        self, app: object, reader: Reader, this: tuple[int, int, int | None], other: tuple[int, int, int | None], words: str
    ) -> None:
        cells = [Cell(one, Decimal(low), None if high is None else Decimal(high)) for one, low, high in (this, other)]
        assert difference_words(*cells, registry.every_measure()["arrests"])[0] == words

    def test_of_counts_with_nothing_is_known(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2024"))
        assert [cell.text for cell in rows_of(table(reader, measure="operations_started", **YEARS))["THA"]] == ["1", "0", "+1"]

    def test_is_what_rows_can_be_sorted_by(self, reader: Reader, save: Save) -> None:
        starts = (("THA", "2023"), ("THA", "2024"), ("KHM", "2024"), ("LAO", "2023"), ("LAO", "2023"))
        save(*(operations.operation([country], start) for country, start in starts))
        for sort, expected in (("difference", ["KHM", "THA", "LAO"]), ("other", ["LAO", "THA", "KHM"]), ("total", ["KHM", "THA", "LAO"])):
            (section,) = table(reader, measure="operations_started", sort=sort, **YEARS).sections
            assert [row.key for row in section.rows] == expected, sort

    def test_of_the_foot_is_that_of_the_totals(self, reader: Reader, save: Save) -> None:
        """C3"""
        save(operations.operation(["LAO", "THA"], "2024"), operations.operation(["THA"], "2023"))
        found = column_of(table(reader, measure="operations_started", **YEARS), "difference")
        assert found == {"LAO": "+1", "THA": "0", "": "0", "sum": "+1", "again": "+1", "records": "+1"}

    def test_stays_a_number_in_the_file(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2023"))
        rows = list(file_rows(reader, read(reader, MultiDict({"measure": "operations_started"} | YEARS)), utc_now()))
        assert rows[:2] == [["Country", "Code", "2024", "2023", "Difference"], ["Thailand", "THA", "0", "1", Decimal(-1)]]
        assert ["Table", "Country, 2024 compared with 2023"] in rows

    @pytest.mark.engine_free
    @pytest.mark.parametrize(
        ("text", "number"),
        [("+1", Decimal(1)), ("−1", Decimal(-1)), ("+1\u202f234.5", Decimal("1234.5")), ("≥ +6", None), ("0 to +1", None)],
    )
    def test_is_a_number_in_workbooks_and_json_whichever_its_sign(self, text: str, number: Decimal | None) -> None:
        shown = Shown(text)
        assert exact(shown) == number
        assert bounds(shown) == (number, number)
        assert said(shown) == (text if number is None else number)

    def test_that_is_a_range_has_its_bounds_in_files(self, reader: Reader, save: Save) -> None:
        """C29"""
        save(*(operations.operation(["THA"], start) for start in ("2026-02", "2026-03-01", "2025-02", "2025")))
        cell = rows_of(table(reader, measure="operations_started", columns="before"))["THA"][-1]
        assert (cell.text, bounds(cell)) == ("0 to +1", (0, 1))


class TestHowItIsCounted:
    def test_names_both_periods_and_what_is_in_no_year(self, reader: Reader, save: Save) -> None:
        """C12, C15"""
        numbers = (("2024-03", "some"), ("2024-04", "some"), ("2023", "1"), ("2022", "some"), ("", "1"), ("2023-09/2024-02", "1"))
        save(*(handovers.handover(["THA"], day, number) for day, number in numbers))
        details = page_of(reader, measure="persons_handed_over", **YEARS).details
        assert details
        assert (details.period, 15 in [rule.number for rule in details.rules]) == ("2024 compared with 2023", True)
        assert "2024" not in details.filter
        assert [line.label for line in details.lines] == ["Persons handed over, 2024", "Persons handed over, 2023"]
        assert [[one.text for one in line.without_number] for line in details.lines] == [["2 records, in words only"], []]
        for line in details.lines:
            assert [one.text for one in line.undated] == ["1 record, year uncertain", "1 record, year not stated"]
        for one in (one for line in details.lines for one in line.open):
            chosen = filter_of(reader, MultiDict(parse_qs(urlsplit(one.url).query)))
            listed = record_ids(reader.session, chosen, measure_of(chosen), reader.today)
            assert reader.session.scalar(sa.select(sa.func.count()).select_from(listed.subquery())) == one.count, one.url

    @pytest.mark.parametrize("step", ["year", "quarter", "month"])
    def test_says_what_the_columns_are(self, reader: Reader, step: str) -> None:
        details = page_of(reader, columns=step).details
        assert details
        assert details.period == f"all {step}s, each in a column of its own"


@pytest.mark.parametrize("measure", ["activities", "persons_handed_over", "operations_active", "agreements_in_force"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param("columns=before", marks=pytest.mark.whole),
        "columns=period&other_since=2023&since=2024&until=2024&basis=working&expand=1",
    ],
)
def test_c43_each_number_opens_its_list(many: Reader, measure: str, query: str) -> None:
    args = MultiDict({name: values[0] for name, values in parse_qs(query).items()}) | {"measure": measure}
    asked = read(many, MultiDict(args))
    assert asked.comparison, asked.problems
    page = matrix_page(many, asked, {}, utc_now())
    assert page.matrix
    rows = Rows(PARTNER)
    found = beside(many.session, asked.measure, filter_for(asked), rows, asked.comparison.both, many.today)
    tried = 0
    for row in (*(row for section in page.matrix.sections for row in section.rows), page.matrix.total):
        for key, cell in zip((TOTAL, OTHER), row.cells, strict=False):
            number = found.cell(row.key, key)
            if not number.records:
                continue
            chosen = filter_of(many, MultiDict(parse_qs(urlsplit(cell.url).query)))
            listed = record_ids(many.session, chosen, measure_of(chosen), many.today)
            assert many.session.scalar(sa.select(sa.func.count()).select_from(listed.subquery())) == number.records, (cell.url, number)
            assert head_of(many, cell.url) == cell.text, cell.url
            tried += 1
    assert tried > 1


def head_of(reader: Reader, url: str) -> str:
    """The number that stands above a list."""
    chosen = filter_of(reader, MultiDict(parse_qs(urlsplit(url).query)))
    measure = measure_of(chosen)
    assert measure
    return cell_text(figure_behind(reader, chosen, measure), measure)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"since": "2024-01-01", "until": "2024-08-30"}, ["1–3", "6–8"]),
        ({"since": "2024-02-10", "until": "2024-08-30"}, ["0–3", "0–8"]),
        ({"since": "2023-06-01", "until": "2024-08-30"}, ["1–3", "6–8"]),
    ],
)
def test_c43_days_say_the_same_beside_others_alone_and_above_their_lists(
    reader: Reader, save: Save, days: dict[str, str], expected: list[str]
) -> None:
    """C15, C29: a date known to the month or the year lies in these days only perhaps."""
    save(*(handovers.handover(["THA"], day, number) for day, number in (("2024", "1"), ("2024-02", "6"), ("2024-08", "1"), ("2022", "9"))))
    for measure, text in zip(("handovers", "persons_handed_over"), expected, strict=True):
        both = rows_of(table(reader, measure=measure, columns="period", other_since="2023", **days))["THA"]
        by_year = rows_of(table(reader, measure=measure, **days))["THA"]
        for cell in (both[0], by_year[0], by_year[-1]):
            assert (cell.text, head_of(reader, cell.url)) == (text, text), (measure, cell.url)


def test_c29_quantities_keep_their_bounds_in_both(reader: Reader, save: Save) -> None:
    save(handovers.handover(["THA"], "2024-02", "at least 30"), handovers.handover(["THA"], "2023", "10"))
    both = (
        Period(reader.today.replace(2024, 1, 1), reader.today.replace(2024, 12, 31)),
        Period(reader.today.replace(2023, 1, 1), reader.today),
    )
    chosen = RecordFilter(reporting_state=records.REPORTING_STATE)
    found = beside(reader.session, registry.every_measure()["persons_handed_over"], chosen, None, both, reader.today)
    assert [(found.cell(TOTAL, key).lower, found.cell(TOTAL, key).upper) for key in (TOTAL, OTHER)] == [(30, None), (40, None)]

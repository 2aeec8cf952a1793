"""The table as it is drawn: what each rule makes of its cells, sections and foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict

from tests.factories import handovers, operations, records, trainings
from tests.factories.users import user
from tracker.accounts.models import Role
from tracker.counting.models import Basis
from tracker.counting.projection import RULE_VERSION
from tracker.database.columns import utc_now
from tracker.records.filtering import Reader
from tracker.summaries.asked import read
from tracker.summaries.home import home_page
from tracker.summaries.matrix import Matrix, Shown, matrix
from tracker.summaries.matrix_page import MatrixPage, file_rows, matrix_page
from tracker.summaries.page_files import matrix_file

pytestmark = pytest.mark.once

Save = Callable[..., None]


def drawn(reader: Reader, **args: str) -> Matrix:
    return matrix(reader, read(reader, MultiDict(args)))


def rows_of(table: Matrix) -> dict[str, tuple[Shown, ...]]:
    return {row.key: row.cells for section in table.sections for row in section.rows} | {row.key: row.cells for row in table.sums}


def column_of(table: Matrix, key: str) -> dict[str, str]:
    place = [column.key for column in table.columns].index(key)
    return {row: cells[place].text for row, cells in rows_of(table).items()} | {"": table.total.cells[place].text}


def page_of(reader: Reader, **args: str) -> MatrixPage:
    return matrix_page(reader, read(reader, MultiDict(args)), {}, utc_now())


def signs(reader: Reader, **args: str) -> list[str]:
    return [one.sign for one in page_of(reader, **args).signs]


class TestFoot:
    def test_shows_what_was_counted_again(self, reader: Reader, save: Save) -> None:
        """C3: A{LAO,KHM,THA}, B{THA} -> rows 1, 1, 2; distinct 2; sum 4; counted again 2, in 1 record."""
        save(operations.operation(["LAO", "KHM", "THA"], "2024"), operations.operation(["THA"], "2024"))
        found = column_of(drawn(reader, measure="operations_started"), "2024")
        assert found == {"LAO": "1", "KHM": "1", "THA": "2", "": "2", "sum": "4", "again": "2", "records": "1"}

    def test_is_only_the_total_where_nothing_was(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["LAO"], "2024"))
        assert drawn(reader, measure="operations_started").sums == ()

    def test_of_crime_types_says_difference_since_a_record_may_have_none(self, reader: Reader, save: Save) -> None:
        """C30"""
        save(operations.operation(["LAO"], "2024", crimes=["drugs", "cybercrime"]), operations.operation(["LAO"], "2024"))
        table = drawn(reader, measure="operations_started", rows="crime")
        assert "Counted again in further rows" not in [row.label for row in table.sums]


class TestSigns:
    def test_only_those_that_stand_in_the_table_are_explained(self, reader: Reader, save: Save) -> None:
        save(handovers.handover(["THA"], "2024", "10"), handovers.handover(["LAO"], "2024", "20"))
        assert signs(reader, measure="handovers") == ["Shade"]
        assert "≥ 12" not in signs(reader, measure="persons_handed_over")
        save(handovers.handover(["THA"], "2023", "at least 30"), handovers.handover(["KHM"], "2023", "about 20"))
        save(handovers.handover(["MMR"], "2022", "10-12", complete=False), handovers.handover(["KAZ"], "2022", "several"))
        assert signs(reader, measure="persons_handed_over") == ["–", "≥ 12", "≈ 12", "10–12", "Statement without a number", "Shade"]
        assert "12+" in signs(reader, measure="handovers")


class TestRowsThatAddUp:
    def test_a_statement_about_several_is_not_passed_over(self, reader: Reader, save: Save) -> None:
        save(trainings.training(["THA"], "2024"))
        (said,) = page_of(reader, measure="trainings_started").adds_up
        assert said.startswith("No record is counted in more than one row")
        words = records.figure("trainings", "multiple", "training", no=1)
        save(trainings.training(["THA", "LAO"], "2024", is_group_entry=True, figures=[words]))
        assert "stand in the rows of all" in page_of(reader, measure="trainings_started").adds_up[1]
        save(trainings.training(["THA", "LAO"], "2024"))
        assert page_of(reader, measure="trainings_started").adds_up == ()


class TestHome:
    def test_what_names_no_partner_stands_in_no_row_but_in_the_table(self, reader: Reader, save: Save) -> None:
        reader = replace(reader, user=user(reader.session, Role.MANAGER))
        save(operations.operation(["LAO"], "2024"))
        assert [section.title for section in home_page(reader, utc_now(), Basis.OFFICIAL).matrix.sections] == [""]
        save(operations.operation([], "2024"))
        first, beside = home_page(reader, utc_now(), Basis.OFFICIAL).matrix.sections
        assert [row.key for row in first.rows] == ["LAO"]
        assert (beside.title, [row.label for row in beside.rows]) == ("In no row", ["Partner not stated"])
        assert [cell.text for cell in beside.rows[0].cells] == ["0", "0", "1", "0", "0"]


class TestCells:
    def test_where_only_words_are_known_are_no_0_and_open_the_words(self, reader: Reader, save: Save) -> None:
        """C31"""
        words = records.figure("trainings", "multiple", "training", no=1)
        save(trainings.training(["THA"], "2024", is_group_entry=True, figures=[words]))
        (cell, *_) = rows_of(drawn(reader, measure="trainings_started"))["THA"]
        assert cell.text == "–"
        assert "number=unquantified" in cell.url

    def test_of_countries_carry_the_plus_and_totals_do_not(self, reader: Reader, save: Save) -> None:
        """C7"""
        save(operations.operation(["THA"], "2024", complete=False))
        table = drawn(reader, measure="operations_started")
        assert rows_of(table)["THA"][0].open_list
        assert not table.total.cells[0].open_list
        asked = read(reader, MultiDict({"measure": "operations_started", "basis": "working"}))
        assert ["Thailand", "THA", "1+", "1+"] in [list(row) for row in file_rows(reader, asked, utc_now())]
        (made,) = matrix_file(page_of(reader, measure="operations_started", basis="working")).tables
        assert [cell.signs for cell in made.rows[0].cells] == ["1+", "1+"], "which is what JSON files show"

    def test_of_missing_persons_are_a_dash_and_of_no_handovers_a_0(self, reader: Reader, save: Save) -> None:
        """C32"""
        save(handovers.handover(["THA"], "2024"), handovers.handover(["LAO"], "2023", "4"))
        assert column_of(drawn(reader, measure="persons_handed_over"), "2024")["THA"] == "–"
        assert column_of(drawn(reader, measure="handovers"), "2023")["THA"] == "0"

    def test_of_what_lasts_have_a_range_and_no_total_of_years(self, reader: Reader, save: Save) -> None:
        """C11, C14"""
        save(operations.operation(["THA"], "2024", status="completed"))
        table = drawn(reader, measure="operations_active")
        assert column_of(table, "2026")["THA"] == "0–1"
        assert table.columns[-1].label == "At any time"

    def test_unsplit_persons_stand_in_shared(self, reader: Reader, save: Save) -> None:
        """C33"""
        save(operations.operation(["LAO", "THA"], "2024", arrests="30"))
        assert column_of(drawn(reader, measure="arrests"), "2024") == {"shared": "30", "": "30"}

    def test_shades_leave_totals_out(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["LAO"], "2024"))
        (year, total) = rows_of(drawn(reader, measure="operations_started"))["LAO"]
        assert year.heat
        assert total.heat is None


class TestColumns:
    STARTS = ("2024-03-05", "2024-03", "2024", "2024-05/2024-06", "2023-12/2024-01", "")

    def table(self, reader: Reader, save: Save, step: str) -> dict[str, str]:
        save(*(operations.operation(["THA"], start) for start in self.STARTS))
        table = drawn(reader, measure="operations_started", columns=step)
        return dict(zip([column.key for column in table.columns], [cell.text for cell in rows_of(table)["THA"]], strict=True))

    def test_by_month_leave_what_is_not_known_to_the_month_out_of_january(self, reader: Reader, save: Save) -> None:
        """C12"""
        months = {f"2024m{month:02}": "0" for month in range(1, 13)} | {"2024m03": "2"}
        assert self.table(reader, save, "month") == months | {"2024m00": "2", "2024": "4", "uncertain": "1", "not_stated": "1", "": "6"}

    def test_by_quarter_hold_what_is_known_to_the_quarter(self, reader: Reader, save: Save) -> None:
        quarters = {"2024q1": "2", "2024q2": "1", "2024q3": "0", "2024q4": "0", "2024q0": "1"}
        assert self.table(reader, save, "quarter") == quarters | {"2024": "4", "uncertain": "1", "not_stated": "1", "": "6"}

    def test_without_records_are_left_out_where_years_are_many(self, reader: Reader, save: Save) -> None:
        save(*(operations.operation(["THA"], f"{year}-07") for year in range(2018, 2025)))
        keys = [column.key for column in drawn(reader, measure="operations_started", columns="month").columns]
        assert keys[:3] == ["2018m07", "2018", "2019m07"]
        # every quarter of seven years does not fit on paper, and the printed page says so
        assert [drawn(reader, columns=step).is_wider_than_paper for step in ("year", "quarter", "month")] == [False, True, False]

    def test_count_again_by_month_too(self, reader: Reader, save: Save) -> None:
        """C3"""
        save(operations.operation(["LAO", "THA"], "2024-02"))
        table = drawn(reader, measure="operations_started", columns="month")
        for key in ("2024m02", "2024", ""):
            assert column_of(table, key) == {"LAO": "1", "THA": "1", "": "1", "sum": "2", "again": "1", "records": "1"}, key

    def test_are_named_in_words(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2024-03"), operations.operation(["THA"], "2024"))
        labels = [column.label for column in drawn(reader, measure="operations_started", columns="month").columns]
        assert (labels[2], labels[12]) == ("Mar 2024", "2024, month not known")


class TestSections:
    def test_countries_stand_before_organisations_and_what_is_in_no_row(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["SCO", "THA"], "2024"), operations.operation([], "2024"))
        sections = drawn(reader, measure="operations_started").sections
        assert [[row.key for row in section.rows] for section in sections] == [["THA"], ["SCO"], ["not_stated"]]
        assert [section.is_beside for section in sections] == [False, False, True]

    def test_may_be_regions(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA", "LAO", "USA"], "2024"))
        table = drawn(reader, measure="operations_started", grouped="1")
        assert [section.title for section in table.sections] == ["Northern America", "South-eastern Asia"]

    def test_may_be_agencies_but_none_of_ours(self, reader: Reader, save: Save) -> None:
        """C4, C33: the country has them in its row; quantities are not split between agencies."""
        save(operations.operation(["THA_RTP", "CHN_MPS"], "2024"), operations.operation(["THA"], "2024"))
        table = drawn(reader, measure="operations_started", rows="agency")
        assert column_of(table, "2024") == {"THA_RTP": "1", "": "2", "sum": "1", "again": "−1", "records": "–"}
        assert list(read(reader, MultiDict({"measure": "arrests", "rows": "agency"})).problems) == ["rows"]

    def test_are_sorted_by_name_in_the_readers_language_or_by_number(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2024"), operations.operation(["THA"], "2023"), operations.operation(["KHM"], "2024"))
        keys = [[row.key for row in drawn(reader, sort=sort).sections[0].rows] for sort in ("name", "total")]
        assert keys == [["KHM", "THA"], ["THA", "KHM"]]

    def test_are_sorted_by_any_column(self, reader: Reader, save: Save) -> None:
        starts = (("THA", "2024-03"), ("THA", "2024-03"), ("KHM", "2023"), ("LAO", "2024-05"))
        save(*(operations.operation([country], start) for country, start in starts))
        for sort, expected in (("2023", ["KHM", "LAO", "THA"]), ("2024m03", ["THA", "KHM", "LAO"]), ("2024m05", ["LAO", "KHM", "THA"])):
            (section,) = drawn(reader, measure="operations_started", columns="month", sort=sort).sections
            assert [row.key for row in section.rows] == expected, sort
        page = page_of(reader, sort="2023")
        assert (page.direction("2023"), page.direction("2024"), page.direction("name")) == ("descending", "", "")
        assert (page.sort_url("name"), page.sort_url("")) == ("/figures/?measure=activities", "/figures/?measure=activities&sort=total")


class TestSparkline:
    def test_is_told_in_words_by_the_same_cells(self, reader: Reader, save: Save) -> None:
        save(*(operations.operation(["THA"], year) for year in ("2022", "2024", "2024", "2025")))
        (row,) = drawn(reader, measure="operations_started").sections[0].rows
        assert row.sparkline
        assert row.sparkline.words == "2022: 1, 2025: 1; most in 2024: 2"
        assert row.sparkline.points == "2.0,9.0 22.0,16.0 42.0,2.0 62.0,9.0"

    def test_of_what_lasts_is_the_certain_number(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2024", status="completed"))
        (row,) = drawn(reader, measure="operations_active").sections[0].rows
        assert row.sparkline
        assert row.sparkline.words == "2024: 1, 2026: 0–1; most in 2024: 1"
        assert row.sparkline.points == "2.0,2.0 32.0,16.0 62.0,16.0"

    def test_of_two_years_or_of_nothing_is_none(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2022"), operations.operation(["THA"], "2023"), operations.operation(["LAO"], ""))
        table = drawn(reader, measure="operations_started")
        assert not table.has_sparklines
        assert {row.sparkline for row in table.sections[0].rows} == {None}


class TestPage:
    def test_names_what_stands_outside_the_count(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2024", status="planned"), handovers.handover(["THA"], "2024", stage="refused"))
        page = matrix_page(reader, read(reader, MultiDict()), {}, utc_now())
        assert [note.text for note in page.outside] == ["1 planned", "1 refused"]

    def test_names_the_rules_that_apply(self, reader: Reader) -> None:
        page = matrix_page(reader, read(reader, MultiDict({"measure": "persons_handed_over"})), {}, utc_now())
        assert page.details
        assert {"C21", "C22", "C31", "C33"} <= {rule.name for rule in page.details.rules}


class TestFile:
    def test_has_the_table_first_and_its_origin_after_an_empty_line(self, reader: Reader, save: Save) -> None:
        save(operations.operation(["THA"], "2024"), operations.operation([], "2024"))
        asked = read(reader, MultiDict({"measure": "operations_started", "status": "unknown"}))
        rows = [list(map(str, row)) for row in file_rows(reader, asked, utc_now())]
        assert rows[:4] == [
            ["Country", "Code", "2024", "All years"],
            ["Thailand", "THA", "1", "1"],
            ["Partner not stated", "not_stated", "1", "1"],
            ["Distinct total", "", "2", "2"],
        ]
        assert rows[4] == []
        assert ["Filter", "not known"] in rows
        assert rows[-1][0].startswith("Counted ")
        assert f"rules {RULE_VERSION}" in rows[-1][0]

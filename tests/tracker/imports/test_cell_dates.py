"""Dates of other people's tables."""

from __future__ import annotations

import pytest

from tracker.imports.cell_dates import Evidence, Order, Style, evidence_of, first_and_last, is_nothing, read_date
from tracker.partial_dates import DateError

pytestmark = pytest.mark.engine_free
DAY, MONTH = Style(Order.DAY_FIRST), Style(Order.MONTH_FIRST)


class TestEvidence:
    @pytest.mark.parametrize(
        ("cells", "order", "asks"),
        [
            (["1/14/80", "3/4/80"], Order.MONTH_FIRST, False),
            (["14.1.2012", "3.4.2012"], Order.DAY_FIRST, False),
            (["3/4/2012", "5/5/2012"], None, True),
            (["13/1/2012", "1/13/2012", "3/4/2012"], None, True),
            (["13/1/2012", "1/13/2012"], None, False),
            (["2012-01-03", "NA", ""], None, False),
            (["3.4.2012 - 14.4.2012", "3/5/2012-5/6/2012"], Order.DAY_FIRST, False),
            (["13-12/2017", "3/4.2017"], None, False),
        ],
    )
    def test_a_column_tells_which_is_the_day_or_somebody_is_asked(self, cells: list[str], order: Order | None, *, asks: bool) -> None:
        found = evidence_of(cells)
        assert (found.order, found.asks_order) == (order, asks)

    def test_says_by_which_cell(self) -> None:
        found = evidence_of(["3/4/12", "13/1/2012", "1/14/2012", "15/1/2012"])
        assert found == Evidence(2, 1, 1, 1, "13/1/2012", "1/14/2012", "3/4/12")
        assert [found.short_year(pivot) for pivot in (30, 12, 11)] == [2012, 2012, 1912]
        assert evidence_of(["31.02.2017", "14.13.2017", "29.2.23", "29.2.24", "17.3.2017"]).example == "29.2.24", "a day that exists"
        assert evidence_of(["31.02.2017", "3.4.2017", "30.2.2017"]).example == "31.02.2017", "there is no other"


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "style", "edtf"),
        [
            ("1/14/1980", MONTH, "1980-01-14"),
            ("3/4/1980 ", MONTH, "1980-03-04"),
            ("3/4/1980", DAY, "1980-04-03"),
            ("03.04.1980 00:00:00", DAY, "1980-04-03"),
            ("5/5/1980", Style(), "1980-05-05"),
            ("1/14/80", Style(Order.MONTH_FIRST, 30), "1980-01-14"),
            ("1/14/12", Style(Order.MONTH_FIRST, 30), "2012-01-14"),
            ("1980-01-xx", Style(), "1980-01"),
            ("2010-XX-XX-", Style(), "2010"),
            ("1964-XX-16", Style(), "1964"),
            ("1953-05-5", Style(), "1953-05-05"),
            ("15-17/03/2019", DAY, "2019-03-15/2019-03-17"),
            ("15.-17.3.2019", DAY, "2019-03-15/2019-03-17"),
            ("3.4.2017-5/4/2017", DAY, "2017-04-03/2017-04-05"),
            ("1986-05-12?", Style(), "1986-05-12?"),
            ("2011-01-26~", Style(), "2011-01-26~"),
            ("1981-09..1981-10", Style(), "1981-09/1981-10"),
            ("2013-07-03 00:00:00", Style(), "2013-07-03"),
            ("July 2024", Style(), "2024-07"),
            ("2024", Style(), "2024"),
            ("9999-12-31", Style(), ""),
            ("-9", Style(), ""),
            ("NA", Style(), ""),
            ("  ", Style(), ""),
        ],
    )
    def test_are_read_as_far_as_they_say(self, cell: str, style: Style, edtf: str) -> None:
        assert read_date(cell, style).edtf == edtf

    @pytest.mark.parametrize(
        ("cell", "style"),
        [
            ("3/4/1980", Style()),
            ("1/14/80", MONTH),
            ("14/1/1980", MONTH),
            ("31/02/1980", DAY),
            ("0014-022005", Style()),
            ("1980-13-xx", Style()),
            ("next week", Style()),
            ("1/2/3/4", DAY),
            *((cell, Style(Order.DAY_FIRST, 30)) for cell in ("10-12/2017", "1/2-2017", "3/4.2017", "3/4-17", "2017-10/12", "2017/10.12")),
        ],
    )
    def test_what_cannot_be_read_is_said_and_never_guessed(self, cell: str, style: Style) -> None:
        with pytest.raises(DateError) as refused:
            read_date(cell, style)
        assert str(refused.value)

    @pytest.mark.parametrize(
        "cell",
        [
            *("3-14 September 2018", "3–14 September 2018", "September 3-14, 2018", "3 to 14 September 2018", "03.09.2018 - 14.09.2018"),
            *("2018年9月3日至14日", "2018年9月3日—9月14日", "3/9/2018-14/9/2018", "2018-09-03 - 2018-09-14", "03-09-2018 – 14-09-2018"),
            *("-2018-09-03/2018-09-14", "-2018-09-03 / 2018-09-14", "-2018-09-03..2018-09-14", "-between 3 and 14 September 2018"),
            *("-3 or 4 September 2018", "-2018", "-2018-2019", "-May-June 2018", "-3 September 2018"),
        ],
    )
    def test_days_from_which_to_which_are_told_from_a_day_between(self, cell: str) -> None:
        text = cell.removeprefix("-")  # one that says no such days
        said = first_and_last(text, read_date(text, DAY).edtf)
        assert said == (None if text != cell else ("2018-09-03", "2018-09-14"))

    def test_of_the_number_of_a_day_it_is_said_which_day_it_may_mean(self) -> None:
        days = {"43831": "2020-01-01", "20000": "1954-10-03", "60000": "2064-04-08"}
        plain = ("19999", "60001", "43831.5", "043831")
        said = {}
        for cell in (*days, *plain):
            with pytest.raises(DateError) as refused:
                read_date(cell, DAY)
            said[cell] = str(refused.value)
        assert [cell for cell in said if "the day number of a spreadsheet" in said[cell]] == [*days]
        assert [f"{day}: write {day} if" in said[cell] for cell, day in days.items()] == [True] * 3

    def test_what_stands_for_nothing(self) -> None:
        assert all(
            map(
                is_nothing,
                ["", "NA", "n/a", "-9", "9999-12-31", "9999", "Unknown", "Not  known", "n/k", "TBC", "tbd", "不详", "未知", "不明", "无"],
            )
        )
        assert not any(map(is_nothing, ["0", "2024", "9998-12-31", "no", "#N/A"]))

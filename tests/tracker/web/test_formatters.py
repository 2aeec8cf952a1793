"""Numbers, dates and moments as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask

from tracker.web.formatters import moment, number, partial_date, yes_no


@pytest.mark.engine_free
class TestNumber:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (None, "–"),
            (0, "0"),
            (7, "7"),
            (999, "999"),
            (1000, "1\u202f000"),
            (1234567, "1\u202f234\u202f567"),
            (Decimal("10.500"), "10.5"),
            (Decimal("3.000"), "3"),
            (Decimal("0.25"), "0.25"),
            (Decimal("1E+3"), "1\u202f000"),
            (2.5, "2.5"),
            (-4200, "-4\u202f200"),
            (Decimal("999999999999999.125"), "999\u202f999\u202f999\u202f999\u202f999.125"),
        ],
    )
    def test_thousands_are_parted_and_needless_zeros_dropped(self, value: object, text: str) -> None:
        assert number(value) == text  # type: ignore[arg-type]


class TestWords:
    def test_a_partial_date_reads_in_the_language_of_the_page(self, app: Flask) -> None:
        with app.test_request_context():
            assert (partial_date("2024-07"), partial_date("")) == ("July 2024", "not stated")

    def test_a_moment_stands_in_the_time_zone_of_the_ministry(self, app: Flask) -> None:
        app.config["TIME_ZONE"] = "Asia/Shanghai"
        with app.test_request_context():
            assert moment(datetime(2026, 11, 24, 20, 5, tzinfo=UTC)) == "25 November 2026, 04:05"

    def test_yes_and_no(self, app: Flask) -> None:
        with app.test_request_context():
            assert (yes_no(True), yes_no(False)) == ("yes", "no")

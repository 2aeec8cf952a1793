"""Numbers as sources say them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.records.enums import Qualifier
from tracker.records.numbers import LARGEST, Number, NumberError, as_typed, bounded, decimal_text, parse_number
from tracker.records.words import live_number

EXACT, AT_LEAST, AT_MOST, ABOUT, RANGE, WORDS = (
    Qualifier.EXACT, Qualifier.AT_LEAST, Qualifier.AT_MOST, Qualifier.ABOUT, Qualifier.RANGE, Qualifier.UNQUANTIFIED,
)  # fmt: skip


def read(typed: str) -> tuple[Qualifier, Decimal | None, Decimal | None]:
    number = parse_number(typed)
    assert number is not None
    return number.qualifier, number.lower, number.upper


class TestReading:
    @pytest.mark.parametrize(
        ("typed", "value"),
        [
            ("10", 10), ("0", 0), (" 7 ", 7), ("50,000", 50000), ("1,234,567", 1234567), ("50 000", 50000), ("10.5", "10.5"),
            ("0.125", "0.125"), ("1,000.5", "1000.5"),
            ("５０", 50), ("3 million", 3000000), ("5万", 50000), ("1.2亿", 120000000), ("10名", 10), ("30人", 30),
        ],
    )  # fmt: skip
    def test_an_exact_number(self, typed: str, value: int | str) -> None:
        assert read(typed) == (EXACT, Decimal(value), Decimal(value))

    def test_numbers_in_chinese_characters(self) -> None:
        said = {
            "二十五人": (EXACT, 25), "约一百二十名": (ABOUT, 120), "三十余人": (AT_LEAST, 30), "超过一百零五人": (AT_LEAST, 105),
            "一万五千": (EXACT, 15_000), "两千": (EXACT, 2_000), "一亿二千万": (EXACT, 120_000_000), "零": (EXACT, 0),
        }  # fmt: skip
        assert {typed: read(typed)[:2] for typed in said} == said
        # in two ways, or no number at all: the words are kept
        for typed in ("三五人", "一百二", "二〇一六", "万", "一带一路", "数十人", "about", "约"):
            assert read(typed) == (WORDS, None, None), typed

    @pytest.mark.parametrize(
        "typed",
        [
            "at least 2,100", "more than 2100", "over 2100", "At Least 2100", ">2100", ">= 2100", "≥2100", "2100+", "2100 or more",
            "超过2100", "2100多名",
        ],
    )  # fmt: skip
    def test_c29_at_least_has_no_upper_bound(self, typed: str) -> None:
        assert read(typed) == (AT_LEAST, Decimal(2100), None)

    @pytest.mark.parametrize("typed", ["at most 5", "up to 5", "no more than 5", "<=5", "≤ 5", "max 5", "不超过5"])
    def test_c29_at_most_begins_at_zero(self, typed: str) -> None:
        assert read(typed) == (AT_MOST, Decimal(0), Decimal(5))

    @pytest.mark.parametrize("typed", ["about 20", "around 20", "approximately 20", "approx. 20", "ca. 20", "~20", "≈ 20", "约20"])
    def test_c29_about_has_its_value_and_is_told_apart(self, typed: str) -> None:
        assert read(typed) == (ABOUT, Decimal(20), Decimal(20))

    @pytest.mark.parametrize("typed", ["10-12", "10 - 12", "10–12", "10 to 12", "between 10 and 12", "from 10 to 12", "10至12"])
    def test_c29_a_range_has_two_bounds(self, typed: str) -> None:
        assert read(typed) == (RANGE, Decimal(10), Decimal(12))

    def test_a_range_of_one_number_is_that_number(self) -> None:
        assert read("10-10") == (EXACT, Decimal(10), Decimal(10))

    @pytest.mark.parametrize("typed", ["several", "a large number", "multiple", "大批"])
    def test_c31_words_without_a_digit_are_kept_and_have_no_value(self, typed: str) -> None:
        assert parse_number(typed) == Number(WORDS, None, None, typed)

    @pytest.mark.parametrize("typed", ["", "   "])
    def test_c32_nothing_typed_is_no_number_and_not_zero(self, typed: str) -> None:
        assert parse_number(typed) is None


class TestRefusing:
    @pytest.mark.parametrize("typed", ["1.000", "12.345"])
    def test_what_can_be_a_thousand_or_one_is_asked_for(self, typed: str) -> None:
        with pytest.raises(NumberError):
            parse_number(typed)

    @pytest.mark.parametrize("typed", ["1,00", "1.000,5", "12,34", "1,0000", "1.2.3"])
    def test_what_is_written_in_no_known_way_is_asked_for(self, typed: str) -> None:
        with pytest.raises(NumberError):
            parse_number(typed)

    @pytest.mark.parametrize(
        ("typed", "offered"),
        [
            ("12,5", "125, or 12.5"), ("0,5", "5, or 0.5"), ("0,500", "500, or 0.5"), ("1.000", "1000, or 1"),
            ("12.345", "12345, or 12.3450"),
            ("1.000,50", "1000.5"), ("1.000.000", "1000000"), ("12 34", "1234"), ("10,", "10"), ("00,0", "0"), ("1 2,5", "125, or 12.5"),
        ],
    )  # fmt: skip
    def test_it_is_said_what_was_typed_can_mean(self, app: Flask, typed: str, offered: str) -> None:
        with app.test_request_context(), pytest.raises(NumberError) as refused:
            parse_number(typed)
        with app.test_request_context():
            said = str(refused.value)
            assert f"write {offered}" in said.replace(", if that is meant", ""), said
            assert all(isinstance(parse_number(one), Number) for one in offered.split(", or "))

    @pytest.mark.parametrize("typed", ["12-10", "ten 10", "10 cats", "-5", "1e5", "10 / 12", "x10"])
    def test_what_is_no_number_is_refused(self, typed: str) -> None:
        with pytest.raises(NumberError):
            parse_number(typed)

    def test_more_than_three_decimals_are_refused(self) -> None:
        with pytest.raises(NumberError):
            parse_number("0.1234")

    def test_what_the_database_cannot_hold_is_refused(self) -> None:
        assert read(str(LARGEST))[1] == LARGEST
        with pytest.raises(NumberError):
            parse_number(f"{LARGEST}0")

    def test_a_text_without_end_is_refused_before_anything_reads_it(self) -> None:
        with pytest.raises(NumberError):
            parse_number("9" * 10_000)


VALUES = st.decimals(min_value=0, max_value=LARGEST, places=3, allow_nan=False, allow_infinity=False).map(lambda value: value.normalize())


class TestRoundTrip:
    @given(st.sampled_from([EXACT, AT_LEAST, AT_MOST, ABOUT]), VALUES)
    def test_what_is_shown_in_the_box_reads_back_as_the_same_number(self, qualifier: Qualifier, value: Decimal) -> None:
        number = bounded(qualifier, value)
        typed = as_typed(qualifier, decimal_text(number.lower), decimal_text(number.upper), "")
        assert read(typed) == (qualifier, number.lower, number.upper)

    @given(VALUES, VALUES)
    def test_so_does_a_range(self, one: Decimal, other: Decimal) -> None:
        low, high = sorted((one, other))
        typed = as_typed(RANGE, decimal_text(low), decimal_text(high), "")
        assert read(typed) == (EXACT if low == high else RANGE, low, high)

    def test_words_are_shown_as_they_are(self) -> None:
        assert as_typed(WORDS, None, None, "a large number") == "a large number"

    @given(VALUES)
    def test_a_document_holds_numbers_without_exponent_or_idle_zeros(self, value: Decimal) -> None:
        text = decimal_text(value)
        assert text is not None
        assert Decimal(text) == value
        assert "E" not in text
        assert not ("." in text and text.endswith("0"))

    @given(st.text(max_size=40))
    def test_any_text_is_read_or_refused_and_nothing_else(self, typed: str) -> None:
        try:
            number = parse_number(typed)
        except NumberError:
            return
        assert number is None or number.lower is None or number.upper is None or number.lower <= number.upper


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", ("", True)),
        ("more than 500", ("at least 500", True)),
        ("10-12", ("10 to 12", True)),
        ("up to 5", ("at most 5", True)),
        ("ca. 20", ("about 20", True)),
        ("several", ("no number: kept in these words", True)),
    ],
)
def test_it_is_said_while_it_is_typed(app: Flask, typed: str, said: tuple[str, bool]) -> None:
    with app.test_request_context():
        assert live_number(typed) == said


def test_what_cannot_be_read_is_said_as_well(app: Flask) -> None:
    with app.test_request_context():
        assert [live_number(typed, "person", "person") for typed in ("1", "more than 1", "10-12", "several")] == [
            ("1 person", True), ("at least 1 person", True), ("10 to 12 persons", True), ("no number: kept in these words", True),
        ]  # fmt: skip
        assert live_number("1.5", "kg", "kilogram") == ("1.5 kilograms", True)
        assert live_number("1.5", "person", "person") == ("Persons are counted whole: write 1 or 2.", False)
        text, is_fine = live_number("more then 50")
    assert (is_fine, '"more then 50" is not a number' in text) == (False, True)

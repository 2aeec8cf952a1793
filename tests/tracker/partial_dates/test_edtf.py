from datetime import date, timedelta
from itertools import pairwise

import edtf as oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.partial_dates.strategies import parsed_or_none, partial_dates, written_points
from tracker.partial_dates import NOT_STATED, DateBasis, DateError, parse_edtf

pytestmark = pytest.mark.engine_free

STATED, INFERRED = DateBasis.STATED, DateBasis.INFERRED

BOUNDS = [
    ("2024", "2024-01-01", "2024-12-31"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2023-02", "2023-02-01", "2023-02-28"),
    ("2024-07-10", "2024-07-10", "2024-07-10"),
    ("2024?", "2024-01-01", "2024-12-31"),
    ("2024-07~", "2024-07-01", "2024-07-31"),
    ("2024-07-10%", "2024-07-10", "2024-07-10"),
    ("2024-21", "2024-03-01", "2024-05-31"),
    ("2024-22", "2024-06-01", "2024-08-31"),
    ("2024-23", "2024-09-01", "2024-11-30"),
    ("2023-24", "2023-12-01", "2024-02-29"),
    ("2024-24", "2024-12-01", "2025-02-28"),
    ("2199-24", "2199-12-01", "2200-02-28"),
    ("2024-33", "2024-01-01", "2024-03-31"),
    ("2024-34", "2024-04-01", "2024-06-30"),
    ("2024-35", "2024-07-01", "2024-09-30"),
    ("2024-36", "2024-10-01", "2024-12-31"),
    ("2024-09-08/2024-09-10", "2024-09-08", "2024-09-10"),
    ("2023-09~/2024-09~", "2023-09-01", "2024-09-30"),
    ("2024-07-15/2024-07", "2024-07-15", "2024-07-31"),
    ("2023-12/..", "2023-12-01", None),
    ("../2024-09", None, "2024-09-30"),
]


class TestBounds:
    @pytest.mark.parametrize(("text", "lower", "upper"), BOUNDS)
    def test_bounds_are_the_first_and_last_possible_day(self, text, lower, upper):
        d = parse_edtf(text)
        assert (d.lower and d.lower.isoformat(), d.upper and d.upper.isoformat()) == (lower, upper)
        assert d.edtf == text

    # The package ends winter (24) on 31 December; here it runs to the end of February, so seasons 24 are left out.
    # It takes no marks after seasons and quarters, so those are compared without.
    @given(
        st.one_of(
            written_points(codes=(21,)).filter(lambda text: "-21" not in text[4:7]),
            written_points(marks="", codes=(21, 22, 23, 33, 34, 35, 36)),
        )
    )
    def test_single_dates_agree_with_the_edtf_package(self, text):
        ours, theirs = parse_edtf(text), oracle.parse_edtf(text)
        assert (ours.lower, ours.upper) == (day_of(theirs.lower_strict()), day_of(theirs.upper_strict()))

    @given(
        st.lists(st.dates(date(1500, 1, 1), date(2199, 12, 31)), min_size=2, max_size=2).map(sorted), st.integers(0, 2), st.integers(0, 2)
    )
    def test_intervals_agree_with_the_edtf_package(self, days, first, last):
        formats = ("%Y", "%Y-%m", "%Y-%m-%d")
        text = f"{days[0].strftime(formats[first])}/{days[1].strftime(formats[last])}"
        ours, theirs = parse_edtf(text), oracle.parse_edtf(text)
        assert (ours.lower, ours.upper) == (day_of(theirs.lower_strict()), day_of(theirs.upper_strict()))

    @given(partial_dates())
    def test_lower_is_never_after_upper(self, d):
        assert d.lower is None or d.upper is None or d.lower <= d.upper

    @given(st.integers(1500, 2198))
    def test_four_seasons_follow_each_other_without_a_gap(self, year):
        seasons = [parse_edtf(f"{year}-{code}") for code in (21, 22, 23, 24)] + [parse_edtf(f"{year + 1}-21")]
        for one, after in pairwise(seasons):
            assert one.upper is not None
            assert one.upper + timedelta(days=1) == after.lower


class TestCanonicalText:
    @given(partial_dates())
    def test_canonical_text_is_a_fixed_point(self, d):
        assert parse_edtf(d.edtf, d.basis) == d

    @pytest.mark.parametrize(
        ("text", "canonical"),
        [
            ("2023-12/", "2023-12/.."),
            ("/2024-09", "../2024-09"),
            ("2024/2024", "2024"),
            ("2024?/2024?", "2024?"),
            (" 2024-07 ", "2024-07"),
        ],
    )
    def test_other_spellings_become_canonical(self, text, canonical):
        assert parse_edtf(text).edtf == canonical

    def test_an_empty_text_is_not_stated(self):
        assert parse_edtf("") is NOT_STATED
        assert parse_edtf("  ", INFERRED) is NOT_STATED


class TestBasis:
    @pytest.mark.parametrize(
        ("text", "given", "basis", "canonical"),
        [
            ("2024", None, STATED, "2024"),
            ("2024~", None, STATED, "2024~"),
            ("2024?", None, INFERRED, "2024?"),
            ("2024%", None, INFERRED, "2024%"),
            ("2024?", STATED, STATED, "2024?"),
            ("2024", INFERRED, INFERRED, "2024?"),
            ("2024~", INFERRED, INFERRED, "2024%"),
            ("2023-09/2024-09", INFERRED, INFERRED, "2023-09/2024-09"),
            ("2023?/2024", None, INFERRED, "2023?/2024"),
        ],
    )
    def test_the_marks_give_the_basis_unless_one_is_given(self, text, given, basis, canonical):
        d = parse_edtf(text, given)
        assert (d.basis, d.edtf) == (basis, canonical)

    def test_a_date_cannot_be_marked_as_not_stated(self):
        with pytest.raises(DateError, match="not stated"):
            parse_edtf("2024", DateBasis.NOT_STATED)


class TestProperties:
    @pytest.mark.parametrize(
        ("text", "year", "years"),
        [
            ("2023-12", 2023, None),
            ("2023-09~/2024-09~", None, (2023, 2024)),
            ("2020/2024", None, (2020, 2024)),
            ("2024-24", None, (2024, 2025)),
            ("../2024-09", None, None),
            ("2023-12/..", None, None),
            ("", None, None),
        ],
    )
    def test_a_date_counts_in_one_year_or_is_uncertain_or_not_stated(self, text, year, years):
        d = parse_edtf(text)
        assert (d.year, d.years) == (year, years)

    def test_flags(self):
        assert parse_edtf("2024-07-10").is_day
        assert not parse_edtf("2024-07").is_day
        assert not NOT_STATED.is_day
        assert not NOT_STATED.is_stated
        assert parse_edtf("2024?").is_stated
        assert parse_edtf("2024?").is_inferred
        assert parse_edtf("2024%").is_approximate
        assert parse_edtf("2023-09~/2024").is_approximate
        assert not parse_edtf("2024?").is_approximate


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("2024-13", "no month 13"),
            ("2024-00", "no month 0"),
            ("2024-25", "2024/2025"),
            ("2024-20", "no month 20"),
            ("2024-37", "no month 37"),
            ("2023-02-29", "has 28 days"),
            ("2024-04-31", "has 30 days"),
            ("2024-01-00", "no day 0"),
            ("2024-21-10", "no month 21"),
            ("1499", "outside 1500 to 2199"),
            ("2200-01", "outside 1500 to 2199"),
            ("2024/2023", "after the end"),
            ("2024-09-11/2024-09-10", "after the end"),
            ("../..", "open to both sides"),
            ("..", "not a date in EDTF"),
            ("/", "not a date in EDTF"),
            ("2024-7", "not a date in EDTF"),
            ("20240710", "not a date in EDTF"),
            ("2024?~", "not a date in EDTF"),
            ("2024/2025/2026", "not a date in EDTF"),
            ("２０２４", "not a date in EDTF"),
            ("Y12024", "not a date in EDTF"),
            ("[2023,2024]", "not a date in EDTF"),
            ("2" * 101, "not a date in EDTF"),
        ],
    )
    def test_the_message_names_what_is_wrong(self, text, words):
        with pytest.raises(DateError, match=words):
            parse_edtf(text)

    @given(st.text(max_size=120))
    def test_no_text_fails_otherwise(self, text):
        parsed_or_none(text, None)

    @given(st.text("0123456789-/.?~% ", max_size=25))
    def test_no_text_that_looks_like_a_date_fails_otherwise(self, text):
        parsed_or_none(text, None)


def day_of(moment):
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)

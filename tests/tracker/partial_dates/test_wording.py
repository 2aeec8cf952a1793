from collections.abc import Iterator
from datetime import date

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.partial_dates.strategies import partial_dates
from tracker.partial_dates import (
    NOT_STATED,
    DateBasis,
    as_typed,
    counts_in,
    describe,
    live_line,
    parse_edtf,
    parse_typed,
    weekday,
)

pytestmark = pytest.mark.engine_free

CHINESE = {
    "not stated": "未说明",
    "%(date)s (inferred)": "%(date)s（推断）",
    "%(date)s (uncertain)": "%(date)s（存疑）",
    "about %(date)s": "约%(date)s",
    "by %(date)s": "不晚于%(date)s",
    "%(date)s or later": "%(date)s或以后",
    "between %(start)s and %(end)s": "%(start)s至%(end)s之间",
    "spring %(year)s": "%(year)s年春季",
    "summer %(year)s": "%(year)s年夏季",
    "autumn %(year)s": "%(year)s年秋季",
    "winter %(year)s-%(next_year)s": "%(year)s-%(next_year)s年冬季",
    "first quarter of %(year)s": "%(year)s年第一季度",
    "second quarter of %(year)s": "%(year)s年第二季度",
    "third quarter of %(year)s": "%(year)s年第三季度",
    "fourth quarter of %(year)s": "%(year)s年第四季度",
    "counts in %(year)s": "计入%(year)s年",
    "%(counting)s, marked as inferred": "%(counting)s，标为推断",
    "year uncertain: %(first)s or %(last)s": "年份不确定：%(first)s年或%(last)s年",
    "year uncertain: between %(first)s and %(last)s": "年份不确定：%(first)s年至%(last)s年之间",
    "year not stated": "年份未说明",
    "year not stated (%(bound)s)": "年份未说明（%(bound)s）",
    "%(date)s - %(counting)s": "%(date)s - %(counting)s",
}

WORDS = [
    ("", "not stated", "未说明"),
    ("2024-07-10", "10 July 2024", "2024年7月10日"),
    ("2024-07", "July 2024", "2024年7月"),
    ("2024", "2024", "2024年"),
    ("2024?", "2024 (inferred)", "2024年（推断）"),
    ("2023~", "about 2023", "约2023年"),
    ("2024-07%", "about July 2024 (inferred)", "约2024年7月（推断）"),
    ("2024-35", "third quarter of 2024", "2024年第三季度"),
    ("2024-21", "spring 2024", "2024年春季"),
    ("2024-24", "winter 2024-2025", "2024-2025年冬季"),
    ("2023-09/2024-09", "between September 2023 and September 2024", "2023年9月至2024年9月之间"),
    ("2023-09~/2024-09~", "between about September 2023 and about September 2024", "约2023年9月至约2024年9月之间"),
    ("2023?/2024", "between 2023 and 2024 (inferred)", "2023年至2024年之间（推断）"),
    ("../2024-09", "by September 2024", "不晚于2024年9月"),
    ("../2024-09~", "by about September 2024", "不晚于约2024年9月"),
    ("2023-12/..", "December 2023 or later", "2023年12月或以后"),
]

COUNTING = [
    ("2024-07", "counts in 2024", "计入2024年"),
    ("2024?", "counts in 2024, marked as inferred", "计入2024年，标为推断"),
    ("2023-09~/2024-09~", "year uncertain: 2023 or 2024", "年份不确定：2023年或2024年"),
    ("2020/2024", "year uncertain: between 2020 and 2024", "年份不确定：2020年至2024年之间"),
    ("2023?/2024", "year uncertain: 2023 or 2024, marked as inferred", "年份不确定：2023年或2024年，标为推断"),
    ("", "year not stated", "年份未说明"),
    ("../2024-09", "year not stated (by September 2024)", "年份未说明（不晚于2024年9月）"),
    ("../2024-09?", "year not stated (by September 2024)", "年份未说明（不晚于2024年9月）"),
    ("2023-12/..", "year not stated (December 2023 or later)", "年份未说明（2023年12月或以后）"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A product of nothing but the words tested here."""
    folder = tmp_path_factory.mktemp("translations")
    catalog = Catalog(locale="zh")
    for message, translation in CHINESE.items():
        catalog.add(message, translation, flags=["python-format"] if "%(" in message else [])
    target = folder / "zh" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalog)
    app = Flask("dates")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder)
    Babel(app, default_locale="en")
    return app


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("in_app")
class TestWords:
    @pytest.mark.parametrize(("edtf", "english", "chinese"), WORDS)
    def test_a_date_is_described_in_the_language_asked_for(self, edtf, english, chinese):
        d = parse_edtf(edtf)
        assert (describe(d), describe(d, "en"), describe(d, "zh")) == (english, english, chinese)

    @pytest.mark.parametrize(("edtf", "english", "chinese"), COUNTING)
    def test_where_it_counts_is_said_in_the_language_asked_for(self, edtf, english, chinese):
        d = parse_edtf(edtf)
        assert (counts_in(d), counts_in(d, "en"), counts_in(d, "zh")) == (english, english, chinese)

    def test_the_language_of_the_request_is_taken_when_none_is_asked_for(self, app):
        with app.test_request_context(), force_locale("zh"):
            assert describe(parse_edtf("2024-07~")) == "约2024年7月"
            assert describe(parse_edtf("2024-07~"), "en") == "about July 2024"
            assert describe(parse_edtf("2024-07~")) == "约2024年7月"

    @pytest.mark.parametrize("locale", ["en_US", "en-GB", "xx", "zz_ZZ", ""])
    def test_every_english_has_the_day_first_and_unknown_locales_are_english(self, locale):
        assert describe(parse_edtf("2024-07-10"), locale) == "10 July 2024"

    def test_a_doubt_that_the_source_states_is_called_uncertain(self):
        assert describe(parse_edtf("2024?", DateBasis.STATED)) == "2024 (uncertain)"

    def test_an_inferred_interval_says_so(self):
        assert describe(parse_edtf("2023-09/2024-09", DateBasis.INFERRED)) == "between September 2023 and September 2024 (inferred)"


class TestWeekday:
    def test_a_day_has_its_weekday(self, in_app):
        assert weekday(parse_edtf("2024-07-10")) == "Wednesday 10 July 2024"
        assert weekday(parse_edtf("2024-07-10~"), "zh") == "2024年7月10日星期三"

    @pytest.mark.parametrize("edtf", ["", "2024-07", "2024-07-10/2024-07-11", "../2024-07-10"])
    def test_anything_less_exact_has_none(self, edtf):
        assert weekday(parse_edtf(edtf)) == ""


@pytest.mark.usefixtures("in_app")
class TestLiveLine:
    @pytest.mark.parametrize(
        ("typed", "line"),
        [
            ("10.7.2024", "Wednesday 10 July 2024 - counts in 2024"),
            ("~10.7.2024", "about Wednesday 10 July 2024 - counts in 2024"),
            ("July 2024?", "July 2024 (inferred) - counts in 2024, marked as inferred"),
            ("2023-2024", "between 2023 and 2024 - year uncertain: 2023 or 2024"),
            ("before 9/2024", "by September 2024 - year not stated"),
            ("", "year not stated"),
            ("unknown", "year not stated"),
        ],
    )
    def test_a_date_is_said_back_with_where_it_counts(self, typed, line):
        assert live_line(typed) == (line, True)

    def test_a_date_that_counts_nowhere_is_only_read_aloud(self):
        assert live_line("10.7.2024", counts=False) == ("Wednesday 10 July 2024", True)

    def test_an_error_is_said_in_its_own_words(self):
        line, is_fine = live_line("3/4/2024")
        assert not is_fine
        assert line.startswith("“3/4/2024” can be 3 April 2024 or 4 March 2024")

    def test_it_speaks_the_language_asked_for(self):
        assert live_line("10.7.2024", "zh") == ("2024年7月10日星期三 - 计入2024年", True)
        assert "2024年4月3日" in live_line("3/4/2024", "zh")[0]

    @given(text=st.text(max_size=110))
    def test_no_text_breaks_it(self, text):
        assert live_line(text, "zh")[0]


class TestTheWayBack:
    @pytest.mark.parametrize("locale", ["en", "zh", "fr", "ar", "ru", "es"])
    @given(d=partial_dates())
    def test_what_the_form_shows_reads_back_as_the_same_date(self, app, locale, d):
        with app.app_context():
            assert parse_typed(as_typed(d, locale), locale) == d

    @pytest.mark.parametrize("locale", ["en", "zh"])
    @given(d=partial_dates())
    def test_a_description_reads_back_as_the_same_date(self, app, locale, d):
        with app.app_context():
            again = parse_typed(describe(d, locale), locale)
        assert (again.lower, again.upper, again.basis, again.is_approximate) == (d.lower, d.upper, d.basis, d.is_approximate)
        # One "(inferred)" after an interval does not tell which of its ends was marked: that alone is lost in words.
        if "/" not in d.edtf or not ("?" in d.edtf or "%" in d.edtf):
            assert again == d

    @pytest.mark.parametrize("locale", ["en", "zh"])
    @given(d=partial_dates())
    def test_people_see_words_wherever_words_read_back(self, app, locale, d):
        with app.app_context():
            words = describe(d, locale)
            assert as_typed(d, locale) == words or parse_typed(words) != d

    @given(day=st.dates(date(1500, 1, 1), date(2199, 12, 31)))
    def test_a_weekday_reads_back(self, app, day):
        with app.app_context():
            d = parse_edtf(day.isoformat())
            assert parse_typed(weekday(d)) == parse_typed(weekday(d, "zh")) == d

    @pytest.mark.parametrize(
        ("edtf", "basis", "typed"),
        [
            ("2023?/2024", None, "2023?/2024"),
            ("2023?/2024", DateBasis.STATED, "2023?/2024 (stated)"),
            ("2023?/2024?", DateBasis.STATED, "between 2023 and 2024 (uncertain)"),
            ("../2024-09?", None, "../2024-09?"),
        ],
    )
    def test_edtf_is_shown_where_words_would_lose_a_mark(self, app, edtf, basis, typed):
        with app.app_context():
            assert as_typed(parse_edtf(edtf, basis), "en") == typed

    def test_no_date_is_an_empty_box(self):
        assert as_typed(NOT_STATED) == ""


class TestOutsideAnApplication:
    @pytest.mark.parametrize("locale", [None, "en", "zh"])
    def test_words_are_english(self, locale):
        assert describe(parse_edtf("2024-07~"), locale) == "about July 2024"
        assert counts_in(parse_edtf("2024"), locale) == "counts in 2024"
        assert live_line("10.7.2024", locale) == ("Wednesday 10 July 2024 - counts in 2024", True)
        assert "3 April 2024" in live_line("3/4/2024", locale)[0]

    @given(d=partial_dates())
    def test_the_way_back_holds(self, d):
        assert parse_typed(as_typed(d)) == d

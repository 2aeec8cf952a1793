from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.partial_dates import NOT_STATED, DateBasis, DateError, parse_edtf, parse_typed
from tracker.partial_dates.symbols import LANGUAGES, fold, month_names, weekday_names

pytestmark = pytest.mark.engine_free

READ = {
    "": "|  |not stated|unknown|N/A|n/a|-|–|?|不详|未知|未说明|Inconnu|غير مذكور",
    "2024": "2024|２０２４|٢٠٢٤|2024年|二〇二四年|in 2024",
    "2024?": "2024?|2024 ?|2024 (inferred)|2024（推断）|perhaps 2024",
    "2024~": ("about 2024|around 2024|circa 2024|c. 2024|c.2024|ca. 2024|approx. 2024|~2024|2024~|约2024年|大约2024年|2024年左右"),
    "2024%": "about 2024?|about 2024 (inferred)|2024~ (inferred)",
    "2024-07": (
        "July 2024|Jul 2024|jul. 2024|07/2024|7/2024|7.2024|2024-07|2024/7|2024.07|2024年7月|2024年七月|July, 2024|"
        "2024 July|July of 2024|juillet 2024|julio de 2024|июль 2024 г.|يوليو ٢٠٢٤"
    ),
    "2024-07-10": (
        "10.7.2024|10. 7. 2024|10.07.2024|2024-07-10|2024/07/10|2024.07.10|2024 7 10|20240710|10 July 2024|"
        "10th July, 2024|July 10, 2024|July 10th 2024|Wednesday 10 July 2024|Wed, 10 July 2024|"
        "10 July 2024 (Wednesday)|2024年7月10日|２０２４年７月１０日|二〇二四年七月十日|2024年7月10日星期三|"
        "١٠ يوليو ٢٠٢٤|10 يوليو 2024|10 juillet 2024|mercredi 10 juillet 2024|10 de julio de 2024|"
        "miércoles, 10 de julio de 2024|10 июля 2024 г.|среда, 10 июля 2024 г.|10-Jul-2024|10/Jul/2024|10.Jul.2024|"
        "2024-Jul-10|2024年7月10号"
    ),
    "2024-03-27": ("27.03.2024|27 3 2024|27/3/2024|27-3-2024|3/27/2024|27 Mar 2024|27 Mar. 2024|Wednesday 27 March 2024|mer. 27 mars 2024"),
    "2024-03-26": "mar. 26 mars 2024|mar 26 marzo 2024",
    "2024-03-03": "3/3/2024|3 3 2024",
    "2024-04-03": "3.4.2024|3. 4. 2024|2024-4-3",
    "2024-12-31": "二〇二四年十二月三十一日|31.12.2024",
    "2023/2024": (
        "2023-2024|2023–2024|2023—2024|2023 - 2024|2023 or 2024|2023/2024|2023 / 2024|between 2023 and 2024|"
        "2023 to 2024|from 2023 to 2024|2023~2024|2023～2024年|2023至2024年|2023年到2024年|2023年或2024年|"
        "介于2023年和2024年之间|2023..2024"
    ),
    "2023-09/2024-09": (
        "from September 2023 to September 2024|2023-09..2024-09|2023-09 to 2024-09|2023-09 - 2024-09|2023-09-2024-09|"
        "09/2023-09/2024|9.2023 - 9.2024|between Sep 2023 and Sep 2024|September 2023 – September 2024|"
        "2023年9月至2024年9月|从2023年9月到2024年9月"
    ),
    "2023-09~/2024-09~": (
        "2023-09~/2024-09~|about September 2023 to about September 2024|about September 2023 to September 2024|"
        "between about September 2023 and about September 2024|约2023年9月至约2024年9月之间|2023-09~ to 2024-09~"
    ),
    "2023-09~/2024-09": "between about September 2023 and September 2024|from about September 2023 to September 2024",
    "../2024-09": (
        "before 2024-09|by 2024-09|by September 2024|until 2024-09|till 2024-09|2024年9月以前|2024年9月之前|"
        "不晚于2024年9月|../2024-09|/2024-09|not later than September 2024|September 2024 or earlier|..2024-09|"
        "截至2024年9月"
    ),
    "../2024-09~": "by about September 2024",
    "../2024": "by the end of 2024|2024年底前|2024年底以前",
    "2023-12/..": (
        "after 2023-12|since 2023-12|from 2023-12|2023-12/..|2023-12/|December 2023 or later|"
        "from December 2023 onwards|自2023年12月起|2023年12月以后|2023年12月或以后|2023-12.."
    ),
    "2024-35": (
        "Q3 2024|2024 Q3|2024Q3|2024-Q3|3Q 2024|third quarter of 2024|the third quarter of 2024|3rd quarter 2024|"
        "2024年第三季度|2024年三季度|2024-35"
    ),
    "2024-33/2024-35": "Q1-Q3 2024",
    "2024-21": "spring 2024|2024年春季|2024年春|2024-21",
    "2024-23": "autumn 2024|fall 2024|2024年秋天",
    "2024-24": "winter 2024-2025|winter 2024/25|winter 2024–2025|2024-2025年冬季|2024至2025年冬季|2024-24",
    "2024-21/2024-23": "spring to autumn 2024",
    "1990/1999": "the 1990s|1990s|1990's|1990年代",
    "2024-01/2024-06": "first half of 2024|H1 2024|2024年上半年",
    "2024-07/2024-08": "July or August 2024|July-August 2024|from July to August 2024|2024年7月至8月",
    "2024-09-08/2024-09-10": (
        "8-10 September 2024|8–10 September 2024|from 8 to 10 September 2024|September 8-10, 2024|8.-10.9.2024|"
        "8.9.-10.9.2024|2024年9月8日至10日|2024-09-08/2024-09-10|2024-09-08-2024-09-10|8 September - 10 September 2024"
    ),
    "2024-08-28/2024-09-03": "28 August - 3 September 2024|28 August–3 September 2024",
}

REFUSED = {
    "can be 3 April 2024 or 4 March 2024: write 3 April 2024 or 2024-04-03": ("3/4/2024|3-4-2024|3 4 2024|3 / 4 / 2024|03/04/2024"),
    "has 29 days": "31.02.2024|2024-02-30|30 February 2024|2024年2月30日",
    "has 28 days": "2023-02-29|29/2/2023",
    "no month 13": "2024-13|10.13.2024",
    "no month 27": "3.27.2024",
    "27 March 2024 is a Wednesday, not a Tuesday": "Tuesday 27 March 2024|Tue 27.3.2024|2024年3月27日星期二",
    "write 2024/2025": "2024-25",
    "time of day": "2024-07-10 14:30|10 July 2024 3pm|2024-07-10T14:30|2024年7月10日14时",
    "between January 2024 and April 2024": "early 2024|2024年初|the beginning of 2024",
    "between May 2024 and August 2024": "mid-2024|mid 2024",
    "between September 2024 and December 2024": "late 2024|the end of 2024|2024年底",
    "between 11 July 2024 and 20 July 2024": "mid-July 2024|2024年7月中旬",
    "between 21 July 2024 and 31 July 2024": "late July 2024",
    "write winter 2023-2024 or winter 2024-2025": "winter 2024|2024年冬季",
    "write 2000-2009 or 2000-2099": "2000s|the 2000s",
    "leaves out the time between": "2020 or 2024|10 July 2024 or 12 July 2024",
    "after the end": "2024-2023|from 2024 to 2023|September 2024 - July 2024",
    "outside 1500 to 2199": "1066|2500|1 May 1200",
    "write, for example, 27 March 2024": (
        "hello|~|about|2023 and 2024|10072024|2024-07-08-10|(inferred)|2023 - present|1/2024/3|99999|from to|10-12/2017|"
        "2017-10/12|2017/10.12"
    ),
    "no day 32": "32 July 2024|32.7.2024",
    "at most 100 characters": "2" * 101,
    "needs every year written with four digits": ("10.7.24|7/24|24|July 24|10 July 24|July|10 July|Jul-24|2023–24|2024/25|'24|32"),
}


def cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(text, key) for key, texts in table.items() for text in texts.split("|")]


class TestReading:
    @pytest.mark.parametrize(("text", "edtf"), cases(READ))
    def test_what_people_type_is_understood(self, text, edtf):
        assert parse_typed(text).edtf == edtf

    @pytest.mark.parametrize(("text", "edtf"), cases(READ))
    def test_case_and_spaces_around_do_not_matter(self, text, edtf):
        assert parse_typed(f"  {text.upper()} ").edtf == edtf

    @pytest.mark.parametrize(
        ("text", "basis"),
        [
            ("July 2024", DateBasis.STATED),
            ("about July 2024", DateBasis.STATED),
            ("July 2024?", DateBasis.INFERRED),
            ("between 2023 and 2024 (inferred)", DateBasis.INFERRED),
            ("2024? (stated)", DateBasis.STATED),
            ("2024 (uncertain)", DateBasis.STATED),
            ("unknown", DateBasis.NOT_STATED),
        ],
    )
    def test_the_basis_is_read_too(self, text, basis):
        assert parse_typed(text).basis is basis

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("style", ["long", "full"])
    @given(day=st.dates(date(1500, 1, 1), date(2199, 12, 31)))
    def test_days_as_each_language_writes_them(self, language, style, day):
        assert parse_typed(format_date(day, style, locale=language)).edtf == day.isoformat()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_name_of_a_month(self, language):
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    text = f"2024年{name}" if name.endswith("月") else f"{name} 2024"
                    assert parse_typed(text).edtf == f"2024-{number:02d}", text

    @given(st.sampled_from(["2024", "2024-07~", "2023-24", "2024-33%", "2023-12/..", "../2024-09?", "2023-09~/2024-09~"]))
    def test_edtf_itself_is_always_understood(self, text):
        assert parse_typed(text) == parse_edtf(text)


class TestNames:
    def test_no_name_means_two_things_but_mar(self):
        assert set(month_names()) & set(weekday_names()) == {"mar"}

    @pytest.mark.parametrize("field", ["months", "days"])
    def test_no_two_languages_disagree_about_a_name(self, field):
        table = month_names() if field == "months" else weekday_names()
        for language in LANGUAGES:
            for width in ("wide", "abbreviated"):
                for number, name in getattr(Locale(language), field)["format"][width].items():
                    assert table[fold(name).rstrip(".")] == number


class TestRefusing:
    @pytest.mark.parametrize(("text", "words"), cases(REFUSED))
    def test_the_message_says_what_is_wrong_and_what_to_write(self, text, words):
        with pytest.raises(DateError) as refusal:
            parse_typed(text)
        assert words in str(refusal.value)

    def test_a_remedy_can_be_typed(self):
        for text in ("3 April 2024", "2024-04-03", "between January 2024 and April 2024", "winter 2023-2024", "2000-2009", "2024/2025"):
            assert parse_typed(text) != NOT_STATED

    @given(st.integers(1, 12), st.integers(1, 12), st.sampled_from("/- "))
    def test_day_and_month_are_never_guessed(self, one, two, separator):
        text = f"{one}{separator}{two}{separator}2024"
        if one == two:
            assert parse_typed(text).edtf == f"2024-{one:02d}-{two:02d}"
        else:
            with pytest.raises(DateError, match="can be"):
                parse_typed(text)


def parse_or_refuse(text: str) -> None:
    try:
        d = parse_typed(text)
    except DateError as error:
        assert "%(typed)s" not in str(error), "every placeholder is filled"  # noqa: PT017 - a refusal is one of two good outcomes
        return
    assert parse_typed(d.edtf) == parse_edtf(d.edtf)
    assert d.lower is None or d.upper is None or d.lower <= d.upper


PIECES = """
2024 2023 24 7 10 13 31 0 July Jul. mar lun 1990s Q3 3rd spring winter s Wednesday the of and or to from by between
about since until before after early inferred stated uncertain / - – . .. , ~ ? % ( ) : T
年 月 日 号 第三季度 十 二〇 一 约 至 之间 前 后
"""


class TestAnyText:
    @given(st.text(max_size=110))
    @example("\ufdfa" * 50)
    @example("½")
    @example("十十")
    @example("十" * 100)
    @example("ᲀ" * 5)
    def test_arbitrary_text_is_read_or_refused(self, text):
        parse_or_refuse(text)

    @given(st.lists(st.sampled_from(PIECES.split()), max_size=9), st.sampled_from(["", " "]))
    def test_pieces_of_dates_are_read_or_refused(self, pieces, glue):
        parse_or_refuse(glue.join(pieces))

    @pytest.mark.parametrize(
        "piece", ["-", "/", "1-", "1/", " ", "2024-", "a ", ".. ", "to ", "2024 to ", "年", "1 ", "M07 ", "(", "十", "W1 ", "~", "about "]
    )
    def test_long_garbage_comes_to_an_end(self, piece):
        parse_or_refuse((piece * 100)[:100])
        parse_or_refuse((piece * 100)[:99] + "!")

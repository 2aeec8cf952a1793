"""The words people use around dates, turned into a few symbols that one small grammar can read.

`10th July, 2024` becomes `10 M07 , 2024` and `约2023年9月` becomes `ABOUT 2023年9月`. Text is folded to small letters first, so a
capital letter is always a symbol. Names of months and weekdays come from the CLDR for the six languages of the United Nations.
Every pattern is linear: alternations of fixed words and classes that exclude each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from babel import Locale

LANGUAGES = ("en", "zh", "fr", "es", "ru", "ar")

_MORE_MONTHS = {"sept": 9, "setiembre": 9, "septembre": 9, "juill": 7, "fev": 2}
_HAN_DIGITS = {
    "〇": "0",
    "零": "0",
    "○": "0",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
}

# Unspaced scripts are searched for these, the longest first; the rest of the text stays as it is.
_HAN_PHRASES = {
    "": "在 于 於",
    "ABOUT": "大约 大概 左右 前后 前後 大約 约 約",
    "BY": "及以前 或以前 及之前 或之前 不晚于 不晚於 不迟于 不遲於 底以前 底之前 底前 末前 以前 之前 前 截至 截止 截止到",
    "SINCE": "及以后 或以后 及之后 或之后 及以後 或以後 不早于 不早於 以后 之后 以後 之後 以来 以來 开始 開始 后 後 起",
    "BETWEEN": "介于 介於 之间 之間",
    "FROM": "从 從 自",
    "TO": "至 到",
    "OR": "或者 或",
    "AND": "和 与 與",
    "INFERRED": "推断 推斷 推定 推测 推測",
    "UNCERTAIN": "存疑",
    "H1": "上半年",
    "H2": "下半年",
    "S21": "春季 春天 春",
    "S22": "夏季 夏天 夏",
    "S23": "秋季 秋天 秋",
    "S24": "冬季 冬天 冬",
}
_PHRASES = {
    "BY": "on or before|in or before|before or in|not later than|no later than|at the latest|or before|or earlier|and earlier"
    "|by the end of|by end of|before the end of|until the end of",
    "SINCE": "on or after|in or after|after or in|not earlier than|no earlier than|not before|or later|or after|and later|and after"
    "|since the start of|since the beginning of|from the start of|from the beginning of",
    "H1": "first half|1st half",
    "H2": "second half|2nd half",
}
_WORDS = {
    "ABOUT": "about around circa ca c approx approximately roughly environ vers около hacia حوالي",
    "BY": "by before",
    "UNTIL": "until till til through thru",
    "SINCE": "since after onwards onward",
    "BETWEEN": "between",
    "FROM": "from",
    "TO": "to",
    "OR": "or",
    "AND": "and",
    "INFERRED": "inferred presumably probably perhaps possibly maybe",
    "UNCERTAIN": "uncertain",
    "STATED": "stated",
    "S21": "spring",
    "S22": "summer",
    "S23": "autumn fall",
    "S24": "winter",
    "": "of the in on de del le el г года году",
}
_ORDINAL_WORDS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "last": "4"}


def fold(text: str) -> str:
    """Small letters without accents, plain digits, one kind of dash, single spaces; what is invisible is dropped.

    Full-width characters are made narrow (NFKC) and the digits of every script become 0-9.
    """
    narrow = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = []
    for char in narrow:
        category = unicodedata.category(char)
        if category == "Nd":
            kept.append(str(unicodedata.decimal(char)))
        elif category not in ("Mn", "Cf", "Cc"):
            kept.append(_SAME.get(char, char))
        elif category == "Cc":
            kept.append(" ")
    return " ".join("".join(kept).split())


_SAME = {
    **dict.fromkeys("〜∼≈", "~"),
    **dict.fromkeys("،、，;", ","),
    **dict.fromkeys("()[]（）【】", " "),
    **dict.fromkeys("؟", "?"),
    **dict.fromkeys("'’‘ʼ`\"“”", ""),
}
_DASHES = re.compile("[-\u2010-\u2015\u2212\u2e3a\u2e3b]+")


def one_dash(text: str) -> str:
    """Every dash becomes a hyphen. Kept out of `fold`, because `2023–24` must not turn into the EDTF season `2023-24`."""
    return _DASHES.sub("-", text)


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Folded name -> 1..12: wide and abbreviated, genitive and nominative, of every language in `LANGUAGES`."""
    return _names("months") | _MORE_MONTHS


@lru_cache(maxsize=1)
def weekday_names() -> dict[str, int]:
    """Folded name -> 0 (Monday) .. 6 (Sunday)."""
    extra = {"星期天": 6, "周天": 6, "tues": 1, "thur": 3, "thurs": 3}
    return _names("days") | extra


def _names(field: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for language in LANGUAGES:
        contexts = getattr(Locale(language), field)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names.update({fold(name).rstrip("."): number for number, name in contexts[context][width].items()})
    return names


@lru_cache(maxsize=1)
def _han_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    table = {phrase: symbol for symbol, phrases in _HAN_PHRASES.items() for phrase in phrases.split()}
    table |= {name: f"W{number}" for name, number in weekday_names().items() if name > "\u4e00"}
    return re.compile("|".join(sorted(table, key=len, reverse=True))), table


_PHRASE_PATTERN = re.compile(r"\b(?:" + "|".join(f"(?P<{symbol}>{phrases})" for symbol, phrases in _PHRASES.items()) + r")\b")
_WORD_SYMBOLS = {word: symbol for symbol, words in _WORDS.items() for word in words.split()}

_HAN_YEAR = re.compile(r"[〇零○一二三四五六七八九]{4}(?=年)")
_HAN_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日号號])")
_HAN_QUARTER = re.compile(r"第?([1-4一二三四])季度?")
_HAN_DECADE = re.compile(r"(\d{3}0)年代")
_QUARTER = re.compile(
    r"(?:\b(first|second|third|fourth|last|[1-4](?:st|nd|rd|th)?) (?:quarter|qtr)\b|(?<![^\W\d_])q([1-4])(?!\w)|\b([1-4])q\b)"
)
_HALF = re.compile(r"(?<![^\W\d_])h([12])(?!\w)")
_DECADE = re.compile(r"\b(\d{3}0)s\b")
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|er|o|a)\b")
_WEEKDAY_LIKE_A_MONTH = re.compile(r"([^\W\d_]+)\.?,? ?\d{1,2}(?:er)? (?:de )?([^\W\d_]+)")
_WORD = re.compile(r"([^\W\d_A-Z]+)\.?")


def to_symbols(folded: str) -> str:
    """Folded text with every known word replaced by its symbol; unknown words stay and make the grammar refuse the text."""
    text = one_dash(folded)
    text = _han_symbols(text)
    text = _PHRASE_PATTERN.sub(lambda m: f" {m.lastgroup} ", text)
    text = _QUARTER.sub(lambda m: f" Q{_ORDINAL_WORDS.get(m[1], m[1][0]) if m[1] else m[2] or m[3]} ", text)
    text = _HALF.sub(r" H\1 ", text)
    text = _DECADE.sub(r" D\1 ", text)
    text = _ORDINAL.sub(r"\1", text)
    text = _leading_weekday(text)
    text = _WORD.sub(_symbol_of_word, text)
    return " ".join(text.split()).strip(" ,")


def _han_symbols(text: str) -> str:
    text = _HAN_YEAR.sub(lambda m: "".join(_HAN_DIGITS[char] for char in m[0]), text)
    text = _HAN_QUARTER.sub(lambda m: f" Q{_HAN_DIGITS.get(m[1], m[1])} ", text)
    text = _HAN_DECADE.sub(r" D\1 ", text)
    pattern, table = _han_pattern()
    text = pattern.sub(lambda m: f" {table[m[0]]} ", text)
    text = text.replace("号", "日").replace("號", "日")
    return _HAN_NUMBER.sub(lambda m: _han_number(m[0]), text)


def _han_number(numeral: str) -> str:
    """`三十一` -> `31`; what is not such a number stays as it is and is refused later."""
    tens, ten, ones = numeral.rpartition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return numeral
    value = (int(_HAN_DIGITS[tens]) if tens else 1) * 10 if ten else 0
    return str(value + (int(_HAN_DIGITS[ones]) if ones else 0))


def _leading_weekday(text: str) -> str:
    """`mar` is March in Spanish and Tuesday in French: before a day and another month it is the weekday."""
    match = _WEEKDAY_LIKE_A_MONTH.match(text)
    if match and match[1] in month_names() and match[1] in weekday_names() and match[2] in month_names():
        return f" W{weekday_names()[match[1]]} " + text[match.end(1) :].lstrip(".")
    return text


def _symbol_of_word(match: re.Match[str]) -> str:
    word = match[1]
    if word in month_names():
        return f" M{month_names()[word]:02d} "
    if word in weekday_names():
        return f" W{weekday_names()[word]} "
    symbol = _WORD_SYMBOLS.get(word)
    return match[0] if symbol is None else f" {symbol} "

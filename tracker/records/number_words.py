"""The words that stand with a number. Nothing is imported from the tracker here: the reader of files looks at them, too."""

from __future__ import annotations

import re

AT_LEAST = (
    "at least", "more than", "over", "no fewer than", "not less than", "no less than", "upwards of", "exceeding", "min",
    ">=", ">", "≥", "超过", "至少", "不少于", "多于", "逾",
)  # fmt: skip
AT_MOST = (
    "at most",
    "up to",
    "no more than",
    "not more than",
    "fewer than",
    "less than",
    "under",
    "max",
    "<=",
    "<",
    "≤",
    "至多",
    "最多",
    "不超过",
    "少于",
)
ABOUT = (
    "about",
    "around",
    "approximately",
    "approx.",
    "approx",
    "circa",
    "c.",
    "ca.",
    "ca",
    "some",
    "nearly",
    "almost",
    "~",
    "≈",
    "约",
    "大约",
    "近",
)
PLUS = ("+", "or more", "and more", "多", "余", "以上")
WORDS = {
    **{
        word: str(number)
        for number, word in enumerate(
            ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
        )
    },
    **{word: str(number) for number, word in enumerate("一二三四五六七八九十", start=1)},
}
VAGUE = frozenset(
    {
        *("several", "some", "many", "numerous", "dozens", "hundreds", "thousands", "a few", "few", "a dozen", "a number"),
        *("若干", "多名", "数名", "多人", "数十", "数百", "大量"),
    }
)
_LETTERS = re.compile(r"[^\W\d_]+")
_VAGUE_HAN = tuple(word for word in VAGUE if not word.isascii())
_HAN_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1_000}
_HAN_TIMES = {"万": 10_000, "亿": 100_000_000}
_SHORT_AFTER = frozenset("百千万亿")  # a lone digit behind these is short for the next lower place
_HAN_NUMBER = re.compile(f"[{''.join((*_HAN_DIGITS, *_HAN_PLACES, *_HAN_TIMES))}]+")
COUNTED_IN = re.compile(r"[名人例件次个起项期份]+$")
TIMES = {"万": 10_000, "亿": 100_000_000, "thousand": 1_000, "million": 1_000_000}


def is_vague(text: str) -> bool:
    """Whether words say that there are some, without a number: `several persons`, `数名`."""
    low = " ".join(text.lower().split())
    return low in VAGUE or not VAGUE.isdisjoint(_LETTERS.findall(low)) or any(word in low for word in _VAGUE_HAN)


def han_number(text: str) -> int | None:
    """`二十五`, `一百零五`, `三万`; None for anything else, and for what has two readings: `三五` (3 to 5), `一百二` (102 or 120)."""
    if not _HAN_NUMBER.fullmatch(text):
        return None
    whole = part = 0
    digit: int | None = None
    before = ""
    for char in text:
        if char in _HAN_DIGITS:
            if _HAN_DIGITS.get(before):
                return None
            digit = _HAN_DIGITS[char]
        elif char in _HAN_PLACES:
            part, digit = part + (1 if digit is None else digit) * _HAN_PLACES[char], None
        elif part + (digit or 0):
            whole, part, digit = whole + (part + (digit or 0)) * _HAN_TIMES[char], 0, None
        else:
            return None
        is_short, before = char in _HAN_DIGITS and before in _SHORT_AFTER, char
    return None if is_short else whole + part + (digit or 0)

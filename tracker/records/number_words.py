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
COUNTED_IN = re.compile(r"[名人例件次个起项期份]+$")
TIMES = {"万": 10_000, "亿": 100_000_000, "thousand": 1_000, "million": 1_000_000}

"""Words that stand in columns of days: a verb before a day, or why there is none."""

from __future__ import annotations

import re

# neutral words; `signed` says which day it is, and belongs to the day of signature alone
_LED_BY = re.compile(r"(?:dated?|签署于|签于)(?: on)?:? ?(?=.*\d)", re.IGNORECASE)
_SIGNED = re.compile(r"(?:signed|sgd\.?)(?: on)?:? ?(?=.*\d)", re.IGNORECASE)
_SIGNATURE = frozenset({"start", "actions:signed"})
_NO_END = frozenset(
    {
        *("unlimited", "indefinite", "indefinitely", "permanent", "permanently", "open-ended", "open ended", "no end", "no expiry"),
        *("ongoing", "on-going", "present", "to date", "until now", "until further notice", "continuing"),
        *("无限期", "长期", "长期有效", "永久", "永久有效", "至今", "进行中"),
    }
)
_LENGTH = re.compile(
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|[一二两三四五六七八九十]{1,3}) ?(?:years?|yrs?|months?|年|个月)"
    r"(?:[ ,;].{1,80})?",
    re.IGNORECASE,
)


def bare(text: str, key: str = "start") -> str:
    """A date without the verb before it, `signed 3.4.2019`, for a field `key` of which that verb says nothing else."""
    text = _LED_BY.sub("", text.strip(), count=1) if _LED_BY.match(text.strip()) else text.strip()
    return text[found.end() :] if key in _SIGNATURE and (found := _SIGNED.match(text)) else text


def says_no_end(text: str) -> bool:
    """Whether a cell of ends says that there is none: `unlimited`, `ongoing`."""
    return " ".join(text.split()).lower().rstrip(".") in _NO_END


def has_no_day(text: str) -> bool:
    """Whether a cell of a day of expiry has other words in place of a day."""
    return says_no_end(text) or says_length(text)


def says_length(text: str) -> bool:
    """Whether a cell of ends says how long something lasts instead: `5 years from entry into force`."""
    return _LENGTH.fullmatch(" ".join(text.split())) is not None

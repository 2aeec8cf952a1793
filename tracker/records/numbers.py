"""Numbers as sources say them: `10`, `more than 50,000`, `about 20`, `10-12`, `several` (C29, C31)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from tracker.records.enums import Qualifier
from tracker.records.number_words import ABOUT, AT_LEAST, AT_MOST, COUNTED_IN, PLUS, TIMES, WORDS, han_number

LENGTH = 100
LARGEST = Decimal(999999999999999)

_BEFORE = [
    (word, qualifier)
    for words, qualifier in ((AT_LEAST, Qualifier.AT_LEAST), (AT_MOST, Qualifier.AT_MOST), (ABOUT, Qualifier.ABOUT))
    for word in sorted(words, key=len, reverse=True)
]
_BETWEEN = re.compile(r"(?<![\d.,' ])(?:between |from )?([\d.,' ]++)(?:-|–|—|to|and|至|到) ?([\d.,' ]+)")
_NUMBER = re.compile(r"\d[\d.,' ]*")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d{0,2}(?:[ ']\d{3})+(?:\.\d+)?")
_GROUPED_OTHERWISE = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+")  # 1.000,50 leaves no doubt, yet nobody else here writes so
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_PSEUDONYM = re.compile(
    r"\[[A-Z]{2,10}-\d{4}-\d{1,6}/\d{1,6}(?:\.\d{1,6})?\]"
)  # "[HND-2026-0001/1] and others": digits of a name, no number
_THOUSANDS = re.compile(r"[.,]\d{3}$|^[\d ]+[.,]?$")
_THREE_DECIMALS = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # one thousand and more, or one and a bit


def small_number(text: object, digits: int = 6) -> int | None:
    """A plain number of at most so many `digits`, as hidden fields and addresses carry it; None for anything else."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= digits else None


class NumberError(ValueError):
    """Text that cannot be read as a number; says how to write it."""


class UnclearError(NumberError):
    """Text with marks that others write otherwise. `readings`: what it can mean, each as it has to be written, the largest first;
    `of_whole`: the message where only whole numbers are taken."""

    def __init__(self, text: str, readings: Sequence[str]) -> None:
        super().__init__(_unclear(text, readings))
        # what is behind the last mark parts thousands or is a fraction: of a whole number only the first can be meant
        whole = [one for one in readings if "." not in one] if _THOUSANDS.search(text) else []
        self.of_whole = _unclear(text, whole) if whole else _l("“%(text)s” is no whole number: write the number that is meant.", text=text)


@dataclass(frozen=True)
class Number:
    """A number with its bounds. `in_words` has neither bound and keeps the words."""

    qualifier: Qualifier
    lower: Decimal | None
    upper: Decimal | None
    text: str = ""


def parse_number(typed: str) -> Number | None:
    """The number that `typed` states, None when it is empty.

    Words without any digit are a statement without a number. Raises NumberError for what can be read in two ways.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed).split())
    if not text:
        return None
    if len(text) > LENGTH:
        raise NumberError(_l("Too long for a number: keep it under %(length)d characters.", length=LENGTH))
    text = WORDS.get(text.lower(), text)
    if not any(char.isdigit() for char in _PSEUDONYM.sub("", text)):
        in_han = _in_han(text.lower())
        if in_han:
            return in_han
        return Number(Qualifier.UNQUANTIFIED, None, None, " ".join(typed.split()))  # the words as they were written
    low = text.lower()
    qualifier, rest = _qualifier_of(low)
    between = _BETWEEN.fullmatch(rest)
    if between and qualifier in (Qualifier.EXACT, Qualifier.ABOUT):
        return _range(_decimal(between[1]), _decimal(between[2]))
    value = _decimal(COUNTED_IN.sub("", rest))
    return bounded(qualifier, value)


def bounded(qualifier: Qualifier, value: Decimal) -> Number:
    """The bounds that go with each qualifier."""
    if qualifier is Qualifier.AT_LEAST:
        return Number(qualifier, value, None)
    if qualifier is Qualifier.AT_MOST:
        return Number(qualifier, Decimal(0), value)
    return Number(qualifier, value, value)


def as_typed(qualifier: str, lower: str | None, upper: str | None, text: str) -> str:
    """The text that `parse_number` reads back, for the box of a form: a further 0 tells three decimals from thousands."""
    low, high = (f"{bound}0" if bound and _THREE_DECIMALS.fullmatch(bound) else bound for bound in (lower, upper))
    return as_read(qualifier, low, high, text)


def as_read(qualifier: str, low: str | None, high: str | None, text: str) -> str:
    """The same for whoever only reads it."""
    if qualifier == Qualifier.UNQUANTIFIED:
        return text
    if qualifier == Qualifier.RANGE:
        return f"{low}-{high}"
    prefix = {Qualifier.AT_LEAST: "at least ", Qualifier.AT_MOST: "at most ", Qualifier.ABOUT: "about "}.get(Qualifier(qualifier), "")
    return f"{prefix}{high if qualifier == Qualifier.AT_MOST else low}"


def decimal_text(value: Decimal | None) -> str | None:
    """A number as a document holds it: no exponent, no trailing zeros."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in_han(text: str) -> Number | None:
    """`二十五人`, `约一百二十名`, `三十余人`."""
    qualifier, rest = _qualifier_of(text)
    value = han_number(COUNTED_IN.sub("", rest))
    return None if value is None else bounded(qualifier, Decimal(value))


def _qualifier_of(text: str) -> tuple[Qualifier, str]:
    for word, qualifier in _BEFORE:
        if text.startswith(word) and (
            not word[-1].isalpha() or not (after := text[len(word) : len(word) + 1]).isascii() or after in " 0123456789"
        ):
            return qualifier, text[len(word) :].strip()
    for word in PLUS:
        bare = COUNTED_IN.sub("", text)
        if bare.endswith(word):
            return Qualifier.AT_LEAST, bare[: -len(word)].strip()
    return Qualifier.EXACT, text


def _range(lower: Decimal, upper: Decimal) -> Number:
    if lower > upper:
        raise NumberError(_l("The range runs backwards: write the smaller number first."))
    return Number(Qualifier.EXACT, lower, upper) if lower == upper else Number(Qualifier.RANGE, lower, upper)


def _decimal(text: str) -> Decimal:
    """Digits with `,` or a space between thousands and `.` before decimals; what has two readings is asked for."""
    text = text.strip()
    times = 1
    for word, factor in TIMES.items():
        if text.endswith(word):
            text, times = text[: -len(word)].strip(), factor
    if not _NUMBER.fullmatch(text):
        raise NumberError(
            _l('"%(text)s" is not a number: write for example 10, more than 50,000, about 20, 10-12 or several.', text=text[:40])
        )
    if _PLAIN.fullmatch(text) and not _THREE_DECIMALS.fullmatch(text):
        value = Decimal(text) * times
    elif _GROUPED.fullmatch(text):
        value = Decimal(re.sub(r"[, ']", "", text)) * times
    else:
        raise UnclearError(text[:40], _readings(text))
    if value > LARGEST:
        raise NumberError(_l("That number is too large to be stored."))
    if -value.normalize().as_tuple().exponent > 3:  # type: ignore[operator]
        raise NumberError(_l("At most three decimals are kept: round the number or choose a smaller unit."))
    return value


def _readings(text: str) -> list[str]:
    """What digits with marks between them can mean, each as it has to be written; the largest first."""
    digits = re.sub(r"\D", "", text)
    last = max(text.rfind("."), text.rfind(","))
    decimals = re.sub(r"\D", "", text[last + 1 :])
    # a mark that stands there twice parts thousands, as a blank does
    has_decimals = last >= 0 and text.count(text[last]) == 1 and decimals == text[last + 1 :] != ""
    found = [] if _GROUPED_OTHERWISE.fullmatch(text) else [Decimal(digits)]
    found += [Decimal(f"{digits[: -len(decimals)]}.{decimals}")] if has_decimals else []
    written = [str(decimal_text(number)) for number in found]
    return [f"{one}0" if _THREE_DECIMALS.fullmatch(one) else one for one in dict.fromkeys(written)]


def _unclear(text: str, readings: Sequence[str]) -> LazyString:
    if len(readings) == 1:
        return _l('"%(text)s" is not how a number is written here: write %(number)s, if that is meant.', text=text, number=readings[0])
    large, small = readings
    return _l('"%(text)s" can be %(large)s or %(small)s: write %(large)s, or %(small)s.', text=text, large=large, small=small)

"""Dates as people type them, read without a guess.

A text has one reading or it is refused with the words to write instead. Every date that is understood becomes canonical EDTF
(ISO 8601-2:2019, see `edtf.py`), and EDTF itself is always understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from tracker.partial_dates import refusals
from tracker.partial_dates.edtf import (
    MAX_LENGTH,
    NOT_STATED,
    OPEN,
    DateBasis,
    DateError,
    PartialDate,
    looks_like_edtf,
    parse_edtf,
    split_mark,
)
from tracker.partial_dates.points import read_point
from tracker.partial_dates.symbols import fold, one_dash, to_symbols

_NO_DATE_WORDS = """
- -- ? ?? n/a na n.a n.a. n.d n.d. nd none unknown undated
不详 不詳 不明 未知 未说明 未說明 未注明 未註明 无 無 无日期
inconnu inconnue desconocido desconocida неизвестно
"""
_NO_DATE_PHRASES = ("", "not known", "not stated", "no date", "no consta", "не указано", "не указана", "غير معروف", "غير مذكور")
_NO_DATE = frozenset((*_NO_DATE_WORDS.split(), *(fold(phrase) for phrase in _NO_DATE_PHRASES)))

_BASIS = {"INFERRED": DateBasis.INFERRED, "STATED": DateBasis.STATED, "UNCERTAIN": DateBasis.STATED}
_SPACED_SLASH = re.compile(r" ?/ ?")

# Tried in this order; the first that gives a reading settles it. `-` and `/` come last, for they stand inside dates as well.
_CONNECTORS = (" TO ", " UNTIL ", " OR ", "...", "..", " - ", "~", " / ", "-", "/")

_LONE_DAY = re.compile(r"(\d{1,2})\.?", re.ASCII)
_DAY_AND_MONTH = re.compile(r"(\d{1,2})[. ]{0,2}M(\d\d)|(\d{1,2})\. ?(\d{1,2})\.?|M(\d\d) (\d{1,2})", re.ASCII)
_LONE_PART = re.compile(r"([MQS])(\d{1,2})", re.ASCII)
_DAY_THEN_YEAR = re.compile(r"\d{1,2} ?,? ?\d{4}", re.ASCII)
_NAME_THEN_DAY = re.compile(r"(M\d\d) \d{1,2}", re.ASCII)
_HAN_REST = re.compile(r"(?:(\d{1,2}) ?月)? ?(?:(\d{1,2}) ?日)?", re.ASCII)
_PART_CODES = {"M": 0, "Q": 32, "S": 0}


def parse_typed(text: str, locale: str = "en") -> PartialDate:
    """Read what somebody typed into a date box; empty text and words for "unknown" are `NOT_STATED`.

    `locale` is only for the dates inside error messages: names of months are understood in all six languages whatever it is.
    The order of day and month is never taken from it.

    Raises DateError, whose message says what is wrong and what to write; nothing else, for any text.
    """
    if len(text) > MAX_LENGTH:
        raise refusals.too_long()
    folded = fold(text)
    # Compatibility characters can unfold to eighteen each, so the limit is checked again.
    if len(folded) > MAX_LENGTH:
        raise refusals.too_long()
    if one_dash(folded) in _NO_DATE:
        return NOT_STATED
    plain = _SPACED_SLASH.sub("/", folded)
    if looks_like_edtf(plain):
        return parse_edtf(plain)
    typed = " ".join(text.split())
    refusal = refusals.refuse_before_reading(typed, folded, locale)
    if refusal:
        raise refusal
    return _Reader(typed, locale).read(to_symbols(folded))


class _Reader:
    """One typed text on its way to EDTF; keeps the text and the locale for error messages."""

    def __init__(self, typed: str, locale: str) -> None:
        self.typed = typed
        self.locale = locale

    def read(self, symbols: str) -> PartialDate:
        basis_word, symbols = _take_basis(symbols)
        plain = _SPACED_SLASH.sub("/", symbols)
        edtf = plain if looks_like_edtf(plain) and basis_word else self._open(symbols) or self._date_or_range(symbols)
        if edtf is None:
            raise refusals.refuse_unread(self.typed, symbols)
        if basis_word == "UNCERTAIN":
            edtf = "/".join(_marked(end, uncertain=True) for end in edtf.split("/"))
        return parse_edtf(edtf, _BASIS.get(basis_word))

    def _open(self, text: str) -> str | None:
        """`BY x` -> `../x`, `SINCE x` -> `x/..`; None where the text is not open to one side."""
        first, _, rest = text.partition(" ")
        start, _, last = text.rpartition(" ")
        if first in ("BY", "UNTIL", "TO") or last == "BY":
            return self._one_end(start if last == "BY" else rest, f"{OPEN}/%s")
        if first == "SINCE" or last == "SINCE":
            return self._one_end((start if last == "SINCE" else rest).removeprefix("FROM "), f"%s/{OPEN}")
        if text.startswith(OPEN):
            return self._one_end(text.strip(". "), f"{OPEN}/%s")
        if text.endswith(OPEN):
            return self._one_end(text.strip(". "), f"%s/{OPEN}")
        if first == "FROM" and self._point(rest):
            return self._one_end(rest, f"%s/{OPEN}")
        return None

    def _one_end(self, text: str, pattern: str) -> str | None:
        edtf = self._point(text)
        return pattern % edtf if edtf and "/" not in edtf else None

    def _date_or_range(self, text: str) -> str | None:
        """A date, a range of two, or a range with one "about" around both of its ends."""
        edtf = self._point(text)
        if edtf:
            return edtf
        bare = text.removeprefix("BETWEEN ").removeprefix("FROM ").removesuffix(" BETWEEN")
        if bare != text:
            return self._range(bare, (*_CONNECTORS, " AND "))
        bare, about = _take_about(text)
        edtf = self._range(bare)
        if edtf and about:
            edtf = "/".join(_marked(end, approximate=True) for end in edtf.split("/"))
        return edtf

    def _point(self, text: str) -> str | None:
        bare, uncertain = text.removesuffix("?").rstrip(), text.endswith("?")
        bare, about = _take_about(bare)
        edtf = read_point(bare, self.locale)
        if edtf is None:
            return None
        return "/".join(_marked(end, uncertain=uncertain, approximate=about) for end in edtf.split("/"))

    def _range(self, text: str, connectors: tuple[str, ...] = _CONNECTORS) -> str | None:
        """The ends joined; "and" joins only after "between", for alone it names two dates."""
        errors: list[DateError] = []
        for connector in connectors:
            readings = set()
            for left, right in _splits(text, connector):
                try:
                    readings.add(self._ends(left, right, connector))
                except DateError as error:
                    errors.append(error)
            readings.discard(None)
            if len(readings) > 1:
                raise refusals.more_than_one_split(self.typed)
            if readings:
                return readings.pop()
        if errors:
            raise errors[0]
        return None

    def _ends(self, left: str, right: str, connector: str) -> str | None:
        """Both ends of a range; what one of them leaves out (`8 to 10 July 2024`, `2024年7月至9月`) is taken from the other."""
        name = _NAME_THEN_DAY.fullmatch(left)
        if name and _DAY_THEN_YEAR.fullmatch(right):
            right = f"{name[1]} {right}"
        end = self._point(right)
        start = self._point(left)
        if start is None and end is not None:
            start = _borrowed_from_end(left, end)
        elif end is None and start is not None:
            end = _borrowed_from_start(right, start)
        if start is None or end is None or "/" in start + end:
            return None
        edtf = f"{start}/{end}"
        if connector == " OR ":
            parse_edtf(edtf)
            first, last = parse_edtf(start).upper, parse_edtf(end).lower
            if first and last and last - first > timedelta(days=1):
                raise refusals.not_neighbours(self.typed, start, end)
        return edtf


def _splits(text: str, connector: str) -> Iterator[tuple[str, str]]:
    at = text.find(connector)
    while at >= 0:
        left, right = text[:at].strip(), text[at + len(connector) :].strip()
        if left and right:
            yield left, right
        at = text.find(connector, at + 1)


def _take_basis(symbols: str) -> tuple[str, str]:
    """`2024 INFERRED` -> (`INFERRED`, `2024`); the word may stand before the date as well."""
    for word in _BASIS:
        if symbols.endswith(f" {word}"):
            return word, symbols.removesuffix(word).rstrip(" ,")
        if symbols.startswith(f"{word} "):
            return word, symbols.removeprefix(word).lstrip(" ,")
    return "", symbols


def _take_about(text: str) -> tuple[str, bool]:
    bare = text
    for sign in ("ABOUT", "~"):
        bare = bare.removeprefix(sign).removesuffix(sign).strip(" ")
    return bare, bare != text


def _marked(point: str, uncertain: bool = False, approximate: bool = False) -> str:
    plain, mark = split_mark(point)
    if plain == OPEN:
        return plain
    uncertain = uncertain or mark in ("?", "%")
    approximate = approximate or mark in ("~", "%")
    return plain + {(True, True): "%", (True, False): "?", (False, True): "~", (False, False): ""}[uncertain, approximate]


def _borrowed_from_end(left: str, end: str) -> str | None:
    """`8` before `2024-09-10` is `2024-09-08`; `M07` before `2024-08` is `2024-07`. Like borrows from like only."""
    left, about = _take_about(left)
    plain, _ = split_mark(end)
    year, _, rest = plain.partition("-")
    edtf = None
    if len(rest) == len("07-10"):
        if match := _LONE_DAY.fullmatch(left):
            edtf = f"{plain[:8]}{match[1]:0>2}"
        elif match := _DAY_AND_MONTH.fullmatch(left):
            day, month = match[1] or match[3] or match[6], match[2] or match[4] or match[5]
            edtf = f"{year}-{month:0>2}-{day:0>2}"
    elif match := _LONE_PART.fullmatch(left):
        code = _PART_CODES[match[1]] + int(match[2])
        same_kind = rest and (code <= 12, code <= 24) == (int(rest) <= 12, int(rest) <= 24)
        # A winter runs over two years, so the year of another season does not name it.
        edtf = f"{year}-{code:02d}" if same_kind and code != 24 else None
    return _marked(edtf, approximate=about) if edtf else None


def _borrowed_from_start(right: str, start: str) -> str | None:
    """Chinese puts the year first, so `9月` after `2024-07` is `2024-09` and `10日` after `2024-07-08` is `2024-07-10`."""
    right, about = _take_about(right)
    match = _HAN_REST.fullmatch(right)
    plain, _ = split_mark(start)
    if not match or not right:
        return None
    month, day = match[1], match[2]
    if day and len(plain) == len("2024-07-10"):
        return _marked(f"{plain[:4]}-{month or plain[5:7]:0>2}-{day:0>2}", approximate=about)
    if month and not day and len(plain) == len("2024-07"):
        return _marked(f"{plain[:4]}-{month:0>2}", approximate=about)
    return None

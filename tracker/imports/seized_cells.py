"""What was seized with its substance in the cell: `500 g cocaine`, `2.5 t heroin and 300 kg cannabis`."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy.orm import Session

from tracker.imports.seized import amount
from tracker.imports.seized_columns import items_of
from tracker.records.numbers import Number, NumberError

Amount = tuple[Number, str, str]  # with its unit and its item, '' for none
_BETWEEN = re.compile(r"[;+&、，和]|,(?!\d)|\band\b")
_BEFORE, _BEHIND = " :：", " ,"
_HAN = "\u2e80"  # from here on a letter is a word of its own


def amounts_of(session: Session, metric: str, text: str, unit: str) -> list[Amount]:
    """The amounts of a cell; `unit` is that of its column. Raises NumberError for what is no amount, with or without its item."""
    try:
        found = amount(text, metric, unit)
    except NumberError:
        if several := _with_items(session, metric, text, unit):
            return several
        raise
    return [(*found, "")] if found else []


def _with_items(session: Session, metric: str, text: str, unit: str) -> list[Amount]:
    """The same where each piece of the cell has its item; else nothing."""
    found: list[Amount] = []
    for piece in _BETWEEN.split(" ".join(unicodedata.normalize("NFKC", text).lower().split())):
        rest, item = _without_item(session, metric, piece.strip())
        try:
            one = amount(rest, metric, unit) if item and any(map(str.isdigit, rest)) else None
        except NumberError:
            one = None
        if one is None:
            return []
        found.append((*one, item))
    return found


def _without_item(session: Session, metric: str, text: str) -> tuple[str, str]:
    """(`500 g`, `cocaine`) of `500 g of cocaine` and of `cocaine: 500 g`; '' where there is no item of the vocabulary."""
    for name, item in items_of(session, metric):
        before, behind = text.removesuffix(name), text.removeprefix(name)
        if before not in ("", text) and not _goes_on(before[-1]):
            return before.strip().removesuffix(" of").strip(_BEFORE), item
        if behind not in ("", text) and not _goes_on(behind[0]):
            return behind.strip(_BEFORE), item
    return "", ""


def _goes_on(letter: str) -> bool:
    """Whether the name is only a part of a longer word."""
    return letter.isalpha() and letter < _HAN

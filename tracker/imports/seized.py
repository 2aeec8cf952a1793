"""What was seized has no unit of its own: kilograms, litres, tablets, pieces. The column says it, or the cell, or it is asked (C1, C35).

The key of a field is `figures:seized_drugs@kg`, with an item `figures:seized_drugs@kg@heroin`; `@told`: the unit stands in each cell.
`figures:seized_drugs` says none, as profiles of earlier versions do. Grams and tonnes are kept as kilograms, which is exact.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from tracker.imports.unit_words import BY_NAME, parted
from tracker.records.enums import Qualifier
from tracker.records.numbers import LARGEST, Number, NumberError, decimal_text, parse_number
from tracker.vocabularies.units import SEVERAL

TOLD = "told"  # the unit stands in each cell
UNITS = {
    "seized_drugs": ("kg", "g", "t", "litre", "tablet", "plant", "piece", "pack", "consignment"),
    "seized_weapons": ("piece", "kg", "consignment"),
    "seized_goods": ("piece", "kg", "g", "t", "litre", "pack", "consignment"),
}
ITEMS_BELOW = {"seized_drugs": "drug", "seized_weapons": "weapon", "seized_goods": "goods"}  # metric -> the item that holds its items
_ASSUMED = {"seized_weapons": "piece"}  # weapons are counted
_KILOGRAMS = {"g": Decimal("0.001"), "t": Decimal(1000)}
_LABELS = {"g": _l("grams (kept as kilograms)"), "t": _l("tonnes (kept as kilograms)"), TOLD: _l("the unit stands in the cell")}
_LETTERS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DECIMALS = 3


def label_of(unit: str) -> LazyString:
    """What a unit is called behind the name of a figure."""
    return _LABELS.get(unit) or SEVERAL[unit]


def kept_as(unit: str) -> str:
    """The unit of the vocabulary in which an amount is kept."""
    return "kg" if unit in _KILOGRAMS else unit


def is_silent(key: str) -> bool:
    """Whether a field is that of a figure with several units, none of them said or usual."""
    metric = key.removeprefix("figures:")
    return metric in UNITS and metric not in _ASSUMED


def unit_of(header: str) -> str:
    """The one unit that the name of a column says, `Drugs seized (kg)`; '' for none, and for several."""
    words = _LETTERS.findall(unicodedata.normalize("NFKC", _CAMEL.sub(" ", header)).lower())
    # a single letter is a unit at the end alone; Chinese names of two letters need no blank before them
    said = {BY_NAME[word] for place, word in enumerate(words, 1) if word in BY_NAME and (len(word) > 1 or place == len(words))}
    said |= {BY_NAME[name] for name in ("公斤", "千克", "公吨", "公升") if any(name in word for word in words)}
    return said.pop() if len(said) == 1 else ""


def with_unit(key: str, header: str) -> str:
    """The field `key` with the unit that the name of its column says."""
    metric, unit = key.removeprefix("figures:"), unit_of(header)
    return f"{key}@{unit}" if unit in UNITS.get(metric, ()) else key


def states_unit(cell: str) -> bool:
    """Whether a cell has a unit behind its number."""
    text = _normal(cell)
    return any(map(str.isdigit, text)) and bool(parted(text)[1])


def amount(text: str, metric: str, unit: str) -> tuple[Number, str] | None:
    """The amount that a cell says, and its unit: its own, or `unit` of its column. Raises NumberError, also where neither says one."""
    rest, own = parted(_normal(text))
    number = parse_number(rest) if own else None
    if number is None or number.qualifier is Qualifier.UNQUANTIFIED:
        number = parse_number(text)  # the words as they were written
    if number is None:
        return None
    unit = _known_unit(text, metric, own or unit)
    return _in_kilograms(number, text, _KILOGRAMS[unit]) if unit in _KILOGRAMS else number, kept_as(unit)


def unit_of_words(text: str, metric: str, unit: str) -> str:
    """The unit in which words are kept that stand in a column of what was seized; '' for other figures. Raises NumberError for none."""
    return kept_as(_known_unit(text, metric, unit)) if metric in UNITS else ""


def _known_unit(text: str, metric: str, unit: str) -> str:
    """`unit`, that of a cell or of its column, where it is one of the metric. Raises NumberError."""
    unit = _ASSUMED.get(metric, "") if unit in ("", TOLD) else unit
    if unit in UNITS[metric]:
        return unit
    units = ", ".join(str(SEVERAL[one]) for one in UNITS[metric] if one in SEVERAL)
    raise NumberError(
        gettext(
            "“%(text)s”: in which unit? Write it behind the number (%(units)s), or choose it for the column on the page of columns.",
            text=text[:40], units=units,
        )
    )  # fmt: skip


def _in_kilograms(number: Number, text: str, factor: Decimal) -> Number:
    lower, upper = (None if bound is None else bound * factor for bound in (number.lower, number.upper))
    for bound in filter(None, (lower, upper)):
        if round(bound, _DECIMALS) != bound or bound > LARGEST:
            raise NumberError(
                gettext(
                    "“%(text)s” is %(number)s kilograms: a number that is kept has at most 15 digits and three decimals. Round it.",
                    text=text[:40], number=decimal_text(bound),
                )
            )  # fmt: skip
    return Number(number.qualifier, lower, upper, number.text)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).lower()

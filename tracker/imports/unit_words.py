"""What tables call the units of what was seized. Nothing is imported from the tracker here: the reader of files looks at them, too."""

from __future__ import annotations

# unit -> its names; `g` and `t` are no units of the vocabulary but exact parts and multiples of the kilogram. A ton may be three
# weights, and a bare "unit" or "bag" anything: they are not told
NAMES = {
    "kg": "kg|kgs|kilo|kilos|kilogram|kilograms|kilogramme|kilogrammes|公斤|千克",
    "g": "g|gr|gram|grams|gramme|grammes|克",
    "t": "t|tonne|tonnes|吨|公吨",
    "litre": "l|litre|litres|liter|liters|升|公升",
    "tablet": "tablet|tablets|pill|pills|tabs|dose|doses|tablets or dose units|dose unit|dose units|片|粒",
    "plant": "plant|plants|株",
    "piece": "piece|pieces|pc|pcs|件|支|发",
    "pack": "pack|packs|packet|packets|包",
    "consignment": "consignment|consignments|批",
}
BY_NAME = {name: unit for unit, names in NAMES.items() for name in names.split("|")}
_LONGEST_FIRST = sorted(BY_NAME, key=len, reverse=True)
_HAN = "\u2e80"  # from here on a letter is a word of its own
_PARTS = "千公毫微"  # 毫克 is no 克


def parted(text: str) -> tuple[str, str]:
    """(`2 million`, `tablet`) of `2 million tablets`: what stands before the name of a unit at the end, '' where there is none.

    `text` is in small letters, without blanks around it.
    """
    bare = text.removesuffix(".")
    for name in _LONGEST_FIRST:
        rest = bare.removesuffix(name)
        if rest != bare and rest and not _goes_on(rest[-1], name):
            return rest.strip(), BY_NAME[name]
    return text, ""


def _goes_on(before: str, name: str) -> bool:
    """Whether the name is only the end of a longer word."""
    return before.isalpha() and before < _HAN if name.isascii() else before in _PARTS

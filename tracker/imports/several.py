"""Several meanings of one spelling: `Laos, Myanmar and others` in a cell whose column does not say what parts its names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tracker.database.folding import fold
from tracker.vocabularies.names_apart import taken_apart

OTHERS = "+"  # partners that a file speaks of and does not name (C7)
_BETWEEN = ";"  # codes of one spelling as they are kept
_OTHERS = frozenset(map(fold, ("other", "others", "other countries", "other states", "etc", "et al", "其他国家", "等", "等国", "等国家")))
_AND_OTHERS = re.compile(r"(?:(?<![\s,])[\s,]++(?:etc|et al)\b\.?|(?<=\S)\s*+等(?:国家?|地)?)$", re.IGNORECASE)


def kept(codes: Iterable[str]) -> str:
    """Codes as one text; each once."""
    return _BETWEEN.join(dict.fromkeys(codes))


def codes_in(text: str) -> tuple[str, ...]:
    """The codes of what was kept; none where the spelling means nothing."""
    return tuple(text.split(_BETWEEN)) if text else ()


def parted(text: str, known: Callable[[set[str]], Mapping[str, str]]) -> tuple[str, ...]:
    """What the names in a spelling mean; () where one of them is not exactly known. `known` gives the codes of many."""

    def with_others(names: set[str]) -> dict[str, str]:
        return {name: OTHERS for name in names if fold(name) in _OTHERS} | dict(known(names))

    bare = _AND_OTHERS.sub("", text.strip())
    found = taken_apart(text if bare == text.strip() else f"{bare}; etc", with_others)
    return tuple(dict.fromkeys(code for _, names in found for _, code in names)) if all(names for _, names in found) else ()

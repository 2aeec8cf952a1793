"""One way to make text comparable, for search, for names of parties and for duplicates."""

from __future__ import annotations

import re
import unicodedata

# Han and kana have no spaces between words: each character is a word of its own, on both engines.
_HAN = re.compile(r"([\u2e80-\u2fdf\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`text` without marks, case and compatibility forms: `Côte d’Ivoire` -> `cote d ivoire`.

    Keeps Cyrillic, Arabic and Han, which stripping to ASCII would lose; `&` reads `and`.
    """
    if text.isascii():  # has neither marks nor forms nor Han
        return " ".join(_WORD.findall(text.replace("&", " and ").lower()))
    decomposed = unicodedata.normalize("NFKD", text.replace("&", " and "))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    spaced = _HAN.sub(r" \1 ", unicodedata.normalize("NFKC", bare).casefold())
    return " ".join(_WORD.findall(spaced))

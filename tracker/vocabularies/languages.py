"""Languages by ISO 639-1 code, named by CLDR."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale

# Those in which a desk meets its sources; CLDR names them in every interface language.
CODES = (
    "ar", "az", "be", "bg", "bn", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu",
    "hy", "id", "it", "ja", "ka", "kk", "km", "ko", "ky", "lo", "lt", "lv", "mk", "mn", "ms", "my", "ne", "nl", "no", "pl",
    "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw", "tg", "th", "tk", "tl", "tr", "uk", "ur", "uz", "vi", "zh",
)  # fmt: skip


@lru_cache(maxsize=16)
def language_choices(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name) in the order of the names."""
    names = Locale.parse(locale).languages
    return tuple(sorted(((code, names.get(code, code)) for code in CODES), key=lambda pair: pair[1]))


def language_name(code: str, locale: str) -> str:
    """The name of a language, or its code where CLDR has none."""
    return dict(language_choices(locale)).get(code, code)

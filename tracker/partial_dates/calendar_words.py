"""Days, months and years in the words of a language, from the CLDR through Babel."""

from __future__ import annotations

from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from flask import has_app_context
from flask_babel import get_locale

ENGLISH = Locale("en")


def reader_locale(locale: str | None = None) -> Locale:
    """The locale asked for, or that of the request.

    English outside of an application: there no catalogue can be loaded, and English phrases around foreign dates help nobody.
    A name that Babel does not know is English too.
    """
    if not has_app_context():
        return ENGLISH
    if locale is None:
        return get_locale() or ENGLISH
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return ENGLISH


def day_words(day: date, locale: Locale) -> str:
    """`10 July 2024`; every English has the day first here, because the product writes dates in one style."""
    return format_date(day, "d MMMM y" if locale.language == "en" else "long", locale=locale)


def day_and_weekday_words(day: date, locale: Locale) -> str:
    """`Wednesday 10 July 2024`."""
    return format_date(day, "EEEE d MMMM y" if locale.language == "en" else "full", locale=locale)


def weekday_words(day: date, locale: Locale) -> str:
    """`Wednesday`."""
    return format_date(day, "EEEE", locale=locale)


def month_words(year: int, month: int, locale: Locale) -> str:
    """`July 2024`."""
    return format_skeleton("yMMMM", date(year, month, 1), locale=locale)


def year_words(year: int, locale: Locale) -> str:
    """`2024`, with the word for year where the language wants it."""
    return format_skeleton("y", date(year, 1, 1), locale=locale)

"""By which names the terms and choices of a field are found: codes and labels, and the words that others use for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel import Locale
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from tracker.database.folding import fold
from tracker.imports.fields import Field, fields_of
from tracker.records import registry
from tracker.records.record_type import RecordType
from tracker.vocabularies.languages import CODES
from tracker.vocabularies.terms import terms
from tracker.vocabularies.usual_words import usual_words
from tracker.web.language import LANGUAGES

_YES, _NO = ("yes", "y", "true", "1", "x", "是"), ("no", "n", "false", "0", "否")


def names_of(session: Session, field: Field, locale: str) -> dict[str, str]:
    """Folded names and codes -> codes; a name that two things share is none."""
    found: dict[str, set[str]] = {}
    for code, names in _named(session, field, locale).items():
        for name in (code, *names):
            found.setdefault(fold(name), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def usual_names_of(session: Session, field: Field, locale: str) -> Mapping[str, str]:
    """Folded words that everybody uses for a term or a choice, and that are none of its names -> its code."""
    said = usual_words().get(field.scheme, {})
    known = labels_of(session, field, locale) if said else {}
    return {word: code for word, code in said.items() if code in known}


def labels_of(session: Session, field: Field, locale: str) -> dict[str, str]:
    """What the codes are called in the language of the page."""
    if field.scheme == "flag":
        return {"yes": gettext("yes"), "no": gettext("no")}
    if field.scheme.startswith("enum:"):
        return {str(value): str(label) for value, label in field.column.words.items()}
    if field.scheme in ("kind", "language"):
        return {code: names[0] for code, names in _named(session, field, locale).items()}
    return {term.code: term.label(locale) for term in terms(session, field.scheme).values() if not term.is_retired}


def _named(session: Session, field: Field, locale: str) -> dict[str, tuple[str, ...]]:
    if field.scheme == "kind":
        return {one.kind: (*in_each_language(one.label), *in_each_language(one.label_plural), one.slug) for one in registry.every_type()}
    if field.scheme == "flag":
        return {"yes": _YES, "no": _NO}
    if field.scheme == "language":
        names = [Locale.parse(one).languages for one in dict.fromkeys((locale, *LANGUAGES))]
        return {code: tuple(some.get(code, code) for some in names) for code in CODES}
    if field.scheme.startswith("enum:"):
        return {str(value): (str(value), *in_each_language(label)) for value, label in field.column.words.items()}
    found = terms(session, field.scheme).values()
    return {term.code: (term.label_en, term.label_local) for term in found if not term.is_retired}


def labels_in_each_language(session: Session, types: Sequence[RecordType]) -> dict[str, str]:
    """Folded labels of the fields -> keys: a file may come from a page in another language."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            for key, field in fields_of(session, types, language).items():
                found.setdefault(fold(field.label), key)
    return found


def in_each_language(label: object) -> tuple[str, ...]:
    """A label as pages in each language say it."""
    said = []
    for language in LANGUAGES:
        with force_locale(language):
            said.append(str(label))
    return tuple(said)

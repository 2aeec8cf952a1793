"""Fields that take what people type and give what documents hold. What was typed stays on the screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.partial_dates import DateError, PartialDate, as_typed, parse_edtf, parse_typed
from tracker.records import form_context
from tracker.records.models import Record
from tracker.records.numbers import Number, NumberError, parse_number
from tracker.records.visibility import visible_to
from tracker.records.whole_numbers import said_of
from tracker.vocabularies import terms
from tracker.vocabularies.languages import language_choices
from tracker.vocabularies.parties import Resolution, names_by_code, resolve_many

NOT_STATED, NOT_STATED_WORDS = "not_stated", _l("not stated")  # a term of some lists, and what an empty box says
# Signs that no keyboard of a desk makes: control characters but tab and line ends, and lone surrogates.
_FORBIDDEN = {"Cc", "Cs"}
FORBIDDEN_WORDS = _l("There is a sign in this text that cannot be stored: remove control characters.")
LONGEST_BOX, MOST_NAMES, MOST_SUGGESTIONS = 5_000, 100, 5


class RequiredToSubmit:
    """The field may stay empty in a draft, not in a record."""

    field_flags = {"required_to_submit": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message or _l("Fill this in, or save a draft for now.")

    def __call__(self, form: Any, field: Any) -> None:
        if not getattr(getattr(form, "root", form), "is_draft", False) and not field.data:
            raise StopValidation(self.message)


def clean_text(value: str | None) -> str:
    """Text as it is stored: NFC, without blanks at the ends; raises ValueError for signs that cannot be stored."""
    text = unicodedata.normalize("NFC", value or "").replace("\r\n", "\n").strip()
    if has_forbidden(text):
        raise ValueError(str(FORBIDDEN_WORDS))
    return text


def has_forbidden(text: str) -> bool:
    """Whether `text` holds a sign that no keyboard of a desk makes and no database keeps."""
    return not text.isprintable() and any(unicodedata.category(one) in _FORBIDDEN and one not in "\n\t" for one in text.replace("\r\n", ""))


class Text(StringField):
    """One line of text, at most `limit` characters."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), limit: int = 200, **kwargs: Any) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        self.data = clean_text(self.data)

    def pre_validate(self, form: Any) -> None:
        if self.data and len(self.data) > self.limit:
            raise ValidationError(gettext("At most %(limit)d characters; this has %(length)d.", limit=self.limit, length=len(self.data)))


class LongText(Text, TextAreaField):
    """Several lines of text."""


class WebAddress(Text):
    """An address of a page, kept and shown but never fetched."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not self.data.lower().startswith(("http://", "https://")):
            raise ValidationError(gettext("Write the whole address, beginning with https:// or http://."))


class PartialDateField(StringField):
    """A date as far as it is known; `edtf` holds the EDTF text once it was read."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"data-live": "date", "autocomplete": "off"})
        super().__init__(label, list(validators), **kwargs)

    @property
    def value(self) -> PartialDate:
        return parse_typed(self.data or "", form_context.current().locale)

    @property
    def edtf(self) -> str:
        """The date as a document holds it. An inferred interval says so at its ends, since documents keep text only."""
        value = self.value
        if value.is_inferred and not parse_edtf(value.edtf).is_inferred:
            return "/".join(end if end == ".." else f"{end}?" for end in value.edtf.split("/"))
        return value.edtf

    def process_data(self, value: str | None) -> None:
        self.data = as_typed(parse_edtf(value), form_context.current().locale) if value else ""

    def pre_validate(self, form: Any) -> None:
        try:
            self.value  # noqa: B018  reading is the check
        except DateError as error:
            raise ValidationError(str(error)) from error


class NumberField(StringField):
    """A number as the source says it; `number` is what was read. `unit` is what it counts, where no other field says it."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), unit: str = "", **kwargs: Any) -> None:
        super().__init__(label, list(validators), **{"render_kw": {"data-live": "number", "autocomplete": "off"}, **kwargs})
        self.unit = unit

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        self.data = clean_text(self.data)

    @property
    def number(self) -> Number | None:
        return parse_number(self.data or "")

    def pre_validate(self, form: Any) -> None:
        try:
            self.number  # noqa: B018
        except NumberError as error:
            raise ValidationError(said_of(error, self.unit or getattr(form, "counted_in", ""))) from error


class PartiesField(StringField):
    """One or several parties by any name, alias or code, separated by `;`. `codes` are those that were found."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), several: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"data-parties": "" if several else "1", "autocomplete": "off"})
        super().__init__(label, list(validators), **kwargs)
        self.several = several
        self._looked_up: tuple[str, list[tuple[str, Resolution]]] | None = None
        self._given: tuple[str, list[str]] | None = None  # the text that was made of these codes

    def process_data(self, value: Sequence[str] | str | None) -> None:
        """Codes become names of the reader's language, which resolve to the same parties again."""
        codes = [value] if isinstance(value, str) and value else list(value or ())
        context = form_context.current()
        names = names_by_code(context.session, context.locale)
        self.data = "; ".join(names.get(code, code) for code in codes)
        self._given = self.data, codes

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self._given = None

    @property
    def found(self) -> list[tuple[str, Resolution]]:
        """Each name with what it resolves to, looked up once however often it is asked for."""
        typed = self.data or ""
        if self._looked_up is None or self._looked_up[0] != typed:
            readable = typed and len(typed) <= LONGEST_BOX and not has_forbidden(typed)
            self._looked_up = (typed, resolve_many(form_context.current().session, typed) if readable else [])
        return self._looked_up[1]

    @property
    def codes(self) -> list[str]:
        if self._given and self._given[0] == self.data:
            return list(dict.fromkeys(self._given[1]))
        return list(dict.fromkeys(resolution.party.code for _, resolution in self.found if resolution.party))

    @property
    def unknown(self) -> list[str]:
        """The names typed that nobody has; the page marks them."""
        if self._given and self._given[0] == self.data:
            return []
        return [typed for typed, resolution in self.found if not resolution.party]

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            return
        if has_forbidden(self.data):
            raise ValidationError(FORBIDDEN_WORDS)
        if len(self.data) > LONGEST_BOX or len(self.found) > MOST_NAMES:
            raise ValidationError(gettext("This is too much for one box: at most %(most)d partners.", most=MOST_NAMES))
        if not self.found:
            raise ValidationError(gettext("There is no name in this box: write a country, organisation, agency or code."))
        problems = [self._problem(typed, resolution) for typed, resolution in self.found if not resolution.party]
        if problems:
            raise ValidationError(" ".join(problems[:MOST_SUGGESTIONS]))
        if not self.several and len(self.codes) > 1:
            raise ValidationError(gettext("Only one here: add a row for each further one."))

    @staticmethod
    def _problem(typed: str, resolution: Resolution) -> str:
        context = form_context.current()
        names = names_by_code(context.session, context.locale)
        suggestions = ", ".join(names.get(party.code, party.name_en) for party in resolution.candidates)
        if suggestions:
            return gettext('"%(typed)s" is not known: did you mean %(names)s?', typed=typed[:60], names=suggestions)
        return gettext('"%(typed)s" is not known: write a country, organisation, agency or code.', typed=typed[:60])


class ReferenceField(StringField):
    """Another record by its reference; a title after it is ignored (`AGR-2024-0001 · Treaty ...`)."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), kind: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"data-suggest": kind or "record", "autocomplete": "off"})
        super().__init__(label, list(validators), **kwargs)
        self.kind = kind

    @property
    def ref(self) -> str | None:
        words = (self.data or "").split()
        return words[0].upper() if words else None

    def pre_validate(self, form: Any) -> None:
        if not self.ref:
            return
        context = form_context.current()
        # what the officer may not see does not exist for him
        found = None
        if not has_forbidden(self.ref):
            found = context.session.execute(sa.select(Record.kind).where(Record.ref == self.ref[:40], visible_to(context.user))).first()
        if found is None:
            raise ValidationError(gettext('There is no record "%(ref)s": write a reference such as AGR-2024-0001.', ref=self.ref[:40]))
        if self.kind and found.kind != self.kind:
            raise ValidationError(gettext("%(ref)s is a record of another type.", ref=self.ref))


class Choice(SelectField):
    """One of a few fixed words (an enum); `words` are its labels."""

    data: Any
    choices: Any

    def __init__(self, label: Any, words: Any, blank: Any = None, **kwargs: Any) -> None:
        first = [SelectChoice("", blank)] if blank is not None else []
        super().__init__(label, choices=[*first, *(SelectChoice(str(value), text) for value, text in dict(words).items())], **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            self.data = self.default or ""
        try:
            super().pre_validate(form)
        except ValidationError as error:
            raise ValidationError(gettext("Choose one of the list.")) from error


class TermField(Choice):
    """One term of a controlled list."""

    def __init__(self, label: Any, scheme: str, blank: Any = NOT_STATED_WORDS, only: Sequence[str] = (), **kwargs: Any) -> None:
        context = form_context.current()
        labels = dict(terms.choices(context.session, scheme, context.locale, keep=None))
        if only:
            labels = {code: labels[code] for code in only if code in labels}
        super().__init__(label, labels, blank=blank, **kwargs)
        self.scheme = scheme
        self._is_blank_for_not_stated = blank is NOT_STATED_WORDS

    def iter_choices(self) -> list[Any]:
        """Of an empty choice and a term that say the same, one: the term where it is stored, which stays as it is."""
        found: list[Any] = super().iter_choices()
        if not self._is_blank_for_not_stated or NOT_STATED not in {choice.value for choice in found}:
            return found
        twice = "" if self.data == NOT_STATED else NOT_STATED
        return [choice for choice in found if choice.value != twice]

    def process_data(self, value: Any) -> None:
        """An old record keeps a term that can no longer be chosen."""
        super().process_data(value)
        if value and value not in {choice.value for choice in self.choices}:
            context = form_context.current()
            kept = terms.terms(context.session, self.scheme).get(value)
            if kept:
                self.choices = [*self.choices, SelectChoice(value, kept.label(context.locale))]


class LanguageField(Choice):
    """A language by its ISO 639-1 code."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, dict(language_choices(form_context.current().locale)), blank=_l("not stated"), **kwargs)


class TermsField(SelectMultipleField):
    """Several terms of a controlled list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any, scheme: str, **kwargs: Any) -> None:
        context = form_context.current()
        labels = terms.choices(context.session, scheme, context.locale)
        super().__init__(label, choices=[SelectChoice(code, text) for code, text in labels], **kwargs)

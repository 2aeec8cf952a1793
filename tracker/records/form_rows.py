"""The rows of a record's form: partners, figures, sources, links, names and numbers."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField
from wtforms.validators import ValidationError

from tracker.records import form_context
from tracker.records.enums import ContainedBasis, Nature, Qualifier
from tracker.records.fields import (
    Choice,
    LanguageField,
    LongText,
    NumberField,
    PartialDateField,
    PartiesField,
    ReferenceField,
    TermField,
    Text,
    WebAddress,
)
from tracker.records.figures import REASON_LENGTH
from tracker.records.numbers import Number, bounded
from tracker.records.sources import QUOTE_LENGTH
from tracker.vocabularies import terms

NATURE_WORDS = {
    Nature.NEW_IN_PERIOD: _l("new in the period"),
    Nature.CUMULATIVE: _l("running total"),
    Nature.SNAPSHOT: _l("as it stood on a day"),
}
QUALIFIER_WORDS = {
    Qualifier.EXACT: _l("exactly"),
    Qualifier.AT_LEAST: _l("at least"),
    Qualifier.AT_MOST: _l("at most"),
    Qualifier.ABOUT: _l("about"),
    Qualifier.UNQUANTIFIED: _l("in words only"),
}
CONTAINED_WORDS = {ContainedBasis.STATED: _l("said by the source"), ContainedBasis.INFERRED: _l("inferred by the desk")}
SERIES_LIST = "series-names"  # the id of the suggestions on the page
CONTAINED_HINT = _l("The number of the figure above that already holds this one.")


class Row(Form):
    """A row that counts as absent while nothing is filled in."""

    key = ""  # the field without which a row is empty
    title: Any = ""  # what one row is called, for its errors
    further: tuple[str, ...] = ()  # fields that are folded away while they hold nothing

    @property
    def is_blank(self) -> bool:
        return not any(
            field.data and field.data != field.default and field.type not in ("HiddenField", "Choice", "TermField", "LanguageField")
            for field in self
        )

    @property
    def has_more(self) -> bool:
        """Whether a field of `further` is filled in or wrong: then the fold stands open."""
        return any(self[name].errors or (self[name].data and self[name].data != self[name].default) for name in self.further)

    def validate(self, extra_validators: Any = None) -> bool:
        if self.is_blank:  # it is no row: what is chosen in it is not looked at
            return True
        valid = super().validate(extra_validators)
        field = self[self.key]
        if not field.data and not field.errors:
            field.errors = [gettext("Fill this in, or remove the row.")]
            valid = False
        return valid


class PartyRow(Row):
    """One role and the parties that hold it."""

    key = "names"
    title = _l("Partner")
    names = PartiesField(_l("Partners"), description=_l("Any name, alias or code: Burma; ROK; Côte d'Ivoire; SCO. Several with ; between."))
    role = TermField(_l("Role"), "role", blank=None)
    note = Text(_l("Note"))


class FigureRow(Row):
    """One number as the source gives it."""

    key = "number"
    title = _l("Figure")
    further = (
        "nature",
        "as_of",
        "period",
        "country",
        "person_status",
        "series",
        "contained_in",
        "contained_basis",
        "preferred",
        "preference_reason",
        "text_original",
    )
    no = HiddenField()
    metric = TermField(_l("What is counted"), "metric", blank=None)
    number = NumberField(
        _l("Number"),
        description=_l("As the source says it: 10, more than 50,000, about 20, 10-12, several."),
        render_kw={"data-live": "number", "data-live-with": "metric unit", "autocomplete": "off"},
    )
    qualifier = Choice(_l("Qualifier"), QUALIFIER_WORDS, blank=_l("as written in the number"))
    unit = TermField(_l("Unit"), "unit", blank=_l("usual unit"))
    item = TermField(_l("Item"), "item", blank=_l("none"))
    nature = Choice(_l("Kind of number"), NATURE_WORDS, default=Nature.NEW_IN_PERIOD.value)
    as_of = PartialDateField(_l("As of"))
    period = PartialDateField(_l("Period"))
    country = PartiesField(_l("Only for the country"), several=False, description=_l("Only where the source gives the split."))
    person_status = TermField(_l("Persons are"), "person_status", blank=_l("not persons"))
    series = Text(
        _l("Series"),
        limit=100,
        description=_l("Name of a running total: of which this is a value, or in which it is contained."),
        render_kw={"list": SERIES_LIST, "data-live": "series", "autocomplete": "off"},
    )
    contained_in = Text(_l("Contained in figure no."), limit=4, description=CONTAINED_HINT)
    contained_basis = Choice(_l("That it is contained is"), CONTAINED_WORDS, default=ContainedBasis.STATED.value)
    preferred = BooleanField(
        _l("May count"),
        default=True,
        description=_l(
            "Of numbers that say the same thing one counts: that with the more credible evidence, then that of the newer source."
        ),
    )
    preference_reason = Text(
        _l("Preferred or put aside, because"), limit=REASON_LENGTH, description=_l("Only to decide otherwise than that.")
    )
    text_original = Text(_l("Words of the source"), limit=300)

    def result(self) -> Number | None:
        """The number with the qualifier that was chosen beside it."""
        number = self.number.number
        if number is None or not self.qualifier.data or number.qualifier == self.qualifier.data:
            return number
        if number.lower is None or self.qualifier.data == Qualifier.UNQUANTIFIED:
            return Number(Qualifier.UNQUANTIFIED, None, None, self.number.data or "")
        return bounded(Qualifier(self.qualifier.data), number.lower)

    @property
    def counted_in(self) -> str:
        """The unit that is chosen, else the usual one of what is counted."""
        metric = terms.terms(form_context.current().session, "metric").get(self.metric.data or "")
        return self.unit.data or (metric and metric.default_unit) or "activity"

    def validate_qualifier(self, field: Choice) -> None:
        if self.number.errors or not field.data:
            return
        number = self.number.number
        if number is None or number.qualifier in (Qualifier.EXACT, field.data):
            return
        raise ValidationError(gettext("The number already says something else: choose “as written in the number”."))

    def validate_contained_in(self, field: Text) -> None:
        if field.data and (not field.data.isascii() or not field.data.isdigit()):
            raise ValidationError(gettext("Write the number of a figure of this record, for example 1."))

    def validate_unit(self, field: TermField) -> None:
        """C1: every number has a unit; the usual one of what is counted, where none is chosen."""
        field.data = self.counted_in


class SourceRow(Row):
    """A source, known or new, and what it supports."""

    key = "source"
    title = _l("Source")
    further = ("publisher", "url", "published", "lang", "kind", "reliability", "marking", "credibility")
    no = HiddenField()
    source = Text(
        _l("Source"),
        limit=300,
        description=_l("Title of the text or letter; a known source is suggested while you type."),
        render_kw={"data-suggest": "source", "autocomplete": "off"},
    )
    publisher = Text(_l("Publisher"))
    url = WebAddress(_l("Address (URL)"), limit=1000)
    published = PartialDateField(_l("Published"))
    lang = LanguageField(_l("Language"))
    kind = TermField(_l("Kind of source"), "source_kind")
    reliability = TermField(_l("Reliability"), "reliability", blank=_l("not graded"))
    marking = TermField(_l("Handling of the source (TLP)"), "marking", blank=_l("as the record, at most AMBER"))
    target_field = Choice(_l("Supports"), {}, blank=_l("the record as a whole"))
    quote_exact = LongText(_l("Quotation"), limit=QUOTE_LENGTH, description=_l("The exact words; leave names of persons out."))
    locator = Text(_l("Where in the source"), limit=60, description=_l("line 35, page 3"))
    credibility = TermField(_l("Credibility"), "credibility", blank=_l("not graded"))


class LinkRow(Row):
    """A relation to another record."""

    key = "to"
    title = _l("Relation")
    type = TermField(_l("Relation"), "link_type", blank=None)
    to = ReferenceField(_l("Record"))


class AliasRow(Row):
    """Another name of the activity."""

    key = "name"
    title = _l("Name")
    name = Text(_l("Name"), limit=300)
    lang = LanguageField(_l("Language"))


class IdentifierRow(Row):
    """A number under which somebody files the activity."""

    key = "value"
    title = _l("File number")
    scheme = TermField(_l("Kind of file number"), "identifier_scheme", blank=None)
    value = Text(_l("File number"), limit=100)


class CountRow(Row):
    """How many of one country: participants of a training."""

    key = "number"
    title = _l("Row")
    country = PartiesField(_l("Country"), several=False)
    number = NumberField(_l("Participants"), unit="participant")
    no = HiddenField()

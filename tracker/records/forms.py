"""The form that all record types share; a type adds its own fields. Draft and record are one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import wtforms
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FormField, HiddenField, StringField

from tracker.records import form_context
from tracker.records.document_rules import most_rows
from tracker.records.documents import Document, empty_document
from tracker.records.enums import Status
from tracker.records.fields import (
    Choice,
    LanguageField,
    LongText,
    PartialDateField,
    ReferenceField,
    RequiredToSubmit,
    TermField,
    TermsField,
    Text,
)
from tracker.records.form_context import FormContext
from tracker.records.form_document import Composer, form_data
from tracker.records.form_figures import SpecialFigure, check_containment, check_targets, check_whole, number_rows, offer_numbers
from tracker.records.form_rights import check_rights
from tracker.records.form_rows import AliasRow, FigureRow, IdentifierRow, LinkRow, PartyRow, SourceRow
from tracker.records.models import SHORT_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH
from tracker.records.numbers import small_number
from tracker.records.record_type import STATUS_WORDS, RecordType
from tracker.records.relations import ancestry, holder_of, is_draft
from tracker.records.visibility import visible_refs

MAX_ROWS = 100


class FieldList(wtforms.FieldList):
    """A list of rows that takes only plain numbers as the index of a row: `figures-²-number` is no field of ours."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        pattern = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})(?:-|$)", re.ASCII)
        return (int(match[1]) for key in formdata if (match := pattern.match(key)))


def rows(row: type[Any], label: Any, at_least: int = 0) -> FieldList:
    """A list of rows that can be added and removed without JavaScript."""
    return FieldList(FormField(row, row.title), label, min_entries=at_least)


class RecordForm(FlaskForm):
    """Everything that all types have in common. A type's form declares only its own fields."""

    title = Text(_l("Title"), [RequiredToSubmit(_l("Give the record a title, or save a draft for now."))], limit=TITLE_LENGTH)
    title_original = Text(_l("Title in the original language"), limit=TITLE_LENGTH)
    original_lang = LanguageField(_l("Original language"))
    summary = LongText(_l("Summary"), limit=SUMMARY_LENGTH)
    is_group_entry = BooleanField(
        _l("The source speaks of several without naming them"),
        description=_l("“Multiple programmes”: kept and cited, never counted as one."),
    )
    parties = rows(PartyRow, _l("Partners"), at_least=1)
    parties_not_stated = BooleanField(_l("The source names no partner"))
    parties_open = BooleanField(_l("The list is not complete (“and other countries”)"))
    start = PartialDateField(
        _l("Date"),
        description=_l("As far as it is known: 10.7.2024, July 2024, 2024, 2023-2024, about 2023, before 2024-09. Empty: not stated."),
    )
    end = PartialDateField(_l("End"))
    planned_start = PartialDateField(_l("Planned start"))
    planned_end = PartialDateField(_l("Planned end"))
    status = Choice(_l("Status"), STATUS_WORDS, default=Status.UNKNOWN.value)
    place = Text(_l("Place"))
    crime_primary = TermField(_l("Primary crime type"), "crime", blank=_l("not stated"))
    crimes = TermsField(_l("Further crime types"), "crime")
    figures = rows(FigureRow, _l("Figures"))
    evidence = rows(SourceRow, _l("Sources"), at_least=1)
    parent = ReferenceField(_l("Part of the record"))
    links = rows(LinkRow, _l("Related records"))
    aliases = rows(AliasRow, _l("Other names"))
    identifiers = rows(IdentifierRow, _l("File numbers"))
    marking = TermField(_l("Handling (TLP)"), "marking", blank=None, default="AMBER")
    reason = StringField(
        _l("Reason for the change"),
        description=_l("For whoever verifies it, and for the history."),
        filters=[lambda text: (text or "").replace("\x00", "").strip()[:SHORT_LENGTH]],
        render_kw={"maxlength": SHORT_LENGTH},
    )
    version = HiddenField()
    token = HiddenField()
    seen = HiddenField()  # likely twins that the officer has been shown

    def __init__(
        self, record_type: RecordType, context: FormContext, document: Document | None = None, *, own_ref: str = "", **kwargs: Any
    ) -> None:
        form_context.enter(context)
        self.own_ref = own_ref
        self.record_type = record_type
        self.context = context
        self.base = document or empty_document(record_type)
        self.is_draft = False
        super().__init__(data={**form_data(self.base, record_type), **self.load(self.base)}, **kwargs)
        if not own_ref:
            del self.reason  # there is nothing yet that could change
        self.start.label.text = record_type.date_label
        for row in self.parties:
            self._offer_roles(row)
        number_rows(self)
        offer_numbers(self)
        for needed in (self.parties[0].form.names, self.evidence[0].form.source):
            needed.flags.required_to_submit = True  # the star; one row of each is enough

    def load(self, document: Document) -> Mapping[str, Any]:
        """What a type's own fields show that is not simply one of its columns."""
        return {}

    def store(self, document: Document) -> None:
        """Put what `load` took out back into `document`."""

    def check(self) -> None:
        """The rules of a type that look at several fields; adds its errors to the fields."""

    def validate(self, extra_validators: Any = None, draft: bool = False) -> bool:
        """Whether the form can be saved; a draft needs only what is filled in to be readable."""
        self.is_draft = draft
        super().validate(extra_validators)
        if not draft:
            self._check_mandatory()
        self._check_lengths()
        self._check_related()
        for entries in self.split_by_country():
            self._check_countries(entries)
        if not (self.start.errors or self.end.errors):
            self._check_dates()
        if not self.figures.errors:
            check_containment(self)
        check_whole(self)
        check_targets(self)
        if not self.errors:
            self.check()
        if not self.errors:
            check_rights(self)
        return not self.errors

    def document(self) -> Document:
        """What the form says, as a document. Only after a successful `validate`."""
        return Composer(self).document()

    def handle_rows(self, action: Mapping[str, str]) -> bool:
        """Add or remove the row that a button asked for; False when none did."""
        if action.get("add"):
            entries = getattr(self, action["add"], None)
            if isinstance(entries, FieldList) and len(entries) < MAX_ROWS:
                row = entries.append_entry()
                if action["add"] == "parties":
                    self._offer_roles(row)
                number_rows(self)
                offer_numbers(self)
            return True
        if action.get("remove"):
            name, _, index = action["remove"].rpartition("-")
            entries = getattr(self, name, None)
            number = small_number(index)
            if isinstance(entries, FieldList) and number is not None and number < len(entries):
                entries.pop_entry(number)
            return True
        return False

    def any_filled(self, names: Iterable[str]) -> bool:
        """Whether a part of the form holds something, or an error: then it stands open."""
        return any(self[name].errors or self._holds(self[name]) for name in names)

    def _holds(self, field: Any) -> bool:
        if isinstance(field, FieldList):
            return any(not row.form.is_blank for row in field)
        return bool(field.data) and field.data != field.default

    def _check_mandatory(self) -> None:
        """Partners (or that none is named) and one source; the title has its own check, an empty date means not stated."""
        named = [row.form.names for row in self.parties if row.form.names.codes or row.form.names.errors]
        if not self.parties_not_stated.data and not named:
            self.parties[0].form.names.errors = [gettext("Name at least one partner, or tick that the source names none.")]
            self.parties.errors = [entry.errors for entry in self.parties]
        if self.parties_not_stated.data and any(code != self.context.reporting_state for names in named for code in names.codes):
            self.parties_not_stated.errors = [gettext("Partners are named above: remove them or untick this.")]
        if not any(row.form.source.data for row in self.evidence):
            self.evidence[0].form.source.errors = [gettext("Name at least one source, or save a draft for now.")]
            self.evidence.errors = [entry.errors for entry in self.evidence]

    def _check_lengths(self) -> None:
        boxes = sum(1 for figure in self.special_figures() if figure.box.data)
        counted = [
            (field, len(field) + (boxes if field is self.figures else 0), MAX_ROWS) for field in self if isinstance(field, FieldList)
        ]
        counted.append((self.parties, sum(len(row.form.names.codes) for row in self.parties), most_rows("parties")))
        for entries, count, most in counted:
            if count > most:
                entries.errors = [gettext("At most %(most)d rows: split the record, or put the rest into the summary.", most=most)]

    def split_by_country(self) -> list[FieldList]:
        """The lists of rows whose numbers may be those of one country."""
        return [self.figures]

    def _check_countries(self, entries: FieldList) -> None:
        """C33: a number stands in a country's row, so the country is one of the partners (or ours)."""
        known = {code for row in self.parties for code in row.form.names.codes} | {self.context.reporting_state}
        for row in entries:
            if not row.form.country.errors and set(row.form.country.codes) - known:
                row.form.country.errors = [gettext("This country is not among the partners: add it there, with its role.")]
                entries.errors = [entry.errors for entry in entries]

    def _check_related(self) -> None:
        """A record is not part of itself, nor of its own parts, and not related to itself; a file number is one record's."""
        session, own = self.context.session, self.own_ref
        if own and not self.parent.errors and self.parent.ref and own in ancestry(session, self.parent.ref):
            self.parent.errors = [gettext("%(ref)s would be part of itself: choose another record.", ref=own)]
        if not self.is_draft and self.parent.ref and not self.parent.errors and is_draft(session, self.parent.ref):
            # a phase counts with its parent, and a draft counts nowhere
            self.parent.errors = [gettext("%(ref)s is a draft: record it first, then its parts.", ref=self.parent.ref)]
        for row in self.links:
            if own and row.form.to.ref == own:
                row.form.to.errors = [gettext("This is the record itself: choose another one.")]
                self.links.errors = [entry.errors for entry in self.links]
        for row in self.identifiers:
            other = holder_of(session, row.form.scheme.data or "", row.form.value.data or "") if not row.form.errors else None
            if other and other != own:
                # whoever may not see that record learns no more than that the number is taken
                named = other if other in visible_refs(session, self.context.user, [other]) else gettext("Another record")
                row.form.value.errors = [gettext("%(ref)s has this number already: each file number belongs to one record.", ref=named)]
                self.identifiers.errors = [entry.errors for entry in self.identifiers]

    def _check_dates(self) -> None:
        start, end = self.start.value, self.end.value
        for field, day in ((self.start, start), (self.end, end)):
            if day.lower and day.lower > self.context.today:
                field.errors = [*field.errors, gettext("This lies in the future: use the planned dates for what has not happened yet.")]
        if start.lower and end.upper and end.upper < start.lower:
            self.end.errors = [gettext("It ends before it begins.")]

    def _offer_roles(self, row: Any) -> None:
        """The roles of the type, the usual one first; those that fit it less stand apart below them."""
        labels = {choice.value: choice for choice in row.form.role.choices}
        known = [labels.pop(code) for code in self.record_type.roles if code in labels]
        rest = [replace(choice, optgroup=gettext("Seldom with this type")) for choice in labels.values()]
        row.form.role.choices = [*known, *rest]
        if not row.form.role.data:
            row.form.role.data = self.record_type.roles[0]

    @property
    def form_token(self) -> str | None:
        """The token that this form was given when it was opened, or None when what came back is none."""
        token = str(self.token.data or "")
        return token if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", token) else None

    @property
    def kept_fields(self) -> list[Any]:
        """Hidden fields of the type's own, which the page carries along."""
        shared = {"csrf_token", "version", "token", "seen"}
        return [field for field in self if field.type == "HiddenField" and field.short_name not in shared]

    def special_figures(self) -> list[SpecialFigure]:
        """Figures of the record that the type's own fields hold instead of a row."""
        return []

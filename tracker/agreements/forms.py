"""The form of an agreement: only its own fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.agreements.checks import is_notice
from tracker.agreements.models import Binding
from tracker.records.documents import Document
from tracker.records.enums import Qualifier
from tracker.records.fields import Choice, NumberField, PartialDateField, PartiesField, TermField, Text
from tracker.records.form_rows import Row
from tracker.records.forms import RecordForm, rows

BINDING_WORDS = {Binding.NOT_STATED: _l("not stated"), Binding.BINDING: _l("binding"), Binding.NON_BINDING: _l("not binding")}


class ActionRow(Row):
    """One step in the life of the agreement."""

    key = "action"
    title = _l("Step")
    action = TermField(_l("Step"), "agreement_action", blank=_l("choose"))
    party = PartiesField(_l("By the party"), several=False, description=_l("Empty: the agreement as a whole."))
    date = PartialDateField(_l("Date"))

    @property
    def is_blank(self) -> bool:
        return not (self.action.data or self.party.data or self.date.data)


class AgreementForm(RecordForm):
    form = TermField(_l("Form of instrument"), "agreement_form")
    binding = Choice(_l("Binding"), BINDING_WORDS, default=Binding.NOT_STATED.value)
    scope = TermField(_l("Scope"), "agreement_scope")
    level = TermField(_l("Level"), "agreement_level")
    signature_type = TermField(_l("Kind of signature"), "signature_type")
    duration_text = Text(_l("Duration as written"))
    renewal = TermField(_l("Renewal"), "renewal")
    expires_on = PartialDateField(_l("Expires on"))
    notice_days = NumberField(_l("Notice of denunciation, days"))
    actions = rows(ActionRow, _l("Life of the agreement"))

    def load(self, document: Document) -> Mapping[str, Any]:
        return {"actions": document["actions"], "notice_days": document["notice_days"] or ""}

    def store(self, document: Document) -> None:
        document["actions"] = [
            {"party": next(iter(row.form.party.codes), None), "action": row.form.action.data, "date": row.form.date.edtf}
            for row in self.actions
            if row.form.action.data
        ]

    def check(self) -> None:
        """An action's party is one of the record's parties; a notice is a whole number of days."""
        named = {code for row in self.parties for code in row.form.names.codes}
        for row in self.actions:
            strangers = [code for code in row.form.party.codes if code not in named]
            if strangers:
                row.form.party.errors = [gettext("This party is not among the partners above: add it there with its role.")]
                self.actions.errors = [entry.errors for entry in self.actions]
        days = self.notice_days.number
        if days and (days.qualifier is not Qualifier.EXACT or days.lower is None or not is_notice(days.lower)):
            self.notice_days.errors = [gettext("Write a whole number of days.")]

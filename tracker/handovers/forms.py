"""The form of a handover: only its own fields. The number of persons is a figure, written by its box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from tracker.handovers.models import Direction, Stage
from tracker.handovers.rules import sides_that_contradict
from tracker.handovers.subject_rows import SUBJECTS_HINT, SubjectRow, check_names, number_subjects, subject_rows
from tracker.handovers.words import DIRECTION_WORDS, STAGE_WORDS
from tracker.records.documents import Document
from tracker.records.fields import Choice, NumberField, PartialDateField, ReferenceField, TermField, Text
from tracker.records.form_document import figure_data, figure_entry
from tracker.records.form_figures import SpecialFigure
from tracker.records.forms import RecordForm, rows
from tracker.records.special_figures import sole_figure
from tracker.vocabularies.parties import names_by_code

METRIC, UNIT = "handed_over", "person"


class HandoverForm(RecordForm):
    direction = Choice(_l("Direction"), DIRECTION_WORDS, default=Direction.NOT_STATED.value)
    persons = NumberField(
        _l("Number of persons"), description=_l("As the source says it: 10, at least 5, several. Empty: not stated."), unit="person"
    )
    persons_no = HiddenField()
    person_status = TermField(_l("The persons are"), "person_status", blank=None, default="not_stated")
    legal_basis = TermField(_l("Legal basis"), "legal_basis", blank=None, default="not_stated")
    stage = Choice(_l("Stage"), STAGE_WORDS, default=Stage.DONE.value)
    basis_agreement = ReferenceField(_l("Under the agreement"), kind="agreement")
    notice = TermField(_l("INTERPOL notice"), "notice")
    court_decision = Text(_l("Court decision"))
    assurances = Text(_l("Assurances given"))
    requested_on = PartialDateField(_l("Requested on"))
    granted_on = PartialDateField(_l("Granted on"))
    refused_on = PartialDateField(_l("Refused on"))

    subjects = rows(SubjectRow, _l("Persons"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects.description = SUBJECTS_HINT
        number_subjects(self)

    def load(self, document: Document) -> Mapping[str, Any]:
        return {"subjects": subject_rows(document)} | self._load_figure(document)

    def _load_figure(self, document: Document) -> dict[str, Any]:
        figure = sole_figure(document, METRIC)
        if not figure:
            return {}
        rest = [figure_data(other) for other in document["figures"] if other is not figure]
        shown = {"persons": figure_data(figure)["number"], "persons_no": str(figure["no"])}
        return shown | {"person_status": figure["person_status"] or "not_stated", "figures": rest}

    def store(self, document: Document) -> None:
        document["subjects"] = [row.form.entry(document["subjects"]) for row in self.subjects if not row.form.is_blank]
        number = self.persons.number
        if number is None:
            return
        before = sole_figure(self.base, METRIC) or {}
        kept = {name: before[name] for name in before if name not in ("no", "metric", "unit", "value_lo", "value_hi", "qualifier")}
        words = number.text or (before.get("text_original", "") if number.lower is not None else "")
        said = kept | {"text_original": words, "person_status": self.person_status.data or None}
        document["figures"].append(figure_entry(int(self.persons_no.data), METRIC, UNIT, number, **said))

    def handle_rows(self, action: Mapping[str, str]) -> bool:
        handled = super().handle_rows(action)
        number_subjects(self)
        return handled

    def special_figures(self) -> list[SpecialFigure]:
        return [SpecialFigure(self.persons_no, self.persons, UNIT)]

    def check(self) -> None:
        """Direction and roles must agree, since each is read on its own."""
        entries = [{"party": code, "role": row.form.role.data} for row in self.parties for code in row.form.names.codes]
        wrong = sides_that_contradict(self.direction.data, entries, self.context.reporting_state)
        if wrong:
            names = names_by_code(self.context.session, self.context.locale)
            named = ", ".join(names.get(code, code) for code in wrong)
            self.direction.errors = [
                gettext("The direction and the role of %(names)s contradict each other: change one of them.", names=named)
            ]
        check_names(self)

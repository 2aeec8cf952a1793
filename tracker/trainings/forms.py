"""The form of a training: only its own fields. Participants by country are figures, written by their rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.records.documents import Document
from tracker.records.enums import Qualifier
from tracker.records.fields import LanguageField, NumberField, TermField, Text
from tracker.records.form_document import figure_data, figure_entry
from tracker.records.form_figures import SpecialFigure
from tracker.records.form_rows import CountRow
from tracker.records.forms import FieldList, RecordForm, rows
from tracker.trainings.checks import METRIC, UNIT, is_count, is_length


class TrainingForm(RecordForm):
    delivery = TermField(_l("Delivery"), "training_delivery")
    format = TermField(_l("Format"), "training_format")
    our_role = TermField(_l("Our role"), "our_role")
    topic = Text(_l("Topic"))
    days = NumberField(_l("Days"), description=_l("Length of the course; with the participants it gives participant-days."))
    language = LanguageField(_l("Language of instruction"))
    participants = rows(CountRow, _l("Participants by country"), at_least=1)

    def load(self, document: Document) -> Mapping[str, Any]:
        counts = [figure for figure in document["figures"] if is_count(figure)]
        rest = [figure_data(figure) for figure in document["figures"] if not is_count(figure)]
        shown = [{"no": figure["no"], "country": figure["country"], "number": figure_data(figure)["number"]} for figure in counts]
        return {"participants": shown, "figures": rest, "days": document["days"] or ""}

    def store(self, document: Document) -> None:
        before = {str(figure["no"]): figure for figure in self.base["figures"]}
        fixed = ("no", "metric", "unit", "value_lo", "value_hi", "qualifier", "country")
        for row in self.participants:
            number = row.form.number.number
            if number is None:
                continue
            old = before.get(str(row.form.no.data), {})
            kept = {name: old[name] for name in old if name not in fixed}
            words = number.text or (old.get("text_original", "") if number.lower is not None else "")
            country = next(iter(row.form.country.codes), None)
            document["figures"].append(
                figure_entry(int(row.form.no.data), METRIC, UNIT, number, **kept | {"country": country, "text_original": words})
            )

    def split_by_country(self) -> list[FieldList]:
        return [self.figures, self.participants]

    def special_figures(self) -> list[SpecialFigure]:
        return [SpecialFigure(row.form.no, row.form.number, UNIT, row.form.country.data or "") for row in self.participants]

    def check(self) -> None:
        countries = [next(iter(row.form.country.codes), "") for row in self.participants]
        for row, code, before in zip(self.participants, countries, range(len(countries)), strict=True):
            if row.form.number.data and code in countries[:before]:
                row.form.country.errors = [gettext("This country stands above already: one row for each.")]
                self.participants.errors = [entry.errors for entry in self.participants]
        days = self.days.number
        if days and (days.qualifier is not Qualifier.EXACT or days.lower is None or not is_length(days.lower)):
            self.days.errors = [gettext("Write one number of days, more than 0, with at most two decimals.")]

"""The filter of the matrix as a form: sent by GET, so that the address holds it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField, SelectChoice, SelectField, StringField

from tracker.counting.filters import NOT_STATED, Step
from tracker.records import registry
from tracker.records.filtering import Reader, dimension_labels, partner_label, year_label
from tracker.records.record_type import STATUS_WORDS
from tracker.summaries.asked import SORTS, Asked
from tracker.summaries.periods import ANOTHER, BEFORE, FIELDS
from tracker.summaries.row_choices import choices_for, type_of_measure
from tracker.vocabularies.terms import terms

SWITCHES = ("grouped", "expand", "ranges", "inferred", "basis")


class MatrixForm(Form):
    """What is counted, in which rows, of which records."""

    measure = SelectField(_l("What is counted"))
    item = HiddenField()  # what was seized, chosen on the page of seizures
    rows = SelectField(_l("Rows"))
    columns = SelectField(_l("Columns"))
    sort = SelectField(_l("Order of rows"))
    partner = StringField(_l("Partner"), render_kw={"data-suggest": "party", "autocomplete": "off"})
    kind = SelectField(_l("Type"))
    region = SelectField(_l("Region"))
    group = StringField(_l("Group and its members"), render_kw={"data-suggest": "group", "autocomplete": "off"})
    since = StringField(_l("From"), description=_l("2024, July 2024 or 10.7.2024"))
    until = StringField(_l("To"), description=_l("included"))
    other_since = StringField(_l("Compared with: from"), description=_l("where the columns are two periods; a year alone is enough"))
    other_until = StringField(_l("Compared with: to"), description=_l("included"))
    crime = SelectField(_l("Crime type"))
    status = SelectField(_l("Status"))
    q = StringField(_l("Words"))
    grouped = BooleanField(_l("Countries by region"), render_kw={"value": "1"})
    expand = BooleanField(_l("Expand groups to their members"), render_kw={"value": "1"})
    ranges = BooleanField(_l("Uncertain years by range"), render_kw={"value": "1"})
    inferred = BooleanField(_l("Without inferred dates"), render_kw={"value": "0"})
    basis = BooleanField(_l("Including what is not verified"), render_kw={"value": "working"})


def matrix_form(reader: Reader, asked: Asked, typed: Mapping[str, str]) -> MatrixForm:
    """The form with what was asked for; what could not be read is shown as typed, with its problem."""
    data = {name: value[0] if isinstance(value, list) else value for name, value in asked.args().items()}
    data |= {name: bool(data.get(name)) for name in SWITCHES}
    for name in ("partner", "group"):
        if data.get(name):
            data[name] = partner_label(reader, data[name])
    data |= {"rows": asked.choice.code, "columns": asked.columns, "sort": asked.sort}
    data |= {name: typed.get(name, "") for name in asked.problems if name in ("partner", "group", "since", "until", "q")}
    if asked.problems and typed.get("columns") in (BEFORE, ANOTHER):
        data |= {name: typed.get(name, "") for name in ("columns", "since", "until", *FIELDS)}
    form = MatrixForm(data=data)
    form.measure.choices = _measures(has_item=bool(asked.chosen.item))
    if not asked.chosen.item:
        del form.item
    form.rows.choices = [SelectChoice(code, str(choice.label)) for code, choice in choices_for(asked.measure).items()]
    form.columns.choices = [
        SelectChoice(Step.YEAR, gettext("by year")),
        SelectChoice(Step.QUARTER, gettext("by quarter")),
        SelectChoice(Step.MONTH, gettext("by month")),
        SelectChoice(BEFORE, gettext("beside the year before")),
        SelectChoice(ANOTHER, gettext("beside another period")),
    ]
    form.sort.choices = [SelectChoice("name", gettext("by name")), SelectChoice("total", gettext("largest first"))]
    if asked.sort not in SORTS:
        column = {"other": gettext("the other period"), "difference": gettext("Difference")}.get(asked.sort) or year_label(asked.sort)
        form.sort.choices.append(SelectChoice(asked.sort, gettext("largest first: %(column)s", column=column)))
    form.kind.choices = _all({one.kind: str(one.label_plural) for one in registry.every_type()})
    form.region.choices = _all({code: term.label(reader.locale) for code, term in terms(reader.session, "m49").items() if code != "001"})
    form.crime.choices = _all({code: label for code, label in dimension_labels(reader, "crime").items() if code != NOT_STATED})
    form.status.choices = _all({value: str(word) for value, word in STATUS_WORDS.items()})
    if type_of_measure(asked.measure):
        del form.kind
    for name, problem in asked.problems.items():
        if name in form:
            form[name].errors = [problem]
    return form


def own_fields(reader: Reader, asked: Asked) -> list[SelectField]:
    """Fields for the properties of the measure's type: direction, legal basis ..."""
    record_type = type_of_measure(asked.measure)
    if record_type is None:
        return []
    form_class = type("DimensionForm", (Form,), {column.name: SelectField(column.label) for column in record_type.dimensions})
    form = form_class(data=dict(asked.chosen.keys))
    for column in record_type.dimensions:
        form[column.name].choices = _all(dimension_labels(reader, column.name))
    return list(form)


def _measures(*, has_item: bool) -> list[SelectChoice]:
    choices = []
    for measure in registry.every_measure().values():
        if measure.is_running or (measure.by_item and not has_item):  # have pages of their own
            continue
        record_type = type_of_measure(measure)
        heading = str(record_type.label_plural) if record_type else gettext("All types")
        choices.append(SelectChoice(measure.code, str(measure.label), optgroup=heading))
    return choices


def _all(labels: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", gettext("all")), *(SelectChoice(code, label) for code, label in labels.items())]

"""The filter of a list as a form: what can be chosen, with what is chosen now."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectChoice, SelectField, StringField

from tracker.counting.filters import A_YEAR, LATELY, NOT_STATED, PAST, SOON, RecordFilter, is_end
from tracker.counting.measures import Mode
from tracker.counting.rivals import COMPETING
from tracker.records import registry
from tracker.records.enums import ReviewState
from tracker.records.filter_names import type_dimensions
from tracker.records.filtering import Reader, dimension_labels, partner_label
from tracker.records.record_type import REVIEW_WORDS, STATUS_WORDS, RecordType
from tracker.vocabularies.terms import terms


class FilterForm(Form):
    """Sent by GET, so that the address holds the filter."""

    q = StringField(_l("Words"), render_kw={"type": "search"})
    partner = StringField(_l("Partner"), render_kw={"data-suggest": "party", "autocomplete": "off"})
    kind = SelectField(_l("Type"))
    group = StringField(_l("Group and its members"), render_kw={"data-suggest": "group", "autocomplete": "off"})
    region = SelectField(_l("Region"))
    year = StringField(_l("Year"))
    since = StringField(_l("From"))
    until = StringField(_l("To"))
    ends = SelectField(_l("In force, ends"))
    crime = SelectField(_l("Crime type"))
    status = SelectField(_l("Status"))
    review = SelectField(_l("Review"))
    owner = StringField(_l("Entered by"))
    competing = SelectField(_l("Competing numbers, undecided"))


def filter_form(reader: Reader, chosen: RecordFilter, record_type: RecordType | None) -> FilterForm:
    """The form with the choices of this installation, filled with `chosen`."""
    args = chosen.to_args()
    shown = {name: value[0] if isinstance(value, list) else value for name, value in args.items()}
    for name in ("partner", "group"):
        if shown.get(name):
            shown[name] = partner_label(reader, shown[name])
    form = FilterForm(data=shown)
    form.kind.choices = _choices({one.kind: str(one.label_plural) for one in registry.every_type()})
    form.region.choices = _choices(
        {code: term.label(reader.locale) for code, term in terms(reader.session, "m49").items() if code != "001"}
    )
    form.crime.choices = _choices(dimension_labels(reader, "crime") | {"not_stated": ""})
    form.status.choices = _choices({value: str(text) for value, text in STATUS_WORDS.items()})
    states = (ReviewState.DRAFT, ReviewState.SUBMITTED)
    form.review.choices = _choices({value.value: str(REVIEW_WORDS[value]) for value in states})
    form.competing.choices = _choices(dimension_labels(reader, COMPETING))
    if record_type:
        del form.kind
    if record_type and not any(one.mode is Mode.STOCK for one in record_type.measures):
        del form.ends
    else:
        form.ends.choices = [*end_choices(chosen.ends), SelectChoice(LATELY, gettext("until lately"))]
    return form


def end_choices(chosen: str) -> list[SelectChoice]:
    """How what is in force may end; another number of days that the address gives is kept."""
    days = sorted({"30", SOON, A_YEAR} | ({chosen} if is_end(chosen) and chosen.isdigit() else set()), key=int)
    labels = {one: ngettext("within %(num)d day", "within %(num)d days", int(one)) for one in days}
    labels |= {A_YEAR: gettext("within a year"), PAST: gettext("date of expiry passed"), NOT_STATED: gettext("no end stated")}
    return _choices(labels)


def own_dimensions(reader: Reader, chosen: RecordFilter, record_type: RecordType | None) -> list[SelectField]:
    """Fields for the properties of one type (direction, legal basis ...); none on the list of all types."""
    if record_type is None:
        return []
    own = {name: column for name, column in type_dimensions().items() if column in record_type.dimensions}
    form_class = type("DimensionForm", (Form,), {name: SelectField(column.label) for name, column in own.items()})
    form = form_class(data=dict(chosen.keys))
    for name in own:
        form[name].choices = _choices(dimension_labels(reader, name))
    return list(form)


def _choices(labels: dict[str, str]) -> list[SelectChoice]:
    return [SelectChoice("", _l("all")), *(SelectChoice(value, text) for value, text in labels.items() if text)]

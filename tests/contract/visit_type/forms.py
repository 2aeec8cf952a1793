"""The form of a visit: only its own fields."""

from flask_babel import lazy_gettext as _l

from tests.contract.visit_type.models import Level
from tracker.records.fields import Choice, PartialDateField, Text
from tracker.records.forms import RecordForm


class VisitForm(RecordForm):
    level = Choice(_l("Level of the visit"), {level: _l(level.value) for level in Level}, default=Level.NOT_STATED.value)
    purpose = Text(_l("Purpose"))
    follow_up_on = PartialDateField(_l("Follow-up on"))

"""The form of an operation: only its own fields."""

from flask_babel import lazy_gettext as _l

from tracker.records.fields import TermField, Text
from tracker.records.forms import RecordForm


class OperationForm(RecordForm):
    op_type = TermField(_l("Type of operation"), "operation_type")
    series_name = Text(_l("Series"), description=_l("The name under which it is held again, such as Fox Hunt."))
    phase = Text(_l("Phase"), description=_l("Of a larger operation: name that one under “Part of the record”."))

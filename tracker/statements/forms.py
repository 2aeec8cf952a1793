"""The form of a statement: only its own fields."""

from flask_babel import lazy_gettext as _l

from tracker.records.fields import Text
from tracker.records.forms import RecordForm


class StatementForm(RecordForm):
    said_by = Text(_l("Said by"), description=_l("The authority or person whose words the source gives, where it names one."))

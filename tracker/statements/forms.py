"""The form of a statement: only its own fields."""

from flask_babel import lazy_gettext as _l

from tracker.records.fields import Text
from tracker.records.form_rows import FigureRow
from tracker.records.forms import RecordForm, rows


class StatementForm(RecordForm):
    said_by = Text(_l("Said by"), description=_l("The authority or person whose words the source gives, where it names one."))
    figures = rows(FigureRow, _l("Figures"), at_least=1)  # a statement is told by its numbers

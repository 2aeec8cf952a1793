"""The form of a saved view."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from tracker.records.fields import Text
from tracker.saved.models import NAME_LENGTH


class ViewForm(FlaskForm):
    """What a view is called, and who finds it."""

    name = Text(_l("Name of the view"), [DataRequired(_l("Give the view a name."))], limit=NAME_LENGTH)
    is_shared = BooleanField(
        _l("Share with everybody"),
        description=_l(
            "Others find it under your name and open it by its link. Everybody sees only what he may see; "
            "all read its name and what it asks for, words of a search too."
        ),
    )
    of = HiddenField()
    version = HiddenField()

"""What is asked before a file with data of single persons goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Length, ValidationError

from tracker.records.fields import Text

WORDS_LENGTH = 300
NO_NAMES = _l("Leave names of persons out: this text is kept in the log.")


class ExportForm(FlaskForm):
    """Why the file is made and who gets it; asked for each file, since each has its recipient."""

    purpose = Text(
        _l("Purpose"),
        [DataRequired(_l("Say for which purpose.")), Length(min=10, message=_l("Say it in a few words: at least 10 characters."))],
        limit=WORDS_LENGTH,
        description=NO_NAMES,
    )
    recipient = Text(
        _l("Recipient"),
        [DataRequired(_l("Say who gets the file."))],
        limit=WORDS_LENGTH,
        description=_l("Your own desk, or an authority. Note what goes to one outside on its records as well: Who received this."),
    )

    def __init__(self, names_somebody: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._names_somebody = names_somebody

    def validate_purpose(self, field: Text) -> None:
        self._refuse_names(field)

    def validate_recipient(self, field: Text) -> None:
        self._refuse_names(field)

    def _refuse_names(self, field: Text) -> None:
        if field.data and self._names_somebody(field.data):
            raise ValidationError(str(NO_NAMES))

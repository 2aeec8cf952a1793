"""Small forms about the persons of a handover: a purpose, a review date, a request for erasure."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.handovers.persons import PURPOSE_LENGTH, Person
from tracker.handovers.words import GROUND_WORDS
from tracker.personal_data.books import Books
from tracker.records.fields import Choice, Text

REFERENCE_LENGTH = 40
NO_NAMES = _l("Leave the name of the person out: this text is kept in the log.")


class Day(DateField):
    """A whole date."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([value.strip() for value in valuelist])
        except ValueError as error:
            raise ValueError(gettext("Write a day of the calendar: 2027-03-31.")) from error


class _WithoutNames(FlaskForm):
    """A form whose text goes into the log, where no name of the record's persons may stand; `books` only where something was typed."""

    def __init__(self, books: Books | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.books = books

    def refuse_names(self, text: str | None) -> None:
        if text and self.books and self.books.holds_name(text):
            raise ValidationError(str(NO_NAMES))


class PurposeForm(_WithoutNames):
    """Why names are opened; asked once for each sign-in and record."""

    purpose = Text(
        _l("Purpose"),
        [
            DataRequired(_l("Say what you need the names for.")),
            Length(min=10, message=_l("Say it in a few words: at least 10 characters.")),
        ],
        limit=PURPOSE_LENGTH,
        description=_l("For example: answer to the letter of the partner of 3 March, file 2026/117."),
    )

    def validate_purpose(self, field: Text) -> None:
        self.refuse_names(field.data)


class ReviewDateForm(_WithoutNames):
    """When the handover is looked at again."""

    review_on = Day(_l("Review on"), [InputRequired(_l("Write a day of the calendar: 2027-03-31."))], render_kw={"type": "date"})
    reason = Text(_l("Reason"), limit=PURPOSE_LENGTH, description=_l("Needed for a later day: why the data are still necessary."))

    def validate_reason(self, field: Text) -> None:
        self.refuse_names(field.data)


class ErasureForm(FlaskForm):
    """Which names, and on which ground."""

    ground = Choice(_l("Ground"), GROUND_WORDS, blank=_l("choose"), validators=[InputRequired(_l("Choose the ground."))])
    nos = SelectMultipleField(_l("Names of"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), coerce=int)

    def __init__(self, people: list[Person], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.nos.choices = [(person.no, person.pseudonym) for person in people if person.has_name]
        if not self.is_submitted():
            self.nos.data = [person.no for person in people if person.has_name]

    def validate_nos(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose at least one person."))


class ErasureDecisionForm(FlaskForm):
    """What whoever decides types before names are erased: the one deed that cannot be undone is not done by one press."""

    reference = Text(_l("Reference of this handover"), limit=REFERENCE_LENGTH)

    def __init__(self, ref: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ref = ref
        self.reference.description = gettext("To erase the names, type %(ref)s. Refusing needs nothing.", ref=ref)

    def validate_reference(self, field: Text) -> None:
        if (field.data or "").strip().upper() != self.ref:
            raise ValidationError(
                gettext("Type %(ref)s, so that the names of no other handover are erased. Nothing was decided.", ref=self.ref)
            )

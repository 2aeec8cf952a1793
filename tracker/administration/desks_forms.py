"""Forms of desks and of handing over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.desks.models import NAME_LENGTH
from tracker.records.fields import PartiesField, Text

People = Sequence[tuple[str, str]]  # (user name, name that others see)


class DeskForm(FlaskForm):
    """A desk: what it is called, whom it is in charge of, who works at it."""

    name = Text(_l("Name of the desk"), [DataRequired(_l("Give the desk a name."))], limit=NAME_LENGTH)
    covers_all = BooleanField(_l("In charge of all partners"), description=_l("Also of records that name no partner."))
    partners = PartiesField(
        _l("Partners"),
        description=_l(
            "Countries, organisations and groups, with ; between. A group stands for its members too; agencies go with their country."
        ),
    )
    people = SelectMultipleField(_l("People"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    version = HiddenField()

    def __init__(self, people: People, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.people.choices = [SelectChoice(username, f"{name} ({username})") for username, name in people]

    def validate_partners(self, field: PartiesField) -> None:
        if not self.covers_all.data and not field.codes and not field.errors:
            raise ValidationError(gettext("Name at least one partner, or tick that the desk is in charge of all."))


class HandOverForm(FlaskForm):
    """Whose records go to whom, and why."""

    giver = SelectField(_l("Records of"), [InputRequired(_l("Choose whose records are handed over."))])
    taker = SelectField(_l("Go to"), [InputRequired(_l("Choose who takes them over."))])
    reason = Text(_l("Reason"), [DataRequired(_l("Say why, for the trail: leave, absence, change of desk."))])

    def __init__(self, givers: People, takers: People, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for field, people in ((self.giver, givers), (self.taker, takers)):
            field.choices = [SelectChoice("", _l("choose")), *(SelectChoice(username, name) for username, name in people)]

    def validate_taker(self, field: SelectField) -> None:
        if field.data and field.data == self.giver.data:
            raise ValidationError(gettext("These are the same person: choose somebody else."))

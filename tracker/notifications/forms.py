"""What a user wants to be told, and how."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField

from tracker.notifications.kinds import CHOICE_WORDS, CHOOSABLE, KIND_WORDS, Choice, Kind

CHOICES = [SelectChoice(choice.value, CHOICE_WORDS[choice]) for choice in Choice]


class PreferencesForm(FlaskForm):
    """One choice for each kind; `choices` gives them by kind."""

    @property
    def choices(self) -> dict[Kind, Choice]:
        return {kind: Choice(self[kind.value].data) for kind in CHOOSABLE}

    @property
    def kinds(self) -> list[SelectField]:
        return [self[kind.value] for kind in CHOOSABLE]

    @classmethod
    def showing(cls, choices: dict[Kind, Choice]) -> PreferencesForm:
        """The form with what is chosen now."""
        return cls(formdata=None, data={kind.value: choices[kind].value for kind in CHOOSABLE})


for _kind in CHOOSABLE:
    setattr(PreferencesForm, _kind.value, SelectField(KIND_WORDS[_kind], choices=CHOICES))

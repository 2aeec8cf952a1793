"""Forms of the log of disclosures: an entry, its withdrawal, the notice that was sent."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from tracker.handovers.disclosure_words import CHANNEL_WORDS, GIVEN_WORDS
from tracker.handovers.disclosures import Entry
from tracker.records import form_context
from tracker.records.disclosure_models import WORDS_LENGTH, Channel, Given
from tracker.records.fields import Choice, PartialDateField, PartiesField, Text
from tracker.records.form_context import FormContext
from tracker.records.numbers import small_number

NO_NAMES = _l("Names of persons of this record are replaced by their pseudonyms.")


class _FormOfDays(FlaskForm):
    """A form with a day on which something was done: known as far as it is, and not to come."""

    def __init__(self, context: FormContext, **kwargs: Any) -> None:
        form_context.enter(context)
        super().__init__(**kwargs)

    @staticmethod
    def check_day(field: PartialDateField) -> None:
        if field.errors:
            return
        day = field.value
        if day.lower is None and day.upper is None:
            raise ValidationError(gettext("Say when, as far as it is known: a day, a month or a year."))
        if (day.lower or day.upper or form_context.current().today) > form_context.current().today:
            raise ValidationError(gettext("This day is still to come: note what was done, not what is planned."))


class DisclosureForm(_FormOfDays):
    """Data of a record were given to somebody outside."""

    party = PartiesField(_l("Partner"), [InputRequired(_l("Say to which country or organisation."))], several=False)
    authority = Text(
        _l("Authority and person"),
        [DataRequired(_l("Say which authority or person received it."))],
        limit=WORDS_LENGTH,
        description=_l("Who received it there: Ministry of Justice, central authority; liaison officer at the embassy."),
    )
    given_on = PartialDateField(
        _l("Given on"),
        [InputRequired(_l("Say when, as far as it is known: a day, a month or a year."))],
        description=_l("3.3.2026, March 2026"),
    )
    channel = Choice(_l("By which way"), CHANNEL_WORDS, blank=_l("choose"), validators=[InputRequired(_l("Choose one of the list."))])
    purpose = Text(
        _l("Purpose"),
        [DataRequired(_l("Say for which purpose.")), Length(min=10, message=_l("Say it in a few words: at least 10 characters."))],
        limit=WORDS_LENGTH,
        description=NO_NAMES,
    )
    given = Choice(_l("What was given"), GIVEN_WORDS, default=Given.PSEUDONYMS.value)
    version = Choice(_l("Version of the record"), {})
    caveats = Text(
        _l("Handling caveats"),
        limit=WORDS_LENGTH,
        description=_l("What the recipient may do with it: for police use only, not to be passed on."),
    )
    token = HiddenField()

    def __init__(self, context: FormContext, versions: dict[int, str], **kwargs: Any) -> None:
        super().__init__(context, **kwargs)
        self.version.choices = [SelectChoice(str(number), said) for number, said in versions.items()]

    def validate_given_on(self, field: PartialDateField) -> None:
        self.check_day(field)

    def validate_party(self, field: PartiesField) -> None:
        if not field.errors and field.codes == [form_context.current().reporting_state]:
            raise ValidationError(gettext("This is our own state: name whoever received it outside."))

    @property
    def entry(self) -> Entry:
        """What was typed; only of a form that was found valid."""
        token = self.token.data or ""
        return Entry(
            party=self.party.codes[0],
            authority=self.authority.data or "",
            given_on=self.given_on.value,
            channel=Channel(self.channel.data),
            purpose=self.purpose.data or "",
            given=Given(self.given.data),
            version=small_number(self.version.data, 9) or 0,
            caveats=self.caveats.data or "",
            token=token if re.fullmatch(r"[0-9a-f]{32}", token) else None,
        )


class WithdrawalForm(FlaskForm):
    """Why an entry of the log is wrong."""

    reason = Text(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(min=5, message=_l("Say it in a few words."))],
        limit=WORDS_LENGTH,
        description=NO_NAMES,
    )


class NoticeForm(_FormOfDays):
    """That a notice of correction was sent. `read` says what it told when the page was opened."""

    sent_on = PartialDateField(_l("Sent on"), [InputRequired(_l("Say when, as far as it is known: a day, a month or a year."))])
    channel = Choice(_l("By which way"), CHANNEL_WORDS, blank=_l("choose"), validators=[InputRequired(_l("Choose one of the list."))])
    read = HiddenField()

    def validate_sent_on(self, field: PartialDateField) -> None:
        self.check_day(field)

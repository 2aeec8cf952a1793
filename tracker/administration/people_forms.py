"""Forms about people; each asks why."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from tracker.accounts.models import Role
from tracker.accounts.services import DISPLAY_NAME_MAX, EMAIL_MAX, NAME_MAX
from tracker.accounts.words import ROLE_WORDS
from tracker.audit.services import PURPOSE_LENGTH

_SUBJECT_MAX = 255


def _without_nul(value: str | None) -> str | None:
    """No database keeps a NUL."""
    return value.replace("\x00", "").strip() if value else value


def _looks_like_email(_form: FlaskForm, field: Field) -> None:
    """One @ with something on both sides and no blanks: more is known only when mail arrives."""
    name, at, domain = str(field.data).partition("@")
    if not (name and at and domain) or "@" in domain or any(char.isspace() for char in name + domain):
        raise ValidationError(gettext("This is no e-mail address. It looks like name@ministry.example."))


class ReasonForm(FlaskForm):
    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Say why: it is kept in the trail.")), Length(max=PURPOSE_LENGTH)],
        description=_l("Kept in the trail; without names of suspects."),
        filters=[_without_nul],
    )


class PersonForm(ReasonForm):
    display_name = StringField(
        _l("Name"), [DataRequired(_l("Enter the name that others see.")), Length(max=DISPLAY_NAME_MAX)], filters=[_without_nul]
    )
    email = StringField(
        _l("E-mail"),
        [Optional(), Length(max=EMAIL_MAX), _looks_like_email],
        filters=[_without_nul],
    )
    role = SelectField(_l("Role"), choices=[(role.value, ROLE_WORDS[role]) for role in Role])
    sso_subject = StringField(
        _l("Subject at the identity provider"),
        [Length(max=_SUBJECT_MAX)],
        description=_l("The provider's own name for the person (`sub`). Empty: not linked."),
        filters=[_without_nul],
    )


class InviteForm(PersonForm):
    username = StringField(
        _l("User name"),
        [DataRequired(_l("Enter a user name.")), Length(max=NAME_MAX)],
        description=_l("For signing in; never changes."),
        filters=[_without_nul],
    )

"""Forms of signing in and of the own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TextInput

from tracker.accounts.api_tokens import NAME_MAX as TOKEN_NAME_MAX
from tracker.accounts.passkeys import NAME_MAX
from tracker.accounts.passwords import PASSWORD_MAX, PASSWORD_MIN
from tracker.accounts.words import SCOPE_WORDS
from tracker.web.language import LANGUAGES

_NEW_HINT = _l(
    "%(least)s to %(most)s characters, blanks and all letters included. Three or four words that do not belong together are best.",
    least=PASSWORD_MIN,
    most=PASSWORD_MAX,
)


class SignInForm(FlaskForm):
    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name."))], render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))], render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class CodeForm(FlaskForm):
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code."))],
        description=_l("The six digits that your app shows now, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"},
    )
    next = HiddenField()


class NewPasswordForm(FlaskForm):
    """A password twice over is not asked for: it can be looked at instead."""

    new = PasswordField(
        _l("New password"), [InputRequired(_l("Enter a new password."))], description=_NEW_HINT, render_kw={"autocomplete": "new-password"}
    )
    shown = BooleanField(_l("Show what I typed if it is not taken"), render_kw={"data-without-script": True})

    def show_typed(self) -> None:
        """Without a script, whoever asks for it sees what was typed, in a field of plain text."""
        if self.shown.data:
            self.new.widget = TextInput()


class PasswordForm(NewPasswordForm):
    old = PasswordField(
        _l("Present password"), [InputRequired(_l("Enter your present password."))], render_kw={"autocomplete": "current-password"}
    )


class AppForm(FlaskForm):
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code that the app shows."))],
        description=_l("The six digits that the app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    sealed = HiddenField()


class LanguageForm(FlaskForm):
    language = SelectField(
        _l("Language"),
        choices=[("", _l("as on this browser")), *LANGUAGES.items()],
        description=_l("Used wherever you sign in."),
    )


class TokenForm(FlaskForm):
    """A token for a program."""

    name = StringField(
        _l("Name of the token"),
        [DataRequired(_l("Give it a name.")), Length(max=TOKEN_NAME_MAX, message=_l("At most %(max)d characters."))],
        filters=[lambda text: " ".join((text or "").replace("\x00", "").split())],
        description=_l("So that you know it again: the program and where it runs."),
        render_kw={"maxlength": TOKEN_NAME_MAX, "autocomplete": "off"},
    )
    scope = SelectField(
        _l("The program may"),
        choices=[(scope.value, words) for scope, words in SCOPE_WORDS.items()],
        description=_l("Never more than you may yourself. It never verifies anything and never opens names of persons."),
    )
    days = SelectField(
        _l("Worth something for"),
        choices=[("30", _l("30 days")), ("90", _l("90 days")), ("180", _l("180 days")), ("365", _l("a year"))],
        default="90",
    )


class PasskeyForm(FlaskForm):
    name = StringField(
        _l("Name of the new passkey"),
        description=_l("So that you know it again: the device, for instance."),
        render_kw={"maxlength": NAME_MAX},
    )

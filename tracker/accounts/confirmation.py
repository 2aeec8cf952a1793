"""Asking again who somebody is, before a grave deed, and going on with it afterwards."""

from __future__ import annotations

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField

from tracker.accounts import policy, second_factors, single_sign_on
from tracker.accounts.models import User
from tracker.accounts.site import site_here
from tracker.extensions import db

_CARRIED = "again-"
_NOT_CARRIED = ("csrf_token",)


class ConfirmForm(FlaskForm):
    """The password again, and a code where there is an app; what was sent is carried along."""

    password = PasswordField(_l("Password"), render_kw={"autocomplete": "current-password"})
    code = StringField(_l("Code"), description=_l("From your app, or a recovery code."), render_kw={"autocomplete": "one-time-code"})
    next = HiddenField()
    resend = HiddenField()

    def __init__(self, user: User, **kwargs: object) -> None:
        super().__init__(**kwargs)
        if not user.password_hash:
            del self.password
        if not user.totp_secret:
            del self.code


def ask_to_confirm() -> Response:
    """Instead of the view: lead to the confirmation, with the way back or with the form that was sent."""
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("accounts.confirm", next=request.full_path.rstrip("?")))
    form = ConfirmForm(g.user, formdata=None, data={"next": "/", "resend": request.full_path.rstrip("?")})
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_CARRIED]
    return confirm_page(form, sent, status=403)


def confirm_page(form: ConfirmForm, carried: list[tuple[str, str]], status: int = 200) -> Response:
    """The page that asks; `carried` are the fields of the form that waits."""
    found = second_factors.factors_of(db.session, g.user)
    page = render_template(
        "accounts/confirm.html",
        form=form,
        minutes=policy.settings().fresh_minutes,
        carried=[(_CARRIED + name, value) for name, value in carried],
        has_passkeys=found.passkeys > 0 and site_here().is_possible,
        has_single_sign_on=single_sign_on.is_configured() and g.user.sso_subject is not None,
    )
    return make_response(page, status)


def carried_fields() -> list[tuple[str, str]]:
    """The fields of the form that waits, as the confirmation page sent them along."""
    return [(name.removeprefix(_CARRIED), value) for name, value in request.form.items(multi=True) if name.startswith(_CARRIED)]


def wrong_proof(form: ConfirmForm) -> None:
    """Say at the form that this was not it."""
    form.form_errors.append(gettext("That is not right. Try again."))

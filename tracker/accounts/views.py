"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from tracker.accounts import services
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.accounts.words import ROLE_WORDS
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.web.access import public
from tracker.web.language import safe_path

blueprint = Blueprint("accounts", __name__)


class SignInForm(FlaskForm):
    username = StringField(_l("User name"), [InputRequired(_l("Enter your user name."))], render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter your password."))], render_kw={"autocomplete": "current-password"})
    next = HiddenField()


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    if g.user:
        return redirect("/")
    form = SignInForm(data={"next": request.args.get("next", "")})
    return render_template("accounts/sign_in.html", form=form, **_demo())


@blueprint.post("/sign-in")
@public
@transactional
def check_sign_in() -> str | Response | tuple[str, int]:
    form = SignInForm()
    if form.validate() and services.sign_in(db.session, form.username.data or "", form.password.data or ""):
        return redirect(safe_path(form.next.data))
    if not form.errors:
        form.form_errors.append(gettext("User name or password is wrong."))
    return render_template("accounts/sign_in.html", form=form, **_demo()), 422


@blueprint.post("/sign-out")
@require(Permission.ACCOUNT_OWN)
@transactional
def sign_out() -> Response:
    services.sign_out(db.session)
    return redirect(url_for("accounts.sign_in"))


def _demo() -> dict[str, object]:
    users = [{"username": user.username, "role": ROLE_WORDS[user.role]} for user in services.demo_users(db.session)]
    return {"demo_users": users, "demo_password": DEMO_PASSWORD}


def _who() -> dict[str, object]:
    user = g.get("user")
    return {"signed_in": {"name": user.display_name, "role": ROLE_WORDS[user.role]} if user else None}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.context_processor(_who)

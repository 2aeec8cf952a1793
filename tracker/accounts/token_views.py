"""Tokens for programs, on the own account: made under a fresh sign-in and shown once, revoked at any time."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts import api_tokens
from tracker.accounts.blueprint import blueprint
from tracker.accounts.forms import TokenForm
from tracker.accounts.guards import current_sign_in, current_user, require, require_fresh
from tracker.accounts.models import Scope
from tracker.accounts.permissions import Permission
from tracker.accounts.services import AccountError
from tracker.database.session import transactional
from tracker.extensions import db


@blueprint.get("/account/tokens/new")
@require(Permission.ACCOUNT_OWN)
@require_fresh
def new_token() -> str:
    return render_template("accounts/new_token.html", form=TokenForm(formdata=None))


@blueprint.post("/account/tokens/new")
@require(Permission.ACCOUNT_OWN)
@require_fresh
@transactional
def make_token() -> str | tuple[str, int]:
    form = TokenForm()
    if form.validate():
        try:
            scope, days = Scope(form.scope.data), int(form.days.data)
            text = api_tokens.make(current_user(), db.session, current_sign_in(), form.name.data, scope, days)
        except AccountError as error:
            form[error.field].errors = [str(error)]
        else:
            return render_template("accounts/token.html", text=text, name=form.name.data)
    return render_template("accounts/new_token.html", form=form), 422


@blueprint.post("/account/tokens/<int:number>/revoke")
@require(Permission.ACCOUNT_OWN)
@transactional
def revoke_token(number: int) -> Response:
    found = next((one for one in api_tokens.open_of(db.session, current_user()) if one.id == number), None)
    if found is None:
        abort(404)
    api_tokens.revoke(current_user(), db.session, found)
    flash(gettext("The token is revoked: the program gets no answer any more."), "good")
    return redirect(url_for("accounts.account", _anchor="tokens"))

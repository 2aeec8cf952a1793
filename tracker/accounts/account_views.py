"""The own account: password, second factor, passkeys, sign-ins, language."""

from __future__ import annotations

import segno
from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from tracker.accounts import account_page, passkeys, second_factors, services, sign_ins
from tracker.accounts.blueprint import blueprint
from tracker.accounts.forms import AppForm, LanguageForm, PasswordForm
from tracker.accounts.guards import current_sign_in, current_user, open_without_factor, require, require_fresh
from tracker.accounts.models import Ended
from tracker.accounts.permissions import Permission
from tracker.accounts.services import AccountError
from tracker.accounts.site import site_here
from tracker.database.session import transactional
from tracker.extensions import db


@blueprint.get("/account")
@require(Permission.ACCOUNT_OWN)
def account() -> str:
    return account_page.render(db.session, LanguageForm(data={"language": current_user().language}), PasswordForm(formdata=None))


@blueprint.post("/account/language")
@require(Permission.ACCOUNT_OWN)
@transactional
def set_language() -> Response | tuple[str, int]:
    form = LanguageForm()
    if not form.validate():
        return account_page.render(db.session, form, PasswordForm(formdata=None)), 422
    services.set_language(current_user(), db.session, form.language.data)
    if form.language.data:
        cookie["language"] = form.language.data
    flash(gettext("Saved."), "good")
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/password")
@require(Permission.ACCOUNT_OWN)
@transactional
def change_password() -> Response | tuple[str, int]:
    form = PasswordForm()
    if form.validate():
        try:
            with db.session.begin_nested():
                services.change_password(current_user(), db.session, form.old.data, form.new.data, but=current_sign_in())
        except AccountError as error:
            form[error.field or "new"].errors = [str(error)]
        else:
            flash(gettext("Your password is changed; all your other sign-ins are ended."), "good")
            return redirect(url_for("accounts.account"))
    form.show_typed()
    return account_page.render(db.session, LanguageForm(formdata=None, data={"language": current_user().language}), form), 422


@blueprint.post("/account/stay")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
def stay() -> Response:
    """The answer to the warning before the time-out: being asked at all is use."""
    return jsonify(left=account_page.seconds_left(current_sign_in()))


@blueprint.post("/account/sign-ins/<int:number>/end")
@require(Permission.ACCOUNT_OWN)
@transactional
def end_sign_in(number: int) -> Response:
    found = next((one for one in sign_ins.open_of(db.session, current_user()) if one.id == number), None)
    if found is None or found.id == current_sign_in().id:
        abort(404)
    sign_ins.end(current_user(), db.session, found)
    flash(gettext("That sign-in is ended."), "good")
    return redirect(url_for("accounts.account", _anchor="sign-ins"))


@blueprint.post("/account/sign-ins/end-others")
@require(Permission.ACCOUNT_OWN)
@transactional
def end_other_sign_ins() -> Response:
    ended = sign_ins.end_all(current_user(), db.session, current_user(), Ended.REVOKED, but=current_sign_in())
    flash(ngettext("%(num)s other sign-in is ended.", "%(num)s other sign-ins are ended.", ended), "good")
    return redirect(url_for("accounts.account", _anchor="sign-ins"))


@blueprint.get("/account/second-factor")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@require_fresh
def second_factor() -> str:
    return _app_page(AppForm(data={"sealed": second_factors.proposed_secret(current_user())}))


@blueprint.post("/account/second-factor")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@require_fresh
@transactional
def set_second_factor() -> Response | str | tuple[str, int]:
    form = AppForm()
    if form.validate():
        try:
            codes = second_factors.set_app(current_user(), db.session, current_sign_in(), form.sealed.data or "", form.code.data or "")
        except AccountError as error:
            form.code.errors = [str(error)]
        else:
            return _codes_page(codes) if codes else redirect(url_for("accounts.account", _anchor="second-factor"))
    return _app_page(form), 422


@blueprint.post("/account/second-factor/remove")
@require(Permission.ACCOUNT_OWN)
@require_fresh
@transactional
def remove_second_factor() -> Response:
    try:
        second_factors.remove_app(current_user(), db.session, current_sign_in())
        flash(gettext("The app is taken away; its codes are worth nothing now."), "good")
    except AccountError as error:
        flash(str(error), "bad")
    return redirect(url_for("accounts.account", _anchor="second-factor"))


@blueprint.post("/account/recovery-codes")
@require(Permission.ACCOUNT_OWN)
@require_fresh
@transactional
def new_recovery_codes() -> str | Response:
    if not second_factors.factors_of(db.session, current_user()).any:
        flash(gettext("Set up a second factor first: recovery codes stand in for it."), "bad")
        return redirect(url_for("accounts.account", _anchor="second-factor"))
    return _codes_page(second_factors.new_recovery_codes(current_user(), db.session))


@blueprint.post("/account/passkeys/options")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@require_fresh
@transactional
def new_passkey_options() -> Response:
    return jsonify(passkeys.options_to_add(current_user(), db.session, site_here(), account_page.product()))


@blueprint.post("/account/passkeys")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@require_fresh
@transactional
def add_passkey() -> Response | tuple[Response, int]:
    sent = request.get_json(silent=True)
    answer = sent if isinstance(sent, dict) else {}
    try:
        with db.session.begin_nested():
            name = str(answer.get("name", ""))
            passkeys.add(current_user(), db.session, current_sign_in(), site_here(), answer.get("credential"), name)
    except AccountError as error:
        return jsonify(problem=str(error)), 422
    flash(gettext("The passkey is added."), "good")
    return jsonify(next=url_for("accounts.account", _anchor="second-factor"))


@blueprint.post("/account/passkeys/<int:number>/remove")
@require(Permission.ACCOUNT_OWN)
@require_fresh
@transactional
def remove_passkey(number: int) -> Response:
    found = next((key for key in passkeys.of_user(db.session, current_user()) if key.id == number), None)
    if found is None:
        abort(404)
    try:
        passkeys.remove(current_user(), db.session, current_sign_in(), found)
        flash(gettext("The passkey is removed."), "good")
    except AccountError as error:
        flash(str(error), "bad")
    return redirect(url_for("accounts.account", _anchor="second-factor"))


def _app_page(form: AppForm) -> str:
    """The picture for the app; a proposal that was spoilt is replaced by a new one."""
    user = current_user()
    try:
        address = second_factors.address_of(user, form.sealed.data or "", account_page.product())
    except AccountError:
        form.sealed.data = second_factors.proposed_secret(user)
        address = second_factors.address_of(user, form.sealed.data, account_page.product())
    picture = segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#ffffff")
    typed = second_factors.secret_to_type(user, form.sealed.data)
    found = second_factors.factors_of(db.session, user)
    return render_template("accounts/app.html", form=form, picture=picture, secret=typed, found=found, is_possible=site_here().is_possible)


def _codes_page(codes: list[str]) -> str:
    return render_template("accounts/recovery_codes.html", codes=codes)

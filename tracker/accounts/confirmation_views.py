"""Proving again who one is, before a grave deed."""

from __future__ import annotations

from flask import jsonify, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts import entering, passkeys
from tracker.accounts.blueprint import blueprint
from tracker.accounts.confirmation import ConfirmForm, carried_fields, confirm_page, wrong_proof
from tracker.accounts.entering import Outcome
from tracker.accounts.guards import current_sign_in, current_user, open_without_factor, require
from tracker.accounts.permissions import Permission
from tracker.accounts.site import site_here
from tracker.accounts.words import blocked_words
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.web.language import safe_path


@blueprint.get("/confirm")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
def confirm() -> Response:
    return confirm_page(ConfirmForm(current_user(), data={"next": request.args.get("next", "")}), [])


@blueprint.post("/confirm")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@transactional
def check_confirm() -> Response | str:
    form = ConfirmForm(current_user())
    password = form.password.data if "password" in form else ""
    code = form.code.data if "code" in form else ""
    entry = entering.confirm(db.session, current_sign_in(), password or "", code or "")
    if entry.outcome is Outcome.IN:
        return _go_on(form)
    form.validate()  # only now: a field that was left empty is not told apart from a wrong one
    if entry.outcome is Outcome.BLOCKED:
        form.form_errors.append(blocked_words(entry.wait))
    else:
        wrong_proof(form)
    return confirm_page(form, carried_fields(), status=422)


@blueprint.post("/confirm/passkey/options")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@transactional
def confirm_passkey_options() -> Response:
    return jsonify(passkeys.options_to_answer(db.session, site_here(), current_user()))


@blueprint.post("/confirm/passkey")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@transactional
def confirm_passkey() -> Response | tuple[Response, int]:
    sent = request.get_json(silent=True)
    answer = sent if isinstance(sent, dict) else {}
    entry = entering.confirm_with_passkey(db.session, current_sign_in(), site_here(), answer.get("credential"))
    if entry.outcome is Outcome.IN:
        return jsonify(next=safe_path(str(answer.get("next", ""))))
    return jsonify(problem=gettext("This passkey is not known here.")), 422


def _go_on(form: ConfirmForm) -> Response | str:
    """Back to the page, or to one button that sends the form that waited."""
    resend = safe_path(form.resend.data, otherwise="")
    if not resend:
        return redirect(safe_path(form.next.data))
    return render_template("accounts/confirmed.html", url=resend, fields=carried_fields())

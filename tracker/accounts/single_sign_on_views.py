"""Signing in by way of the identity provider."""

from __future__ import annotations

from flask import abort, flash, g, redirect, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from tracker.accounts import invitations, policy, single_sign_on
from tracker.accounts.blueprint import blueprint
from tracker.accounts.services import AccountError
from tracker.database.session import set_request_mode, transactional
from tracker.extensions import db
from tracker.web.access import public
from tracker.web.language import safe_path

_NEXT, _INVITATION = "sso_next", "sso_invitation"


@blueprint.get("/sign-in/single-sign-on")
@public
def start_single_sign_on() -> Response:
    """To the provider: by a link, since a form may lead to this site only. An invitation may come along, to be accepted this way."""
    if not single_sign_on.is_configured():
        abort(404)
    db.session.rollback()  # nothing is held while the provider is asked
    cookie[_NEXT] = safe_path(request.args.get("next"))
    cookie[_INVITATION] = request.args.get("invitation", "")
    back = policy.settings().public_url + url_for("accounts.end_single_sign_on", _external=not policy.settings().public_url)
    try:
        return single_sign_on.redirect_to_provider(back, again=g.user is not None)
    except AccountError as error:
        flash(str(error), "bad")
        return redirect(url_for("accounts.sign_in"))


@blueprint.get("/sign-in/single-sign-on/back")
@public
def end_single_sign_on() -> Response:
    """From the provider. The one GET that signs in: the protocol has it so, and state and nonce make it worth nothing to others."""
    if not single_sign_on.is_configured():
        abort(404)
    db.session.rollback()
    try:
        claims = single_sign_on.claims_of_answer()
    except AccountError as error:
        flash(str(error), "bad")
        return redirect(url_for("accounts.sign_in"))
    set_request_mode(writes=True)
    return _enter(claims)


@transactional
def _enter(claims: dict[str, object]) -> Response:
    back, token = safe_path(str(cookie.pop(_NEXT, ""))), str(cookie.pop(_INVITATION, ""))
    try:
        needs_factor = single_sign_on.enter(db.session, claims, invitations.find(db.session, token) if token else None)
    except AccountError as error:
        flash(str(error), "bad")
        return redirect(url_for("accounts.sign_in"))
    return redirect(url_for("accounts.code", next=back) if needs_factor else back)

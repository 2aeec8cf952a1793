"""Signing in and out."""

from __future__ import annotations

from flask import Flask, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from tracker.accounts import account_page, entering, invitations, passkeys, policy, second_factors, services, sign_ins, single_sign_on
from tracker.accounts.blueprint import blueprint
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.entering import Entry, Outcome
from tracker.accounts.forms import CodeForm, NewPasswordForm, SignInForm
from tracker.accounts.guards import open_without_factor, require
from tracker.accounts.models import Ended, Invitation, Method, SignIn, User
from tracker.accounts.permissions import Permission
from tracker.accounts.site import passkeys_at, site_here
from tracker.accounts.words import ROLE_WORDS, blocked_words
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.web.access import public
from tracker.web.language import safe_path


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    if g.user:
        return redirect("/")
    form = SignInForm(data={"next": request.args.get("next", "")})
    return render_template("accounts/sign_in.html", form=form, notice=_why_out(), **_demo())


@blueprint.post("/sign-in")
@public
@transactional
def check_sign_in() -> str | Response | tuple[str, int]:
    form = SignInForm()
    if form.validate():
        entry = entering.with_password(db.session, form.username.data or "", form.password.data or "")
        if entry.outcome is Outcome.IN:
            return redirect(safe_path(form.next.data))
        if entry.outcome is Outcome.NEEDS_FACTOR:
            return redirect(url_for("accounts.code", next=safe_path(form.next.data, otherwise="") or None))
        form.form_errors.append(_why_not(entry, gettext("User name or password is wrong.")))
    return render_template("accounts/sign_in.html", form=form, notice="", **_demo()), 422


@blueprint.get("/sign-in/code")
@public
def code() -> str | Response:
    waiting = _waiting()
    if waiting is None:
        return redirect(url_for("accounts.sign_in"))
    return _code_page(CodeForm(data={"next": request.args.get("next", "")}), waiting)


@blueprint.post("/sign-in/code")
@public
@transactional
def check_code() -> str | Response | tuple[str, int]:
    waiting, form = _waiting(), CodeForm()
    if waiting is None:
        return redirect(url_for("accounts.sign_in"))
    if form.validate():
        entry = entering.with_code(db.session, waiting, form.code.data or "")
        if entry.outcome is Outcome.IN:
            return redirect(safe_path(form.next.data))
        form.code.errors = [_why_not(entry, gettext("This code is wrong, or it was used before. Wait for the next one."))]
    waiting = _waiting()
    return (_code_page(form, waiting), 422) if waiting else redirect(url_for("accounts.sign_in"))


@blueprint.post("/sign-in/passkey/options")
@public
@transactional
def passkey_options() -> Response:
    waiting = _waiting()
    return jsonify(passkeys.options_to_answer(db.session, site_here(), waiting.user if waiting else None))


@blueprint.post("/sign-in/passkey")
@public
@transactional
def check_passkey() -> Response | tuple[Response, int]:
    sent = request.get_json(silent=True)
    answer, waiting = sent if isinstance(sent, dict) else {}, _waiting()
    if waiting:
        entry = entering.with_passkey_after_password(db.session, waiting, site_here(), answer.get("credential"))
    else:
        entry = entering.with_passkey(db.session, site_here(), answer.get("credential"))
    if entry.outcome is Outcome.IN:
        return jsonify(next=safe_path(str(answer.get("next", ""))))
    return jsonify(problem=_why_not(entry, gettext("This passkey is not known here."))), 422


@blueprint.post("/sign-out")
@require(Permission.ACCOUNT_OWN)
@open_without_factor
@transactional
def sign_out() -> Response:
    services.sign_out(db.session)
    return redirect(url_for("accounts.sign_in"))


@blueprint.get("/invitation/<token>")
@public
def invitation(token: str) -> str | tuple[str, int]:
    found = invitations.find(db.session, token)
    if found is None:
        return render_template("accounts/invitation_over.html"), 410
    return _invitation_page(NewPasswordForm(), token, found)


@blueprint.post("/invitation/<token>")
@public
@transactional
def accept_invitation(token: str) -> str | Response | tuple[str, int]:
    found, form = invitations.find(db.session, token), NewPasswordForm()
    if found is None:
        return render_template("accounts/invitation_over.html"), 410
    if form.validate():
        try:
            with db.session.begin_nested():
                user = invitations.accept(db.session, found, form.new.data or "")
        except services.AccountError as error:
            form.new.errors = [str(error)]
        else:
            return _first_sign_in(user)
    form.show_typed()
    return _invitation_page(form, token, found), 422


def _first_sign_in(user: User) -> Response:
    """After setting a password: in, or to the code where there is a second factor (it survives a reset)."""
    needs_factor = second_factors.factors_of(db.session, user).any
    sign_ins.start(db.session, user, Method.PASSWORD, is_strong=False, awaits_factor=needs_factor)
    flash(gettext("Your password is set."), "good")
    return redirect(url_for("accounts.code") if needs_factor else "/")


def _invitation_page(form: NewPasswordForm, token: str, found: Invitation) -> str:
    user = found.user
    return render_template(
        "accounts/invitation.html", form=form, token=token, user=user, kind=found.kind, has_single_sign_on=single_sign_on.is_configured()
    )


def _waiting() -> SignIn | None:
    return sign_ins.awaiting_factor(db.session, sign_ins.token_in_cookie())


def _code_page(form: CodeForm, waiting: SignIn) -> str:
    found = second_factors.factors_of(db.session, waiting.user)
    has_passkeys = found.passkeys > 0 and site_here().is_possible
    return render_template("accounts/code.html", form=form, found=found, has_passkeys=has_passkeys)


def _why_not(entry: Entry, wrong: str) -> str:
    return blocked_words(entry.wait) if entry.outcome is Outcome.BLOCKED else wrong


def _why_out() -> str:
    """Why somebody who was signed in is asked to sign in again."""
    why = g.sign_in_state.why
    if why is Ended.IDLE:
        minutes = policy.settings().idle_minutes
        return ngettext(
            "You were signed out after %(num)s minute without use.",
            "You were signed out after %(num)s minutes without use.",
            minutes,
        )
    if why is Ended.EXPIRED:
        hours = policy.settings().session_hours
        return ngettext("You were signed out: a sign-in lasts %(num)s hour.", "You were signed out: a sign-in lasts %(num)s hours.", hours)
    if why in (Ended.REVOKED, Ended.PASSWORD, Ended.SECOND_FACTOR):
        return gettext("Your sign-in was ended from elsewhere, or because your password or second factor changed.")
    return ""


def _demo() -> dict[str, object]:
    # of several with one role, those that are not the usual one are called by what sets them apart
    users = [
        {"username": one.username, "label": ROLE_WORDS[one.role] if one.username == one.role else one.display_name.removesuffix(" (demo)")}
        for one in services.demo_users(db.session)
    ]
    name = policy.settings().oidc_name or gettext("single sign-on")
    return {
        "demo_users": users,
        "demo_password": DEMO_PASSWORD,
        "single_sign_on": name if single_sign_on.is_configured() else "",
        "has_passkeys": site_here().is_possible,
        "passkeys_at": passkeys_at(),
    }


def _who() -> dict[str, object]:
    """For every page: who is signed in, and how long that lasts without and with use, in seconds."""
    user, found = g.get("user"), g.get("sign_in")
    if not user or not found:
        return {"signed_in": None}
    left = account_page.seconds_left(found)
    idle = int(policy.idle_time().total_seconds())
    return {"signed_in": {"name": user.display_name, "role": ROLE_WORDS[user.role], "idle": idle, "left": left}}


def register(app: Flask) -> None:
    from tracker.accounts import account_views, confirmation_views, single_sign_on_views, token_views  # noqa: F401  add theirs to the blueprint

    single_sign_on.register(app)
    app.register_blueprint(blueprint)
    app.context_processor(_who)

"""People: who may use the tracker, in which role; invited, changed, closed. Each change asks for a reason and a fresh sign-in."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from tracker.accounts import invitations, people, policy
from tracker.accounts.guards import current_user, require, require_fresh
from tracker.accounts.models import Role, User
from tracker.accounts.people import Details
from tracker.accounts.permissions import Permission
from tracker.accounts.services import AccountError
from tracker.administration import people_page, people_queries
from tracker.administration.made_links import MadeLink, made_link
from tracker.administration.people_forms import InviteForm, PersonForm, ReasonForm
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.notifications import links
from tracker.web import navigation
from tracker.web.navigation import Entry

blueprint = Blueprint("people", __name__, url_prefix="/administration/people")


@blueprint.get("/")
@require(Permission.PEOPLE_MANAGE)
def index() -> str:
    words = request.args.get("q", "").strip()
    return render_template("administration/people.html", people=people_page.rows(db.session, words), words=words)


@blueprint.get("/invite")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
def invite() -> str:
    return _invite_page(InviteForm(data={"role": Role.VIEWER.value}))


@blueprint.post("/invite")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
def send_invitation() -> str | tuple[str, int]:
    form = InviteForm()
    made = _invited(form) if form.validate() else None
    return _sent_page(made) if made else (_invite_page(form), 422)


@transactional
def _invited(form: InviteForm) -> MadeLink | None:
    """The new account and its link, stored; None when something is wrong, which is said at its field then."""
    try:
        with db.session.begin_nested():
            user, token = invitations.invite(
                current_user(),
                db.session,
                form.username.data,
                form.display_name.data,
                Role(form.role.data),
                form.email.data or "",
                reason=form.reason.data,
            )
    except AccountError as error:
        form[error.field or "username"].errors = [str(error)]
        return None
    return made_link(db.session, user, token, request.host_url)


@blueprint.get("/<username>")
@require(Permission.PEOPLE_MANAGE)
def show(username: str) -> str:
    return _person_page(_user(username))


@blueprint.get("/<username>/edit")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
def edit(username: str) -> str:
    user = _user(username)
    data = {"display_name": user.display_name, "email": user.email, "role": user.role.value, "sso_subject": user.sso_subject or ""}
    return _edit_page(user, PersonForm(data=data))


@blueprint.post("/<username>/edit")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
@transactional
def update(username: str) -> Response | tuple[str, int]:
    user, form = _user(username), PersonForm()
    if form.validate():
        wanted = Details(form.display_name.data, form.email.data or "", Role(form.role.data), form.sso_subject.data or "")
        try:
            with db.session.begin_nested():
                is_changed = people.update(current_user(), db.session, user, wanted, policy.settings().oidc_issuer, reason=form.reason.data)
        except AccountError as error:
            form[error.field or "role"].errors = [str(error)]
        else:
            flash(gettext("Saved; it holds at once.") if is_changed else gettext("Nothing was different."), "good")
            return redirect(url_for("people.show", username=username))
    return _edit_page(user, form), 422


@blueprint.post("/<username>/link")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
def renew_link(username: str) -> str | tuple[str, int]:
    form = ReasonForm()
    made = _renewed(_user(username), form) if form.validate() else None
    return _sent_page(made) if made else (_person_page(_user(username), "link", form), 422)


@transactional
def _renewed(user: User, form: ReasonForm) -> MadeLink | None:
    if not user.is_active:
        form.reason.errors = [gettext("The account is closed: open it first.")]
        return None
    token = invitations.renew(current_user(), db.session, user, reason=form.reason.data)
    return made_link(db.session, user, token, request.host_url)


@blueprint.post("/<username>/disable")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
@transactional
def disable(username: str) -> Response | tuple[str, int]:
    owned = people_page.owned_words(db.session, _user(username))
    said = [gettext("The account is closed and signed out everywhere."), *([owned, gettext("Hand them over.")] if owned else [])]
    return _done("disable", username, people.disable, " ".join(said))


@blueprint.post("/<username>/enable")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
@transactional
def enable(username: str) -> Response | tuple[str, int]:
    return _done("enable", username, people.enable, gettext("The account is open again."))


@blueprint.post("/<username>/end-sign-ins")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
@transactional
def end_sign_ins(username: str) -> Response | tuple[str, int]:
    return _done("end_sign_ins", username, people.end_sign_ins, gettext("Signed out everywhere."))


@blueprint.post("/<username>/new-factor")
@require(Permission.PEOPLE_MANAGE)
@require_fresh
@transactional
def require_new_factor(username: str) -> Response | tuple[str, int]:
    return _done("factor", username, people.require_new_factor, gettext("The old second factor is worth nothing now."))


def _done(deed: str, username: str, verb: Callable[..., object], words: str) -> Response | tuple[str, int]:
    """Do what was asked if a reason was given; else the page again, with the deed open and what is wrong."""
    user, form = _user(username), ReasonForm()
    if form.validate():
        try:
            with db.session.begin_nested():
                verb(current_user(), db.session, user, reason=form.reason.data)
        except AccountError as error:
            form.reason.errors = [str(error)]
        else:
            flash(words, "good")
            return redirect(url_for("people.show", username=username))
    return _person_page(user, deed, form), 422


def _person_page(user: User, deed: str = "", form: ReasonForm | None = None) -> str:
    return render_template("administration/person.html", **people_page.person(db.session, user, deed, form))


def _user(username: str) -> User:
    found = people_queries.get_user(db.session, username)
    return found if found is not None else abort(404)


def _invite_page(form: InviteForm) -> str:
    settings = policy.settings()
    return render_template("administration/invite.html", form=form, hours=settings.invitation_hours, mails=links.can_mail(settings))


def _edit_page(user: User, form: PersonForm) -> str:
    has_issuer = bool(policy.settings().oidc_issuer)
    return render_template("administration/person_form.html", form=form, user=user, has_issuer=has_issuer)


def _sent_page(made: MadeLink) -> str:
    """The link is stored: now it is sent where there is a way, and shown where it could not be."""
    is_sent = made.letter is not None and links.send(policy.settings(), made.letter)
    mails, hours = links.can_mail(policy.settings()), policy.settings().invitation_hours
    until = ngettext("It works once, within %(num)s hour.", "It works once, within %(num)s hours.", hours)
    user = _user(made.username)
    is_idle = people_page.works_at_no_desk(db.session, user)
    return render_template("administration/link.html", user=user, made=made, is_sent=is_sent, mails=mails, until=until, is_idle=is_idle)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, Entry(_l("People"), "people.index", Permission.PEOPLE_MANAGE, 85))

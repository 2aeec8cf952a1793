"""The pages of notifications: here, because whether somebody may still see what one is about is known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.notifications import queries, services
from tracker.notifications.addresses import address_of
from tracker.notifications.commands import may_see_with
from tracker.notifications.forms import PreferencesForm
from tracker.notifications.kinds import ABOUT_NO_RECORD, OF_IMPORT, Kind, import_of, sentence
from tracker.notifications.models import Notification
from tracker.records.blueprint import blueprint as records
from tracker.records.enums import ReviewState
from tracker.records.lookup import Found, look_up
from tracker.records.markings import page_marking
from tracker.records.models import Record
from tracker.records.numbers import small_number
from tracker.records.view_context import current_reader
from tracker.records.visibility import visible_to

blueprint = Blueprint("notices", __name__, url_prefix="/notifications")
# While a record is in this state, in the version that was told of, what the notice asks for is still to be done.
_ASKS = {Kind.SUBMITTED: ReviewState.SUBMITTED, Kind.RETURNED: ReviewState.RETURNED}


@dataclass(frozen=True)
class NoticeLine:
    """One notification as the page shows it."""

    id: int
    text: str
    title: str
    url: str
    at: datetime
    is_unread: bool
    is_settled: bool
    marking: str = ""  # of what it is about, where that is shown


@blueprint.get("/")
@require(Permission.ACCOUNT_OWN)
def index() -> str:
    user, before = current_user(), small_number(request.args.get("before"), 9)
    page = queries.page_of_notices(db.session, user.id, seen_by(user.id), before)
    unread = queries.count_unread(db.session, user.id, seen_by(user.id))
    lines = _lines(page.notices)
    shown = {"lines": lines, "page_marking": page_marking(line.marking for line in lines if line.marking)}
    return render_template("notices/index.html", has_older=page.has_older, before=before, unread=unread, **shown)


@blueprint.post("/<int:number>/read")
@require(Permission.ACCOUNT_OWN)
@transactional
def read(number: int) -> Response:
    if not services.mark_read(current_user(), db.session, number):
        abort(404)
    return redirect(url_for("notices.index"), code=303)


@blueprint.post("/read-all")
@require(Permission.ACCOUNT_OWN)
@transactional
def read_all() -> Response:
    newest = small_number(request.form.get("newest"), 9)
    if newest is not None:
        services.mark_all_read(current_user(), db.session, newest)
    return redirect(url_for("notices.index"), code=303)


@blueprint.get("/preferences")
@require(Permission.ACCOUNT_OWN)
def preferences() -> str:
    return _preferences(PreferencesForm.showing(services.choices_of(db.session, current_user().id)))


@blueprint.post("/preferences")
@require(Permission.ACCOUNT_OWN)
@transactional
def choose() -> str | Response | tuple[str, int]:
    form = PreferencesForm()
    if not form.validate():
        return _preferences(form), 422
    services.choose(current_user(), db.session, form.choices)
    flash(gettext("Your choice is saved."), "success")
    return redirect(url_for("notices.preferences"), code=303)


def _preferences(form: PreferencesForm) -> str:
    return render_template("notices/preferences.html", form=form, address=address_of(current_user()))


@records.get("/records/<ref>")
@require(Permission.RECORD_READ)
def by_reference(ref: str) -> Response:
    """Where e-mails lead: whoever writes a link need not know of what type a record is."""
    found = look_up(current_reader(), [ref]).get(ref) or abort(404)
    return redirect(_address(found, request.args.get("about", "")))


def seen_by(user_id: int) -> sa.ColumnElement[bool]:
    """The notifications about no record or about an import as a whole, and about records that the user may still see."""
    user = db.session.get_one(User, user_id)
    visible = sa.exists().where(Record.ref == Notification.target, visible_to(user)).correlate(Notification)
    return sa.or_(Notification.kind.in_(ABOUT_NO_RECORD), Notification.target.startswith(OF_IMPORT), visible)


def unread_count() -> int:
    """What the bell of whoever is signed in says."""
    user = g.get("user")
    return queries.count_unread(db.session, user.id, seen_by(user.id)) if user else 0


def _lines(notices: Sequence[Notification]) -> list[NoticeLine]:
    found = look_up(current_reader(), (notice.target for notice in notices))
    states = _states(notice.target for notice in notices)
    lines = []
    for notice in notices:
        about, number = found.get(notice.target), import_of(notice.target, notice.detail)
        url = url_for("imports.show", number=number) if number else _address(about, notice.kind) if about else ""
        text = sentence(Kind(notice.kind), notice.target, notice.detail)
        lines.append(
            NoticeLine(
                *(notice.id, text, about.title if about else "", url, notice.created_at),
                is_unread=notice.read_at is None,
                is_settled=_is_settled(notice, states),
                marking=about.marking if about else "",
            )
        )
    return lines


def _is_settled(notice: Notification, states: Mapping[str, tuple[ReviewState, int]]) -> bool:
    """Whether what it asks for is done; what becomes of an import that was returned is no single deed."""
    if notice.kind not in _ASKS or notice.target.startswith(OF_IMPORT):
        return False
    return states.get(notice.target) != (_ASKS[Kind(notice.kind)], notice.detail.get("version"))


def _address(found: Found, kind: str) -> str:
    """Where what was told is done: at the list of recipients for a correction, which is not that of the record it was merged into."""
    return (found.disclosures_url if kind == Kind.CORRECTION_DUE else "") or found.url


def _states(refs: Iterable[str]) -> dict[str, tuple[ReviewState, int]]:
    """The state and the version of the records now."""
    rows = db.session.execute(sa.select(Record.ref, Record.review_state, Record.version).where(Record.ref.in_({*refs})))
    return {ref: (state, version) for ref, state, version in rows}


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(unread_count)
    may_see_with(app, seen_by)

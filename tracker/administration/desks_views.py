"""Pages of desks: who covers what, and handing over the records of somebody who leaves or is away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.administration.desks_forms import DeskForm, HandOverForm
from tracker.administration.desks_page import MOST, desks_page, givers_and_takers, people_for, unheld_records, user_of
from tracker.database.session import transactional
from tracker.desks import services
from tracker.desks.models import Desk
from tracker.desks.queries import get_desk
from tracker.extensions import db
from tracker.records import form_context as context
from tracker.records import registry
from tracker.records.handing_over import HandingOverError, hand_over
from tracker.records.markings import page_marking
from tracker.records.view_context import current_reader, form_context
from tracker.web import navigation

blueprint = Blueprint("desks", __name__, url_prefix="/desks")
Page = str | Response | tuple[str, int]


@blueprint.get("/")
@require(Permission.DESK_MANAGE)
def index() -> str:
    return render_template("administration/desks.html", page=desks_page(current_reader()))


@blueprint.get("/new")
@require(Permission.DESK_MANAGE)
def new() -> str:
    return _form_page(_form(None, formdata=None), None)


@blueprint.post("/new")
@require(Permission.DESK_MANAGE)
@transactional
def create() -> Page:
    form = _form(None)
    if not form.validate():
        return _form_page(form, None), 422
    try:
        services.make_desk(current_user(), db.session, form.name.data, **_chosen(form))
    except IntegrityError:
        return _name_taken(form, None)
    flash(gettext("The desk “%(name)s” is at work.", name=form.name.data), "success")
    return redirect(url_for("desks.index"), code=303)


@blueprint.get("/<int:number>")
@require(Permission.DESK_MANAGE)
def edit(number: int) -> str:
    desk = _desk_or_404(number)
    shown = {"name": desk.name, "covers_all": desk.covers_all, "version": desk.version}
    lists = {"partners": [party.code for party in desk.parties], "people": [user.username for user in desk.people]}
    return _form_page(_form(desk, formdata=None, data=shown | lists), desk)


@blueprint.post("/<int:number>")
@require(Permission.DESK_MANAGE)
@transactional
def update(number: int) -> Page:
    desk = _desk_or_404(number, to_change=True)
    form = _form(desk)
    if form.validate() and form.version.data != str(desk.version):
        return _changed_meanwhile(form, desk)
    if form.errors:
        return _form_page(form, desk), 422
    try:
        services.change_desk(current_user(), db.session, desk, form.name.data, **_chosen(form))
    except (IntegrityError, StaleDataError):
        return _name_taken(form, desk)
    flash(gettext("The desk “%(name)s” was changed.", name=form.name.data), "success")
    return redirect(url_for("desks.index"), code=303)


@blueprint.post("/<int:number>/close")
@require(Permission.DESK_MANAGE)
@transactional
def close(number: int) -> Response:
    services.close_desk(current_user(), db.session, _desk_or_404(number, to_change=True))
    flash(gettext("The desk was closed. It covers nothing from now on."), "success")
    return redirect(url_for("desks.index"), code=303)


@blueprint.post("/<int:number>/open")
@require(Permission.DESK_MANAGE)
@transactional
def reopen(number: int) -> Response:
    services.open_desk(current_user(), db.session, _desk_or_404(number, to_change=True))
    flash(gettext("The desk is at work again."), "success")
    return redirect(url_for("desks.index"), code=303)


@blueprint.get("/without")
@require(Permission.DESK_MANAGE)
def without() -> str:
    found = unheld_records(current_reader())
    marking = page_marking(record.effective_marking for record in found)
    page = {"records": found, "type_of": registry.by_kind, "most": MOST, "page_marking": marking}
    return render_template("administration/unheld_records.html", **page)


@blueprint.get("/hand-over")
@require(Permission.DESK_MANAGE)
def hand_over_form() -> str:
    form = HandOverForm(*givers_and_takers(current_reader()), formdata=None, data={"giver": request.args.get("from", "")})
    return render_template("administration/hand_over.html", form=form)


@blueprint.post("/hand-over")
@require(Permission.DESK_MANAGE)
@transactional
def hand_over_records() -> Page:
    form = HandOverForm(*givers_and_takers(current_reader()))
    if not form.validate():
        return render_template("administration/hand_over.html", form=form), 422
    giver, taker = (user_of(current_reader(), field.data) for field in (form.giver, form.taker))
    try:
        moved = hand_over(current_user(), db.session, giver, taker, form.reason.data)
    except HandingOverError:
        form.taker.errors = [gettext("This person cannot take records over any more: choose somebody else.")]
        return render_template("administration/hand_over.html", form=form), 422
    names = {"giver": giver.display_name, "taker": taker.display_name}
    flash(
        ngettext("%(num)d record of %(giver)s is now %(taker)s's.", "%(num)d records of %(giver)s are now %(taker)s's.", moved, **names),
        "success",
    )
    return redirect(url_for("desks.index"), code=303)


def _form(desk: Desk | None, **kwargs: object) -> DeskForm:
    context.enter(form_context())
    return DeskForm(people_for(current_reader(), desk), **kwargs)


def _form_page(form: DeskForm, desk: Desk | None) -> str:
    return render_template("administration/desk_form.html", form=form, desk=desk)


def _name_taken(form: DeskForm, desk: Desk | None) -> Page:
    """The database keeps names apart, also when two administrators choose one in the same moment."""
    db.session.rollback()
    form.name.errors = [gettext("There is a desk of this name already: choose another.")]
    return _form_page(form, desk), 422


def _changed_meanwhile(form: DeskForm, desk: Desk) -> Page:
    said = gettext(
        "Somebody else changed this desk meanwhile; it is now called “%(name)s”. Look at it, or save again to keep yours.", name=desk.name
    )
    form.form_errors.append(said)
    form.version.data = str(desk.version)
    return _form_page(form, desk), 409


def _chosen(form: DeskForm) -> dict[str, Any]:
    return {"covers_all": form.covers_all.data, "parties": form.partners.codes, "people": form.people.data or []}


def _desk_or_404(number: int, *, to_change: bool = False) -> Desk:
    desk = get_desk(db.session, number, to_change=to_change)
    if desk is None:
        abort(404)
    return desk


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Desks"), "desks.index", Permission.DESK_MANAGE, 80))

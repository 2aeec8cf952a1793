"""Pages of saved views: keep the state of a table or list under a name, open it, share it, pin it to the first page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records.view_context import current_reader
from tracker.saved import services
from tracker.saved.models import MOST, MOST_PINNED, SavedView
from tracker.saved.queries import own_view, visible_view
from tracker.summaries.saved_forms import ViewForm
from tracker.summaries.saved_page import State, saved_page, state_in, state_of, unknown_names, words_of
from tracker.web import navigation

blueprint = Blueprint("saved", __name__, url_prefix="/views")
Page = str | Response | tuple[str, int]


@blueprint.get("/")
@require(Permission.FIGURES_READ)
def index() -> str:
    return render_template("summaries/saved.html", page=saved_page(current_reader()))


@blueprint.get("/new")
@require(Permission.FIGURES_READ)
def new() -> Page:
    state = state_of(request.args.get("of", "") or url_for("summaries.matrix"))
    return _form_page(ViewForm(formdata=None, data={"of": state.url()}), state) if state else _nothing_to_save()


@blueprint.post("/new")
@require(Permission.FIGURES_READ)
@transactional
def create() -> Page:
    form = ViewForm()
    state = state_of(form.of.data or url_for("summaries.matrix"))
    if state is None:
        return _nothing_to_save()
    if not form.validate():
        return _form_page(form, state), 422
    try:
        view = services.save_view(current_user(), db.session, form.name.data, state.endpoint, state.query, is_shared=form.is_shared.data)
    except services.TooManyError:
        form.form_errors.append(gettext("You have %(most)d views: delete one first.", most=MOST))
        return _form_page(form, state), 422
    except IntegrityError:
        return _name_taken(form, state, None)
    flash(gettext("The view “%(name)s” is saved.", name=form.name.data), "success")
    return redirect(url_for("saved.show", number=view.id), code=303)


@blueprint.get("/<int:number>")
@require(Permission.FIGURES_READ)
def show(number: int) -> Response:
    view = visible_view(db.session, current_user(), number) or abort(404)
    state = state_in(view)
    for name in unknown_names(state):
        flash(gettext("This view also asks for “%(name)s”, which is no longer there: it was left out.", name=name), "warn")
    return redirect(state.url(view=view.id))


@blueprint.get("/<int:number>/edit")
@require(Permission.FIGURES_READ)
def edit(number: int) -> str:
    view = _own_or_404(number)
    shown = {"name": view.name, "is_shared": view.is_shared, "version": view.version}
    return _form_page(ViewForm(formdata=None, data=shown), state_in(view), view)


@blueprint.post("/<int:number>/edit")
@require(Permission.FIGURES_READ)
@transactional
def update(number: int) -> Page:
    view, form = _own_or_404(number, to_change=True), ViewForm()
    if not form.validate():
        return _form_page(form, state_in(view), view), 422
    if form.version.data != str(view.version):
        return _changed_meanwhile(form, view)
    try:
        services.change_view(current_user(), db.session, view, form.name.data, is_shared=form.is_shared.data)
    except (IntegrityError, StaleDataError):
        return _name_taken(form, None, number)
    flash(gettext("The view “%(name)s” was changed.", name=form.name.data), "success")
    return redirect(url_for("saved.index"), code=303)


@blueprint.post("/<int:number>/pin")
@require(Permission.FIGURES_READ)
@transactional
def pin(number: int) -> Response:
    try:
        return _done(number, services.pin_view, gettext("The view stands on your first page."))
    except services.TooManyError:
        flash(gettext("There is room for %(most)d views on the first page: take one off.", most=MOST_PINNED), "warn")
        return redirect(url_for("saved.index"), code=303)


@blueprint.post("/<int:number>/unpin")
@require(Permission.FIGURES_READ)
@transactional
def unpin(number: int) -> Response:
    return _done(number, services.unpin_view, gettext("The view was taken off your first page."))


@blueprint.post("/<int:number>/up")
@require(Permission.FIGURES_READ)
@transactional
def up(number: int) -> Response:
    return _done(number, services.raise_view, gettext("The view was moved up."))


@blueprint.post("/<int:number>/delete")
@require(Permission.FIGURES_READ)
@transactional
def delete(number: int) -> Response:
    return _done(number, services.delete_view, gettext("The view was deleted."))


def _done(number: int, deed: Callable[[Any, Any, SavedView], object], said: str) -> Response:
    """One deed on a view of the reader. Of two tabs that do it at once, the second is told to look again."""
    view = _own_or_404(number, to_change=True)
    try:
        if deed(current_user(), db.session, view) is not False:
            flash(said, "success")
    except StaleDataError:
        db.session.rollback()
        flash(gettext("The view was changed meanwhile: look at the list again."), "warn")
    return redirect(url_for("saved.index"), code=303)


def _form_page(form: ViewForm, state: State, view: SavedView | None = None) -> str:
    return render_template("summaries/saved_form.html", form=form, view=view, words=words_of(current_reader(), state))


def _nothing_to_save() -> Page:
    flash(gettext("Only a table of figures or a list of records can be saved as a view."), "warn")
    return redirect(url_for("saved.index"), code=303)


def _name_taken(form: ViewForm, state: State | None, number: int | None) -> Page:
    """The database keeps the names of one person apart, also when he saves in two tabs in the same moment."""
    db.session.rollback()
    view = _own_or_404(number) if number else None
    form.name.errors = [gettext("You have a view of this name already: choose another.")]
    return _form_page(form, state_in(view) if view else state or State("summaries.matrix", ""), view), 422


def _changed_meanwhile(form: ViewForm, view: SavedView) -> Page:
    said = gettext("This view was changed meanwhile; it is now called “%(name)s”. Look at it, or save again to keep yours.", name=view.name)
    form.form_errors.append(said)
    form.version.data = str(view.version)
    return _form_page(form, state_in(view), view), 409


def _own_or_404(number: int, *, to_change: bool = False) -> SavedView:
    return own_view(db.session, current_user(), number, to_change=to_change) or abort(404)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Views"), "saved.index", Permission.FIGURES_READ, 55))

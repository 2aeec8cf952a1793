"""Pages about the persons of a handover: their names, their retention, their erasure."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.handovers import persons, retention, retention_pages
from tracker.handovers.forms_of_persons import ErasureForm, PurposeForm, ReviewDateForm
from tracker.handovers.models import Handover
from tracker.personal_data import erasure
from tracker.personal_data.books import Books
from tracker.personal_data.models import Decision, Ground
from tracker.records import registry
from tracker.records.reading import refuse_unlogged
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404
from tracker.records.words import Wording
from tracker.web import navigation

blueprint = Blueprint("handovers", __name__)
Page = str | Response | tuple[str, int]


def _handovers() -> RecordType:
    return registry.by_kind("handover")


def _handover(ref: str) -> Handover:
    """The handover, for whoever may see it."""
    record = record_or_404(_handovers(), ref)
    assert isinstance(record, Handover)
    return record


@blueprint.get("/handovers/<ref>/names")
@require(Permission.SUBJECT_READ)
def names(ref: str) -> Page:
    """The names, when a purpose was given since signing in; else the question for one."""
    record = _handover(ref)
    purpose = persons.purpose_given(current_user(), db.session, ref)
    if not purpose:
        return _ask_purpose(record, PurposeForm(Books(db.session, ref), formdata=None))
    try:
        persons.log_names_again(current_user(), db.session, record, purpose)
    except SQLAlchemyError as error:
        refuse_unlogged(error)
    return _names_page(record, purpose)


@blueprint.post("/handovers/<ref>/names")
@require(Permission.SUBJECT_READ)
def open_names(ref: str) -> Page:
    """Take the purpose, write it down, and only then open the names."""
    record = _handover(ref)
    form = PurposeForm(Books(db.session, ref))
    if not form.validate():
        return _ask_purpose(record, form), 422
    try:
        persons.log_names(current_user(), db.session, record, form.purpose.data)
    except SQLAlchemyError as error:
        db.session.rollback()
        refuse_unlogged(error)
    return _names_page(record, form.purpose.data)


def _ask_purpose(record: Handover, form: PurposeForm) -> str:
    return render_template("handovers/purpose.html", record=record, record_type=_handovers(), form=form)


def _names_page(record: Handover, purpose: str) -> str:
    wording = Wording(current_reader(), _handovers())
    people = persons.named_people(db.session, record, wording)
    texts = persons.opened_texts(db.session, record, wording)
    return render_template("handovers/names.html", record=record, record_type=_handovers(), people=people, texts=texts, purpose=purpose)


@blueprint.get("/handovers/<ref>/retention")
@require(Permission.RECORD_READ)
def show_retention(ref: str) -> Page:
    return retention_pages.one(_handover(ref), _handovers())


@blueprint.post("/handovers/<ref>/retention")
@require(Permission.RECORD_WRITE)
@transactional
def set_review_date(ref: str) -> Page:
    record = _handover(ref)
    form = ReviewDateForm(Books(db.session, ref))
    if not form.validate():
        return retention_pages.one(record, _handovers(), review=form), 422
    try:
        retention.set_review_date(current_user(), db.session, record, form.review_on.data, form.reason.data or "")
    except retention.ReviewDateError as error:
        retention_pages.explain(form, str(error))
        return retention_pages.one(record, _handovers(), review=form), 422
    flash(gettext("The review date of %(ref)s is set.", ref=ref), "success")
    return redirect(url_for("handovers.show_retention", ref=ref), code=303)


@blueprint.post("/handovers/<ref>/erasure")
@require(Permission.RECORD_WRITE)
@transactional
def ask_erasure(ref: str) -> Page:
    record = _handover(ref)
    form = ErasureForm(persons.people(db.session, record))
    if not form.validate():
        return retention_pages.one(record, _handovers(), asked=form), 422
    try:
        erasure.ask(current_user(), db.session, ref, record.id, form.nos.data, Ground(form.ground.data))
    except erasure.ErasureError:
        flash(gettext("Somebody asked already, or the names are gone."), "warning")
    else:
        flash(gettext("Asked. Somebody else decides; until then nothing is erased."), "success")
    return redirect(url_for("handovers.show_retention", ref=ref), code=303)


@blueprint.post("/handovers/<ref>/erasure/decision")
@require(Permission.PERSONAL_DATA_OVERSEE)
# A fresh sign-in belongs here: `@fresh_sign_in` of the accounts, above @transactional, for this is the one deed that cannot be undone.
@transactional
def decide_erasure(ref: str) -> Page:
    record = _handover(ref)
    asked = erasure.open_request(db.session, record.id) or abort(404)
    decision = Decision.APPROVED if request.form.get("decision") == "approve" else Decision.REFUSED
    try:
        erasure.decide(current_user(), db.session, ref, asked, decision)
    except erasure.SamePersonError:
        abort(403)
    except erasure.DecidedError:
        flash(gettext("Somebody decided meanwhile."), "warning")
    else:
        flash(gettext("The names are erased.") if decision is Decision.APPROVED else gettext("Refused: the names stay."), "success")
    return redirect(url_for("handovers.show_retention", ref=ref), code=303)


@blueprint.get("/retention/")
@require(Permission.PERSONAL_DATA_OVERSEE)
def retention_due() -> str:
    reader = current_reader()
    return retention_pages.every(reader.today, reader.user.id)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Retention"), "handovers.retention_due", Permission.PERSONAL_DATA_OVERSEE, 70))

"""The page that opens the names of a handover's persons."""

from __future__ import annotations

from flask import Flask, render_template
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.extensions import db
from tracker.handovers import persons
from tracker.handovers.blueprint import blueprint
from tracker.handovers.forms_of_persons import PurposeForm
from tracker.handovers.models import Handover
from tracker.handovers.view_context import handover_or_404, handovers
from tracker.personal_data import erasure
from tracker.personal_data.books import Books
from tracker.records.named_files import forget_files
from tracker.records.purposes import purpose_given
from tracker.records.view_context import current_reader
from tracker.records.words import Wording
from tracker.unsaved.services import forget_places_of
from tracker.web import navigation

Page = str | Response | tuple[str, int]


@blueprint.get("/handovers/<ref>/names")
@require(Permission.SUBJECT_READ)
def names(ref: str) -> Page:
    """The names, when a purpose was given since signing in; else the question for one."""
    record = handover_or_404(ref)
    purpose = purpose_given(current_user(), db.session, ref)
    if not purpose:
        return _ask_purpose(record, PurposeForm(Books(db.session, ref), formdata=None))
    persons.log_names_again(current_user(), db.session, record, purpose)
    return _names_page(record, purpose)


@blueprint.post("/handovers/<ref>/names")
@require(Permission.SUBJECT_READ)
def open_names(ref: str) -> Page:
    """Take the purpose, write it down, and only then open the names."""
    record = handover_or_404(ref)
    form = PurposeForm(Books(db.session, ref))
    if not form.validate():
        return _ask_purpose(record, form), 422
    persons.log_names(current_user(), db.session, record, form.purpose.data)
    return _names_page(record, form.purpose.data)


def _ask_purpose(record: Handover, form: PurposeForm) -> str:
    return render_template("handovers/purpose.html", record=record, record_type=handovers(), form=form)


def _names_page(record: Handover, purpose: str) -> str:
    wording = Wording(current_reader(), handovers())
    people = persons.named_people(db.session, record, wording)
    texts = persons.opened_texts(db.session, record, wording)
    return render_template("handovers/names.html", record=record, record_type=handovers(), people=people, texts=texts, purpose=purpose)


def register(app: Flask) -> None:
    from tracker.handovers import retention_views  # noqa: F401  its routes join the blueprint when it is imported

    app.register_blueprint(blueprint)
    erasure.also(app, forget_files)
    erasure.also(app, forget_places_of)
    navigation.add(app, navigation.Entry(_l("Retention"), "handovers.retention_due", Permission.PERSONAL_DATA_OVERSEE, 75))

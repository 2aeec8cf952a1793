"""The page that opens the names of a handover's persons."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.extensions import db
from tracker.files.queries import of_owner
from tracker.files.services import Owner
from tracker.handovers import persons
from tracker.handovers.blueprint import blueprint
from tracker.handovers.forms_of_persons import PurposeForm
from tracker.handovers.models import Handover
from tracker.handovers.view_context import handovers, unread_handover_or_404
from tracker.personal_data import erasure
from tracker.personal_data.books import Books
from tracker.personal_data.erasure import named_persons
from tracker.records.corrections import look_again_after_erasure
from tracker.records.erased_files import forget_files
from tracker.records.named_sources import keeps_files, mask_whatever_stays
from tracker.records.purposes import files_hold_names, purpose_given
from tracker.records.reading import must_be_logged
from tracker.records.view_context import current_reader
from tracker.records.words import Wording
from tracker.unsaved.services import forget_places_of
from tracker.web import navigation

Page = str | Response | tuple[str, int]


@blueprint.get("/handovers/<ref>/names")
@require(Permission.SUBJECT_READ)
def names(ref: str) -> Page:
    """The names, when a purpose was given since signing in; else the question for one, which opens nothing and leaves no event."""
    record = unread_handover_or_404(ref)
    if not _holds_anything(record):
        return _nothing_to_open(ref)
    with must_be_logged(db.session):  # the trail says whether a purpose was given
        purpose = purpose_given(current_user(), db.session, ref)
    if not purpose:
        return _ask_purpose(record, PurposeForm(None, formdata=None))
    persons.log_names_again(current_user(), db.session, record, purpose)
    return _names_page(record, purpose)


@blueprint.post("/handovers/<ref>/names")
@require(Permission.SUBJECT_READ)
def open_names(ref: str) -> Page:
    """Take the purpose, write it down, and only then open the names."""
    record = unread_handover_or_404(ref)
    if not _holds_anything(record):
        return _nothing_to_open(ref)
    form = PurposeForm(Books(db.session, ref))
    if not form.validate():
        return _ask_purpose(record, form), 422
    back = _page_of_files(record)
    persons.log_names(current_user(), db.session, record, form.purpose.data, for_files=bool(back))
    if back:
        flash(gettext("The purpose is written down: the files open now, until you sign out."), "success")
        return redirect(back, code=303)
    return _names_page(record, form.purpose.data)


def _holds_anything(record: Handover) -> bool:
    """Whether there is a name to open, or a file of its own or of a source that is handed out like one."""
    if persons.has_something_to_open(record, handovers(), named_persons(db.session, record.id)):
        return True
    files = of_owner(db.session, Owner("record", record.ref)) if files_hold_names(db.session, record) else []
    return any(file.removed_at is None for file in files) or keeps_files(db.session, record)


def _nothing_to_open(ref: str) -> Response:
    flash(gettext("%(ref)s holds no name that could be opened.", ref=ref), "info")
    return redirect(url_for("records.show", record_type=handovers(), ref=ref), code=303)


def _page_of_files(record: Handover) -> str:
    """The page on which somebody opened a file and was asked for a purpose: its source's, or the record's own; '' where he wants names."""
    source = request.args.get("source", "")
    if source.isascii() and source.replace("-", "").isalnum():
        return url_for("sources.show", ref=source, _anchor="attached")
    return url_for("records.show", record_type=handovers(), ref=record.ref, _anchor="attached") if "files" in request.args else ""


def _ask_purpose(record: Handover, form: PurposeForm) -> str:
    asked_for = {name: request.args[name] for name in ("source", "files") if name in request.args}
    back = _page_of_files(record)
    return render_template("handovers/purpose.html", record=record, record_type=handovers(), form=form, asked_for=asked_for, back=back)


def _names_page(record: Handover, purpose: str) -> str:
    wording = Wording(current_reader(), handovers())
    people = persons.named_people(db.session, record, wording)
    texts = persons.opened_texts(db.session, record, wording)
    return render_template("handovers/names.html", record=record, record_type=handovers(), people=people, texts=texts, purpose=purpose)


def register(app: Flask) -> None:
    from tracker.handovers import disclosure_views, retention_views  # noqa: F401  their routes join the blueprint when they are imported

    app.register_blueprint(blueprint)
    erasure.before(app, mask_whatever_stays)
    erasure.also_files(app, forget_files)
    erasure.also(app, forget_places_of)
    erasure.also(app, look_again_after_erasure)
    navigation.add(app, navigation.Entry(_l("Retention"), "handovers.retention_due", Permission.PERSONAL_DATA_OVERSEE, 75))

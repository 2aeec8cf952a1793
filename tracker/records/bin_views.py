"""Taking records out and bringing them back; nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import review_services
from tracker.records.bin import bin_page
from tracker.records.decision_form import DecisionForm, why_refused
from tracker.records.markings import marking_of_named, page_marking
from tracker.records.models import Record
from tracker.records.record_type import RecordType
from tracker.records.restriction import require_unrestricted
from tracker.records.review_services import NoteMissingError, ReviewError
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404

Page = str | Response | tuple[str, int]
blueprint = Blueprint("bin", __name__)


@blueprint.get("/<record_type:record_type>/<ref>/retire")
@require(Permission.RECORD_WRITE)
def ask_retire(record_type: RecordType, ref: str) -> str:
    record = record_or_404(record_type, ref)
    require_unrestricted(record)
    form = DecisionForm(formdata=None, data={"version": str(record.version)})
    return _retire_page(record, record_type, form)


@blueprint.post("/<record_type:record_type>/<ref>/retire")
@require(Permission.RECORD_WRITE)
@transactional
def retire(record_type: RecordType, ref: str) -> Page:
    record, form = record_or_404(record_type, ref), DecisionForm()
    status = 422
    try:
        if form.validate():
            state = current_reader().reporting_state
            note, seen = form.note.data or "", form.seen
            review_services.retire(current_user(), db.session, record, state, expected_version=seen, note=note)
            flash(gettext("%(ref)s is retired: it counts nowhere and lies in the bin.", ref=ref), "success")
            return redirect(url_for("records.show", record_type=record_type, ref=ref), code=303)
    except NoteMissingError as error:
        form.note.errors = [why_refused(error)]
    except ReviewError as error:
        form.form_errors.append(why_refused(error))
        form.version.data, status = str(record.version), 409
    return _retire_page(record, record_type, form), status


@blueprint.post("/<record_type:record_type>/<ref>/restore")
@require(Permission.RECORD_WRITE)
@transactional
def restore(record_type: RecordType, ref: str) -> Response:
    record = record_or_404(record_type, ref)
    return _done(
        record_type,
        ref,
        lambda: review_services.restore(current_user(), db.session, record, current_reader().reporting_state),
        gettext("%(ref)s is back and waits for review.", ref=ref),
    )


@blueprint.post("/<record_type:record_type>/<ref>/discard")
@require(Permission.RECORD_WRITE)
@transactional
def discard(record_type: RecordType, ref: str) -> Response:
    record = record_or_404(record_type, ref)
    said = gettext("The draft %(ref)s lies in your bin; you can bring it back at any time.", ref=ref)
    return _done(record_type, ref, lambda: review_services.discard(current_user(), db.session, record), said)


@blueprint.post("/<record_type:record_type>/<ref>/take-back")
@require(Permission.RECORD_WRITE)
@transactional
def take_back(record_type: RecordType, ref: str) -> Response:
    record = record_or_404(record_type, ref)
    said = gettext("The draft %(ref)s is back.", ref=ref)
    return _done(record_type, ref, lambda: review_services.take_back(current_user(), db.session, record), said)


@blueprint.get("/bin/")
@require(Permission.RECORD_WRITE)
def index() -> str:
    page = bin_page(current_reader(), request.args.get("q", "").strip()[:100])
    named = marking_of_named(db.session, (row.ref for row in (*page.retired, *page.drafts)))
    return render_template("bin/index.html", page=page, page_marking=named)


def _retire_page(record: Record, record_type: RecordType, form: DecisionForm) -> str:
    marking = page_marking([record.effective_marking])
    return render_template("bin/retire.html", record=record, record_type=record_type, form=form, page_marking=marking)


def _done(record_type: RecordType, ref: str, deed: Callable[[], None], said: str) -> Response:
    """Do it, say so on the record's page; a refusal is said there too."""
    try:
        deed()
        flash(said, "success")
    except ReviewError as error:
        db.session.rollback()
        flash(why_refused(error), "warn")
    return redirect(url_for("records.show", record_type=record_type, ref=ref), code=303)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

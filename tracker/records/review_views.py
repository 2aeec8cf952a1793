"""Deciding about records: the queue, one record with its difference, verify and return."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import review_queue, review_services
from tracker.records.decision_form import DecisionForm, why_refused
from tracker.records.enums import ReviewState
from tracker.records.markings import marking_of_named
from tracker.records.models import Record
from tracker.records.numbers import small_number
from tracker.records.queue_page import queue_page
from tracker.records.reading import log_opened
from tracker.records.record_type import RecordType
from tracker.records.restriction import RestrictedError
from tracker.records.review_page import review_page, review_url
from tracker.records.review_services import NoteMissingError, ReviewError
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404, unread_record_or_404
from tracker.web import navigation
from tracker.web.form_pages import form_on

Page = str | Response | tuple[str, int]
blueprint = Blueprint("review", __name__)


@blueprint.get("/review/")
@require(Permission.RECORD_VERIFY)
def queue() -> str:
    state = ReviewState.RETURNED if request.args.get("state") == ReviewState.RETURNED else ReviewState.SUBMITTED
    each = request.args.get("each") == "1"
    page = queue_page(current_reader(), state, small_number(request.args.get("page")) or 1, each=each)
    refs, others = [*(row.ref for row in page.rows), *(lift.ref for lift in page.lifts)], [one.marking for one in page.together]
    named = marking_of_named(db.session, refs, others)
    return render_template("review/queue.html", page=page, page_marking=named)


@blueprint.get("/<record_type:record_type>/<ref>/review")
@require(Permission.RECORD_VERIFY)
def show(record_type: RecordType, ref: str) -> str:
    record, reader = unread_record_or_404(record_type, ref), current_reader()
    log_opened(reader, record)
    page = review_page(reader, record, record_type)
    form = DecisionForm(formdata=None, data={"version": str(record.version)})
    return render_template("review/show.html", page=page, form=form)


@blueprint.post("/<record_type:record_type>/<ref>/verify")
@require(Permission.RECORD_VERIFY)
@form_on("review.show")
@transactional
def verify(record_type: RecordType, ref: str) -> Page:
    return _decided(record_type, ref, review_services.verify, gettext("%(ref)s is verified: official figures count it.", ref=ref))


@blueprint.post("/<record_type:record_type>/<ref>/return")
@require(Permission.RECORD_VERIFY)
@form_on("review.show")
@transactional
def return_for_changes(record_type: RecordType, ref: str) -> Page:
    return _decided(record_type, ref, review_services.return_for_changes, gettext("%(ref)s is returned to its author.", ref=ref))


def _decided(record_type: RecordType, ref: str, decide: Callable[..., None], said: str) -> Page:
    """Let `decide` take the form's note about the version that was looked at; then on to the next record, or the page with the refusal."""
    record, form, reader = record_or_404(record_type, ref), DecisionForm(), current_reader()
    following = review_queue.place_of(reader, ref).after
    if not form.validate():
        return _refused(record, record_type, form, 422)
    note, seen = form.note.data or "", form.seen
    try:
        decide(current_user(), db.session, record, reader.reporting_state, expected_version=seen, note=note)
    except NoteMissingError as error:
        form.note.errors = [why_refused(error)]
        return _refused(record, record_type, form, 422)
    except ReviewError as error:
        form.form_errors.append(why_refused(error))
        return _refused(record, record_type, form, 409)
    flash(said, "success")
    return redirect(review_url(following) or url_for("review.queue"), code=303)


def _refused(record: Record, record_type: RecordType, form: DecisionForm, status: int) -> Page:
    """The page again, with the note as typed and the newest difference."""
    form.version.data = str(record.version)
    return render_template("review/show.html", page=review_page(current_reader(), record, record_type), form=form), status


@blueprint.post("/review/verify")
@require(Permission.RECORD_VERIFY)
@transactional
def verify_several() -> Page:
    """Several at once, only of those that were opened one by one; first a page that names them."""
    reader, chosen = current_reader(), request.form.getlist("chosen")[: review_queue.PAGE_SIZE]
    fitting, refused = review_queue.sorted_for_verification(reader, chosen)
    if request.form.get("action") != "confirm" or not fitting:
        return render_template("review/several.html", fitting=fitting, refused=refused)
    done = 0
    for record, version in fitting:
        try:
            review_services.verify(current_user(), db.session, record, reader.reporting_state, expected_version=version)
            done += 1
        except (ReviewError, RestrictedError):
            continue  # decided or restricted by somebody else in the meantime: it has left the queue
    flash(ngettext("%(num)d record is verified.", "%(num)d records are verified.", done), "success")
    return redirect(url_for("review.queue"), code=303)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Review"), "review.queue", Permission.RECORD_VERIFY, 25, "r"))

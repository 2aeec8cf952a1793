"""Who has read a record, and its restriction: for those who watch over the data."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.validators import DataRequired, Length

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.personal_data.models import Decision, decided
from tracker.records import reading, restriction
from tracker.records.blueprint import blueprint
from tracker.records.enums import ReviewState
from tracker.records.fields import Text
from tracker.records.models import SHORT_LENGTH, Record
from tracker.records.numbers import small_number
from tracker.records.record_page import may_see_readers
from tracker.records.record_type import RecordType
from tracker.records.review_page import lift_line
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404, unread_record_or_404

Page = str | Response | tuple[str, int]


class ReasonForm(FlaskForm):
    """Why a record is restricted, or is so no longer."""

    reason = Text(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(min=5, message=_l("Say it in a few words."))],
        limit=SHORT_LENGTH,
        description=_l("Everybody who may see the record reads it."),
    )


@blueprint.get("/<record_type:record_type>/<ref>/readers")
@require(Permission.RECORD_READ)
def readers(record_type: RecordType, ref: str) -> str:
    """Reviewers and administrators see it of every record, an owner of his own."""
    if not may_see_readers(current_reader(), unread_record_or_404(record_type, ref)):
        abort(403)
    record = record_or_404(record_type, ref)
    events = reading.readers(db.session, record)
    return render_template(
        [f"{record_type.slug}/readers.html", "records/readers.html"],
        record=record,
        record_type=record_type,
        events=events,
        most=reading.MOST,
    )


@blueprint.get("/<record_type:record_type>/<ref>/restriction")
@require(Permission.PERSONAL_DATA_OVERSEE)
def restrict(record_type: RecordType, ref: str) -> str:
    return _restriction_page(record_or_404(record_type, ref), record_type, ReasonForm(formdata=None))


@blueprint.post("/<record_type:record_type>/<ref>/restriction")
@require(Permission.PERSONAL_DATA_OVERSEE)
@transactional
def change_restriction(record_type: RecordType, ref: str) -> Page:
    """Restrict what is not restricted, at once."""
    record, form = record_or_404(record_type, ref), ReasonForm()
    if not form.validate():
        return _restriction_page(record, record_type, form), 422
    if restriction.restrict(current_user(), db.session, record, form.reason.data, current_reader().reporting_state):
        flash(gettext("%(ref)s is restricted: nobody can change it, and it counts nowhere.", ref=ref), "success")
    else:
        flash(gettext("%(ref)s was restricted meanwhile.", ref=ref), "warning")
    return _to_record(record_type, ref)


@blueprint.post("/<record_type:record_type>/<ref>/restriction/lift")
@require(Permission.PERSONAL_DATA_OVERSEE)
@transactional
def ask_lift(record_type: RecordType, ref: str) -> Page:
    """Ask that another person lifts the restriction; of an own draft it is lifted at once."""
    record, form = record_or_404(record_type, ref), ReasonForm()
    if not form.validate():
        return _restriction_page(record, record_type, form), 422
    try:
        if record.review_state is ReviewState.DRAFT:
            restriction.lift_draft(current_user(), db.session, record, form.reason.data, current_reader().reporting_state)
            flash(gettext("The restriction of %(ref)s is lifted.", ref=ref), "success")
        else:
            restriction.ask_lift(current_user(), db.session, record, form.reason.data)
            flash(gettext("Asked. Somebody else decides; until then %(ref)s stays restricted.", ref=ref), "success")
    except restriction.NotNowError:
        flash(gettext("Somebody asked or decided meanwhile."), "warning")
    return _to_record(record_type, ref)


@blueprint.post("/<record_type:record_type>/<ref>/restriction/decision")
@require(Permission.PERSONAL_DATA_OVERSEE)
@transactional
def decide_lift(record_type: RecordType, ref: str) -> Page:
    record = record_or_404(record_type, ref)
    decision = decided(request.form.get("decision"))
    if decision is None:
        flash(gettext("Choose to approve or to refuse: nothing was decided."), "error")
        return _restriction_page(record, record_type, ReasonForm(formdata=None)), 422
    try:
        number = small_number(request.form.get("request"), 9) or 0
        restriction.decide_lift(current_user(), db.session, record, number, decision, current_reader().reporting_state)
    except restriction.SamePersonError:
        abort(403)
    except restriction.NotNowError:
        flash(gettext("Somebody decided meanwhile."), "warning")
    else:
        lifted, refused = gettext("The restriction of %(ref)s is lifted.", ref=ref), gettext("Refused: %(ref)s stays restricted.", ref=ref)
        flash(lifted if decision is Decision.APPROVED else refused, "success")
    return _to_record(record_type, ref)


def _restriction_page(record: Record, record_type: RecordType, form: ReasonForm) -> str:
    """The form that fits what the record is now: restrict, ask to lift, or decide about what was asked."""
    endpoint = "records.ask_lift" if record.restricted_at else "records.change_restriction"
    return render_template(
        "records/restriction.html",
        record=record,
        record_type=record_type,
        form=form,
        lift=lift_line(current_reader(), record),
        sent_to=url_for(endpoint, record_type=record_type, ref=record.ref),
        is_draft=record.review_state is ReviewState.DRAFT,
    )


def _to_record(record_type: RecordType, ref: str) -> Response:
    return redirect(url_for("records.show", record_type=record_type, ref=ref), code=303)

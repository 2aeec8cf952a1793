"""Who has read a record, and its restriction: for those who watch over the data."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, Length

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import reading, restriction
from tracker.records.blueprint import blueprint
from tracker.records.fields import Text
from tracker.records.models import SHORT_LENGTH
from tracker.records.record_page import may_see_readers
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404, unread_record_or_404


class ReasonForm(FlaskForm):
    """Why a record is restricted, or is so no longer."""

    reason = Text(
        _l("Reason"),
        [InputRequired(_l("Say why.")), Length(min=5, message=_l("Say it in a few words."))],
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
    return render_template("records/readers.html", record=record, record_type=record_type, events=events, most=reading.MOST)


@blueprint.get("/<record_type:record_type>/<ref>/restriction")
@require(Permission.PERSONAL_DATA_OVERSEE)
def restrict(record_type: RecordType, ref: str) -> str:
    record = record_or_404(record_type, ref)
    return render_template("records/restriction.html", record=record, record_type=record_type, form=ReasonForm(formdata=None))


@blueprint.post("/<record_type:record_type>/<ref>/restriction")
@require(Permission.PERSONAL_DATA_OVERSEE)
@transactional
def change_restriction(record_type: RecordType, ref: str) -> str | Response | tuple[str, int]:
    """Restrict what is not restricted, lift what is."""
    record, form = record_or_404(record_type, ref), ReasonForm()
    if not form.validate():
        return render_template("records/restriction.html", record=record, record_type=record_type, form=form), 422
    state = current_reader().reporting_state
    if record.restricted_at:
        restriction.lift(current_user(), db.session, record, form.reason.data, state)
        flash(gettext("The restriction of %(ref)s is lifted.", ref=ref), "success")
    else:
        restriction.restrict(current_user(), db.session, record, form.reason.data, state)
        flash(gettext("%(ref)s is restricted: nobody can change it, and it counts nowhere.", ref=ref), "success")
    return redirect(url_for("records.show", record_type=record_type, ref=ref), code=303)

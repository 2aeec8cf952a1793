"""The owner of a record marked RED says who else reads it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records.blueprint import blueprint
from tracker.records.recipients import add_recipient, remove_recipient, require_owner
from tracker.records.record_type import RecordType
from tracker.records.views import record_or_404


@blueprint.post("/<record_type:record_type>/<ref>/recipients")
@require(Permission.RECORD_WRITE)
@transactional
def change_recipients(record_type: RecordType, ref: str) -> Response:
    record = record_or_404(record_type, ref)
    require_owner(current_user(), db.session, record)
    adding, removing = request.form.get("add", ""), request.form.get("remove", "")
    if adding and add_recipient(current_user(), db.session, record, adding):
        flash(gettext("Added: this person sees the record from now on."), "success")
    elif removing and remove_recipient(current_user(), db.session, record, removing):
        flash(gettext("Removed: this person does not see the record any more."), "success")
    else:
        flash(gettext("Nobody was added or removed: choose somebody of the list."), "warning")
    return redirect(url_for("records.show", record_type=record_type, ref=ref), code=303)

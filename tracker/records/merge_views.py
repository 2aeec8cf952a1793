"""Making one record of two: choose the other, look through what both say, save."""

from __future__ import annotations

import secrets

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import form_context as context
from tracker.records import merging, review_services, services
from tracker.records.decision_form import why_refused, why_restricted
from tracker.records.entry_views import document_of
from tracker.records.fields import Text
from tracker.records.forms import RecordForm
from tracker.records.models import Record
from tracker.records.numbers import small_number
from tracker.records.record_type import RecordType
from tracker.records.restriction import require_unrestricted
from tracker.records.review_services import ReviewError
from tracker.records.services import ConflictError, OutOfReachError
from tracker.records.view_context import current_reader, form_context
from tracker.records.views import record_or_404

Page = str | Response | tuple[str, int]
blueprint = Blueprint("merging", __name__)


class ChooseForm(FlaskForm):
    """Which record stays."""

    into = Text(_l("Record that stays"), limit=300, render_kw={"data-suggest": "record", "autocomplete": "off"})


@blueprint.get("/<record_type:record_type>/<ref>/merge")
@require(Permission.RECORD_WRITE)
def choose(record_type: RecordType, ref: str) -> Page:
    record, typed = record_or_404(record_type, ref), request.args.get("into", "").strip()[:300]
    require_unrestricted(record)
    form = ChooseForm(formdata=None, data={"into": typed})
    kept = merging.find_other(current_reader(), record, typed) if typed else None
    if kept is None or kept.restricted_at:
        if kept:
            form.into.errors = [why_restricted(kept.ref)]
        elif typed:
            form.into.errors = [gettext("Name another record of this type that is saved and not retired, by its reference.")]
        return render_template("merging/choose.html", record=record, record_type=record_type, form=form), 422 if typed else 200
    document, clashes = merging.both(current_reader(), record, kept, record_type)
    both = record_type.form(record_type, form_context(), document, own_ref=kept.ref, formdata=None)
    both.version.data, both.token.data = f"{kept.version}", secrets.token_hex(16)
    return _both_page(record_type, record, kept, both, clashes)


@blueprint.post("/<record_type:record_type>/<ref>/merge/<into>")
@require(Permission.RECORD_WRITE)
@transactional
def merge(record_type: RecordType, ref: str, into: str) -> Page:
    record = record_or_404(record_type, ref)
    kept = merging.find_other(current_reader(), record, into) or abort(404)
    document, clashes = merging.both(current_reader(), record, kept, record_type)
    form = record_type.form(record_type, form_context(), document, own_ref=kept.ref)
    if form.handle_rows(request.form):
        return _both_page(record_type, record, kept, form, clashes)
    if not form.validate():
        return _both_page(record_type, record, kept, form, clashes, 422)
    try:
        _merge(record, kept, record_type, form)
    except (ReviewError, ConflictError, OutOfReachError, IntegrityError) as error:
        db.session.rollback()
        said = gettext("One of the two was changed meanwhile. Look through both again, then merge.")
        form.form_errors.append(why_refused(error) if isinstance(error, ReviewError) else said)
        return _both_page(record_type, record, kept, form, clashes, 409)
    flash(gettext("%(ref)s now leads to %(kept)s, which waits for review.", ref=ref, kept=kept.ref), "success")
    return redirect(url_for("records.show", record_type=record_type, ref=kept.ref), code=303)


def _merge(record: Record, kept: Record, record_type: RecordType, form: RecordForm) -> None:
    """The other is retired first, so that its file numbers are free for the one that stays."""
    state, seen = form.context.reporting_state, request.form.get("other_version", "")
    review_services.merge_into(current_user(), db.session, record, kept, state, expected_version=_number(seen))
    services.update(
        *(current_user(), db.session, kept, record_type, document_of(form), state),
        expected_version=_number(form.version.data),
        draft=False,
        token=form.form_token,
        reason=gettext("merged with %(ref)s", ref=record.ref),
    )


def _both_page(record_type: RecordType, record: Record, kept: Record, form: RecordForm, clashes: object, status: int = 200) -> Page:
    context.enter(form.context)
    page = render_template(
        "merging/both.html",
        record=kept,
        other=record,
        record_type=record_type,
        form=form,
        clashes=clashes,
        form_url=url_for("merging.merge", record_type=record_type, ref=record.ref, into=kept.ref),
        more_hidden={"other_version": request.form.get("other_version", str(record.version)) if status != 409 else str(record.version)},
    )
    return (page, status) if status != 200 else page


def _number(text: str | None) -> int:
    return small_number(text, 9) or 0


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

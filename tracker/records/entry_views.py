"""Entering and changing records. A form is rendered again, as it was typed, whenever it cannot be saved."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.accounts.services import names_of_users
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.partial_dates import DateError
from tracker.records import services
from tracker.records.blueprint import blueprint
from tracker.records.decision_form import why_named, why_restricted
from tracker.records.differences import Clash, merge
from tracker.records.enums import ReviewState
from tracker.records.form_document import Composer
from tracker.records.forms import RecordForm
from tracker.records.markings import page_marking
from tracker.records.models import Record, RecordVersion
from tracker.records.named_sources import NamedSourceError
from tracker.records.naming import as_it_would_be_stored
from tracker.records.numbers import small_number
from tracker.records.queries import newest_document
from tracker.records.record_type import RecordType
from tracker.records.restriction import RestrictedError, require_unrestricted
from tracker.records.review_page import returned_move
from tracker.records.rights import require_hold
from tracker.records.series_names import known_names, warnings_for
from tracker.records.services import ConflictError, OutOfReachError
from tracker.records.source_services import with_stored_sources
from tracker.records.twins import likely_twins
from tracker.records.view_context import current_reader, form_context
from tracker.records.words import Wording
from tracker.unsaved.queries import Unsaved
from tracker.unsaved.view_context import close_draft, continued, draft_frame
from tracker.web.resending import keeps_form

Page = str | Response | tuple[str, int]


@blueprint.get("/<record_type:record_type>/new")
@require(Permission.RECORD_WRITE)
def new(record_type: RecordType) -> Page:
    opened = continued()
    form = record_type.form(record_type, form_context(), formdata=opened.fields if opened else None)
    if opened is None:
        form.title.data = request.args.get("title", "")[:300]
        form.token.data = secrets.token_hex(16)
    return _form_page(record_type, form, opened=opened)


@blueprint.post("/<record_type:record_type>/new")
@require(Permission.RECORD_WRITE)
@keeps_form
@transactional
def create(record_type: RecordType) -> Page:
    form = record_type.form(record_type, form_context())
    if form.handle_rows(request.form):
        return _form_page(record_type, form)
    draft = _is_draft()
    if not form.validate(draft=draft):
        return _form_page(record_type, form, status=422)
    repeated = services.saved_by_token(db.session, form.form_token)
    if repeated:
        return _repeated_page(record_type, form, repeated)
    if not draft and _has_unseen_twins(record_type, form):
        return _form_page(record_type, form)
    try:
        record = _create(record_type, form, draft)
    except IntegrityError:
        return _clashing_page(record_type, form)
    except NamedSourceError as problem:
        return _named_page(record_type, form, problem)
    return _saved(record_type, record)


def _create(record_type: RecordType, form: RecordForm, draft: bool) -> Record:
    reporting_state, token = form.context.reporting_state, form.form_token
    return services.create(current_user(), db.session, record_type, document_of(form), reporting_state, draft=draft, token=token)


def _repeated_page(record_type: RecordType, form: RecordForm, repeated: RecordVersion) -> Page:
    """The same form sent twice is one record; one changed meanwhile (the browser's Back) is shown again, with nothing dropped."""
    same_owner = repeated.record.owner_id == current_user().id and repeated.record.kind == record_type.kind
    if same_owner and services.says_the_same(db.session, repeated, Composer(form).document(), record_type):
        return _saved(record_type, repeated.record, gettext("It was saved already; no second record was made."))
    form.token.data = secrets.token_hex(16)
    said = gettext("This form made a record before, and you have changed it since. Save again to make another record of it.")
    form.form_errors.append(said)
    return _form_page(record_type, form, status=409)


def _clashing_page(record_type: RecordType, form: RecordForm, record: Record | None = None) -> Page:
    """Somebody else took the same file number, or saved the same, in the same moment: nothing was stored, nothing is lost."""
    db.session.rollback()
    repeated = services.saved_by_token(db.session, form.form_token)
    if repeated:
        return _repeated_page(record_type, form, repeated)
    form.form_errors.append(
        gettext("Somebody saved something that clashes with this in the same moment. Look at the file numbers and save again.")
    )
    return _form_page(record_type, form, record, status=422)


@blueprint.get("/<record_type:record_type>/<ref>/edit")
@require(Permission.RECORD_WRITE)
def edit(record_type: RecordType, ref: str) -> Page:
    record = _editable(record_type, ref)
    require_unrestricted(record)
    opened = continued()
    if opened:
        return _form_page(record_type, _typed_form(record_type, record, opened.fields), record, opened=opened)
    form = record_type.form(record_type, form_context(), newest_document(record, record_type), own_ref=record.ref, formdata=None)
    form.version.data, form.token.data = str(record.version), secrets.token_hex(16)
    return _form_page(record_type, form, record)


@blueprint.post("/<record_type:record_type>/<ref>/edit")
@require(Permission.RECORD_WRITE)
@keeps_form
@transactional
def update(record_type: RecordType, ref: str) -> Page:
    record = _editable(record_type, ref)
    expected = _number(request.form.get("version"), record.version)
    form = _typed_form(record_type, record, request.form)
    if form.handle_rows(request.form):
        return _form_page(record_type, form, record)
    draft = _is_draft() and record.review_state is ReviewState.DRAFT
    if not form.validate(draft=draft):
        return _form_page(record_type, form, record, status=422)
    try:
        changed = services.update(
            *(current_user(), db.session, record, record_type, document_of(form), form.context.reporting_state),
            expected_version=expected,
            draft=draft,
            token=form.form_token,
            reason=form.reason.data or "",
        )
    except (ConflictError, OutOfReachError, RestrictedError, IntegrityError, NamedSourceError) as problem:
        return _not_saved(record_type, record, form, problem)
    return _saved(record_type, record, "" if changed else gettext("Nothing was changed, so no new version was made."))


def _not_saved(record_type: RecordType, record: Record, form: RecordForm, problem: Exception) -> Page:
    """The form again with what was typed, and why it could not be saved."""
    if isinstance(problem, ConflictError):
        return _conflict_page(record_type, record, form, problem)
    if isinstance(problem, IntegrityError):
        return _clashing_page(record_type, form, record)
    if isinstance(problem, NamedSourceError):
        return _named_page(record_type, form, problem, record)
    retired = gettext("This record is retired: bring it back from the bin first. Nothing was saved.")
    form.form_errors.append(why_restricted(record.ref) if isinstance(problem, RestrictedError) else retired)
    return _form_page(record_type, form, record, status=409)


def _named_page(record_type: RecordType, form: RecordForm, problem: NamedSourceError, record: Record | None = None) -> Page:
    """The form again, and which source is to be corrected first. Nothing was stored."""
    db.session.rollback()
    form.form_errors.append(why_named(problem))
    return _form_page(record_type, form, record, status=422)


def _typed_form(record_type: RecordType, record: Record, typed: MultiDict[str, str]) -> RecordForm:
    """What was typed, on the version of the record that it was typed into, or on the newest when that is not for the reader."""
    number = _number(typed.get("version"), record.version)
    base = services.version_payload(current_user(), db.session, record, number) or record.newest.payload
    return record_type.form(record_type, form_context(), services.plain_payload(base, record_type), own_ref=record.ref, formdata=typed)


def _conflict_page(record_type: RecordType, record: Record, form: RecordForm, conflict: ConflictError) -> Page:
    """Both versions field by field; the form holds what both wrote, mine where both changed the same field. Nothing is stored."""
    db.session.rollback()
    wording = Wording(current_reader(), record_type)
    mine = Composer(form).document_as_typed()
    merged, _ = merge(conflict.base, conflict.theirs, mine, wording)
    # what is shown of mine is masked as it would be stored; the form below keeps what was typed
    shown = as_it_would_be_stored(db.session, record.ref, record_type, mine, conflict.theirs)
    _, clashes = merge(conflict.base, conflict.theirs, shown, wording)
    again = record_type.form(record_type, form_context(), merged, own_ref=record.ref, formdata=None)
    again.version.data, again.token.data, again.reason.data = str(conflict.current_version), secrets.token_hex(16), form.reason.data
    by = names_of_users(db.session).get(conflict.by_id, "")
    return _form_page(record_type, again, record, status=409, clashes=clashes, changed_by=by)


def _form_page(
    record_type: RecordType,
    form: RecordForm,
    record: Record | None = None,
    *,
    status: int = 200,
    clashes: list[Clash] | None = None,
    changed_by: str = "",
    opened: Unsaved | None = None,
) -> Page:
    twins = twins_of(record_type, form, record.ref if record else None) if form.title.data else []
    page = render_template(
        [f"{record_type.slug}/form.html", "records/form.html"],
        form=form,
        record_type=record_type,
        record=record,
        clashes=clashes or [],
        changed_by=changed_by,
        returned=returned_move(current_reader(), record) if record else None,
        twins=twins,
        page_marking=page_marking([*([record.effective_marking] if record else []), *(twin.marking for twin in twins)]),
        is_typed=request.method == "POST",
        series_names=known_names(current_reader()),
        **draft_frame(opened),
    )
    return (page, status) if status != 200 else page


def twins_of(record_type: RecordType, form: RecordForm, but: str | None = None) -> list[Any]:
    """Records that may be the same as what the form says so far; nothing while a field cannot be read."""
    start = None
    with suppress(DateError):
        start = form.start.value
    codes = [code for row in form.parties for code in row.form.names.codes]
    return likely_twins(current_reader(), record_type.kind, form.title.data or "", start, codes, but)


def _has_unseen_twins(record_type: RecordType, form: RecordForm) -> bool:
    """Whether there are likely twins that this form has not shown yet; showing them once is enough."""
    refs = [twin.ref for twin in twins_of(record_type, form)]
    shown = " ".join(request.form.getlist("seen")).split()
    form.seen.data = " ".join(refs)
    return any(ref not in shown for ref in refs)


def document_of(form: RecordForm) -> dict[str, Any]:
    composer = Composer(form)
    document = composer.document()
    return with_stored_sources(current_user(), db.session, document, composer.new_sources)


def _saved(record_type: RecordType, record: Record, message: str = "") -> Response:
    close_draft()
    draft = record.review_state is ReviewState.DRAFT
    usual = (
        gettext("Draft %(ref)s saved. It counts nowhere until you send it.") if draft else gettext("%(ref)s saved; it waits for review.")
    )
    flash(message or usual % {"ref": record.ref}, "success")
    for said in warnings_for(current_reader(), [figure["series"] for figure in record.newest.payload["figures"]]):
        flash(said, "warn")
    return redirect(url_for("records.show", record_type=record_type, ref=record.ref), code=303)


def _editable(record_type: RecordType, ref: str) -> Record:
    """The record that is to be changed: 404 unless the reader may see it, a page that says whose it is unless he may change it."""
    from tracker.records.views import record_or_404

    record, reader = record_or_404(record_type, ref), current_reader()
    require_hold(reader.user, reader.session, record, reader.reporting_state)
    return record


def _is_draft() -> bool:
    return request.form.get("action") == "draft"


def _number(text: str | None, otherwise: int) -> int:
    found = small_number(text, 9)
    return otherwise if found is None else found

"""Pages of records: lists, one record, its history."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Flask, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.counting.filters import FilterError
from tracker.counting.models import Basis
from tracker.database.sealing import SealError
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import history, listing, registry, services
from tracker.records.blueprint import blueprint
from tracker.records.converters import RecordTypeConverter
from tracker.records.decision_form import why_named, why_restricted
from tracker.records.filtering import all_records, filter_of, partner_label
from tracker.records.markings import page_marking
from tracker.records.models import Record
from tracker.records.named_sources import NamedSourceError
from tracker.records.numbers import small_number
from tracker.records.queries import get, merged_into
from tracker.records.reading import UnloggedReadError, log_read
from tracker.records.record_page import record_page
from tracker.records.record_type import RecordType
from tracker.records.restriction import RestrictedError
from tracker.records.review_page import moves_of, review_state
from tracker.records.review_services import steps_of
from tracker.records.rights import RightsError
from tracker.records.services import ConflictError, OutOfReachError
from tracker.records.view_context import current_reader
from tracker.saved.queries import shown_view
from tracker.web import navigation
from tracker.web.errors import error_page


@blueprint.get("/records/")
@require(Permission.RECORD_READ)
def index_all() -> str | tuple[str, int]:
    return _list(None)


@blueprint.get("/<record_type:record_type>/")
@require(Permission.RECORD_READ)
def index(record_type: RecordType) -> str | tuple[str, int]:
    return _list(record_type)


def _list(record_type: RecordType | None) -> str | tuple[str, int]:
    reader = current_reader()
    problems: dict[str, str] = {}
    try:
        chosen = filter_of(reader, request.args)
    except FilterError as error:
        chosen, problems = all_records(reader, Basis.WORKING), dict(error.problems)
    page = listing.list_page(reader, chosen, record_type, request.args, is_wrong=bool(problems))
    saved = shown_view(reader.session, reader.user, request.endpoint, request.args)
    return render_template("records/index.html", page=page, problems=problems, saved=saved), 400 if problems else 200


@blueprint.get("/records/new")
@require(Permission.RECORD_WRITE)
def choose() -> str:
    return render_template("records/choose.html", types=registry.every_type(), title=request.args.get("title", ""))


@blueprint.get("/<record_type:record_type>/<ref>")
@require(Permission.RECORD_READ)
def show(record_type: RecordType, ref: str) -> str | Response:
    record = record_or_404(record_type, ref)
    kept = merged_into(current_reader(), record)
    if kept and "stay" not in request.args:
        flash(gettext("%(ref)s was merged into this record.", ref=ref), "info")
        return redirect(url_for("records.show", record_type=record_type, ref=kept.ref))
    return record_view(record_type, record)


@blueprint.get("/<record_type:record_type>/<ref>/history")
@require(Permission.RECORD_READ)
def show_history(record_type: RecordType, ref: str) -> str | Response | tuple[str, int]:
    record = record_or_404(record_type, ref)
    reader, typed, problem = current_reader(), request.args.get("on", "").strip()[:60], ""
    if typed:
        number, problem = history.version_on(reader, record, typed)
        if number:
            return redirect(url_for("records.show_version", record_type=record_type, ref=ref, number=number))
    versions = history.versions(reader, record, record_type)
    page = render_template(
        "records/history.html",
        record=record,
        record_type=record_type,
        versions=versions,
        moves=moves_of(reader, steps_of(reader.session, record.id)),
        typed=typed,
        problem=problem,
        page_marking=page_marking([record.effective_marking, *(version.marking for version in versions)]),
    )
    return (page, 400) if problem else page


@blueprint.get("/<record_type:record_type>/<ref>/history/<int:number>")
@require(Permission.RECORD_READ)
def show_version(record_type: RecordType, ref: str, number: int) -> str:
    record = record_or_404(record_type, ref)
    version = history.version(current_reader(), record, record_type, number) or abort(404)
    marking = page_marking([record.effective_marking, version.entry.marking])
    return render_template("records/version.html", record=record, record_type=record_type, version=version, page_marking=marking)


@blueprint.post("/<record_type:record_type>/<ref>/history/<int:number>/restore")
@require(Permission.RECORD_WRITE)
@transactional
def restore_version(record_type: RecordType, ref: str, number: int) -> Response:
    """An earlier version as the newest: a save like any other, which waits for review."""
    record, state = record_or_404(record_type, ref), current_reader().reporting_state
    payload = services.version_payload(current_user(), db.session, record, number) or abort(404)
    document, reason = services.plain_payload(payload, record_type), gettext("as it was in version %(no)s", no=number)
    expected = small_number(request.form.get("version"), 9) or 0
    try:
        is_new = services.update(
            *(current_user(), db.session, record, record_type, document, state), expected_version=expected, draft=True, reason=reason
        )
        said = gettext("Version %(no)s is restored as the newest version.", no=number)
        flash(said if is_new else gettext("The newest version says the same already."), "success")
    except (ConflictError, OutOfReachError, IntegrityError):
        db.session.rollback()
        flash(gettext("The record was changed or retired meanwhile. Look at its history again."), "warn")
    return redirect(url_for("records.show", record_type=record_type, ref=ref), code=303)


def record_view(record_type: RecordType, record: Record, files_form: Any = None) -> str:
    """The page of a record; `files_form` is an upload that was refused, with the reasons."""
    reader = current_reader()
    page, review = record_page(reader, record, record_type), review_state(reader, record, record_type)
    return render_template([f"{record_type.slug}/show.html", "records/show.html"], page=page, review=review, form=files_form)


def record_or_404(record_type: RecordType, ref: str) -> Record:
    """The record, when it exists, is of this type and the reader may see it. A page that shows it is written down where it must be."""
    found = unread_record_or_404(record_type, ref)
    if request.method in ("GET", "HEAD"):
        page = (request.endpoint or "").rpartition(".")[2]
        log_read(current_reader(), found, record_type, page, (request.view_args or {}).get("number"))
    return found


def unread_record_or_404(record_type: RecordType, ref: str) -> Record:
    """The same for an address that shows nothing of the record itself."""
    reader = current_reader()
    found = get(reader.session, reader, ref, record_type.kind)
    if found is None:
        abort(404)
    return found


def _frame() -> dict[str, Any]:
    """What the frame of every page shows."""
    frame: dict[str, Any] = {"new_record_url": url_for("records.choose")}
    if g.get("user"):
        reader = current_reader()
        frame["reporting_state_name"] = partner_label(reader, reader.reporting_state)
    if "summaries.help" in current_app.view_functions:
        frame["help_url"] = url_for("summaries.help")
    return frame


class _Actor(NamedTuple):
    """Who was refused, apart from the session that is rolled back."""

    id: int
    username: str


def _not_yours(error: RightsError) -> Response:
    """Somebody may see a record or source and not change it: a page that says whose it is, and an event. Nothing was stored."""
    actor = _Actor(current_user().id, current_user().username)
    db.session.rollback()  # or what is written apart would wait for it
    audit.write_apart(actor, db.session, Action.REFUSED, error.target, detail={"address": request.endpoint, "method": request.method})
    title, remedy = gettext("Not yours to change"), gettext("Ask that desk, or an administrator. You can go on reading it.")
    return error_page(403, str(error), remedy, title=title)


def _restricted(error: RestrictedError) -> Response:
    """Whatever was to be done to a restricted record: a page that says so. Nothing was stored."""
    remedy = gettext("A reviewer or an administrator asks to lift the restriction, another one decides.")
    return error_page(409, why_restricted(str(error)), remedy)


def _locked(error: SealError) -> Response:
    """The master key that is set opens nothing of what is asked for: a matter for whoever runs the tracker, and nothing is lost."""
    current_app.logger.error("PERSONAL_DATA_KEY does not open what is sealed: %s", error)
    db.session.rollback()
    text = gettext("The key that is set on this installation does not open what is sealed here.")
    return error_page(503, text, gettext("Tell an administrator: PERSONAL_DATA_KEY must be the key it was sealed under. Nothing is lost."))


def _named(error: NamedSourceError) -> Response:
    """An earlier version or a merge would bring back what must be corrected first: a page that says what. Nothing was stored."""
    return error_page(409, why_named(error), gettext("Nothing was saved. Open the source, correct it, then do this again."))


def _not_logged(error: UnloggedReadError) -> Response:
    current_app.logger.error("a read could not be logged", exc_info=error)
    return error_page(503, gettext("Reading this must be written down, and that is not possible at the moment."))


def register(app: Flask) -> None:
    from tracker.records import (  # their routes join the blueprint when they are imported
        bin_views,
        entry_views,  # noqa: F401
        merge_views,
        notice_views,  # noqa: F401
        oversight_views,  # noqa: F401
        recipient_views,  # noqa: F401
        review_views,
        suggest_views,  # noqa: F401
    )

    app.url_map.converters["record_type"] = RecordTypeConverter
    app.register_blueprint(blueprint)
    for part in (review_views, bin_views, merge_views):
        part.register(app)
    app.context_processor(_frame)
    app.register_error_handler(RightsError, _not_yours)
    app.register_error_handler(RestrictedError, _restricted)
    app.register_error_handler(NamedSourceError, _named)
    app.register_error_handler(UnloggedReadError, _not_logged)
    app.register_error_handler(SealError, _locked)
    navigation.add(app, navigation.Entry(_l("Records"), "records.index_all", Permission.RECORD_READ, 20, "l"))

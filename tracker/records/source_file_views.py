"""Files of sources. Where a record with sealed names cites the source they open as that record's own files do."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission, may
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.files.queries import find
from tracker.files.services import Owner
from tracker.records.file_views import FilesForm, Page, attached, handed_out, prepared_files, removed, restored, with_problems
from tracker.records.named_sources import Keeper, keepers_of
from tracker.records.purposes import opened_among
from tracker.records.reading import must_be_logged
from tracker.records.registry import by_kind
from tracker.records.source_views import blueprint, editable_source, source_or_404, source_view
from tracker.web.access import takes_files
from tracker.web.form_pages import form_on


@blueprint.post("/<ref>/files")
@require(Permission.SOURCE_WRITE)
@form_on("sources.show", anchor="attached")
@takes_files
@transactional
def add_source_files(ref: str) -> Page:
    owner, form = Owner("source", editable_source(ref).ref), FilesForm()
    prepared, problems = prepared_files(form)
    source = editable_source(ref, to_change=True)
    problems += attached(owner, source, form, prepared)
    if problems or form.note.errors:
        return source_view(source, with_problems(form, problems)), 422
    return redirect(url_for("sources.show", ref=ref, _anchor="attached"), code=303)


@blueprint.get("/<ref>/files/<int:number>")
@require(Permission.RECORD_READ)
def read_source_file(ref: str, number: int) -> Response:
    """Hand the file out; where it may name persons of a record, only to who may open the names of such a record and said for what.

    A file of which somebody has said at an erasure that it names nobody opens for every reader of the source.
    """
    source = source_or_404(ref)
    row = find(db.session, Owner("source", source.ref), number) or abort(404)
    keepers, opened_for = keepers_of(db.session, current_user(), source), ""
    if keepers.exist and row.names_somebody is not False:
        if not keepers.seen or not may(current_user().role, Permission.SUBJECT_READ):
            abort(403)
        with must_be_logged(db.session):  # the trail says whether a purpose was given
            opened_for = opened_among(current_user(), db.session, [one.ref for one in keepers.seen])
        if not opened_for:
            return _to_the_question(ref, keepers.seen)
    return handed_out(Owner("source", source.ref), number, url_for("sources.show", ref=ref), opened_for=opened_for)


def _to_the_question(ref: str, keepers: tuple[Keeper, ...]) -> Response:
    """Where the purpose is asked for; the page of the source, where there is a choice of records."""
    if len(keepers) > 1:
        flash(gettext("The files of this source may hold names: choose one of the records for which you need them."), "info")
        return redirect(url_for("sources.show", ref=ref, _anchor="attached"))
    flash(gettext("The files of this source may hold names: say what you need them for."), "info")
    return redirect(url_for(by_kind(keepers[0].kind).names_endpoint, ref=keepers[0].ref, source=ref))


@blueprint.post("/<ref>/files/<int:number>/remove")
@require(Permission.SOURCE_WRITE)
@form_on("sources.show", anchor="attached")
@transactional
def remove_source_file(ref: str, number: int) -> Response:
    source = editable_source(ref, to_change=True)
    removed(Owner("source", source.ref), number, source)
    return redirect(url_for("sources.show", ref=ref, _anchor="attached"), code=303)


@blueprint.post("/<ref>/files/<int:number>/restore")
@require(Permission.SOURCE_WRITE)
@form_on("sources.show", anchor="attached")
@transactional
def restore_source_file(ref: str, number: int) -> Response:
    source = editable_source(ref, to_change=True)
    restored(Owner("source", source.ref), number, source)
    return redirect(url_for("sources.show", ref=ref, _anchor="attached"), code=303)

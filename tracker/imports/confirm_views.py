"""The last step: what will come of the file, then all of it or nothing; how far it is, what came of it, and taking it back."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.imports import chunks, loading, services
from tracker.imports.blueprint import blueprint
from tracker.imports.checking import count_alike, count_beside, counts, is_checked
from tracker.imports.loading import NotReadyError, TouchedError
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.outcome import outcome_of
from tracker.imports.plan import from_json
from tracker.imports.review_page import sees, state_facts
from tracker.imports.services import StateError
from tracker.imports.totals import totals
from tracker.imports.view_context import SECONDS, batch_or_404, open_batch_or_404, steps, worker
from tracker.imports.words import ROW_WORDS, STATE_WORDS
from tracker.records.sources import Source
from tracker.records.view_context import current_reader
from tracker.web.form_pages import form_on

Page = str | Response | tuple[str, int]


@blueprint.get("/<int:number>/confirm")
@require(Permission.RECORD_WRITE)
def confirm(number: int) -> Page:
    batch = open_batch_or_404(number)
    if batch.state is not BatchState.OPEN:
        return redirect(url_for("imports.show", number=number))
    if not is_checked(db.session, batch):
        return redirect(url_for("imports.rows", number=number))
    return _confirm_page(batch, "")


@blueprint.post("/<int:number>/load")
@require(Permission.RECORD_WRITE)
@form_on("imports.show")
def load(number: int) -> Page:
    """Begin to import, or go on, for some seconds. A second click or another tab goes on with the same."""
    open_batch_or_404(number)
    try:
        worker().confirm(number)
    except NotReadyError as error:
        return _confirm_page(open_batch_or_404(number), str(error)), 409
    try:
        worker().load(number, SECONDS)
    except NotReadyError as error:
        worker().step_back(number)
        worker().clear(number, SECONDS)  # a page in between would use the message up
        flash(gettext("Nothing was imported. %(why)s", why=error), "bad")
        return redirect(url_for("imports.rows", number=number), code=303)
    return redirect(url_for("imports.show", number=number), code=303)


@blueprint.post("/<int:number>/cancel")
@require(Permission.RECORD_WRITE)
@transactional
def cancel(number: int) -> Page:
    """Give the import up; what it has brought in was seen by nobody."""
    batch = batch_or_404(number, to_change=True)
    try:
        services.cancel(current_user(), db.session, batch)
    except StateError:
        flash(gettext("This import has ended already."), "warn")
        return redirect(url_for("imports.show", number=number), code=303)
    flash(gettext("The import of “%(name)s” was cancelled: nothing of it is stored.", name=batch.file_name), "success")
    return redirect(url_for("imports.show" if batch.state is BatchState.CLEARING else "imports.index", number=number), code=303)


@blueprint.post("/<int:number>/clear")
@require(Permission.RECORD_WRITE)
@form_on("imports.show")
def clear(number: int) -> Page:
    """Go on deleting what was cancelled or undone."""
    if batch_or_404(number).state is BatchState.CLEARING:
        worker().clear(number, SECONDS)
    return redirect(url_for("imports.show", number=number), code=303)


@blueprint.post("/<int:number>/undo")
@require(Permission.RECORD_WRITE)
@transactional
def undo(number: int) -> Page:
    """Take a finished import back as a whole, while nobody has touched its records."""
    batch = batch_or_404(number, to_change=True)
    try:
        loading.undo(current_user(), db.session, batch)
    except TouchedError:
        flash(gettext("Somebody has worked on records of this import: it cannot be undone as a whole. Retire them one by one."), "warn")
    except StateError:
        flash(gettext("This import is not there to be undone."), "warn")
    return redirect(url_for("imports.show", number=number), code=303)


def state_page(batch: ImportBatch) -> str:
    """How far an import is, or what came of it."""
    every = chunks.count(db.session, batch) or 1
    source = db.session.get(Source, batch.source_id) if batch.source_id else None
    found = counts(db.session, batch)
    said = {"batch": batch, "words": STATE_WORDS, "every": every, "found": found, "row_words": ROW_WORDS, "source": source}
    is_own, is_done = batch.created_by_id == current_user().id, batch.state is BatchState.DONE
    said |= {
        "review": state_facts(current_reader(), batch) if is_done else [],
        "review_url": url_for("imports.review", number=batch.id) if is_done and not is_own and sees(current_reader(), batch) else "",
    }
    said |= {"is_touched": is_done and loading.is_touched(db.session, batch), "outcome": outcome_of(current_reader(), batch)}
    return render_template("imports/state.html", **said, is_own=is_own, states=BatchState)


def _confirm_page(batch: ImportBatch, problem: str) -> str:
    found = counts(db.session, batch)
    said = {"batch": batch, "found": found, "problem": problem, "row_words": ROW_WORDS, "plan": from_json(batch.plan)}
    said |= {"alike": count_alike(db.session, batch), "beside": count_beside(db.session, batch)}
    return render_template(
        "imports/confirm.html", **said, totals=totals(db.session, batch, current_reader().locale), steps=steps(batch, "confirm")
    )

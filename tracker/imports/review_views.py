"""The pages on which somebody else verifies an import as a whole, or sends it back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.counting.filters import FilterError
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.imports import verifying
from tracker.imports.blueprint import blueprint
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.plan import from_json
from tracker.imports.reading import File
from tracker.imports.review_page import RecordsPage, alike_page, import_page, left_page, records_page, sees
from tracker.imports.sums import behind, sums_of
from tracker.imports.verifying import Looked, NothingWaitsError, NotOpenedError, OwnImportError
from tracker.personal_data.keys import master
from tracker.records.decision_form import DecisionForm, why_refused
from tracker.records.enums import ReviewMove
from tracker.records.filtering import Reader, filter_of, in_words
from tracker.records.markings import highest_marking
from tracker.records.models import Record
from tracker.records.numbers import small_number
from tracker.records.review_services import NoteMissingError, OwnWorkError, ReviewError
from tracker.records.together import Together, also_together
from tracker.records.view_context import current_reader
from tracker.web.errors import AddressError
from tracker.web.form_pages import form_on
from tracker.web.formatters import number as written

Page = str | Response | tuple[str, int]


@blueprint.get("/<int:number>/review")
@require(Permission.RECORD_VERIFY)
def review(number: int) -> Page:
    """What the import is, the sample of whoever looks, and the decision."""
    batch = _reviewed_or_404(number)
    return _page(batch, DecisionForm(formdata=None), verifying.draw(current_user(), db.session, batch))


@blueprint.get("/<int:number>/totals")
@require(Permission.RECORD_VERIFY)
def review_totals(number: int) -> Page:
    """The records that wait by country and year; that they are opened is written down."""
    batch, reader = _reviewed_or_404(number), current_reader()
    verifying.note_totals(reader.user, db.session, batch)
    waiting = verifying.ready(reader.user, batch)
    shown = {
        "batch": batch,
        "waiting": verifying.count_of(db.session, waiting),
    }
    shown["sums"], shown["counted"] = sums_of(reader, batch)
    return render_template("imports/totals.html", **shown, page_marking=highest_marking(db.session, waiting))


@blueprint.get("/<int:batch_id>/counted")
@require(Permission.RECORD_VERIFY)
def counted(batch_id: int) -> Page:
    """The records behind one number of the totals; `number` is a parameter of filters."""
    batch, reader = _reviewed_or_404(batch_id), current_reader()
    try:
        wanted = filter_of(reader, request.args)
    except FilterError as error:
        raise AddressError(error.by_parameter) from error
    args = {"batch_id": batch_id, **wanted.to_args()}
    found = records_page(reader, behind(reader, batch, wanted), _page_asked(), "imports.counted", args)
    return _some_records(batch, "counted", found, "; ".join(words for _, words, _ in in_words(reader, wanted)))


@blueprint.get("/<int:number>/left")
@require(Permission.RECORD_VERIFY)
def left(number: int) -> Page:
    """The records that a decision about the whole leaves out."""
    batch = _reviewed_or_404(number)
    return _some_records(batch, "left", left_page(current_reader(), batch, _page_asked()))


@blueprint.get("/<int:number>/alike")
@require(Permission.RECORD_VERIFY)
def alike(number: int) -> Page:
    """The records that wait and look like another one."""
    batch = _reviewed_or_404(number)
    return _some_records(batch, "alike", alike_page(current_reader(), batch, _page_asked()))


def _page_asked() -> int:
    return small_number(request.args.get("page")) or 1


def _some_records(batch: ImportBatch, what: str, found: RecordsPage, said: str = "") -> str:
    rows, pages, marking = found
    shown = {"batch": batch, "what": what, "rows": rows, "paging": pages, "said": said}
    return render_template("imports/some_records.html", **shown, page_marking=marking)


@blueprint.post("/<int:number>/verify")
@require(Permission.RECORD_VERIFY)
@form_on("imports.review")
@transactional
def verify_whole(number: int) -> Page:
    return _decided(number, ReviewMove.VERIFY)


@blueprint.post("/<int:number>/return")
@require(Permission.RECORD_VERIFY)
@form_on("imports.review")
@transactional
def return_whole(number: int) -> Page:
    return _decided(number, ReviewMove.RETURN)


def _decided(number: int, move: ReviewMove) -> Page:
    """Decide about all that still waits, or the page again with the reason."""
    batch, form = _reviewed_or_404(number, to_change=True), DecisionForm()
    if not form.validate():
        return _page(batch, form), 422
    try:
        done = verifying.decide(current_user(), db.session, batch, move, form.note.data or "")
    except NothingWaitsError:
        flash(gettext("Nothing of this import waits any more."), "warn")
        return redirect(url_for("imports.review", number=number), code=303)
    except NoteMissingError as error:
        form.note.errors = [why_refused(error)]
        return _page(batch, form), 422
    except (OwnImportError, NotOpenedError, ReviewError) as error:
        db.session.rollback()
        form.form_errors.append(_why(error))
        return _page(_reviewed_or_404(number), form), 409
    flash(_done(move, done), "success")
    return redirect(url_for("imports.review", number=number), code=303)


def _done(move: ReviewMove, records: int) -> str:
    count = written(records)
    if move is ReviewMove.VERIFY:
        return ngettext(
            "%(count)s record is verified: official figures count it.",
            "%(count)s records are verified: official figures count them.",
            records,
            count=count,
        )
    return ngettext("%(count)s record is returned.", "%(count)s records are returned.", records, count=count)


def _why(error: Exception) -> str:
    if isinstance(error, NotOpenedError):
        return gettext("Nothing is verified yet. %(why)s", why=str(error))
    return why_refused(error if isinstance(error, ReviewError) else OwnWorkError())


def _page(batch: ImportBatch, form: DecisionForm, looked: Looked | None = None) -> str:
    reader = current_reader()
    headers = File(db.session, master(), batch, from_json(batch.plan)).headers()
    page = import_page(reader, batch, headers, looked or verifying.looked(reader.user, db.session, batch))
    return render_template("imports/review.html", page=page, form=form, page_marking=page.marking)


def _reviewed_or_404(number: int, *, to_change: bool = False) -> ImportBatch:
    """A finished import of which the reader sees records."""
    found = db.session.get(ImportBatch, number, with_for_update=to_change, populate_existing=True)
    if found is None or found.state is not BatchState.DONE or not sees(current_reader(), found):
        abort(404)
    return found


def is_for_review(number: int) -> bool:
    """Whether whoever is signed in, who has not imported it, may look at the import as a reviewer."""
    found = db.session.get(ImportBatch, number)
    if found is None or found.created_by_id == current_user().id or found.state is not BatchState.DONE:
        return False
    return sees(current_reader(), found)


def _together(reader: Reader, record: Record | None) -> Sequence[Together]:
    """The imports that wait, or the one that a record came with."""

    def words(one: verifying.Waiting) -> str:
        said = {"number": one.batch.id, "name": one.batch.file_name, "count": written(one.records)}
        if one.batch.created_by_id == reader.user.id:
            return ngettext(
                "Import %(number)d, yours: %(count)s record of “%(name)s” waits for another person",
                "Import %(number)d, yours: %(count)s records of “%(name)s” wait for another person",
                one.records,
                **said,
            )
        return ngettext(
            "Import %(number)d: %(count)s record of “%(name)s” waits",
            "Import %(number)d: %(count)s records of “%(name)s” wait",
            one.records,
            **said,
        )

    return [
        Together(words(one), url_for("imports.review", number=one.batch.id), str(one.marking))
        for one in verifying.waiting_imports(reader.user, reader.session, record)
    ]


def register(app: Flask) -> None:
    also_together(app, _together, verifying.wait_together)

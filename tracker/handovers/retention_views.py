"""The pages of one handover's retention, the list of what is due, and erasure by two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require, require_fresh
from tracker.accounts.models import User
from tracker.accounts.permissions import Permission, may
from tracker.accounts.services import names_of_users
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.files.words import TEXT_WORDS
from tracker.handovers import persons, retention
from tracker.handovers.blueprint import blueprint
from tracker.handovers.cautions import parts_that_stay
from tracker.handovers.disclosures import count_due
from tracker.handovers.forms_of_persons import ErasureDecisionForm, ErasureForm, ReviewDateForm
from tracker.handovers.models import Handover
from tracker.handovers.persons import is_over
from tracker.handovers.view_context import editable_handover, handover_or_404, handovers, is_editable
from tracker.handovers.words import GROUND_WORDS
from tracker.personal_data import erasure
from tracker.personal_data.books import Books, pseudonym_of
from tracker.personal_data.models import Decision, ErasureRequest, Ground, Retention, decided
from tracker.records.erased_files import files_at_stake
from tracker.records.markings import marking_of_named, page_marking
from tracker.records.numbers import small_number
from tracker.records.view_context import current_reader
from tracker.web.form_pages import form_on

Page = str | Response | tuple[str, int]
DECISION_WORDS: dict[Decision | None, Callable[[], str]] = {
    None: lambda: gettext("waits for a decision"),
    Decision.APPROVED: lambda: gettext("erased"),
    Decision.REFUSED: lambda: gettext("refused"),
}


@blueprint.get("/handovers/<ref>/retention")
@require(Permission.RECORD_READ)
def show_retention(ref: str) -> Page:
    return _retention_page(handover_or_404(ref))


@blueprint.post("/handovers/<ref>/retention")
@require(Permission.RECORD_WRITE)
@transactional
def set_review_date(ref: str) -> Page:
    record = editable_handover(ref)
    form = ReviewDateForm(Books(db.session, ref))
    if not form.validate():
        return _retention_page(record, review=form), 422
    try:
        retention.set_review_date(current_user(), db.session, record, form.review_on.data, form.reason.data or "")
    except retention.ReviewDateError as error:
        _explain(form, str(error))
        return _retention_page(record, review=form), 422
    flash(gettext("The review date of %(ref)s is set.", ref=ref), "success")
    return redirect(url_for("handovers.show_retention", ref=ref), code=303)


@blueprint.post("/handovers/<ref>/erasure")
@require(Permission.RECORD_WRITE)
@form_on("handovers.show_retention", anchor="erasure")
@transactional
def ask_erasure(ref: str) -> Page:
    record = editable_handover(ref)
    form = ErasureForm(persons.people(db.session, record))
    if not form.validate():
        return _retention_page(record, asked=form), 422
    try:
        erasure.ask(current_user(), db.session, ref, record.id, form.nos.data, Ground(form.ground.data))
    except erasure.ErasureError:
        flash(gettext("Somebody asked already, or the names are gone."), "warning")
    else:
        flash(gettext("Asked. Somebody else decides; until then nothing is erased."), "success")
    return redirect(url_for("handovers.show_retention", ref=ref), code=303)


@blueprint.post("/handovers/<ref>/erasure/decision")
@require(Permission.PERSONAL_DATA_OVERSEE)
@form_on("handovers.show_retention")
@require_fresh  # the one deed that cannot be undone
@transactional
def decide_erasure(ref: str) -> Page:
    record = handover_or_404(ref)
    asked = _asked_by_another(record)
    decision, wanted, form = decided(request.form.get("decision")), _ticked(), ErasureDecisionForm(ref)
    if decision is None:
        flash(gettext("Choose to approve or to refuse: nothing was decided."), "error")
        return _retention_page(record, deciding=form), 422
    if decision is Decision.APPROVED and not form.validate():
        return _retention_page(record, deciding=form), 422
    try:
        _, kept = erasure.decide(current_user(), db.session, ref, asked, decision, wanted)
    except erasure.DecidedError:
        flash(gettext("Somebody decided meanwhile."), "warning")
    else:
        _say_what_is_done(decision, wanted, kept)
    return redirect(url_for("handovers.show_retention", ref=ref), code=303)


@blueprint.get("/retention/")
@require(Permission.PERSONAL_DATA_OVERSEE)
def retention_due() -> str:
    reader = current_reader()
    return _due_page(reader.today, reader.user)


def _retention_page(
    record: Handover,
    review: ReviewDateForm | None = None,
    asked: ErasureForm | None = None,
    deciding: ErasureDecisionForm | None = None,
) -> str:
    """The retention of one handover: its review date, its persons, and erasure by two."""
    kept = db.session.get_one(Retention, record.id)
    people = persons.people(db.session, record)
    requests = retention.requests_of(db.session, record.id)
    waits = next((row for row in requests if row.decision is None), None)
    failed = next((form for form in (review, asked, deciding) if form and form.errors), None)
    return render_template(
        "handovers/retention.html",
        record=record,
        record_type=handovers(),
        page_marking=page_marking([record.effective_marking]),
        kept=kept,
        people=people,
        is_over=is_over(people),
        review=review or ReviewDateForm(None, formdata=None, data={"review_on": kept.review_on}),
        asked=asked or ErasureForm(people, formdata=None),
        deciding=deciding or ErasureDecisionForm(record.ref, formdata=None),
        form=failed,
        may_edit=is_editable(record),
        can_ask=waits is None and any(person.has_name for person in people),
        parts=parts_that_stay(db.session, record, handovers()) if _may_know() else [],
        waits=waits is not None,
        is_mine=waits is not None and waits.asked_by_id == current_user().id,
        requests=[_in_words(record, row) for row in requests],
        files=files_at_stake(db.session, record.id, current_user()),
        ticked=_ticked(),
        text_words=TEXT_WORDS,
    )


def _asked_by_another(record: Handover) -> ErasureRequest:
    """The request that waits for a decision; whoever made it does not decide."""
    asked = erasure.open_request(db.session, record.id) or abort(404)
    if asked.asked_by_id == current_user().id:
        abort(403)
    return asked


def _may_know() -> bool:
    """Whether the reader opens names or decides about them: only he is told where parts of them stand."""
    return any(may(current_user().role, permission) for permission in (Permission.SUBJECT_READ, Permission.PERSONAL_DATA_OVERSEE))


def _ticked() -> dict[str, list[int]]:
    """The files of which the one who decides says that they name nobody; each box says `SRC-2026-0001/3`."""
    found: dict[str, list[int]] = {}
    for word in request.form.getlist("keep"):
        ref, _, number = word.partition("/")
        no = small_number(number)
        if ref and no is not None:
            found.setdefault(ref, []).append(no)
    return found


def _say_what_is_done(decision: Decision, wanted: erasure.Files, kept: erasure.Files) -> None:
    if decision is Decision.REFUSED:
        flash(gettext("Refused: the names stay."), "success")
        return
    flash(gettext("The names are erased."), "success")
    lost = sum(len(set(numbers) - set(kept.get(ref, ()))) for ref, numbers in wanted.items())
    if lost:
        said = ngettext(
            "%(num)d file that was to be kept is erased as well: a name was found in it, or it was removed meanwhile.",
            "%(num)d files that were to be kept are erased as well: a name was found in them, or they were removed meanwhile.",
            lost,
        )
        flash(said, "warning")


def _in_words(record: Handover, row: ErasureRequest) -> dict[str, object]:
    users = names_of_users(db.session)
    return {
        "asked_at": row.asked_at,
        "asked_by": users.get(row.asked_by_id, ""),
        "persons": ", ".join(pseudonym_of(record.ref, int(no)) for no in row.nos.split(",")),
        "ground": GROUND_WORDS[row.ground],
        "decision": DECISION_WORDS[row.decision](),
        "decided_at": row.decided_at,
        "decided_by": users.get(row.decided_by_id or 0, ""),
    }


def _explain(form: ReviewDateForm, problem: str) -> None:
    """Say at the field why the date cannot be set."""
    if problem == "reason":
        form.reason.errors = [gettext("Say why the data are needed longer.")]
    else:
        form.review_on.errors = [gettext("Between the day of entry and %(latest)s, five years later.", latest=problem)]


def _due_page(today: date, reader: User) -> str:
    """What is due, what will be within six months, and what waits for a decision."""
    sections = (
        (gettext("Waiting for a decision"), retention.waiting(db.session, reader), gettext("Nobody asks for an erasure.")),
        (gettext("Due now"), retention.due(db.session, today, reader=reader), gettext("Nothing is due.")),
        (gettext("Due within six months"), retention.soon(db.session, today, reader), gettext("Nothing will be due within six months.")),
    )
    named = marking_of_named(db.session, (row.ref for _, rows, _ in sections for row in rows))
    return render_template("handovers/retention_due.html", sections=sections, corrections=count_due(db.session, reader), page_marking=named)

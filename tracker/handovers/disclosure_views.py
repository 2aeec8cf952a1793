"""Pages about to whom data of a handover were given, and what these recipients have to be told."""

from __future__ import annotations

import secrets

from flask import Response, abort, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts import policy
from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission, may
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.handovers import disclosures
from tracker.handovers.blueprint import blueprint
from tracker.handovers.disclosure_forms import DisclosureForm, NoticeForm, WithdrawalForm
from tracker.handovers.disclosure_page import DisclosureLine, Sheet, csv_rows, day_words, notice_text, senders, sheet_of
from tracker.handovers.models import Handover
from tracker.handovers.view_context import editable_handover, handover_or_404, handovers, is_editable, unread_handover_or_404
from tracker.partial_dates import parse_edtf
from tracker.records.csv_text import csv_response
from tracker.records.disclosure_models import Channel
from tracker.records.enums import ReviewState
from tracker.records.history import readable_versions
from tracker.records.markings import page_marking
from tracker.records.record_page import may_see_readers
from tracker.records.view_context import current_reader, form_context
from tracker.records.words import Wording
from tracker.vocabularies.parties import names_by_code

Page = str | BaseResponse | tuple[str, int]


@blueprint.get("/handovers/<ref>/disclosures")
@require(Permission.RECORD_READ)
def show_disclosures(ref: str) -> Page:
    """For those who may see who has read it, and whoever may change it."""
    _require_sight(unread_handover_or_404(ref))
    record = handover_or_404(ref)
    is_open = current_user_discloses(record) and record.review_state is not ReviewState.DRAFT
    return render_template(
        "handovers/disclosures.html",
        record=record,
        record_type=handovers(),
        sheet=_sheet(record),
        may_note=is_open,
        today=_today(),
        may_see_readers=may_see_readers(current_reader(), record),
    )


@blueprint.get("/handovers/<ref>/disclosures.csv")
@require(Permission.RECORD_READ)
def disclosures_csv(ref: str) -> Response:
    """The sheet as a file: one event, before its first line."""
    record = unread_handover_or_404(ref)
    _require_sight(record)
    sheet = _sheet(record)
    said = {"format": "csv", "rows": len(sheet.lines), "filter": {"record": ref}}
    audit.write_apart(current_user(), db.session, Action.EXPORTED, ref, detail=said)
    return csv_response(f"{ref}-disclosures.csv", list(csv_rows(sheet)))


@blueprint.get("/handovers/<ref>/disclosures/new")
@require(Permission.SUBJECT_READ)
def new_disclosure(ref: str) -> Page:
    record = editable_handover(ref)
    if record.review_state is ReviewState.DRAFT:
        return _is_draft(ref)
    data = {"version": str(record.version), "given": "pseudonyms", "token": secrets.token_hex(16)}
    return _entry_page(record, _entry_form(record, formdata=None, data=data))


@blueprint.post("/handovers/<ref>/disclosures/new")
@require(Permission.SUBJECT_READ)
@transactional
def note_disclosure(ref: str) -> Page:
    record = editable_handover(ref)
    form = _entry_form(record)
    if not form.validate():
        return _entry_page(record, form), 422
    try:
        is_new = disclosures.disclose(current_user(), db.session, record, form.entry)
    except disclosures.DraftError:
        return _is_draft(ref)
    said = gettext("Noted. You will be told when the recipient has to be told of a correction.")
    flash(said if is_new else gettext("It was noted already; no second entry was made."), "success")
    return _to_sheet(ref)


@blueprint.get("/handovers/<ref>/disclosures/<int:number>/withdraw")
@require(Permission.SUBJECT_READ)
def ask_withdrawal(ref: str, number: int) -> Page:
    record = editable_handover(ref)
    return _withdrawal_page(record, _line_or_404(_sheet(record), number), WithdrawalForm(formdata=None))


@blueprint.post("/handovers/<ref>/disclosures/<int:number>/withdraw")
@require(Permission.SUBJECT_READ)
@transactional
def withdraw_disclosure(ref: str, number: int) -> Page:
    record, form = editable_handover(ref), WithdrawalForm()
    line = _line_or_404(_sheet(record), number)
    if not form.validate():
        return _withdrawal_page(record, line, form), 422
    try:
        disclosures.withdraw(current_user(), db.session, record, number, form.reason.data)
    except disclosures.SettledError:
        flash(gettext("Somebody has withdrawn this entry already."), "warning")
    else:
        flash(gettext("The entry is withdrawn; it stays in the log with your reason."), "success")
    return _to_sheet(ref)


@blueprint.get("/handovers/<ref>/disclosures/<int:number>/notice")
@require(Permission.RECORD_READ)
def correction_notice(ref: str, number: int) -> Page:
    """The text of the notice; whoever may note disclosures says here that it was sent."""
    _require_sight(unread_handover_or_404(ref))
    record = handover_or_404(ref)
    sheet = _sheet(record)
    line = _line_or_404(sheet, number)
    if line.correction is None:
        return _nothing_due(ref)
    return _notice_page(record, sheet, line, NoticeForm(form_context(), formdata=None, data={"read": line.correction.stamp}))


@blueprint.post("/handovers/<ref>/disclosures/<int:number>/notice")
@require(Permission.SUBJECT_READ)
@transactional
def notice_sent(ref: str, number: int) -> Page:
    record, form = editable_handover(ref), NoticeForm(form_context())
    sheet = _sheet(record)
    line = _line_or_404(sheet, number)
    if line.correction is None:
        return _nothing_due(ref)
    if line.correction.is_hidden:
        return _notice_page(record, sheet, line, form), 403
    if not form.validate():
        return _notice_page(record, sheet, line, form), 422
    sent = form.sent_on.value, Channel(form.channel.data)
    try:
        disclosures.send_notice(current_user(), db.session, record, number, form.read.data or "", *sent)
    except disclosures.ChangedError:
        form.read.data = line.correction.stamp
        form.sent_on.errors = [gettext("The record was changed since you opened this notice: read it again, then say that it was sent.")]
        return _notice_page(record, sheet, line, form), 409
    except disclosures.TooEarlyError:
        form.sent_on.errors = [gettext("This day lies before the data were given, or before the correction was due.")]
        return _notice_page(record, sheet, line, form), 422
    except disclosures.SettledError:
        return _nothing_due(ref)
    flash(gettext("Noted: the recipient was told."), "success")
    return _to_sheet(ref)


@blueprint.get("/corrections/")
@require(Permission.PERSONAL_DATA_OVERSEE)
def corrections_due() -> str:
    """Everybody who has to be told something, for those who watch over personal data."""
    reader = current_reader()
    found = disclosures.due_corrections(db.session, reader.user)
    names = names_by_code(db.session, reader.locale)
    rows = [(one, names.get(one.party, one.party), day_words(one.given_on)) for one in found]
    return render_template("handovers/corrections.html", rows=rows, page_marking=page_marking(one.marking for one in found))


def current_user_discloses(record: Handover) -> bool:
    """Whether the reader may note to whom data of the record were given: whoever may change it and open its names."""
    return may(current_user().role, Permission.SUBJECT_READ) and is_editable(record)


def _require_sight(record: Handover) -> None:
    if not (may_see_readers(current_reader(), record) or is_editable(record)):
        abort(403)


def _sheet(record: Handover) -> Sheet:
    reader = current_reader()
    return sheet_of(reader, record, Wording(reader, handovers()))


def _line_or_404(sheet: Sheet, number: int) -> DisclosureLine:
    return sheet.line(number) or abort(404)


def _entry_form(record: Handover, **kwargs: object) -> DisclosureForm:
    return DisclosureForm(form_context(), readable_versions(current_reader(), record), **kwargs)


def _entry_page(record: Handover, form: DisclosureForm) -> str:
    return render_template("handovers/disclosure_form.html", record=record, record_type=handovers(), form=form)


def _withdrawal_page(record: Handover, line: DisclosureLine, form: WithdrawalForm) -> str:
    return render_template("handovers/withdraw_disclosure.html", record=record, record_type=handovers(), line=line, form=form)


def _notice_page(record: Handover, sheet: Sheet, line: DisclosureLine, form: NoticeForm) -> str:
    assert line.correction is not None
    contact = senders(current_reader(), record, policy.settings().product_name or gettext("Cooperation tracker"))
    text = notice_text(record, line, line.correction, sheet.marking, _today(), contact)
    return render_template(
        "handovers/notice.html",
        record=record,
        record_type=handovers(),
        sheet=sheet,
        line=line,
        form=form,
        text=text,
        may_note=current_user_discloses(record) and not line.correction.is_hidden,
    )


def _is_draft(ref: str) -> BaseResponse:
    flash(gettext("This is a draft: what is not submitted is not given to anybody. Submit it first."), "warning")
    return _to_sheet(ref)


def _nothing_due(ref: str) -> BaseResponse:
    flash(gettext("No correction is due to this recipient."), "info")
    return _to_sheet(ref)


def _today() -> str:
    return day_words(parse_edtf(current_reader().today.isoformat()))


def _to_sheet(ref: str) -> BaseResponse:
    return redirect(url_for("handovers.show_disclosures", ref=ref), code=303)

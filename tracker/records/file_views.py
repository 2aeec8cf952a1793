"""Files of records, and what they have in common with those of sources.

Who may see what they belong to may read them, who may write it may add and remove them; where they may name persons there is more to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, abort, current_app, flash, redirect, send_file, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse
from wtforms import MultipleFileField

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission, may
from tracker.accounts.services import names_of_users
from tracker.database.sealing import SealError
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.files import keys, queries, services
from tracker.files.contents import ACCEPT, MEDIA_TYPES, RefusedError
from tracker.files.models import NOTE_LENGTH, Attachment
from tracker.files.services import Owner, Prepared
from tracker.files.store import store_of
from tracker.files.words import KIND_WORDS, TEXT_WORDS, refusal, why_closed
from tracker.records.blueprint import blueprint
from tracker.records.fields import Text
from tracker.records.findable import citing, make_findable
from tracker.records.models import Record
from tracker.records.named_files import mask_files
from tracker.records.named_sources import keepers_of, mask_source_files
from tracker.records.naming import names_somebody
from tracker.records.purposes import files_hold_names, files_of_record, purpose_given
from tracker.records.record_type import RecordType
from tracker.records.registry import by_kind
from tracker.records.restriction import require_unrestricted
from tracker.records.rights import require_edit
from tracker.records.services import type_of
from tracker.records.sources import Source
from tracker.records.view_context import current_reader
from tracker.records.views import record_or_404, record_view, unread_record_or_404
from tracker.web.access import takes_files
from tracker.web.form_pages import form_on

MOST_AT_ONCE = 10
Page = str | BaseResponse | tuple[str, int]


class FilesForm(FlaskForm):
    """Files to attach. The kinds and limits are said beside the field and checked one by one."""

    files = MultipleFileField(
        _l("Add files"),
        description=_l("PDF, DOCX, XLSX, PNG, JPEG, GIF or WebP; several at once."),
        render_kw={"accept": ACCEPT, "multiple": True},
    )
    note = Text(_l("What it is"), limit=NOTE_LENGTH)


# --- records ---


@blueprint.post("/<record_type:record_type>/<ref>/files")
@require(Permission.RECORD_WRITE)
@form_on("records.show", anchor="attached")
@takes_files
@transactional
def add_files(record_type: RecordType, ref: str) -> Page:
    owner, form = Owner("record", _writable(record_type, ref).ref), FilesForm()
    prepared, problems = prepared_files(form)
    record = _writable(record_type, ref)
    problems += attached(owner, record, form, prepared)
    if problems or form.note.errors:
        return record_view(record_type, record, with_problems(form, problems)), 422
    return redirect(url_for("records.show", record_type=record_type, ref=ref, _anchor="attached"), code=303)


@blueprint.get("/<record_type:record_type>/<ref>/files/<int:number>")
@require(Permission.RECORD_READ)
def read_file(record_type: RecordType, ref: str, number: int) -> BaseResponse:
    """Hand the file out; one that may name persons only to who may open names and said for which purpose."""
    record = unread_record_or_404(record_type, ref)
    if files_hold_names(db.session, record):
        if not may(current_user().role, Permission.SUBJECT_READ):
            abort(403)
        if not purpose_given(current_user(), db.session, ref):
            flash(gettext("The files of this record may hold names: say what you need them for."), "info")
            return redirect(url_for(record_type.names_endpoint, ref=ref, files=1))
    return handed_out(Owner("record", record.ref), number, url_for("records.show", record_type=record_type, ref=ref))


@blueprint.post("/<record_type:record_type>/<ref>/files/<int:number>/remove")
@require(Permission.RECORD_WRITE)
@form_on("records.show", anchor="attached")
@transactional
def remove_file(record_type: RecordType, ref: str, number: int) -> BaseResponse:
    record = _writable(record_type, ref)
    removed(Owner("record", record.ref), number, record)
    return redirect(url_for("records.show", record_type=record_type, ref=ref, _anchor="attached"), code=303)


@blueprint.post("/<record_type:record_type>/<ref>/files/<int:number>/restore")
@require(Permission.RECORD_WRITE)
@form_on("records.show", anchor="attached")
@transactional
def restore_file(record_type: RecordType, ref: str, number: int) -> BaseResponse:
    record = _writable(record_type, ref)
    restored(Owner("record", record.ref), number, record)
    return redirect(url_for("records.show", record_type=record_type, ref=ref, _anchor="attached"), code=303)


# --- what both have in common ---


def _writable(record_type: RecordType, ref: str) -> Record:
    """The record, locked, for whoever may change it: files are part of what it says. Raises RightsError, RestrictedError."""
    record, reader = record_or_404(record_type, ref), current_reader()
    reader.session.refresh(record, with_for_update=True)
    require_edit(reader.user, reader.session, record, reader.reporting_state)
    require_unrestricted(record)
    return record


def files_of(owned: Record | Source, form: FilesForm | None = None) -> dict[str, Any]:
    """What the section of files shows of a record or source."""
    is_record = isinstance(owned, Record)
    endpoint = "records." if is_record else "sources."
    part = "file" if is_record else "source_file"
    address: dict[str, Any] = {"ref": owned.ref} | ({"record_type": type_of(owned)} if isinstance(owned, Record) else {})
    names = names_of_users(db.session)
    if isinstance(owned, Record):
        rows, is_closed = files_of_record(db.session, owned)
    else:
        rows, is_closed = queries.of_owner(db.session, Owner("source", owned.ref)), False

    def shown(row: Attachment) -> dict[str, Any]:
        urls = {verb: url_for(f"{endpoint}{verb}_{part}", number=row.no, **address) for verb in ("read", "remove", "restore")}
        words = {"kind": KIND_WORDS[row.kind], "text": TEXT_WORDS[row.text_state], "by": names.get(row.added_by_id, "")}
        is_free = not is_record and row.names_somebody is False
        return {"row": row, "is_free": is_free, "removed_by": names.get(row.removed_by_id or 0, ""), **words, **urls}

    present = [shown(row) for row in rows if not row.is_removed]
    may_name = any(not file["is_free"] for file in present)
    return {
        **(_closed_record(is_closed) if isinstance(owned, Record) else _closed_source(owned, may_name)),
        "present": present,
        "removed": [shown(row) for row in rows if row.is_removed],
        "add": url_for(f"{endpoint}add_{part}s", **address),
        "form": form or FilesForm(formdata=None),
        "is_locked": isinstance(owned, Record) and owned.restricted_at is not None,
        "may": Permission.RECORD_WRITE if is_record else Permission.SOURCE_WRITE,
        "limit": current_app.config["SETTINGS"].file_limit_mb,
    }


def _closed_record(asks: bool) -> dict[str, Any]:
    """Whether the files may be read by the reader at all; he is asked for a purpose when he opens one."""
    return {"is_closed": asks and not may(current_user().role, Permission.SUBJECT_READ), "keepers": []}


def _closed_source(source: Source, may_name: bool) -> dict[str, Any]:
    """The same of the files of a source, with the records for one of which he must have given a purpose; some may be free for all."""
    keepers = keepers_of(db.session, current_user(), source) if may_name else None
    if keepers is None or not keepers.exist:
        return {"is_closed": False, "keepers": []}
    if not keepers.seen or not may(current_user().role, Permission.SUBJECT_READ):
        return {"is_closed": True, "keepers": []}
    named = [{"ref": one.ref, "url": url_for(by_kind(one.kind).names_endpoint, ref=one.ref, source=source.ref)} for one in keepers.seen]
    return {"is_closed": False, "keepers": named}


def prepared_files(form: FilesForm) -> tuple[list[Prepared], list[str]]:
    """The files that were sent, looked at and written. No transaction is open meanwhile: one file must not stop everybody's writing."""
    db.session.rollback()
    store, limit = store_of(current_app.config["SETTINGS"]), current_app.config["SETTINGS"].file_limit_mb
    found, problems = [], []
    sent = [upload for upload in form.files.data or () if isinstance(upload, FileStorage) and upload.filename]
    if not sent:
        problems.append(gettext("Choose a file."))
    if len(sent) > MOST_AT_ONCE:
        return [], [gettext("At most %(most)d files at once.", most=MOST_AT_ONCE)]
    for upload in sent:
        try:
            with upload.stream:
                data = upload.read()
            found.append(services.prepare(store, upload.filename or "", data, limit))
        except RefusedError as error:
            problems.append(refusal(error))
    return found, problems


def attached(owner: Owner, owned: Record | Source, form: FilesForm, prepared: list[Prepared]) -> Iterator[str]:
    """Attach what was prepared unless the note cannot be kept; gives what was refused now."""
    form.note.validate(form)
    if isinstance(owned, Source):
        yield from _without_names(owned, form, prepared)
    if form.note.errors or not prepared:
        return
    db.session.refresh(owned, with_for_update=True)
    settings = current_app.config["SETTINGS"]
    store, quota = store_of(settings), settings.file_quota_mb
    refused = services.add(current_user(), db.session, store, owner, prepared, form.note.data or "", quota)
    added = len(prepared) - len(refused)
    if added:
        _mask(owned, {one.sha256 for one in prepared})
        _find_again(owned)
        flash(ngettext("%(num)d file added.", "%(num)d files added.", added), "success")
    yield from map(refusal, refused)


def _without_names(source: Source, form: FilesForm, prepared: list[Prepared]) -> Iterator[str]:
    """Take out of `prepared` the files whose names name somebody, and say so; a note that does is refused at its field."""
    said = gettext("A record that cites this source is about a person with this name: leave the name out.")
    if names_somebody(db.session, source, [form.note.data]):
        form.note.errors = [said]
    for one in [one for one in prepared if names_somebody(db.session, source, [one.name])]:
        prepared.remove(one)
        yield f"{one.name}: {said}"


def with_problems(form: FilesForm, problems: list[str]) -> FilesForm:
    form.files.errors = [*form.files.errors, *problems]
    return form


def handed_out(owner: Owner, number: int, back: str, *, opened_for: str = "") -> BaseResponse:
    """Always to be saved, never to be shown by the browser; read by nobody without a trace. On `back` is said why it does not open.

    `opened_for` is the record for which the purpose was given, where the file is not that record's own.
    """
    row = queries.find(db.session, owner, number)
    if row is None or row.is_removed:
        abort(404)
    try:
        content = keys.opened_whole(db.session, store_of(current_app.config["SETTINGS"]), row.sha256)
    except FileNotFoundError:
        current_app.logger.error("the file of attachment %s is missing: %s", row.id, row.sha256)
        abort(404)
    except SealError as error:
        current_app.logger.error("the file of attachment %s does not open: %s: %s", row.id, row.sha256, error)
        flash(why_closed(error), "warning")
        return redirect(back)
    try:
        services.write_read(current_user(), db.session, row, opened_for)
    except BaseException:
        content.close()
        raise
    sent = send_file(
        content, mimetype=MEDIA_TYPES[row.kind], as_attachment=True, download_name=row.name, conditional=False, etag=False,
        last_modified=row.added_at,
    )  # fmt: skip
    sent.content_length = row.size
    return sent


def removed(owner: Owner, number: int, owned: Record | Source) -> None:
    row = queries.find(db.session, owner, number, to_change=True) or abort(404)
    if services.remove(current_user(), db.session, row):
        _find_again(owned)
        flash(gettext("The file is removed from the list; it can be restored below."), "success")


def restored(owner: Owner, number: int, owned: Record | Source) -> None:
    row = queries.find(db.session, owner, number, to_change=True) or abort(404)
    if services.restore(current_user(), db.session, row):
        _find_again(owned)
        flash(gettext("The file is back."), "success")
    else:
        flash(gettext("The same file is attached already."), "warning")


def _mask(owned: Record | Source, digests: set[str]) -> None:
    """No name in what is kept of files that were just attached. Those that are removed and restored were looked through when they came."""
    if isinstance(owned, Record):
        mask_files(db.session, owned, type_of(owned))
    else:
        mask_source_files(db.session, owned, digests)


def _find_again(owned: Record | Source) -> None:
    make_findable(db.session, {owned.id} if isinstance(owned, Record) else citing(db.session, {owned.id}))


def register(app: Flask) -> None:
    app.add_template_global(files_of, "files_of")

"""Imports: the list with the form for a file, and the first two steps - which table, which column is what."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from flask import Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.models import Role
from tracker.accounts.permissions import Permission, may
from tracker.database.sealing import also_sealed
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.files.services import MEGABYTE
from tracker.files.words import shown_name
from tracker.imports import chunks, confirm_views, meaning_views, review_views, row_views, services  # noqa: F401  the other pages
from tracker.imports.asking import proven, ruled_out
from tracker.imports.blueprint import blueprint
from tracker.imports.checking import is_checked
from tracker.imports.column_checks import check_constants, notes_of, roles_of
from tracker.imports.fields import fields_of
from tracker.imports.first_look import first_look, previews, unlike
from tracker.imports.first_plan import Found, found_plan, plan_of_other_table
from tracker.imports.forms import HandlingForm, TableForm, UploadForm, columns_form
from tracker.imports.list_file import is_list_file
from tracker.imports.models import BatchState, ImportBatch
from tracker.imports.overview import is_ruled_out
from tracker.imports.plan import Plan, from_json
from tracker.imports.preparing import types_of
from tracker.imports.services import StateError, TooManyError, replan
from tracker.imports.tables import MOST_CELLS, UnreadableError
from tracker.imports.view_context import batch_or_404, open_batch_or_404, own_batches, steps, work_on
from tracker.imports.words import STATE_WORDS, refusal
from tracker.imports.work import Work
from tracker.personal_data.keys import master
from tracker.records import registry
from tracker.records.view_context import current_reader
from tracker.vocabularies.terms import choices
from tracker.web import navigation
from tracker.web.access import takes_files

Page = str | Response | tuple[str, int]
_SAMPLES, _LINES = 3, 200


@blueprint.get("/")
@require(Permission.RECORD_WRITE)
def index() -> str:
    return _index(UploadForm(formdata=None))


@blueprint.post("/")
@require(Permission.RECORD_WRITE)
@takes_files
@transactional
def upload() -> Page:
    """Read the file while nothing is locked, then keep it sealed and guess how it is to be read."""
    form = UploadForm()
    db.session.rollback()
    sent = form.file.data
    if not form.encoding.validate(form) or not form.delimiter.validate(form):
        return _index(form), 422
    try:
        batch = _kept(sent, form.encoding.data, form.delimiter.data)
    except UnreadableError as error:
        form.file.errors = [*form.file.errors, refusal(error)]
        return _index(form), 422
    except TooManyError:
        form.file.errors = [*form.file.errors, gettext("You have %(most)d unfinished imports: cancel one first.", most=services.MOST_OPEN)]
        return _index(form), 422
    if batch is None:
        form.file.errors = [*form.file.errors, _no_file(sent)]
        return _index(form), 422
    return redirect(url_for("imports.table", number=batch.id), code=303)


def _kept(sent: Any, encoding: str, delimiter: str) -> ImportBatch | None:
    """The batch of what was sent; None where no file, or too large a one, was. Raises UnreadableError, TooManyError."""
    limit = current_app.config["SETTINGS"].file_limit_mb * MEGABYTE
    if not isinstance(sent, FileStorage) or not sent.filename:
        return None
    with sent.stream:
        data = sent.stream.read(limit + 1)
    if not data:
        raise UnreadableError("no_bytes")
    if len(data) > limit:
        return None
    found = services.prepare(io.BytesIO(data), MOST_CELLS, registry.every_type(), encoding=encoding, delimiter=delimiter)
    user = current_user()
    services.forget_old(user, db.session)
    batch = services.begin(user, db.session, master(), shown_name(sent.filename), data, found)
    replan(user, db.session, batch, _first_plan(batch, found_plan(work_on(batch))))
    return batch


def _no_file(sent: Any) -> str:
    if isinstance(sent, FileStorage) and sent.filename:
        limit = current_app.config["SETTINGS"].file_limit_mb
        return gettext("The file is larger than %(limit)d MB: split it, or ask for an import by “flask import”.", limit=limit)
    return gettext("Choose a file.")


def _index(form: UploadForm) -> str:
    limit = current_app.config["SETTINGS"].file_limit_mb
    return render_template("imports/index.html", form=form, batches=own_batches(), words=STATE_WORDS, limit=limit)


@blueprint.get("/<int:number>")
@require(Permission.RECORD_WRITE)
def show(number: int) -> Page:
    """Where the import stands: its next step, how far it has come in, or what came of it. Reviewers have a page of their own."""
    user = current_user()
    if may(user.role, Permission.RECORD_VERIFY) and user.role is not Role.ADMINISTRATOR and review_views.is_for_review(number):
        return redirect(url_for("imports.review", number=number))
    batch = batch_or_404(number)
    if batch.state is not BatchState.OPEN:
        return confirm_views.state_page(batch)
    if not from_json(batch.plan).columns and not from_json(batch.plan).is_exchange:
        return redirect(url_for("imports.table", number=number))
    return redirect(url_for("imports.rows" if is_checked(db.session, batch) else "imports.columns", number=number))


@blueprint.get("/<int:number>/table")
@require(Permission.RECORD_WRITE)
def table(number: int) -> Page:
    batch = open_batch_or_404(number)
    if batch.state is not BatchState.OPEN:
        return redirect(url_for("imports.show", number=number))
    plan = from_json(batch.plan)
    shown = {"sheets": list(plan.sheets), "header": str(plan.header), "kind": plan.kind}
    return _table_page(batch, _table_form(batch, formdata=None, data=shown))


@blueprint.post("/<int:number>/table")
@require(Permission.RECORD_WRITE)
@transactional
def choose_table(number: int) -> Page:
    batch = open_batch_or_404(number, to_change=True)
    form = _table_form(batch)
    if not form.validate():
        return _table_page(batch, form), 422
    old = from_json(batch.plan)
    sheets, header = tuple(form.sheets.data), int(form.header.data)
    if header == old.header and sheets[:1] != old.sheets[:1]:
        header = -1  # nobody has said where it is in that sheet
    if not _are_alike(batch, form, header):
        return _table_page(batch, form), 422
    is_other = (sheets, header) != (old.sheets, old.header)
    if is_other or form.kind.data != old.kind:
        plan = _first_plan(batch, plan_of_other_table(work_on(batch), sheets, header, form.kind.data))
        replan(current_user(), db.session, batch, plan, is_other_table=is_other)
    return redirect(url_for("imports.columns", number=number), code=303)


@blueprint.get("/<int:number>/columns")
@require(Permission.RECORD_WRITE)
def columns(number: int) -> Page:
    batch = open_batch_or_404(number)
    if batch.state is not BatchState.OPEN:
        return redirect(url_for("imports.show", number=number))
    return _columns_page(work_on(batch), None)


@blueprint.post("/<int:number>/columns")
@require(Permission.RECORD_WRITE)
@transactional
def match_columns(number: int) -> Page:
    batch = open_batch_or_404(number, to_change=True)
    work = work_on(batch)
    form = _columns_form(work)
    if not form.validate() or not check_constants(work, form):
        return _columns_page(work, form), 422
    work.plan = work.file.plan = replace(work.plan, **form.plan_of(work.plan))
    replan(current_user(), db.session, batch, proven(work_on_plan(work)))
    if form.profile.data:
        services.save_profile(current_user(), db.session, batch, form.profile.data, work.file.headers())
        flash(gettext("The profile “%(name)s” is kept.", name=form.profile.data), "success")
    for note in notes_of(work.plan, form):
        flash(note, "warn")
    return redirect(url_for("imports.meanings", number=number), code=303)


@blueprint.post("/<int:number>/handling")
@require(Permission.RECORD_WRITE)
@transactional
def set_handling(number: int) -> Page:
    """How a file of the exchange form is handled, of whose columns nothing is asked."""
    batch = open_batch_or_404(number, to_change=True)
    work = work_on(batch)
    form = _handling_form()
    if not form.validate():
        return _columns_page(work, None, form), 422
    services.replan(current_user(), db.session, batch, replace(work.plan, marking=form.marking.data))
    return redirect(url_for("imports.rows", number=number), code=303)


def work_on_plan(work: Work) -> Work:
    """The same work after its plan was changed: what was looked up before is not valid any more."""
    work.batch.plan = work.plan.to_json()
    work.batch.checked_to = 0
    return work_on(work.batch)


def _table_form(batch: ImportBatch, **kwargs: Any) -> TableForm:
    return TableForm(batch.sheets, [(one.kind, str(one.label_plural)) for one in registry.every_type()], **kwargs)


def _are_alike(batch: ImportBatch, form: TableForm, header: int) -> bool:
    """Whether the chosen sheets can be read at once; otherwise the form says which cannot."""
    file = work_on(batch).file
    found = first_look(file, tuple(form.sheets.data), header).header
    for sheet in unlike(file, form.sheets.data, found):
        said = gettext(
            "Row %(row)d of “%(sheet)s” has none of the names of columns of the first sheet: import it by itself.",
            row=found, sheet=batch.sheets[sheet]["name"],
        )  # fmt: skip
        form.sheets.errors = [*form.sheets.errors, said]
    return not form.sheets.errors


def _table_page(batch: ImportBatch, form: TableForm) -> str:
    tops = previews(work_on(batch).file, form.sheets.data or [0])
    return render_template("imports/table.html", batch=batch, form=form, tops=tops, steps=steps(batch, "table"))


def _columns_form(work: Work, **kwargs: Any) -> Any:
    reader = current_reader()
    fields = fields_of(db.session, types_of(work.plan), reader.locale)
    return columns_form(fields, work.file.headers(), work.plan, choices(db.session, "marking", reader.locale), **kwargs)


def _handling_form(**kwargs: Any) -> HandlingForm:
    return HandlingForm(choices(db.session, "marking", current_reader().locale), **kwargs)


def _columns_page(work: Work, form: Any, handling: HandlingForm | None = None) -> str:
    if work.plan.is_exchange:
        handling = handling or _handling_form(formdata=None, data={"marking": work.plan.marking})
        return render_template(
            "imports/columns.html", batch=work.batch, form=handling, is_exchange=True, steps=steps(work.batch, "columns")
        )
    form = form or _columns_form(work, formdata=None)
    sample = [line.cells for line in work.file.sample()[:_LINES] if not is_ruled_out(work.plan, line)]
    shown = [
        list(dict.fromkeys(cells[n] for cells in sample if n < len(cells) and cells[n].strip()))[:_SAMPLES]
        for n in range(len(work.file.headers()))
    ]
    said = {"batch": work.batch, "form": form, "fields": form.known, "headers": form.headers, "samples": shown}
    said |= {
        "ruled_out": ruled_out(work),
        "is_list": is_list_file(form.headers),
        "roles": roles_of(db.session, types_of(work.plan), current_reader().locale),
    }
    return render_template("imports/columns.html", **said, is_exchange=False, steps=steps(work.batch, "columns"))


def _first_plan(batch: ImportBatch, found: Found) -> Plan:
    """What was found, said on the page that follows; the batch knows the profile."""
    batch.profile = found.profile
    if found.said:
        flash(found.said, "info")
    return found.plan


def _gone_on(_: StateError) -> Response:
    """A form of a step that is over: it was sent from another tab, or twice. Nothing of it was stored."""
    flash(gettext("This import has gone on meanwhile: what you sent was not taken."), "warn")
    return redirect(url_for("imports.show", **(request.view_args or {})), code=303)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    review_views.register(app)
    app.register_error_handler(StateError, _gone_on)
    also_sealed(app, chunks.rotate)
    navigation.add(app, navigation.Entry(_l("Import"), "imports.index", Permission.RECORD_WRITE, 45))

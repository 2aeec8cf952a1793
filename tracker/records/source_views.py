"""Pages of sources: all of them, one with everything it supports and its history, and its correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from tracker.accounts.clearance import Marking
from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.accounts.services import names_of_users
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import form_context as context
from tracker.records import history, registry
from tracker.records.differences import Clash, merge
from tracker.records.documents import Document
from tracker.records.fields import LanguageField, PartialDateField, TermField, Text, WebAddress
from tracker.records.markings import page_marking
from tracker.records.models import Record
from tracker.records.numbers import small_number
from tracker.records.rights import marking_problem, may_correct, require_correction
from tracker.records.services import ConflictError
from tracker.records.source_documents import SOURCE, read_source, whole_document
from tracker.records.source_lists import WORDS_LENGTH, fitting
from tracker.records.source_refusals import marked_lower, named, naming
from tracker.records.source_services import NamedError, SourceMarkingError, change_source, source_payload
from tracker.records.sources import REASON_LENGTH, Evidence, Source
from tracker.records.view_context import current_reader, form_context
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.records.words import Wording
from tracker.unsaved.queries import Unsaved
from tracker.unsaved.view_context import close_draft, continued, draft_frame
from tracker.web import navigation
from tracker.web.resending import keeps_form

blueprint = Blueprint("sources", __name__, url_prefix="/sources")
PAGE = 200
SHOWN_AT_ONCE = 3  # passages of one record; the rest is folded


@dataclass(frozen=True)
class Citing:
    """A record that cites a source, with the passages that say something."""

    record: Record
    passages: list[Evidence]


class SourceForm(FlaskForm):
    """What is known of a source."""

    title = Text(_l("Title"), [DataRequired(_l("Give the source a title."))], limit=300)
    publisher = Text(_l("Publisher"))
    url = WebAddress(_l("Address (URL)"), limit=1000)
    published = PartialDateField(_l("Published"))
    lang = LanguageField(_l("Language"))
    is_translation = BooleanField(_l("It is a translation"))
    kind = TermField(_l("Kind of source"), "source_kind")
    reliability = TermField(_l("Reliability"), "reliability", blank=_l("not graded"))
    marking = TermField(
        _l("Handling (TLP)"), "marking", blank=None, default="AMBER", description=_l("Records that cite it are marked at least as high.")
    )
    reason = Text(_l("Reason for the change"), description=_l("For the history. Name no person here."), limit=REASON_LENGTH)
    version = HiddenField()


@blueprint.get("/")
@require(Permission.RECORD_READ)
def index() -> str:
    typed = request.args.get("q", "").strip()[:WORDS_LENGTH]
    cited = sa.select(sa.func.count(sa.distinct(Evidence.record_id))).join(Record, Record.id == Evidence.record_id)
    uses = cited.where(Evidence.source_id == Source.id, visible_to(current_user())).correlate(Source).scalar_subquery()
    found = db.session.execute(fitting(current_user(), typed).add_columns(uses).limit(PAGE)).all()
    marking = page_marking(source.marking for source, _ in found)
    return render_template("sources/index.html", sources=found, typed=typed, most=PAGE, page_marking=marking)


@blueprint.get("/<ref>")
@require(Permission.RECORD_READ)
def show(ref: str) -> str:
    return source_view(source_or_404(ref))


def source_view(source: Source, files_form: Any = None) -> str:
    """The page of a source; `files_form` is an upload that was refused, with the reasons."""
    citing = _citing(source)
    versions, said = history.source_versions(current_reader(), source), history.source_in_words(current_reader(), source)
    shown = [source.marking, *(one.record.effective_marking for one in citing), *(version.marking for version in versions)]
    editable = may_correct(current_user(), db.session, source, current_reader().reporting_state)
    page = {
        "source": source,
        "citing": citing,
        "at_once": SHOWN_AT_ONCE,
        "type_of": registry.by_kind,
        "may_correct": editable,
        "versions": versions,
        "said": said,
    }
    return render_template("sources/show.html", form=files_form, page_marking=page_marking(shown), **page)


def _citing(source: Source) -> list[Citing]:
    """The records that cite the source, each once; those that the reader may not see are left out."""
    statement = (
        sa.select(Evidence, Record)
        .join(Record, Record.id == Evidence.record_id)
        .where(Evidence.source_id == source.id, visible_to(current_user()))
    )
    found: dict[int, Citing] = {}
    for passage, record in db.session.execute(statement.order_by(Record.ref, Evidence.no)):
        one = found.setdefault(record.id, Citing(record, []))
        if passage.quote_exact or passage.locator:
            one.passages.append(passage)
    return list(found.values())


@blueprint.get("/<ref>/history/<int:number>")
@require(Permission.RECORD_READ)
def show_version(ref: str, number: int) -> str:
    source = source_or_404(ref)
    version = history.source_version(current_reader(), source, number) or abort(404)
    editable = may_correct(current_user(), db.session, source, current_reader().reporting_state)
    marking = page_marking([source.marking, version.entry.marking])
    return render_template("sources/version.html", source=source, version=version, may_correct=editable, page_marking=marking)


@blueprint.post("/<ref>/history/<int:number>/restore")
@require(Permission.SOURCE_WRITE)
@transactional
def restore_version(ref: str, number: int) -> Response:
    """An earlier version as the newest: a correction like any other."""
    source = editable_source(ref, to_change=True)
    payload = source_payload(current_user(), db.session, source, number) or abort(404)
    problem = _restored(source, payload, number)
    if problem:
        flash(problem, "warn")
    return redirect(url_for("sources.show", ref=ref), code=303)


def _restored(source: Source, payload: Document, number: int) -> str:
    """Save what an earlier version said; why it cannot be, or ''."""
    reason, expected = gettext("as it was in version %(no)s", no=number), small_number(request.form.get("version"), 9) or 0
    user, state = current_user(), current_reader().reporting_state
    try:
        is_new = change_source(user, db.session, source, payload, state, expected_version=expected, reason=reason)
    except ConflictError:
        return gettext("The source was changed meanwhile. Look at its history again.")
    except NamedError:
        return named()
    except SourceMarkingError as error:
        return marked_lower(error)
    said = gettext("Version %(no)s is restored as the newest version.", no=number)
    flash(said if is_new else gettext("The newest version says the same already."), "success")
    return ""


@blueprint.get("/<ref>/edit")
@require(Permission.SOURCE_WRITE)
def edit(ref: str) -> str:
    source = editable_source(ref)
    context.enter(form_context())
    opened = continued()
    form = _form_of(read_source(source), source.version, typed=opened.fields if opened else None)
    return _form_page(form, source, opened)


@blueprint.post("/<ref>/edit")
@require(Permission.SOURCE_WRITE)
@keeps_form
@transactional
def update(ref: str) -> str | Response | tuple[str, int]:
    source = editable_source(ref, to_change=True)
    context.enter(form_context())
    form = SourceForm()
    try:
        is_new = form.validate() and _store(form, source)
    except ConflictError as conflict:
        return _conflict_page(form, source, conflict), 409
    if form.errors:
        return _form_page(form, source), 422
    close_draft()
    said = gettext("%(ref)s saved.", ref=source.ref) if is_new else gettext("Nothing was changed, so no new version was made.")
    flash(said, "success")
    return redirect(url_for("sources.show", ref=source.ref), code=303)


def _form_of(document: Document, version: int, *, typed: MultiDict[str, str] | None = None, reason: str = "") -> SourceForm:
    """The form of what a source says; what was `typed` before goes before it."""
    return SourceForm(formdata=typed, data=document | {"version": str(version), "reason": reason})


def _store(form: SourceForm, source: Source) -> bool:
    """Save the correction, or say at a field why it cannot be; False when nothing was stored. Raises ConflictError."""
    user, state = current_user(), current_reader().reporting_state
    expected = small_number(form.version.data, 9) or 0
    problem = marking_problem(user, source.marking, form.marking.data, is_owner=source.created_by_id == user.id)
    try:
        if not problem or expected != source.version:
            said, reason = _document_of(form), form.reason.data or ""
            return change_source(user, db.session, source, said, state, expected_version=expected, reason=reason)
    except NamedError:
        texts = ("title", "publisher", "url", "reason")
        for name in naming(db.session, source, {name: form[name].data for name in texts}):
            form[name].errors = [named()]
    except SourceMarkingError as error:
        problem = marked_lower(error)
    if problem:
        form.marking.errors = [problem]
    return False


def _document_of(form: SourceForm) -> Document:
    return whole_document(form.data | {"published": form.published.edtf}, Marking.AMBER)


def _conflict_page(form: SourceForm, source: Source, conflict: ConflictError) -> str:
    """Both versions field by field; the form holds what both wrote, mine where both changed the same field. Nothing is stored."""
    db.session.rollback()
    merged, clashes = merge(conflict.base, conflict.theirs, _document_of(form), Wording(current_reader(), SOURCE))
    again = _form_of(merged, conflict.current_version, reason=form.reason.data or "")
    if not clashes:
        said = gettext(
            "Somebody else changed this source meanwhile; it now reads “%(title)s”. Save again to keep yours.", title=source.title
        )
        again.form_errors.append(said)
    by = names_of_users(db.session).get(conflict.by_id, "")
    return _form_page(again, source, clashes=clashes, changed_by=by)


def _form_page(form: SourceForm, source: Source, opened: Unsaved | None = None, clashes: Sequence[Clash] = (), changed_by: str = "") -> str:
    shown = {"is_typed": request.method == "POST", "page_marking": page_marking([source.marking]), **draft_frame(opened)}
    return render_template("sources/form.html", form=form, source=source, clashes=clashes, changed_by=changed_by, **shown)


def editable_source(ref: str, *, to_change: bool = False) -> Source:
    """The source that is to be corrected: 404 unless the reader may see it, a page that says why unless he may correct it."""
    source = source_or_404(ref, to_change=to_change)
    require_correction(current_user(), db.session, source, current_reader().reporting_state)
    return source


def source_or_404(ref: str, *, to_change: bool = False) -> Source:
    """The source, when it exists and the reader may see it."""
    statement = sa.select(Source).where(Source.ref == ref, sources_visible_to(current_user()))
    source = db.session.scalar(statement.with_for_update(of=Source) if to_change else statement)
    if source is None:
        abort(404)
    return source


def register(app: Flask) -> None:
    from tracker.records import source_file_views  # noqa: F401  its routes join the blueprint when it is imported

    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Sources"), "sources.index", Permission.RECORD_READ, 60))

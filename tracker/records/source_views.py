"""Pages of sources: all of them, one with everything it supports, and its correction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import DataRequired

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import form_context as context
from tracker.records import registry
from tracker.records.fields import LanguageField, PartialDateField, TermField, Text, WebAddress
from tracker.records.markings import page_marking
from tracker.records.models import Record
from tracker.records.naming import names_somebody
from tracker.records.rights import marking_problem, may_correct, require_correction
from tracker.records.source_services import SourceMarkingError, change_source
from tracker.records.sources import Evidence, Source
from tracker.records.view_context import current_reader, form_context
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.unsaved.queries import Unsaved
from tracker.unsaved.view_context import close_draft, continued, draft_frame
from tracker.web import navigation
from tracker.web.resending import keeps_form

blueprint = Blueprint("sources", __name__, url_prefix="/sources")
PAGE = 200


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
    version = HiddenField()


@blueprint.get("/")
@require(Permission.RECORD_READ)
def index() -> str:
    typed = request.args.get("q", "").strip()[:100]
    cited = sa.select(sa.func.count(sa.distinct(Evidence.record_id))).join(Record, Record.id == Evidence.record_id)
    uses = cited.where(Evidence.source_id == Source.id, visible_to(current_user())).correlate(Source).scalar_subquery()
    statement = sa.select(Source, uses).where(sources_visible_to(current_user())).order_by(Source.id.desc()).limit(PAGE)
    for word in typed.split():
        statement = statement.where(
            sa.or_(Source.title.icontains(word, autoescape=True), Source.publisher.icontains(word, autoescape=True))
        )
    found = db.session.execute(statement).all()
    marking = page_marking(source.marking for source, _ in found)
    return render_template("sources/index.html", sources=found, typed=typed, most=PAGE, page_marking=marking)


@blueprint.get("/<ref>")
@require(Permission.RECORD_READ)
def show(ref: str) -> str:
    return source_view(source_or_404(ref))


def source_view(source: Source, files_form: Any = None) -> str:
    """The page of a source; `files_form` is an upload that was refused, with the reasons."""
    statement = (
        sa.select(Evidence, Record)
        .join(Record, Record.id == Evidence.record_id)
        .where(Evidence.source_id == source.id, visible_to(current_user()))
    )
    passages = db.session.execute(statement.order_by(Record.ref, Evidence.no)).all()
    marking = page_marking([source.marking, *(record.effective_marking for _, record in passages)])
    editable = may_correct(current_user(), db.session, source, current_reader().reporting_state)
    page = {"source": source, "passages": passages, "type_of": registry.by_kind, "page_marking": marking, "may_correct": editable}
    return render_template("sources/show.html", form=files_form, **page)


@blueprint.get("/<ref>/edit")
@require(Permission.SOURCE_WRITE)
def edit(ref: str) -> str:
    source = editable_source(ref)
    context.enter(form_context())
    names = ("title", "publisher", "url", "lang", "is_translation", "kind", "reliability", "marking", "version")
    words = {name: getattr(source, name) for name in names}
    opened = continued()
    form = SourceForm(formdata=opened.fields if opened else None, data=words | {"published": source.published.edtf})
    return _form_page(form, source, opened)


@blueprint.post("/<ref>/edit")
@require(Permission.SOURCE_WRITE)
@keeps_form
@transactional
def update(ref: str) -> str | Response | tuple[str, int]:
    source = editable_source(ref, to_change=True)
    context.enter(form_context())
    form = SourceForm()
    if form.validate() and form.version.data != str(source.version):
        form.form_errors.append(
            gettext("Somebody else changed this source meanwhile; it now reads “%(title)s”. Save again to keep yours.", title=source.title)
        )
        form.version.data = str(source.version)
        return _form_page(form, source), 409
    if names_somebody(db.session, source, (form.title.data, form.publisher.data, form.url.data)):
        form.title.errors = [gettext("A record that cites this source is about a person with this name: leave the name out.")]
    if not form.errors:
        _store(form, source)
    if form.errors:
        return _form_page(form, source), 422
    close_draft()
    flash(gettext("%(ref)s saved.", ref=source.ref), "success")
    return redirect(url_for("sources.show", ref=source.ref), code=303)


def _store(form: SourceForm, source: Source) -> None:
    """Save the correction, or say at the field of the marking why it cannot be."""
    user, state = current_user(), current_reader().reporting_state
    problem = marking_problem(user, source.marking, form.marking.data, is_owner=source.created_by_id == user.id)
    try:
        if not problem:
            change_source(user, db.session, source, form.data | {"published": form.published.edtf}, state)
    except SourceMarkingError as error:
        others = [gettext("others that you may not see")] if error.has_others else []
        said = gettext(
            "These records cite it and are marked lower: %(refs)s. Mark them higher first.", refs=", ".join([*error.refs, *others])
        )
        problem = said
    if problem:
        form.marking.errors = [problem]


def _form_page(form: SourceForm, source: Source, opened: Unsaved | None = None) -> str:
    shown = {"is_typed": request.method == "POST", "page_marking": page_marking([source.marking]), **draft_frame(opened)}
    return render_template("sources/form.html", form=form, source=source, **shown)


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
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Sources"), "sources.index", Permission.RECORD_READ, 60))

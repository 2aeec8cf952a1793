"""Pages of sources: all of them, one with everything it supports, and its correction."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.records import form_context as context
from tracker.records import registry
from tracker.records.fields import LanguageField, PartialDateField, TermField, Text, WebAddress
from tracker.records.models import Record
from tracker.records.naming import names_somebody
from tracker.records.source_services import change_source
from tracker.records.sources import Evidence, Source
from tracker.records.view_context import current_reader, form_context
from tracker.records.visibility import sources_visible_to, visible_to
from tracker.web import navigation

blueprint = Blueprint("sources", __name__, url_prefix="/sources")
PAGE = 200


class SourceForm(FlaskForm):
    """What is known of a source."""

    title = Text(_l("Title"), [InputRequired(_l("Give the source a title."))], limit=300)
    publisher = Text(_l("Publisher"))
    url = WebAddress(_l("Address (URL)"), limit=1000)
    published = PartialDateField(_l("Published"))
    lang = LanguageField(_l("Language"))
    is_translation = BooleanField(_l("It is a translation"))
    kind = TermField(_l("Kind of source"), "source_kind")
    reliability = TermField(_l("Reliability"), "reliability", blank=_l("not graded"))
    version = HiddenField()


@blueprint.get("/")
@require(Permission.RECORD_READ)
def index() -> str:
    typed = request.args.get("q", "").strip()[:100]
    cited = sa.select(sa.func.count(sa.distinct(Evidence.record_id))).join(Record, Record.id == Evidence.record_id)
    uses = cited.where(Evidence.source_id == Source.id, visible_to(current_user().id)).correlate(Source).scalar_subquery()
    statement = sa.select(Source, uses).where(sources_visible_to(current_user().id)).order_by(Source.id.desc()).limit(PAGE)
    for word in typed.split():
        statement = statement.where(
            sa.or_(Source.title.icontains(word, autoescape=True), Source.publisher.icontains(word, autoescape=True))
        )
    return render_template("sources/index.html", sources=db.session.execute(statement).all(), typed=typed, most=PAGE)


@blueprint.get("/<ref>")
@require(Permission.RECORD_READ)
def show(ref: str) -> str:
    source = _source_or_404(ref)
    statement = (
        sa.select(Evidence, Record)
        .join(Record, Record.id == Evidence.record_id)
        .where(Evidence.source_id == source.id, visible_to(current_user().id))
    )
    passages = db.session.execute(statement.order_by(Record.ref, Evidence.no)).all()
    return render_template("sources/show.html", source=source, passages=passages, type_of=registry.by_kind, reader=current_reader())


@blueprint.get("/<ref>/edit")
@require(Permission.SOURCE_WRITE)
def edit(ref: str) -> str:
    source = _source_or_404(ref)
    context.enter(form_context())
    words = {
        name: getattr(source, name) for name in ("title", "publisher", "url", "lang", "is_translation", "kind", "reliability", "version")
    }
    form = SourceForm(formdata=None, data=words | {"published": source.published.edtf})
    return render_template("sources/form.html", form=form, source=source)


@blueprint.post("/<ref>/edit")
@require(Permission.SOURCE_WRITE)
@transactional
def update(ref: str) -> str | Response | tuple[str, int]:
    source = _source_or_404(ref, to_change=True)
    context.enter(form_context())
    form = SourceForm()
    if form.validate() and form.version.data != str(source.version):
        form.form_errors.append(
            gettext("Somebody else changed this source meanwhile; it now reads “%(title)s”. Save again to keep yours.", title=source.title)
        )
        form.version.data = str(source.version)
        return render_template("sources/form.html", form=form, source=source), 409
    if names_somebody(db.session, source, (form.title.data, form.publisher.data, form.url.data)):
        form.title.errors = [gettext("A record that cites this source is about a person with this name: leave the name out.")]
    if form.errors:
        return render_template("sources/form.html", form=form, source=source), 422
    change_source(current_user(), db.session, source, form.data | {"published": form.published.edtf})
    flash(gettext("%(ref)s saved.", ref=source.ref), "success")
    return redirect(url_for("sources.show", ref=source.ref), code=303)


def _source_or_404(ref: str, *, to_change: bool = False) -> Source:
    statement = sa.select(Source).where(Source.ref == ref, sources_visible_to(current_user().id))
    source = db.session.scalar(statement.with_for_update(of=Source) if to_change else statement)
    if source is None:
        abort(404)
    return source


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Sources"), "sources.index", Permission.RECORD_READ, 60))

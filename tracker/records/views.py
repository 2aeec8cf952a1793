"""Pages of records: lists, one record, its history."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, current_app, g, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.counting.filters import FilterError, RecordFilter
from tracker.records import history, listing, registry
from tracker.records.blueprint import blueprint
from tracker.records.converters import RecordTypeConverter
from tracker.records.filtering import filter_of, partner_label
from tracker.records.models import Record
from tracker.records.queries import get
from tracker.records.record_page import record_page
from tracker.records.record_type import RecordType
from tracker.records.view_context import current_reader
from tracker.web import navigation


@blueprint.get("/records/")
@require(Permission.RECORD_READ)
def index_all() -> str | tuple[str, int]:
    return _list(None)


@blueprint.get("/<record_type:record_type>/")
@require(Permission.RECORD_READ)
def index(record_type: RecordType) -> str | tuple[str, int]:
    return _list(record_type)


def _list(record_type: RecordType | None) -> str | tuple[str, int]:
    reader = current_reader()
    problems: dict[str, str] = {}
    try:
        chosen = filter_of(reader, request.args)
    except FilterError as error:
        chosen, problems = RecordFilter(), dict(error.problems)
    page = listing.list_page(reader, chosen, record_type, request.args, is_wrong=bool(problems))
    return render_template("records/index.html", page=page, problems=problems), 400 if problems else 200


@blueprint.get("/records/new")
@require(Permission.RECORD_WRITE)
def choose() -> str:
    return render_template("records/choose.html", types=registry.every_type(), title=request.args.get("title", ""))


@blueprint.get("/<record_type:record_type>/<ref>")
@require(Permission.RECORD_READ)
def show(record_type: RecordType, ref: str) -> str:
    record = record_or_404(record_type, ref)
    return render_template([f"{record_type.slug}/show.html", "records/show.html"], page=record_page(current_reader(), record, record_type))


@blueprint.get("/<record_type:record_type>/<ref>/history")
@require(Permission.RECORD_READ)
def show_history(record_type: RecordType, ref: str) -> str:
    record = record_or_404(record_type, ref)
    versions = history.versions(current_reader(), record, record_type)
    return render_template("records/history.html", record=record, record_type=record_type, versions=versions)


@blueprint.get("/<record_type:record_type>/<ref>/history/<int:number>")
@require(Permission.RECORD_READ)
def show_version(record_type: RecordType, ref: str, number: int) -> str:
    record = record_or_404(record_type, ref)
    version = history.version(current_reader(), record, record_type, number) or abort(404)
    return render_template("records/version.html", record=record, record_type=record_type, version=version)


def record_or_404(record_type: RecordType, ref: str) -> Record:
    """The record, when it exists, is of this type and the reader may see it."""
    reader = current_reader()
    found = get(reader.session, reader, ref, record_type.kind)
    if found is None:
        abort(404)
    return found


def _frame() -> dict[str, Any]:
    """What the frame of every page shows."""
    frame: dict[str, Any] = {"new_record_url": url_for("records.choose")}
    if g.get("user"):
        reader = current_reader()
        frame["reporting_state_name"] = partner_label(reader, reader.reporting_state)
    if "summaries.help" in current_app.view_functions:
        frame["help_url"] = url_for("summaries.help")
    return frame


def register(app: Flask) -> None:
    from tracker.records import entry_views, notice_views, suggest_views  # noqa: F401  their routes join the blueprint when they are imported

    app.url_map.converters["record_type"] = RecordTypeConverter
    app.register_blueprint(blueprint)
    app.context_processor(_frame)
    navigation.add(app, navigation.Entry(_l("Records"), "records.index_all", Permission.RECORD_READ, 20, "l"))

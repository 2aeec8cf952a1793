"""The trail for administrators: to read, to filter, to take away."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, current_app, redirect, render_template, request, stream_with_context, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.administration.audit_filter import Asked, read_asked, said_of
from tracker.administration.audit_page import audit_page, csv_rows
from tracker.audit import services as audit
from tracker.audit.actions import Action
from tracker.audit.models import AuditEvent
from tracker.audit.queries import count_events, every_event, json_lines
from tracker.extensions import db
from tracker.records.csv_text import csv_response
from tracker.records.numbers import small_number
from tracker.records.view_context import current_reader
from tracker.web import navigation
from tracker.web.language import current_language

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("/")
@require(Permission.AUDIT_READ)
def index() -> str | tuple[str, int]:
    asked = _asked()
    page = audit_page(current_reader(), asked, _number("before"), _number("after"))
    return render_template("administration/audit.html", page=page, asked=asked), 400 if asked.problems else 200


@blueprint.get("/events.jsonl")
@require(Permission.AUDIT_READ)
def export() -> Response | BaseResponse:
    asked = _asked()
    if asked.problems:
        return redirect(url_for("audit.index", **asked.args))
    events, last = _taken_out(asked, "jsonl")
    answer = Response(stream_with_context(json_lines(events)), mimetype="application/x-ndjson; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{last}.jsonl"'
    return answer


@blueprint.get("/events.csv")
@require(Permission.AUDIT_READ)
def export_csv() -> Response | BaseResponse:
    asked = _asked()
    if asked.problems:
        return redirect(url_for("audit.index", **asked.args))
    events, last = _taken_out(asked, "csv")
    return csv_response(f"audit-{last}.csv", csv_rows(current_reader(), events))


def _taken_out(asked: Asked, file_format: str) -> tuple[Iterator[AuditEvent], int]:
    """The events of a file, and the number of the last. That they are taken out is itself an event, stored before the first is sent."""
    count, last = count_events(db.session, asked.chosen)
    said = {"format": file_format, "rows": count, "filter": said_of(asked)}
    audit.write_apart(current_user(), db.session, Action.EXPORTED, "audit", detail=said)
    return every_event(db.session, asked.chosen, last), last


def _asked() -> Asked:
    return read_asked(db.session, request.args, current_language(), ZoneInfo(current_app.config["TIME_ZONE"]))


def _number(name: str) -> int | None:
    return small_number(request.args.get(name), 9)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    navigation.add(app, navigation.Entry(_l("Trail"), "audit.index", Permission.AUDIT_READ, 87))

"""The documentation of the API as a page of the tracker, behind the sign-in (settled 20), drawn from its own description."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.api import openapi
from tracker.api.reference import chapters_of, lists_of, shapes_of
from tracker.records.view_context import current_reader
from tracker.web.access import public

blueprint = Blueprint("api_pages", __name__)


@blueprint.get("/help/api")
@require(Permission.RECORD_READ)
def reference() -> str:
    document = openapi.document(current_reader())
    server = document["servers"][0]["url"]
    return render_template(
        "api/reference.html",
        document=document,
        server=server,
        example=f'curl -H "Authorization: Bearer ct_…" "{server}/records?year=2024&limit=5"',
        start="/records?limit=2",
        paths=[path for path, methods in document["paths"].items() if "get" in methods],
        chapters=chapters_of(document),
        shapes=shapes_of(document),
        lists=lists_of(document),
    )


@blueprint.get("/api", strict_slashes=False)
@public
def root() -> Response:
    return redirect(url_for("api.index"), 308)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

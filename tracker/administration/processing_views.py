"""The record of processing as a page."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template

from tracker.accounts.guards import require
from tracker.accounts.permissions import Permission
from tracker.administration.processing_page import processing_page
from tracker.extensions import db
from tracker.web.language import current_language

blueprint = Blueprint("processing", __name__)


@blueprint.get("/processing")
@require(Permission.RECORD_READ)
def show() -> str:
    """For everybody who may read records: it holds no personal data, and whoever works with them should know it."""
    return render_template("administration/processing.html", page=processing_page(db.session, current_language()))


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)

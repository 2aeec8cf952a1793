"""Addresses of unsaved work: kept while typing, thrown away, and sent again after signing in."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, jsonify, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from tracker.accounts.guards import current_user, require
from tracker.accounts.permissions import Permission
from tracker.database.sealing import also_sealed
from tracker.database.session import transactional
from tracker.extensions import db
from tracker.unsaved import keys, queries, services
from tracker.unsaved.stamps import Stamp
from tracker.unsaved.view_context import clock, hold_form, is_place, sealer
from tracker.web.language import safe_path
from tracker.web.resending import sent_fields

blueprint = Blueprint("unsaved", __name__, url_prefix="/unsaved")


@blueprint.post("/")
@require(Permission.ACCOUNT_OWN)
@transactional
def keep() -> Response | tuple[Response, int]:
    """Keep what the form at `?for=` holds now; the answer is the form's new stamp and the words to show."""
    place = request.args.get("for", "")
    if not is_place(place):
        abort(404)
    stamp = Stamp.read(request.form.get("draft", ""))
    try:
        kept = services.keep(current_user(), db.session, sealer(), stamp, place, sent_fields(typed_only=True))
    except services.ClosedError:
        return jsonify(said="", closed=True), 409
    except services.TooManyError:
        return jsonify(said=gettext("Not saved: too much of yours is unsaved. Finish or throw away some of it first.")), 409
    return jsonify(said=gettext("Draft saved %(time)s", time=clock(kept.at)), draft=str(kept.stamp))


@blueprint.get("/<key>")
@require(Permission.ACCOUNT_OWN)
def show(key: str) -> str | Response:
    """What was sent when the sign-in had ended and is no entry form: shown before it is sent, since its sender saw it long ago."""
    found = queries.find(db.session, sealer(), current_user(), key) or abort(404)
    if found.is_form:
        return redirect(f"{found.place}?draft={found.key}")
    return render_template("unsaved/show.html", unsaved=found, fields=list(found.fields.items(multi=True)))


@blueprint.post("/<key>/send")
@require(Permission.ACCOUNT_OWN)
@transactional
def send(key: str) -> Response:
    """Hand the form of the page above on to the address that it was meant for; the browser sends the same fields there (307)."""
    found = queries.find(db.session, sealer(), current_user(), key)
    if found is None or found.is_form:
        abort(404)
    services.close(current_user(), db.session, key)
    return redirect(found.place, code=307)


@blueprint.post("/<key>/throw-away")
@require(Permission.ACCOUNT_OWN)
@transactional
def throw_away(key: str) -> Response:
    if queries.find(db.session, sealer(), current_user(), key) is None:
        abort(404)
    services.close(current_user(), db.session, key)
    flash(gettext("Thrown away."), "success")
    return redirect(safe_path(request.form.get("next")), code=303)


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    also_sealed(app, keys.rotate)
    app.extensions["hold_form"] = hold_form  # asked by the guards, which stand below
    app.add_template_filter(clock, "clock")

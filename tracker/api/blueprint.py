"""The blueprint of the API: no cookies, so no tokens of forms."""

from flask import Blueprint

from tracker.extensions import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)

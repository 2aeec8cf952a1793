"""The pages of imports, in several files."""

from flask import Blueprint

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

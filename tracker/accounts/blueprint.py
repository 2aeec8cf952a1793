"""The blueprint that the views of this part share."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

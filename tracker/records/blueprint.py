"""The addresses of records, spread over several modules of views."""

from flask import Blueprint

blueprint = Blueprint("records", __name__)

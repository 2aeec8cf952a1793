"""The addresses about the persons of handovers, spread over several modules of views."""

from flask import Blueprint

blueprint = Blueprint("handovers", __name__)

"""Numbers in addresses: as large as a key of the database can be, so that a longer one is a page that is not there."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter


class NumberConverter(IntegerConverter):
    """`<int:number>` of at most nine digits: it fits the 32 bits of a key."""

    regex = r"\d{1,9}"


def register(app: Flask) -> None:
    """Take the place of the converter of the framework, which has no end."""
    app.url_map.converters["int"] = NumberConverter

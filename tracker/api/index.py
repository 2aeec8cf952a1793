"""What is at the address of the API itself: what this is, where it is described, and what there is to ask for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import url_for
from flask_babel import gettext

from tracker.api.openapi import VERSION
from tracker.api.operations import Operation, operations
from tracker.records.file_notes import from_outside
from tracker.records.filtering import Reader

_THIS = "/"


def index(reader: Reader) -> dict[str, Any]:
    """The index, in the language of the reader."""
    return {
        "name": gettext("Cooperation tracker"),
        "version": VERSION,
        "description": from_outside(url_for("api.description")),
        "documentation": from_outside(url_for("api_pages.reference")),
        "resources": list(_resources(list(operations(reader)))),
    }


def _resources(known: list[Operation]) -> Iterator[dict[str, Any]]:
    """Every address that can be read without knowing a reference, with what can be done there."""
    root = from_outside(url_for("api.index"))
    for one in known:
        if one.method == "get" and one.path != _THIS and not one.in_path:
            methods = [other.method.upper() for other in known if other.path == one.path]
            yield {"name": one.path.strip("/"), "summary": str(one.summary), "address": f"{root}{one.path}", "methods": methods}

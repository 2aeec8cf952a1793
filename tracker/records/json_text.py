"""Files for programs: one JSON document that says what was asked and holds the rows, written as they come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, stream_with_context

from tracker.records.file_notes import Notes

_CHUNK = 200


def json_value(value: object) -> Any:
    """`value` as JSON has it: numbers as numbers, days as ISO 8601, null where nothing is known."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def json_lines(notes: Notes, name: str, rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The text of the file in pieces, so that a long one needs no memory; the rows stand under `name`, each in a line of its own."""
    piece = [f'{{"about": {_text(notes.plain)},\n"{name}": [']
    for count, row in enumerate(rows):
        piece.append(f"{',' if count else ''}\n{_text({key: json_value(value) for key, value in row.items()})}")
        if len(piece) > _CHUNK:
            yield "".join(piece)
            piece.clear()
    yield "".join([*piece, "\n]}\n"])


def json_response(filename: str, notes: Notes, name: str, rows: Iterable[Mapping[str, object]]) -> Response:
    """An answer that downloads `rows` as `filename`."""
    response = Response(stream_with_context(json_lines(notes, name, rows)), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)

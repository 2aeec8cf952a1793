"""JSON schemas of sources, made of the columns of their form."""

from __future__ import annotations

from flask_babel import gettext

from tracker.api.schemas import NO_CONTROLS, Schema, column_schema
from tracker.records.list_columns import length_in
from tracker.records.record_type import ColumnKind
from tracker.records.source_documents import SOURCE
from tracker.records.sources import REASON_LENGTH, Source

COLUMNS = {column.name: column for column in SOURCE.all_columns}
WEB = "^(|[Hh][Tt][Tt][Pp][Ss]?://[^\\u0000-\\u001f\\u007f-\\u009f]*)$"


def made() -> Schema:
    """A source as programs make it."""
    properties = {name: column_schema(column, length_in(Source, name)) for name, column in COLUMNS.items()}
    properties["url"] |= {"pattern": WEB}
    properties["title"] = properties["title"] | {"type": "string", "minLength": 1}
    return {"type": "object", "properties": properties, "required": ["title"], "additionalProperties": False}


def replaced() -> Schema:
    """The same with the reason of a change."""
    schema, said = made(), gettext("Why it is changed, for the history. Name no person here.")
    reason = {"type": "string", "maxLength": REASON_LENGTH, "pattern": NO_CONTROLS, "description": said}
    return schema | {"properties": schema["properties"] | {"reason": reason}}


def changed() -> Schema:
    """The same, of which every field may be left out."""
    return {name: value for name, value in replaced().items() if name != "required"}


def read() -> Schema:
    """A source as programs read it."""
    flag, text, address = {"type": "boolean"}, {"type": ["string", "null"]}, {"type": "string", "format": "uri"}
    values = {name: flag if column.kind is ColumnKind.FLAG else text for name, column in COLUMNS.items()}
    own: Schema = {"ref": {"type": "string"}, "version": {"type": "integer"}, "address": address, "page": address}
    return {"type": "object", "properties": own | values, "required": [*own, *values]}

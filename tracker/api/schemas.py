"""JSON schemas of documents, made of the same declarations as their forms; limits come from the models (settled 20)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext

from tracker.partial_dates.edtf import SHAPE
from tracker.records import registry
from tracker.records.document_rules import most_rows
from tracker.records.filtering import Reader
from tracker.records.list_columns import DEFAULTS, columns_of, limit_of, limit_of_column
from tracker.records.models import SHORT_LENGTH
from tracker.records.numbers import LARGEST
from tracker.records.record_type import ChildList, Column, ColumnKind, RecordType
from tracker.records.values import MOST_WHOLE
from tracker.vocabularies.kept import traits_by_code
from tracker.vocabularies.languages import CODES
from tracker.vocabularies.terms import all_terms

Schema = dict[str, Any]
NO_CONTROLS = "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f]*$"
_NOTHING = {"enum": ["", None]}
_DATES = ["2024-07-10", "2024-07", "2023/2024", "2023~"]
NUMBER_TEXT = "^(|[0-9]{1,15}(\\.[0-9]{1,3})?)$"
REASON = {
    "type": "string",
    "maxLength": SHORT_LENGTH,
    "pattern": NO_CONTROLS,
}


def ref(name: str) -> Schema:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def type_name(record_type: RecordType) -> str:
    """What the documents of a type are called among the schemas: `Handover`."""
    return record_type.kind.capitalize()


def vocabulary_name(scheme: str) -> str:
    """What the codes of a controlled list are called among the schemas."""
    return f"Vocabulary_{scheme}"


def written(record_type: RecordType) -> Schema:
    """A document as programs write it: what is not given is not known, or stays; null is as usual."""
    properties = {"kind": {"const": record_type.kind}}
    properties |= {column.name: column_schema(column, limit_of_column(record_type, column)) for column in record_type.all_columns}
    properties |= {child.name: _list(child) for child in record_type.all_lists}
    return {
        "type": "object",
        "description": gettext("What a record of the type “%(kind)s” says. All fields may be left out of a draft.", kind=record_type.kind),
        "properties": properties,
        "additionalProperties": False,
    }


def changed(record_type: RecordType) -> Schema:
    """The same with the reason of a change."""
    schema = written(record_type)
    return schema | {
        "properties": schema["properties"]
        | {"reason": REASON | {"description": gettext("Why it is changed: for whoever verifies it, and for the history.")}}
    }


def read(record_type: RecordType) -> Schema:
    """A document as programs read it: every field is there, names of persons never."""
    schema = written(record_type)
    lists = {
        child.name: {"type": "array", "items": {"type": "object", "required": [column.name for column in columns_of(child)]}}
        for child in record_type.all_lists
    }
    properties = {column.name: _loose(column) for column in record_type.all_columns}
    described = {name: schema["properties"][name].get("description", "") for name in (*properties, *lists)}
    shown = {name: one | ({"description": described[name]} if described[name] else {}) for name, one in (properties | lists).items()}
    return {"type": "object", "properties": {"kind": {"const": record_type.kind}} | shown, "required": ["kind", *shown]}


def vocabularies(reader: Reader) -> Iterator[tuple[str, Schema]]:
    """The codes that may be chosen now, list by list, and the codes of all parties."""
    named = {column.scheme for record_type in registry.every_type() for column in _every_column(record_type) if column.scheme}
    for scheme in sorted(named | {"source_kind", "reliability"}):
        found = all_terms(reader.session).get(scheme, {}).values()
        labels = "; ".join(f"{term.code}: {term.label(reader.locale)}" for term in found if not term.is_retired)
        yield vocabulary_name(scheme), {"enum": [term.code for term in found if not term.is_retired], "description": labels}
    yield (
        "Party",
        {
            "enum": sorted(traits_by_code(reader.session)),
            "description": gettext("Countries by ISO 3166-1 alpha-3, others by codes of the tracker."),
        },
    )
    yield "Language", {"enum": list(CODES), "description": "ISO 639-1"}


def _every_column(record_type: RecordType) -> Iterable[Column]:
    yield from record_type.all_columns
    for child in record_type.all_lists:
        yield from columns_of(child)


def _list(child: ChildList) -> Schema:
    columns = columns_of(child)
    row = {
        "type": "object",
        "properties": {column.name: _cell(child, column) for column in columns},
        "required": [column.name for column in columns if column.is_required],
        "additionalProperties": False,
    }
    if child.kept:  # what a document that was read may hold is taken back, and changes nothing
        row["description"] = gettext("Names of persons are neither read nor written here.")
    return {"type": "array", "description": str(child.label), "items": row, "maxItems": most_rows(child.name)}


def _cell(child: ChildList, column: Column) -> Schema:
    schema = column_schema(column, limit_of(child, column))
    if column.is_required:
        return _not_null(schema)
    usual = DEFAULTS.get((child.name, column.name))
    return schema | ({} if usual is None else {"default": usual})


def _not_null(schema: Schema) -> Schema:
    if "anyOf" in schema:
        return {**schema["anyOf"][0], "description": schema["description"]}
    kinds = [kind for kind in schema["type"] if kind != "null"]
    strict = schema | {"type": kinds[0] if len(kinds) == 1 else kinds}
    if "enum" in strict:
        strict["enum"] = [one for one in strict["enum"] if one]
    return strict | ({"minLength": 1} if "string" in kinds and "enum" not in strict else {})


def column_schema(column: Column, limit: int) -> Schema:
    """What one value may be, with at most `limit` characters."""
    said: Schema = {"description": str(column.label)}
    match column.kind:
        case ColumnKind.TEXT | ColumnKind.LONG_TEXT:
            return said | {"type": ["string", "null"], "maxLength": limit, "pattern": NO_CONTROLS}
        case ColumnKind.DATE:
            return said | {
                "type": ["string", "null"],
                "pattern": f"^(|{SHAPE})$",
                "examples": _DATES,
            }
        case ColumnKind.TERM:
            return said | {"anyOf": [ref(vocabulary_name(column.scheme)), _NOTHING]}
        case ColumnKind.ENUM:
            return said | {"type": ["string", "null"], "enum": [*sorted(str(word) for word in column.words), "", None]}
        case ColumnKind.FLAG:
            return said | {"type": ["boolean", "null"]}
        case ColumnKind.NUMBER:
            return said | {"type": ["string", "number", "null"], "pattern": NUMBER_TEXT, "minimum": 0, "maximum": int(LARGEST)}
        case ColumnKind.WHOLE:
            return said | {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_WHOLE}
        case ColumnKind.LANGUAGE:
            return said | {"anyOf": [ref("Language"), _NOTHING]}
        case ColumnKind.PARTY:
            return said | {"anyOf": [ref("Party"), _NOTHING]}
        case ColumnKind.RECORD:
            prefixes = "|".join(one.prefix for one in registry.every_type() if column.of_kind in ("", one.kind))
            return said | {"type": ["string", "null"], "pattern": f"^(|({prefixes})-[0-9]{{4}}-[0-9]{{4,6}})$"}
        case ColumnKind.SOURCE:
            return said | {"type": ["string", "null"], "pattern": "^(|SRC-[0-9]{4}-[0-9]{4,6})$"}
        case _:
            return said | {"type": ["string", "null"], "pattern": "^(|[A-Z]{2,10}-[0-9]{4}-[0-9]{4,6}/[0-9]{1,6})$"}


def _loose(column: Column) -> Schema:
    """What a value may be that was stored at any time: a term may since be one that can no longer be chosen."""
    match column.kind:
        case ColumnKind.FLAG:
            return {"type": "boolean"}
        case ColumnKind.ENUM:
            return {"enum": sorted(str(word) for word in column.words)}
        case ColumnKind.TEXT | ColumnKind.LONG_TEXT | ColumnKind.LANGUAGE:
            return {"type": "string"}
        case ColumnKind.DATE:
            return {"type": "string", "format": "edtf"}
        case _:
            return {"type": ["string", "null"]}
